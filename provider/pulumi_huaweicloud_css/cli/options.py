"""Options that several commands share: what to judge, which API and records to read, and what is good enough."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from .._backups.gate import Gate
from .._durations import parse_duration
from .._time import from_unix_ms, parse_rfc3339
from .._validation import DEFAULT_PARALLELISM, JOB_TYPES, MAX_LIMIT, MAX_PARALLELISM, STATUSES
from ..errors import ArgumentError
from .command import option
from .targets import ClusterOptions

if TYPE_CHECKING:
    from .._backups.fleet_query import SeveralArguments
    from .._backups.sharding import Shard

_F = TypeVar("_F", bound=Callable[..., Any])
_Command = Callable[..., object]


class _Parsed(click.ParamType):  # type: ignore[type-arg]  # generic at run time only since click 8.5
    """A value that a function makes of text; the reason of its ArgumentError becomes an error that names the option."""

    def __init__(self, name: str, parse: Callable[[str], object]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value, or fail."""
        try:
            return self._parse(value) if isinstance(value, str) else value
        except ArgumentError as error:
            self.fail(error.reason, param, ctx)


def _shard(text: str) -> Shard:
    from .._backups.sharding import Shard

    return Shard.parse(text)


def _moment(text: str) -> datetime:
    try:
        return from_unix_ms(parse_rfc3339(text))
    except (ValueError, OverflowError):
        raise ArgumentError("time", f"{text!r} is not an RFC 3339 time, like 2022-06-24T03:53:57Z") from None


DURATION = _Parsed("duration", functools.partial(parse_duration, "duration"))
SHARD = _Parsed("I/N", _shard)
_MOMENT = _Parsed("time", _moment)

LIBRARIES = {"table": "rich", "yaml": "yaml", **dict.fromkeys(["html", "svg", "badge"], "jinja2")}

_where, _which = option("Which API"), option("Which records")
_which_clusters, _what, _enough = option("Which clusters"), option("What to judge"), option("What is good enough")

_ENDPOINT = (
    _where("--region", "regions", multiple=True, help="Such as cn-north-4; repeatable; default: from settings."),
    _where("--project-id", help="Default: from settings, or looked up by the project's or the region's name."),
    _where("--project-name", help="Such as cn-north-4_team for a sub-project; default: from settings."),
    _where("--profile", help="A profile of KooCLI's configuration file, with keys, region and project."),
    _where("--endpoint", help="Base URL of the CSS API; default: the region's."),
)

_QUERY = (
    _which("--status", type=click.Choice(STATUSES), help="Only records with this status."),
    _which("--job-id", help="Only this job's records."),
    _which("--job-type", type=click.Choice(JOB_TYPES), help="Only records of this type."),
    _which("--offset", type=click.IntRange(1), help="Number of the first record to read, from 1."),
    _which("--limit", type=click.IntRange(1, MAX_LIMIT), help="The most records to read; default: all."),
)


_SELECTION = (
    _which_clusters("--cluster-name", "names", multiple=True, metavar="PATTERN", help="Of this name; repeatable."),
    _which_clusters("--tag", "tags", multiple=True, metavar="KEY=VALUE", help="With this tag; repeatable: with each."),
    _which_clusters("--engine", help="With this engine, such as elasticsearch."),
    _which_clusters("--enterprise-project-id", help="Of this enterprise project; 0 is the default one."),
)

_CLUSTERS = (
    _which_clusters("--cluster-id", "cluster_ids", multiple=True, help="This cluster; repeatable."),
    _which_clusters("--all-clusters", is_flag=True, help="All clusters of the project, in each region."),
    *_SELECTION,
    _which_clusters("--clusters-file", metavar="FILE", help="In this file, an id or a name a line; - is stdin."),
    _which_clusters("--allow-empty", is_flag=True, help="Accept it if nothing has the name or the tag."),
    _where(
        "--parallelism",
        type=click.IntRange(1, MAX_PARALLELISM),
        default=DEFAULT_PARALLELISM,
        show_default=True,
        help="How many clusters to read concurrently, in each region.",
    ),
)

