"""`css-logs gate`: one command in a pipeline that stops a deployment when log backups are not good enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ..errors import ArgumentError
from ..gate import Gate
from ..report.kinds import Kind
from .choosing import chosen_subjects
from .exit_codes import INTERRUPTED
from .keeping import keeping
from .options import DURATION, asking_options, gate_options, subject_options
from .outcomes import Outcome, exit_code
from .reports import FORMATS, as_text
from .showing import forget_output, print_data, styled
from .strip import can_show, newest_kinds, strip
from .waiting import Watch
from .writing import write_whole

_BEFORE_REASON = 10  # columns, in a line of `as_text`


@click.command("gate")
@subject_options
@asking_options
@gate_options
@click.option("--wait", type=DURATION, default="0s", help="Ask again for so long while a backup runs, like 30m.")
@click.option("--poll-interval", type=DURATION, default="15s", show_default=True, help="Time between two looks.")
@click.option("--fail-fast", is_flag=True, help="Stop waiting as soon as one cluster failed.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there.")
@click.option("--quiet", is_flag=True, help="Print nothing; the exit code, and the output file, say it all.")
def command(
    *,
    cluster_ids: tuple[str, ...],
    stack: str | None,
    output: str | None,
    file: str | None,
    max_age: timedelta,
    max_running: timedelta,
    max_consecutive_failures: int,
    wait: timedelta,
    poll_interval: timedelta,
    fail_fast: bool,
    form: str,
    output_file: Path | None,
    quiet: bool,
    parallelism: int,
    now: datetime | None,
    **asking: Any,
) -> int:
    """Say whether clusters' log backups are good enough.

    \b
    Exit codes: 0 passed, 1 failed, 2 wrong usage, 3 pending (a backup is running),
    4 the question could not be asked, 130 interrupted. With several clusters the worst decides.
    """  # noqa: D301 - click's mark for a paragraph that is not wrapped
    subjects, kinds = keeping(
        chosen_subjects(cluster_ids, stack, output, file, asking, parallelism), lambda a: newest_kinds(a.records)
    )
    gate = Gate(max_age, max_running, max_consecutive_failures)
    watch = Watch(
        subjects,
        gate,
        now=now,
        wait=wait,
        interval=poll_interval,
        fail_fast=fail_fast,
        parallelism=parallelism,
    )
    if wait and poll_interval < timedelta(milliseconds=50):
        raise ArgumentError("--poll-interval: must be at least 0.05 s")
    try:
        watch.run()
    except KeyboardInterrupt:
        known = as_text(watch.outcomes) or "nothing yet\n"
        click.echo(f"Interrupted. Known so far:\n{known}", err=True, nl=False)
        return INTERRUPTED
    _report(watch.outcomes, kinds, form, output_file, quiet=quiet)
    return exit_code(watch.outcomes)


def _report(
    outcomes: list[Outcome], kinds: dict[str, list[Kind]], form: str, output_file: Path | None, *, quiet: bool
) -> None:
    """Write the report: to the file if there is one (and a summary for people), else to standard output."""
    report = FORMATS[form](outcomes)
    if output_file is not None:
        write_whole(output_file, report)
        report, form = as_text(outcomes), "text"
    if quiet:
        return
    try:
        if form == "text":
            _print_coloured(outcomes, kinds)
        else:
            print_data(report)
    except BrokenPipeError:
        # The reader has seen enough; the exit code is the verdict's all the same.
        forget_output()


def _print_coloured(outcomes: list[Outcome], kinds: dict[str, list[Kind]]) -> None:
    colours = {"passed": "green", "pending": "yellow", "failed": "red", "error": "red"}
    for outcome in outcomes:
        # click takes the colours away again where standard output is no terminal.
        click.echo(styled(as_text([outcome]), fg=colours[outcome.state]), nl=False)
        if can_show() and outcome.verdict is not None:
            click.echo(strip(kinds.get(outcome.name, []), indent=_BEFORE_REASON), nl=False)
