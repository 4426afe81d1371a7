"""Options that several commands share: what to judge, where to ask and for which records, and what is good enough."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .._backups.gate import Gate
from .._backups.sharding import Shard
from .._durations import parse_duration
from .._time import from_unix_ms, parse_rfc3339
from .._validation import DEFAULT_PARALLELISM, JOB_TYPES, MAX_LIMIT, MAX_PARALLELISM, STATUSES
from ..errors import ArgumentError
from .command import option

if TYPE_CHECKING:
    from .._backups.query import QueryArguments

_F = TypeVar("_F", bound=Callable[..., Any])
_Command = Callable[..., object]


class DurationType(click.ParamType):  # type: ignore[type-arg]  # generic at run time only since click 8.5
    """A length of time, as `parse_duration` reads it."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the length, or fail with a sentence that names the option."""
        try:
            return parse_duration(str(param.opts[0]) if param else "duration", value)
        except ArgumentError as error:
            self.fail(error.reason, param, ctx)


class ShardType(click.ParamType):  # type: ignore[type-arg]  # see DurationType
    """A share of the clusters, as `Shard.parse` reads it."""

    name = "I/N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Shard:
        """Return the share, or fail with a sentence that names the option."""
        try:
            return value if isinstance(value, Shard) else Shard.parse(str(value))
        except ArgumentError as error:
            self.fail(error.reason, param, ctx)


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

LIBRARIES = {"table": "rich", "yaml": "yaml", **dict.fromkeys(["html", "svg", "badge"], "jinja2")}

_where, _which = option("Where to ask"), option("Which records")
_what, _enough = option("What to judge"), option("What is good enough")

_QUERY = (
    _where("--region", help="Such as cn-north-4; else from the settings."),
    _where("--project-id", help="Else from the settings, else looked up by the project's or the region's name."),
    _where("--project-name", help="Such as cn-north-4_team for a sub-project; else from the settings."),
    _where("--profile", help="A profile of KooCLI's configuration file, with keys, region and project."),
    _where("--endpoint", help="Base URL of the CSS API instead of the region's own."),
    _which("--status", type=click.Choice(STATUSES), help="Only records with this status."),
    _which("--job-id", help="Only this job's records."),
    _which("--job-type", type=click.Choice(JOB_TYPES), help="Only records of this type."),
    _which("--offset", type=click.IntRange(1), help="Number of the first record to read, from 1."),
    _which("--limit", type=click.IntRange(1, MAX_LIMIT), help="Read at most so many records; all by default."),
)


_TARGETS = (
    _what("--cluster-id", "cluster_ids", multiple=True, help="Ask the API about this cluster; repeatable."),
    _what("--stack", metavar="ORG/PROJECT/STACK", help="Judge an output of this Pulumi stack instead."),
    _what("--output", metavar="NAME", help="Name of the stack's output: records, a record, or a whole answer."),
    _what("--file", metavar="FILE", help="Judge an answer in the API's own form instead; - is standard input."),
    _where(
        "--parallelism",
        type=click.IntRange(1, MAX_PARALLELISM),
        default=DEFAULT_PARALLELISM,
        show_default=True,
        help="How many clusters to ask at once.",
    ),
)

_GATE = (
    _enough("--max-age", type=DURATION, default="26h", show_default=True, help="How old the newest success may be."),
    _enough("--max-running", type=DURATION, default="2h", show_default=True, help="How long a backup may run."),
    _enough(
        "--max-consecutive-failures",
        type=click.IntRange(0),
        default=0,
        show_default=True,
        help="How many backups may have failed since the newest success.",
    ),
    _enough("--now", type=MomentType(), help="Judge as of this time (RFC 3339) instead of the present."),
)


def query_options(function: _Command) -> _Command:
    """Add the options that say where to ask, and for which records; the function gets them as `arguments`.

    They are `QueryArguments`; where `gate_options` stands below, with its gate.
    """

    @functools.wraps(function)
    def with_arguments(
        *,
        project_id: str | None,
        project_name: str | None,
        profile: str | None,
        region: str | None,
        endpoint: str | None,
        status: str | None,
        job_id: str | None,
        job_type: str | None,
        offset: int | None,
        limit: int | None,
        gate: Gate | None = None,
        **others: object,
    ) -> object:
        arguments: QueryArguments = {
            "project_id": project_id,
            "region": region,
            "endpoint": endpoint,
            "status": status,
            "job_id": job_id,
            "job_type": job_type,
            "offset": offset,
            "limit": limit,
            "gate": gate,
            "include_records": None,
            "project_name": project_name,
            "profile": profile,
        }
        return function(arguments=arguments, **others)

    return _with(_QUERY, with_arguments)


def target_options(function: _F) -> _F:
    """Add the options that say what is judged; `chosen_targets` reads them."""
    return _with(_TARGETS, function)


def gate_options(function: _Command) -> _Command:
    """Add the options that say what is good enough, as `gate`, and at what time."""

    @functools.wraps(function)
    def with_gate(
        *, max_age: timedelta, max_running: timedelta, max_consecutive_failures: int, **others: object
    ) -> object:
        return function(gate=Gate(max_age, max_running, max_consecutive_failures), **others)

    return _with(_GATE, with_gate)


def format_option(section: str, *forms: str, **more: Any) -> Callable[[_F], _F]:
    """Return the option that chooses among forms, the first by default; what the form needs is there, or it ends."""
    choice = click.Choice(forms)
    more = {"type": choice, "default": forms[0], "show_default": True, "callback": _load_library, **more}
    return option(section)("--format", "form", **more)


def _load_library(ctx: click.Context, _: click.Parameter, form: str) -> str:
    """Load what a form is made with, before anything is asked: `main` says how to install what is missing."""
    if form in LIBRARIES and not ctx.resilient_parsing:
        importlib.import_module(LIBRARIES[form])
    return form


def _with(options: Iterable[Callable[[_F], _F]], function: _F) -> _F:
    for declare in reversed(tuple(options)):
        function = declare(function)
    return function
