"""The result of a query for one cluster: the records, newest first, and a summary of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, cast

from .._record import Record
from .._time import from_unix_ms, rfc3339
from .cluster_ref import ClusterRef
from .gate import Ordered, ordered

if TYPE_CHECKING:
    from .._outputs import RecordOutputs
    from .._verdict import Verdict
    from .causes import AskSettings
    from .gate import Gate
    from .outputs import LogRecordsOutputs, Narrowing, RecordFilter, RecordsPart, VerdictPart

Explanation = Callable[[], "Verdict"]


@dataclass(frozen=True)
class LogRecordsResult:
    """The result of a query for one cluster: the records, newest first, and a summary of them.

    Args:
        cluster_id: the cluster that was read.
        project_id: its project.
        region: the region; None if only an endpoint was given.
        records: newest first (by creation time, then id), filtered.
        total_size: the number of records according to the server, or None.
        truncated: True if there are records past the window that were not read, or if there may be.
        newest_first: True if the records are proved to be the newest, so that unread ones are older.
        read_at: when the read was complete, as Unix time in milliseconds.
        incomplete: True if a gate does not see all records, or may not.
        outside: records that were read for a gate and are outside the requested window.
        narrowed: the arguments that narrow the result, as of `LogRecordsQuery.narrowed`.
        verdict: the verdict of the query's gate; None without a gate.
        include_records: whether the records are among the outputs.
        cluster_name: the cluster's name; None if only its id is known.
        ask_settings: asks for the cluster's log settings, once; None if they cannot be asked for.
    """

    cluster_id: str
    project_id: str
    region: str | None
    records: tuple[Record, ...]
    total_size: int | None
    truncated: bool
    newest_first: bool
    read_at: int
    incomplete: bool
    outside: tuple[Record, ...] = ()
    narrowed: Narrowing = field(default_factory=lambda: cast("Narrowing", {}))
    verdict: Verdict | None = None
    include_records: bool = True
    cluster_name: str | None = None
    ask_settings: AskSettings | None = field(default=None, repr=False, compare=False)

    @cached_property
    def ordered(self) -> Ordered:
        """The records in the order in which a gate judges them."""
        return ordered(self.records)

    @property
    def latest(self) -> Record | None:
        """The newest of the records read, or None."""
        return self.records[0] if self.records else None

    @property
    def latest_success(self) -> Record | None:
        """The newest successful one of the records read, or None."""
        return next((record for record in self.records if record.outcome == "SUCCESS"), None)

    def judge(self, gate: Gate, *, now: datetime | None = None) -> Verdict:
        """Return a gate's verdict as of a time, by default when the records were read."""
        return gate.judge(
            self.records + self.outside if self.outside else self.ordered,
            now=now or from_unix_ms(self.read_at),
            cluster_id=ClusterRef(self.cluster_id, self.cluster_name).title,
            truncated=self.incomplete,
            newest_first=self.newest_first,
            total_size=self.total_size,
            only=judged_only(self.narrowed),
        )

    def explanation(self, verdict: Verdict, /, *, now: datetime | None = None) -> Explanation | None:
        """Return what adds the cause to a verdict's reason, for which the cluster's log settings are asked for.

        It holds none of the records. None if there is nothing to ask.

        Args:
            verdict: what `judge` returned.
            now: as of the same time.
        """
        if self.ask_settings is None or verdict.passed:
            return None
        from .causes import with_cause

        return partial(with_cause, verdict, now or from_unix_ms(self.read_at), self.cluster_id, self.ask_settings)

    def to_outputs(self, show: RecordFilter = list) -> LogRecordsOutputs:
        """Return the outputs, which are the same everywhere: plain JSON values, times as RFC 3339 text in UTC.

        Args:
            show: returns records' outputs as they may be shown.
        """

        def outputs(record: Record | None) -> RecordOutputs | None:
            return None if record is None else show([record.to_outputs()])[0]

        latest, success = outputs(self.latest), outputs(self.latest_success)
        records: RecordsPart = {}
        if self.include_records:
            records = {"records": show([record.to_outputs() for record in self.records])}
        verdict: VerdictPart = {} if self.verdict is None else {"verdict": self.verdict.to_dict()}
        return {
            "cluster_id": self.cluster_id,
            "cluster_name": self.cluster_name,
            "project_id": self.project_id,
            "region": self.region,
            **self.narrowed,
            **records,
            "count": len(self.records),
            "total_size": self.total_size,
            "truncated": self.truncated,
            "latest": latest,
            "latest_log_path": latest and latest["log_path"],
            "latest_status": latest and latest["status"],
            "latest_created_at": latest and latest["created_at"],
            "latest_finished_at": latest and latest["finished_at"],
            "latest_success": success,
            "latest_success_log_path": success and success["log_path"],
            "latest_success_finished_at": success and success["finished_at"],
            "read_at": rfc3339(self.read_at),
            **verdict,
        }


def judged_only(narrowed: Mapping[str, object]) -> str | None:
    """Return the job filters in words; None if there are none.

    Args:
        narrowed: the arguments that narrow a result, as of `LogRecordsQuery.narrowed`.
    """
    filters = {"job id": narrowed.get("job_id"), "job type": narrowed.get("job_type")}
    return " and ".join(f"{name} {value}" for name, value in filters.items() if value is not None) or None
