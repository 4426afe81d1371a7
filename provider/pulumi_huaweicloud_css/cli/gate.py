"""`css-logs gate`: one command in a pipeline that stops a deployment when log backups are not good enough."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ..errors import ArgumentError
from ..gate import Gate
from ..question import DEFAULT_PARALLELISM, MAX_PARALLELISM
from ..times import from_unix_ms, parse_rfc3339
from .exit_codes import INTERRUPTED
from .options import DURATION, asking_options
from .outcomes import Outcome, exit_code
from .reports import FORMATS, as_text
from .showing import forget_output, print_data
from .subjects import SourceError, Subject, cluster_subjects, file_subject, stack_subject
from .waiting import Watch

_ASKING_NAMES = ("region", "project_id", "endpoint", "status", "job_id", "job_type", "offset", "limit")


class _Moment(click.ParamType):  # type: ignore[type-arg]  # see DurationType
    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return value if isinstance(value, datetime) else from_unix_ms(parse_rfc3339(value))
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not an RFC 3339 time, like 2022-06-24T03:53:57Z", param, ctx)


@click.command("gate")
@click.option("--cluster-id", "cluster_ids", multiple=True, help="Ask the API about this cluster; repeatable.")
@click.option("--stack", metavar="ORG/PROJECT/STACK", help="Judge an output of this Pulumi stack instead.")
@click.option("--output", metavar="NAME", help="Name of the stack's output: records, a record, or a whole answer.")
@click.option("--file", metavar="FILE", help="Judge an answer in the API's own form instead; - is standard input.")
@asking_options
@click.option("--max-age", type=DURATION, default="24h", show_default=True, help="How old the newest success may be.")
@click.option("--max-running", type=DURATION, default="2h", show_default=True, help="How long a backup may run.")
@click.option(
    "--max-consecutive-failures",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="How many backups may have failed since the newest success.",
)
@click.option("--wait", type=DURATION, default="0s", help="Ask again for so long while a backup runs, like 30m.")
@click.option("--poll-interval", type=DURATION, default="15s", show_default=True, help="Time between two looks.")
@click.option("--fail-fast", is_flag=True, help="Stop waiting as soon as one cluster failed.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there.")
@click.option(
    "--parallelism",
    type=click.IntRange(1, MAX_PARALLELISM),
    default=DEFAULT_PARALLELISM,
    show_default=True,
    help="How many clusters to ask at once.",
)
@click.option("--quiet", is_flag=True, help="Print nothing; the exit code, and the output file, say it all.")
@click.option("--now", type=_Moment(), help="Judge as of this time (RFC 3339) instead of the present.")
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
    subjects = _subjects(cluster_ids, stack, output, file, asking)
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
    _report(watch.outcomes, form, output_file, quiet=quiet)
    return exit_code(watch.outcomes)


def _subjects(
    cluster_ids: tuple[str, ...], stack: str | None, output: str | None, file: str | None, asking: dict[str, Any]
) -> list[Subject]:
    """Return what is to be judged.

    Raises:
        click.UsageError: none, or several, of the three ways are given, or options that do not go together.
    """
    given = {"--cluster-id": cluster_ids or None, "--stack": stack, "--output": output, "--file": file}
    for way, value in given.items():
        if value == "":
            raise click.UsageError(f"{way} is empty; a variable may not be set")
    ways = [way for way, value in given.items() if value is not None and way != "--output"]
    if len(ways) != 1:
        said = "nothing to judge" if not ways else f"{' and '.join(ways)} do not go together"
        raise click.UsageError(f"{said}: give --cluster-id (repeatable), or --stack with --output, or --file")
    if (stack is None) != (output is None):
        raise click.UsageError("--stack and --output go together: the stack, and the name of its output")
    if not cluster_ids:
        extra = [f"--{name.replace('_', '-')}" for name, value in asking.items() if value is not None]
        if extra:
            raise click.UsageError(f"{', '.join(extra)}: only with --cluster-id; {ways[0]} is judged as it is")
    if stack is not None and output is not None:
        return [stack_subject(stack, output)]
    return [file_subject(file)] if file is not None else cluster_subjects(cluster_ids, asking)


def _report(outcomes: list[Outcome], form: str, output_file: Path | None, *, quiet: bool) -> None:
    """Write the report: to the file if there is one (and a summary for people), else to standard output."""
    report = FORMATS[form](outcomes)
    if output_file is not None:
        _write_whole(output_file, report)
        report, form = as_text(outcomes), "text"
    if quiet:
        return
    try:
        if form == "text":
            _print_coloured(outcomes)
        else:
            print_data(report)
    except BrokenPipeError:
        # The reader has seen enough; the exit code is the verdict's all the same.
        forget_output()


def _print_coloured(outcomes: list[Outcome]) -> None:
    colours = {"passed": "green", "pending": "yellow", "failed": "red", "error": "red"}
    for outcome in outcomes:
        # click takes the colours away again where standard output is no terminal.
        click.echo(click.style(as_text([outcome]), fg=colours[outcome.state]), nl=False)


def _write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all, also when two runs write it; a link stays one."""
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")  # a pipe or a device: nothing to put in its place
        else:
            _replace(path.resolve(), text)
    except OSError as error:
        raise SourceError(f"{path}: cannot be written: {error.strerror}") from None


def _replace(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", delete=False) as file:
        try:
            file.write(text)
            file.close()
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(file.name, 0o666 & ~umask)
            os.replace(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
