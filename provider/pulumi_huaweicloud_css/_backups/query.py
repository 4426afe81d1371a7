"""One query for a cluster's log backup records: validated, read from the API, filtered and summarized."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from .._api.client import CssClient, shared_client
from .._api.deadline import Deadline
from .._api.pagination import newest_first, read_window
from .._config.settings import SettingsArguments, resolve_arguments
from .._config.sources import ConfigGetter
from .._config.table import PROGRAM, Reader
from .._record import Record
from .._text import as_given
from .._time import unix_ms
from .._validation import (
    JOB_TYPES,
    MAX_LIMIT,
    STATUSES,
    check_bool,
    check_choice,
    check_cluster_id,
    check_int,
    check_one_given,
    check_text,
)
from ..errors import ArgumentError, GateError
from .gate import Gate
from .result import LogRecordsResult

if TYPE_CHECKING:
    from .causes import AskSettings
    from .outputs import Narrowing

# Stands for the cluster in a query that is checked before its cluster is known.
ANY_CLUSTER = "00000000-0000-0000-0000-000000000000"

_SETTINGS_SECONDS = 10.0  # a reason without its cause is better than a late one

# The API itself filters by FAIL and NOT_FAIL only; the rest of the filter is applied here.
_ON_THE_WIRE = {"FAIL": "FAIL", "NOT_FAIL": "NOT_FAIL", "RUNNING": "NOT_FAIL", "SUCCESS": "NOT_FAIL"}


class QueryArguments(SettingsArguments, total=False):
    """The arguments that all functions and resources have; missing or None if not given.

    The engine and click have checked no value: a query is validated when it is created from them.
    """

    status: str | None
    job_id: str | None
    job_type: str | None
    offset: int | None
    limit: int | None
    gate: Gate | Mapping[str, object] | None
    include_records: bool | None


class LogRecordsArguments(QueryArguments, total=False):
    """The arguments of `get_log_records` and `LogRecords`."""

    cluster_id: str | None
    cluster_name: str | None


@dataclass(frozen=True)
class LogRecordsQuery:
    """One query for one cluster's log backup records; validated when it is created.

    Args:
        cluster_id: the CSS cluster's id, a UUID of 36 characters.
        status: RUNNING, SUCCESS, FAIL or NOT_FAIL (running or successful); None for all.
        job_id: only the records of this job; None for all.
        job_type: Manual or Auto; None for all.
        offset: number of the first record to read, counted from 1 in the server's order.
        limit: the most records to read, 1 to 100,000; None for all.
        gate: judges the records. With a gate all records are read: `offset` and `limit` affect the outputs only, and
            `status` must not be given, because it would hide failures.
        include_records: whether the records are among the outputs.

    Raises:
        ArgumentError: a value is invalid.
    """

    cluster_id: str
    status: str | None = None
    job_id: str | None = None
    job_type: str | None = None
    offset: int = 1
    limit: int | None = None
    gate: Gate | None = None
    include_records: bool = True

    def __post_init__(self) -> None:
        """Check every value; integers arrive from Pulumi as floats, and are converted back."""
        check_cluster_id(self.cluster_id)
        check_choice("status", self.status, STATUSES)
        if self.gate is not None and self.status is not None:
            raise ArgumentError(
                "status",
                f"{as_given(self.status)} does not go together with a gate, for it would hide records from it; "
                "leave it out: a gate judges all records",
            )
        check_choice("job_type", self.job_type, JOB_TYPES)
        if self.job_id is not None and not (isinstance(self.job_id, str) and self.job_id.strip()):
            raise ArgumentError("job_id", f"{as_given(self.job_id)} is not a job's id; leave it out to see all jobs")
        object.__setattr__(self, "offset", check_int("offset", self.offset, 1))
        if self.limit is not None:
            object.__setattr__(self, "limit", check_int("limit", self.limit, 1, MAX_LIMIT))
        check_bool("include_records", self.include_records)

    @classmethod
    def of(cls, cluster_id: str, arguments: QueryArguments, *, include_records: bool = True) -> LogRecordsQuery:
        """Create a query from a user's arguments; `include_records` counts where the user does not say.

        Raises:
            ArgumentError: one of them is invalid.
        """
        gate, offset, given = arguments.get("gate"), arguments.get("offset"), arguments.get("include_records")
        return cls(
            cluster_id=cluster_id,
            status=arguments.get("status"),
            job_id=arguments.get("job_id"),
            job_type=arguments.get("job_type"),
            offset=1 if offset is None else offset,
            limit=arguments.get("limit"),
            gate=None if gate is None else Gate.of(gate),
            include_records=include_records if given is None else given,
        )

    @property
    def narrowed(self) -> Narrowing:
        """The arguments that narrow the result, by name; empty if none does."""
        given = {
            "status": self.status,
            "job_id": self.job_id,
            "job_type": self.job_type,
            "offset": self.offset if self.offset > 1 else None,
            "limit": self.limit,
        }
        return cast("Narrowing", {name: value for name, value in given.items() if value is not None})


def log_records(
    arguments: LogRecordsArguments,
    *,
    config: ConfigGetter | None = None,
    environ: Mapping[str, str] | None = None,
    reader: Reader = PROGRAM,
    enforce_gate: bool = True,
) -> LogRecordsResult:
    """Check the arguments, resolve the settings, and read; shared by the function, the resource and the plugin.

    Where the settings are looked for, and how errors write them, is as for `resolve`. Without `enforce_gate`, a verdict
    that did not pass is an output, not an error.

    Raises:
        ArgumentError, SettingsError: before any request is sent; or no cluster has the name, or several have it.
        GateError: the verdict is failed or pending.
        CssError: the records could not be read.
    """
    cluster_id, cluster_name = arguments.get("cluster_id"), arguments.get("cluster_name")
    check_one_given(reader.write, cluster_id=cluster_id, cluster_name=cluster_name)
    if cluster_name is not None:
        check_text("cluster_name", cluster_name, "a cluster's name")
    query = LogRecordsQuery.of(ANY_CLUSTER if cluster_id is None else cluster_id, arguments)
    settings = resolve_arguments(arguments, config=config, environ=environ, reader=reader)
    client = shared_client(settings)
    if cluster_name is not None:
        from .cluster_list import list_all_clusters
        from .selection import cluster_of_name

        query = replace(query, cluster_id=cluster_of_name(list_all_clusters(client), cluster_name).id)
    result = read(client, query, cluster_name=cluster_name)
    if query.gate is None:
        return result
    verdict = result.judge(query.gate)
    explain = result.explanation(verdict)
    verdict = verdict if explain is None else explain()
    if enforce_gate and not verdict.passed:
        raise GateError(verdict)
    return replace(result, verdict=verdict)


def read(
    client: CssClient, query: LogRecordsQuery, *, cluster_name: str | None = None, now: datetime | None = None
) -> LogRecordsResult:
    """Read one cluster's records, with as few requests as it takes.

    Args:
        client: sends the requests.
        query: what to read.
        cluster_name: the cluster's name, if it is known.
        now: the time for `read_at`; default: the current time.

    Raises:
        CssError: the records could not be read; partial results are never returned.
    """
    deadline, gated = Deadline(client.timeout), query.gate is not None
    window = read_window(
        lambda position, size, offset_name: client.list_log_records(
            query.cluster_id,
            position,
            size,
            _ON_THE_WIRE[query.status] if query.status else None,
            offset_name=offset_name,
            _deadline=deadline,
        ),
        1 if gated else query.offset,
        None if gated else query.limit,
        filtered=query.status is not None,
    )
    shown, truncated = window.records, window.truncated
    outside: tuple[Record, ...] = ()
    if gated:
        start, number = query.offset - 1, len(window.records)
        end = number if query.limit is None else min(number, start + query.limit)
        shown, outside = window.records[start:end], window.records[:start] + window.records[max(start, end) :]
        truncated |= end < number
    return LogRecordsResult(
        cluster_id=query.cluster_id,
        project_id=client.project_id(),
        region=client.region,
        records=tuple(newest_first(_filtered(shown, query))),
        total_size=window.total_size,
        truncated=truncated,
        newest_first=window.newest_first and query.status is None,  # records that a status hides may be newer
        read_at=unix_ms(now or datetime.now(UTC)),
        incomplete=window.truncated or not (gated or (query.offset == 1 and query.status is None)),
        outside=tuple(_filtered(outside, query)),
        narrowed=query.narrowed,
        include_records=query.include_records,
        cluster_name=cluster_name,
        ask_settings=_asking(client, query.cluster_id, deadline.remaining()) if gated else None,
    )


def _filtered(records: Sequence[Record], query: LogRecordsQuery) -> Iterable[Record]:
    """Return the records that pass a query's filters; a site may not have applied them."""
    if query.status is None and query.job_id is None and query.job_type is None:
        return records
    return (record for record in records if _matches(record, query))


def _matches(record: Record, query: LogRecordsQuery) -> bool:
    return (
        _has_status(record, query.status)
        and (query.job_id is None or record.job_id == query.job_id)
        and (query.job_type is None or record.job_type == query.job_type)
    )


def _has_status(record: Record, wanted: str | None) -> bool:
    """Return whether a record has a status; an unknown one is not FAIL, although a gate counts it as a failure."""
    if wanted is None:
        return True
    known = (record.status or "").strip().upper()
    return known != "FAIL" if wanted == "NOT_FAIL" else known == wanted


def _asking(client: CssClient, cluster_id: str, left: float) -> AskSettings:
    """Return what asks for the cluster's log settings, in the time that is left of the query's."""
    seconds = min(left, _SETTINGS_SECONDS)
    return lambda: client.log_settings(cluster_id, _deadline=Deadline(seconds))
