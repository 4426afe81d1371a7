"""The output types of Pulumi programs: dictionaries with attributes, as in the SDKs that Pulumi generates.

Both ``logs.latest.log_path`` and ``logs.latest["log_path"]`` work, and so does everything that takes a dictionary.

Times are RFC 3339 text in UTC with milliseconds. A missing value is None; Pulumi omits None from its state, so in raw
stack outputs a missing key means None.
"""

from __future__ import annotations

from typing import Any, Literal

import pulumi


@pulumi.output_type
class LogRecord(dict[str, Any]):
    """One log backup task of a cluster."""

    id: str
    """The record's id."""
    cluster_id: str | None
    """The cluster's id."""
    created_at: str | None
    """When the task started."""
    finished_at: str | None
    """When the task ended; None while it runs."""
    log_path: str | None
    """Path of the backup in the OBS bucket."""
    status: str | None
    """RUNNING, SUCCESS or FAIL; other values of the API are passed through."""
    job_type: str | None
    """Manual or Auto."""
    job_id: str | None
    """The job's id."""
    failed_msg: str | None
    """Why the task failed; None unless it did."""


@pulumi.output_type
class GateVerdict(dict[str, Any]):
    """A gate's verdict. For a single cluster it is always passed, because otherwise the read fails."""

    state: Literal["passed", "pending", "failed"]
    """``passed``; in a fleet with ``on_error="collect"`` also failed or pending."""
    reason: str
    """One sentence that names the deciding record."""
    record: LogRecord | None
    """The deciding record."""
    age: float | None
    """The age of that record, in seconds."""


@pulumi.output_type
class GetLogRecordsResult(dict[str, Any]):
    """The result of `get_log_records`; `LogRecords` has the same outputs."""

    cluster_id: str
    """The cluster that was read."""
    cluster_name: str | None
    """The cluster's name; None if its id was given."""
    project_id: str
    """The cluster's project."""
    region: str | None
    """The region; None if only an endpoint was given."""
    status: str | None
    """The requested status; None: all."""
    job_id: str | None
    """The requested job; None: all."""
    job_type: str | None
    """The requested job type; None: both."""
    offset: int | None
    """The number of the first requested record; None: 1."""
    limit: int | None
    """The most records requested; None: all."""
    records: list[LogRecord]
    """The records, newest first, filtered; None with `include_records=False`."""
    count: int
    """The number of records read, after the filters."""
    total_size: int | None
    """The number of records according to the server; None if it returns none."""
    truncated: bool
    """True if there are records past the window that were not read, or if there may be."""
    latest: LogRecord | None
    """The newest of the records read, or None."""
    latest_log_path: str | None
    """The newest record's path."""
    latest_status: str | None
    """The newest record's status."""
    latest_created_at: str | None
    """When the newest record's task started."""
    latest_finished_at: str | None
    """When the newest record's task ended."""
    latest_success: LogRecord | None
    """The newest successful one of the records read, or None."""
    latest_success_log_path: str | None
    """The newest successful record's path."""
    latest_success_finished_at: str | None
    """When the newest successful record's task ended."""
    read_at: str
    """When the read was complete."""
    verdict: GateVerdict | None
    """The gate's verdict; None without a gate."""


@pulumi.output_type
class ClusterLogRecords(dict[str, Any]):
    """One cluster in a fleet's result: as `GetLogRecordsResult`, without the verdict and usually without records."""

    cluster_id: str
    """The cluster that was read."""
    cluster_name: str | None
    """The cluster's name; None if the ids were given."""
    project_id: str
    """The cluster's project."""
    region: str | None
    """The region; None if only an endpoint was given."""
    status: str | None
    """The requested status; None: all."""
    job_id: str | None
    """The requested job; None: all."""
    job_type: str | None
    """The requested job type; None: both."""
    offset: int | None
    """The number of the first requested record; None: 1."""
    limit: int | None
    """The most records requested; None: all."""
    records: list[LogRecord] | None
    """The records, newest first, filtered; None unless `include_records` was given."""
    count: int
    """The number of records read, after the filters."""
    total_size: int | None
    """The number of records according to the server; None if it returns none."""
    truncated: bool
    """True if there are records past the window that were not read, or if there may be."""
    latest: LogRecord | None
    """The newest of the records read, or None."""
    latest_log_path: str | None
    """The newest record's path."""
    latest_status: str | None
    """The newest record's status."""
    latest_created_at: str | None
    """When the newest record's task started."""
    latest_finished_at: str | None
    """When the newest record's task ended."""
    latest_success: LogRecord | None
    """The newest successful one of the records read, or None."""
    latest_success_log_path: str | None
    """The newest successful record's path."""
    latest_success_finished_at: str | None
    """When the newest successful record's task ended."""
    read_at: str
    """When the read of the cluster was complete."""


@pulumi.output_type
class SkippedCluster(dict[str, Any]):
    """A selected cluster that can have no log backups now, and so was not read."""

    cluster_id: str
    """The cluster's id."""
    cluster_name: str
    """The cluster's name."""
    reason: str
    """Why it can have none: it is being created, or unavailable."""


@pulumi.output_type
class GetFleetLogRecordsResult(dict[str, Any]):
    """The result of `get_fleet_log_records`; `FleetLogRecords` has the same outputs."""

    clusters: dict[str, ClusterLogRecords]
    """The result of each cluster that was read, by cluster id."""
    verdicts: dict[str, GateVerdict] | None
    """The gate's verdict on each cluster that was read, by cluster id; None without a gate."""
    errors: dict[str, str]
    """Why clusters failed, by cluster id: they could not be read, or did not pass the gate."""
    oldest_success: LogRecord | None
    """The oldest of the clusters' newest successes; None if no cluster has one."""
    failed_cluster_ids: list[str]
    """The ids of the clusters in `errors`, in the order given, or by name if the clusters were selected."""
    skipped: list[SkippedCluster]
    """The selected clusters that can have no log backups now, and were not read."""
    read_at: str
    """When the read was complete."""


@pulumi.output_type
class ListedCluster(dict[str, Any]):
    """A cluster in the list of a project's clusters."""

    id: str
    """The cluster's id."""
    name: str
    """The cluster's name; empty if the API gives none."""
    status: str | None
    """The API's code: 100 being created, 200 available, 303 unavailable; others are passed through."""
    engine: str | None
    """``elasticsearch``, ``opensearch`` or ``logstash``."""
    version: str | None
    """The engine's version."""
    tags: dict[str, str]
    """The cluster's tags, by key."""
    enterprise_project_id: str | None
    """The enterprise project's id; ``0`` is the default one."""
    created_at: str | None
    """When the cluster was created."""


@pulumi.output_type
class GetClustersResult(dict[str, Any]):
    """The result of `get_clusters`."""

    clusters: list[ListedCluster]
    """The clusters, by name and id."""
    project_id: str
    """The clusters' project."""
    region: str | None
    """The region; None if only an endpoint was given."""
