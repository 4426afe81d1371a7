"""`css-logs report`: a picture of clusters' log backups for whoever has to look, as a page, a chart or a badge."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..._backups.evaluate import CheckResult, RecordSet, evaluate
from ..._backups.gate import Gate
from ..command import command as declare_command
from ..command import option
from ..exit_codes import NOT_READ
from ..formats import as_text
from ..options import format_option, gate_options, query_options, target_options
from ..progress import reading
from ..results import reason_of
from ..targets import ClusterOptions, chosen_targets
from ..terminal import print_data, unless_unread
from ..writing import write_whole

if TYPE_CHECKING:
    from ..._backups.fleet_query import SeveralArguments
    from ...report import ClusterReport


_reporting = option("Report")
_REPORT = "css-logs report --cluster-id 4213d908-f5dc-4633-8401-cfd7175fca0c"


@declare_command(
    "report",
    examples=[
        ("a page for whoever is on call", f"{_REPORT} --output-file report.html"),
        (
            "a page about the whole account, in two regions",
            "css-logs report --all-clusters --region cn-north-4 --region ap-southeast-3",
        ),
        ("a badge for a wiki", f"{_REPORT} --format badge --output-file badge.svg"),
    ],
)
@target_options
@query_options
@gate_options
@format_option(
    "Report",
    *("html", "svg", "badge"),
    help="A whole page, the timelines alone, or a small badge with the verdict; the latter two are SVG.",
)
@_reporting(
    "--output-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to this file, not to standard output.",
)
@_reporting("--quiet", is_flag=True, help="With --output-file: do not print the verdicts.")
def command(
    *,
    clusters: ClusterOptions,
    stack: str | None,
    output: str | None,
    file: str | None,
    gate: Gate,
    form: str,
    output_file: Path | None,
    quiet: bool,
    now: datetime | None,
    arguments: SeveralArguments,
) -> int:
    """Show clusters' log backups in a picture.

    The page is a single file that loads nothing. A cluster that could not be read is shown as such.

    \b
    Exit codes: 0 the report was written, whatever the verdicts; 2 usage error;
    4 the records could not be read, of any cluster (the report says why), or nothing was written;
    130 interrupted. To stop a pipeline, use css-logs gate.
    """  # noqa: D301 - click's mark for a paragraph that is not wrapped
    from ...report.render import FORMS

    chosen = chosen_targets(clusters, stack, output, file, {**arguments, "gate": gate})
    now = now or datetime.now(UTC)  # one time for all, so that ages on a page can be compared
    with reading(len(chosen.targets), quiet=quiet) as done:
        results = evaluate(
            chosen.targets,
            gate,
            lambda read: read,
            parallelism=clusters.parallelism,
            now=now,
            done=lambda *_: done(),
        )
    report = FORMS[form]([_shown(result) for result in results], gate, now=now)
    if output_file is None:
        print_data(report)
    else:
        write_whole(output_file, report)
        if not quiet:
            with unless_unread():
                click.echo(as_text(results, chosen.skipped), nl=False)
    return NOT_READ if results and all(result.state == "error" for result in results) else 0


def _shown(result: CheckResult[RecordSet]) -> ClusterReport:
    from ..._api.pagination import newest_first
    from ...report import ClusterReport

    read = result.kept
    records = [] if read is None else newest_first(read.records)
    truncated = read is not None and read.truncated
    return ClusterReport.of(result, reason_of(result), records, truncated=truncated)