_OTHER_TARGETS = (
    _what("--stack", metavar="ORG/PROJECT/STACK", help="Judge an output of this Pulumi stack instead."),
    _what("--output", metavar="NAME", help="Name of the stack's output: records, one record, or a whole result."),
    _what(
        "--file",
        metavar="FILE",
        help="Judge a file instead: the API's response, or JSON of css-logs list; - is standard input.",
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
    _enough("--now", type=_MOMENT, help="Judge as of this time (RFC 3339) instead of the present."),
)


def endpoint_options(function: _Command) -> _Command:
    """Add the options that say where to read; the function gets them as `arguments`, which are `SeveralArguments`."""
    return _with_arguments(_ENDPOINT, function)


def query_options(function: _Command) -> _Command:
    """Add the options of a query; the function gets them as `arguments`, which are `SeveralArguments`.

    If `gate_options` follows, they contain its gate.
    """
    return _with_arguments((*_ENDPOINT, *_QUERY), function)


def _with_arguments(options: Iterable[Callable[[_Command], _Command]], function: _Command) -> _Command:
    @functools.wraps(function)
    def with_arguments(
        *,
        project_id: str | None,
        project_name: str | None,
        profile: str | None,
        regions: tuple[str, ...],
        endpoint: str | None,
        status: str | None = None,
        job_id: str | None = None,
        job_type: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
        gate: Gate | None = None,
        **others: object,
    ) -> object:
        arguments: SeveralArguments = {
            "project_id": project_id,
            "region": regions[0] if len(regions) == 1 else None,
            "regions": regions if len(regions) > 1 else None,
            "sites": None,
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

    return with_options(options, cast("_Command", with_arguments))


def selection_options(function: _Command) -> _Command:
    """Add the options that select clusters by what they are, as `cluster_options` does; a selection may be empty."""
    return _with_clusters(_SELECTION, function)


def cluster_options(function: _Command) -> _Command:
    """Add the options that choose clusters; the function gets them as `clusters`, which are `ClusterOptions`."""
    return _with_clusters(_CLUSTERS, function)


def _with_clusters(options: Iterable[Callable[[_Command], _Command]], function: _Command) -> _Command:
    @functools.wraps(function)
    def with_clusters(
        *,
        names: tuple[str, ...],
        tags: tuple[str, ...],
        engine: str | None,
        enterprise_project_id: str | None,
        cluster_ids: tuple[str, ...] = (),
        clusters_file: str | None = None,
        all_clusters: bool = False,
        allow_empty: bool = True,
        parallelism: int = 1,
        **others: object,
    ) -> object:
        clusters = ClusterOptions(
            cluster_ids=cluster_ids,
            clusters_file=clusters_file,
            all_clusters=all_clusters,
            names=names,
            tags=tags,
            engine=engine,
            enterprise_project_id=enterprise_project_id,
            allow_empty=allow_empty,
            parallelism=parallelism,
        )
        return function(clusters=clusters, **others)

    return with_options(options, cast("_Command", with_clusters))


def target_options(function: _Command) -> _Command:
    """Add the options that choose the targets; `chosen_targets` takes them."""
    return cluster_options(with_options(_OTHER_TARGETS, function))


def gate_options(function: _Command) -> _Command:
    """Add the options of the gate, as `gate`, and of the time to judge at, as `now`."""

    @functools.wraps(function)
    def with_gate(
        *, max_age: timedelta, max_running: timedelta, max_consecutive_failures: int, **others: object
    ) -> object:
        return function(gate=Gate(max_age, max_running, max_consecutive_failures), **others)

    return with_options(_GATE, with_gate)


def format_option(section: str, *forms: str, **more: Any) -> Callable[[_F], _F]:
    """Return the option that chooses a format, by default the first; a missing library ends the command early."""
    choice = click.Choice(forms)
    more = {"type": choice, "default": forms[0], "show_default": True, "callback": _load_library, **more}
    return option(section)("--format", "form", **more)


def _load_library(ctx: click.Context, _: click.Parameter, form: str) -> str:
    """Import a format's library before any request is sent: `main` reports how to install a missing one."""
    if form in LIBRARIES and not ctx.resilient_parsing:
        importlib.import_module(LIBRARIES[form])
    return form


def with_options(options: Iterable[Callable[[_F], _F]], function: _F) -> _F:
    """Return a function with these options, which stand in the help in their order."""
    for declare in reversed(tuple(options)):
        function = declare(function)
    return function
