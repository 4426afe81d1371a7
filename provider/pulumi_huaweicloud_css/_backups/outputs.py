"""The outputs of results, with their types: plain JSON values, times as RFC 3339 text in UTC.

For type checkers: nothing of this package imports this at run time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypedDict

from .._outputs import RecordOutputs, VerdictOutputs

if TYPE_CHECKING:
    from .._outputs import ClusterOutputs

# Returns records' outputs as they may be shown where they go.
RecordFilter = Callable[[list[RecordOutputs]], list[RecordOutputs]]


class Narrowing(TypedDict, total=False):
    """The arguments that narrow a result; missing if not given."""

    status: str
    job_id: str
    job_type: str
    offset: int
    limit: int


class RecordsPart(TypedDict, total=False):
    """The records; missing with `include_records=False`."""

    records: list[RecordOutputs]


class VerdictPart(TypedDict, total=False):
    """The verdict; missing without a gate."""

    verdict: VerdictOutputs


class LogRecordsOutputs(Narrowing, RecordsPart, VerdictPart):
    """The outputs of one cluster."""

    cluster_id: str
    cluster_name: str | None
    project_id: str
    region: str | None
    count: int
    total_size: int | None
    truncated: bool
    latest: RecordOutputs | None
    latest_log_path: str | None
    latest_status: str | None
    latest_created_at: str | None
    latest_finished_at: str | None
    latest_success: RecordOutputs | None
    latest_success_log_path: str | None
    latest_success_finished_at: str | None
    read_at: str


class SkippedOutputs(TypedDict):
    """The outputs of a cluster that was not read."""

    cluster_id: str
    cluster_name: str
    reason: str


class FleetOutputs(TypedDict):
    """The outputs of a fleet."""

    clusters: dict[str, LogRecordsOutputs]
    verdicts: dict[str, VerdictOutputs] | None
    errors: dict[str, str]
    oldest_success: RecordOutputs | None
    failed_cluster_ids: list[str]
    skipped: list[SkippedOutputs]
    read_at: str


class ClustersOutputs(TypedDict):
    """The outputs of a list of clusters."""

    clusters: list[ClusterOutputs]
    project_id: str
    region: str | None
