"""`css-logs gate`: one command in a pipeline that stops a deployment when log backups are not good enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..._backups.gate import Gate
from ..._backups.status import COLOURS
from ...errors import ArgumentError
from ..command import command as declare_command
from ..command import option
from ..exit_codes import INTERRUPTED
from ..formats import FORMATS, as_text, summary
from ..options import DURATION, format_option, gate_options, query_options, target_options
from ..reports import FORMS, PAGE, Report, ReportType, check_files, write_reports
from ..results import Result, exit_code, keep
from ..sparkline import can_show, strip
from ..targets import chosen_targets
from ..terminal import print_data, say, styled, unless_unread
from ..waiting import Watch
from ..writing import write_whole

if TYPE_CHECKING:
    from ..._backups.query import QueryArguments

_GATE = "css-logs gate --cluster-id 4213d908-f5dc-4633-8401-cfd7175fca0c"
_BEFORE_REASON = 10  # columns, in a line of `as_text`


_waiting, _reporting = option("Waiting"), option("Report")


@declare_command(
    "gate",
    examples=[
        ("stop a pipeline unless the newest backup worked, and is younger than 26 hours", f"{_GATE} --max-age 26h"),
        ("wait for a backup that runs, and annotate a GitHub job", f"{_GATE} --wait 30m --format github"),
        (
            "a page and metrics beside the verdict",
            f"{_GATE} --report html=backups.html --report openmetrics=backups.prom",
        ),
        ("judge what a stack exports", "css-logs gate --stack org/project/prod --output logs"),
    ],
)
@target_options
@query_options
@gate_options
@_waiting("--wait", type=DURATION, default="0s", help="Ask again for so long while a backup runs, like 30m.")
@_waiting("--poll-interval", type=DURATION, default="15s", show_default=True, help="Time between two looks.")
@_waiting("--fail-fast", is_flag=True, help="Stop waiting as soon as one cluster failed.")
@format_option("Report", *FORMATS)
@_reporting("--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there.")
@_reporting(
    "--report",
    "reports",
    type=ReportType(),
    multiple=True,
    help=f"Write a report, too; repeatable. Formats: {', '.join(FORMS)}.",
)
@_reporting("--quiet", is_flag=True, help="Print nothing; the exit code, and the output file, say it all.")
def command(
    *,
    cluster_ids: tuple[str, ...],
    stack: str | None,
    output: str | None,
    file: str | None,
    gate: Gate,
    wait: timedelta,
    poll_interval: timedelta,
    fail_fast: bool,
    form: str,
    output_file: Path | None,
    quiet: bool,
    parallelism: int,
    reports: tuple[Report, ...],
    now: datetime | None,
    arguments: QueryArguments,
) -> int:
    """Say whether clusters' log backups are good enough.

    \b
    Exit codes: 0 passed, 1 failed, 2 wrong usage, 3 pending (a backup is running),
    4 the records could not be read, 130 interrupted. With several clusters the worst decides.
    """  # noqa: D301 - click's mark for a paragraph that is not wrapped
    watch = Watch(
        chosen_targets(cluster_ids, stack, output, file, {**arguments, "gate": gate}, parallelism=parallelism),
        gate,
        lambda read: keep(read, whole=any(report.form == PAGE for report in reports)),
        now=now,
        wait=wait,
        interval=poll_interval,
        fail_fast=fail_fast,
        parallelism=parallelism,
        quiet=quiet,
    )
    if wait and poll_interval < timedelta(milliseconds=50):
        raise ArgumentError("poll_interval", "must be at least 0.05 s")
    check_files(reports, output_file)
    try:
        watch.run()
    except KeyboardInterrupt:
        known = as_text(watch.results) or "nothing yet\n"
        say(f"Interrupted. Known so far:\n{known}".rstrip("\n"))
        return INTERRUPTED
    write_reports(reports, watch.results, gate, now)
    _report(watch.results, form, output_file, quiet=quiet)
    return exit_code(watch.results)


def _report(results: list[Result], form: str, output_file: Path | None, *, quiet: bool) -> None:
    """Write the report: to the file if there is one (and a summary for people), else to standard output."""
    report = FORMATS[form](results)
    if output_file is not None:
        write_whole(output_file, report)
        report, form = as_text(results), "text"
    if quiet:
        return
    with unless_unread():  # the exit code is the verdict's all the same
        if form == "text":
            _print_coloured(results)
        else:
            print_data(report)


def _print_coloured(results: list[Result]) -> None:
    for result in results:
        # click takes the colours away again where standard output is no terminal.
        click.echo(styled(as_text([result]), fg=COLOURS[result.state]), nl=False)
        if can_show() and result.kept is not None:
            click.echo(strip(result.kept.kinds, indent=_BEFORE_REASON), nl=False)
    click.echo(summary(results), nl=False)
