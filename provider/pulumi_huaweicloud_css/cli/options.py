"""Options that several commands share: what to judge, where to ask and for which records, and what is good enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import click

from ..durations import parse_duration
from ..errors import ArgumentError
from ..question import DEFAULT_PARALLELISM, JOB_TYPES, MAX_LIMIT, MAX_PARALLELISM, STATUSES
from ..times import from_unix_ms, parse_rfc3339

_F = TypeVar("_F", bound=Callable[..., Any])


class DurationType(click.ParamType):  # type: ignore[type-arg]  # generic at run time only since click 8.5
    """A length of time, as `parse_duration` reads it."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the length, or fail with a sentence that names the option."""
        try:
            return parse_duration(str(param.opts[0]) if param else "duration", value)
        except ArgumentError as error:
            self.fail(str(error).partition(": ")[2], param, ctx)


class MomentType(click.ParamType):  # type: ignore[type-arg]  # see DurationType
    """A point in time, as RFC 3339 writes it."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time, or fail with a sentence that shows one."""
        try:
            return value if isinstance(value, datetime) else from_unix_ms(parse_rfc3339(value))
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not an RFC 3339 time, like 2022-06-24T03:53:57Z", param, ctx)


DURATION = DurationType()

_ASKING = (
    click.option("--region", help="Such as cn-north-4; else from the settings."),
    click.option("--project-id", help="Else from the settings, else looked up by the region's name."),
    click.option("--endpoint", help="Base URL of the CSS API instead of the region's own."),
    click.option("--status", type=click.Choice(STATUSES), help="Only records with this status."),
    click.option("--job-id", help="Only this job's records."),
    click.option("--job-type", type=click.Choice(JOB_TYPES), help="Only records of this type."),
    click.option("--offset", type=click.IntRange(1), help="Number of the first record to read, from 1."),
    click.option("--limit", type=click.IntRange(1, MAX_LIMIT), help="Read at most so many records; all by default."),
)


_SUBJECTS = (
    click.option("--cluster-id", "cluster_ids", multiple=True, help="Ask the API about this cluster; repeatable."),
    click.option("--stack", metavar="ORG/PROJECT/STACK", help="Judge an output of this Pulumi stack instead."),
    click.option("--output", metavar="NAME", help="Name of the stack's output: records, a record, or a whole answer."),
    click.option("--file", metavar="FILE", help="Judge an answer in the API's own form instead; - is standard input."),
    click.option(
        "--parallelism",
        type=click.IntRange(1, MAX_PARALLELISM),
        default=DEFAULT_PARALLELISM,
        show_default=True,
        help="How many clusters to ask at once.",
    ),
)

_GATE = (
    click.option(
        "--max-age", type=DURATION, default="24h", show_default=True, help="How old the newest success may be."
    ),
    click.option("--max-running", type=DURATION, default="2h", show_default=True, help="How long a backup may run."),
    click.option(
        "--max-consecutive-failures",
        type=click.IntRange(0),
        default=0,
        show_default=True,
        help="How many backups may have failed since the newest success.",
    ),
    click.option("--now", type=MomentType(), help="Judge as of this time (RFC 3339) instead of the present."),
)


def asking_options(function: _F) -> _F:
    """Add the options that say where to ask, and for which records."""
    return _with(_ASKING, function)


def subject_options(function: _F) -> _F:
    """Add the options that say what is judged; `chosen_subjects` reads them."""
    return _with(_SUBJECTS, function)


def gate_options(function: _F) -> _F:
    """Add the options that say what is good enough, and at what time."""
    return _with(_GATE, function)


def _with(options: Iterable[Callable[[_F], _F]], function: _F) -> _F:
    for option in reversed(tuple(options)):
        function = option(function)
    return function
