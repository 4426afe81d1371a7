"""`css-logs report`: a picture of clusters' log backups for whoever has to look, as a page, a chart or a badge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..._backups.gate import Gate
from ..choosing import chosen_subjects
from ..command import command as declare_command
from ..command import option
from ..exit_codes import NOT_ASKED
from ..formats import as_text
from ..keeping import keeping
from ..options import asking_options, format_option, gate_options, subject_options
from ..results import Outcome
from ..targets import Judgeable
from ..terminal import print_data, unless_unread
from ..waiting import Watch
from ..writing import write_whole

if TYPE_CHECKING:
    from ...report import Judged


_reporting = option("Report")
_REPORT = "css-logs report --cluster-id 4213d908-f5dc-4633-8401-cfd7175fca0c"


@declare_command(
    "report",
    examples=[
        ("a page for whoever is on call", f"{_REPORT} --output-file report.html"),
        ("a badge for a wiki", f"{_REPORT} --format badge --output-file badge.svg"),
    ],
)
@subject_options
@asking_options
@gate_options
@format_option(
    "Report",
    *("html", "svg", "badge"),
    help="A whole page, the timelines alone, or a small badge with the verdict; the latter two are SVG.",
)
@_reporting(
    "--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Write it there, not to standard output."
)
@_reporting("--quiet", is_flag=True, help="With --output-file: do not print the verdicts.")
def command(
    *,
    cluster_ids: tuple[str, ...],
    stack: str | None,
    output: str | None,
    file: str | None,
    max_age: timedelta,
    max_running: timedelta,
    max_consecutive_failures: int,
    parallelism: int,
    form: str,
    output_file: Path | None,
    quiet: bool,
    now: datetime | None,
    **asking: Any,
) -> int:
    """Show clusters' log backups in a picture.

    The page needs nothing but itself: no network, no other file. A cluster that could not be asked is shown as such.

    \b
    Exit codes: 0 the report was written, whatever the verdicts; 2 wrong usage;
    4 the question could not be asked of any cluster (the report says why), or nothing written;
    130 interrupted. To stop a pipeline, use css-logs gate.
    """  # noqa: D301 - click's mark for a paragraph that is not wrapped
    from ...report.render import FORMS

    subjects, answers = keeping(
        chosen_subjects(cluster_ids, stack, output, file, asking, parallelism), lambda answer: answer
    )
    gate = Gate(max_age, max_running, max_consecutive_failures)
    now = now or datetime.now(UTC)  # one time for all, so that ages on a page can be compared
    outcomes = Watch(subjects, gate, now=now, parallelism=parallelism).run()
    report = FORMS[form](_judged(outcomes, answers), gate, now=now)
    if output_file is None:
        print_data(report)
    else:
        write_whole(output_file, report)
        if not quiet:
            with unless_unread():
                click.echo(as_text(outcomes), nl=False)
    return NOT_ASKED if all(outcome.state == "error" for outcome in outcomes) else 0


def _judged(outcomes: Sequence[Outcome], answers: dict[str, Judgeable]) -> list[Judged]:
    from ..._api.pagination import newest_first
    from ...report import Judged

    judged = []
    for outcome in outcomes:
        answer = answers.get(outcome.name)
        records = newest_first(answer.records) if answer and outcome.verdict else []
        truncated = bool(answer and answer.truncated)
        judged.append(Judged(outcome.name, outcome.state, outcome.reason, records, truncated))
    return judged
