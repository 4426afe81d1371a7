"""The outputs as Pulumi programs see them: dictionaries with attributes, as in the SDKs that Pulumi generates.

So both ``logs.latest.log_path`` and ``logs.latest["log_path"]`` work, and so does whatever takes a dictionary.

Every time is RFC 3339 text in UTC with milliseconds. An entry without a value is None; Pulumi leaves such entries
out of its state, so a reader of raw stack outputs takes a missing key for None.
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
    """RUNNING, SUCCESS or FAIL; a value that the API may add later comes through as it is."""
    job_type: str | None
    """Manual or Auto."""
    job_id: str | None
    """The job's id."""
    failed_msg: str | None
    """Why the task failed; None unless it did."""


@pulumi.output_type
class GateVerdict(dict[str, Any]):
    """What a gate said. Of one cluster it is there only when it passed, for otherwise the read fails."""

    state: Literal["passed", "pending", "failed"]
    """``passed``; in a fleet with ``on_error="collect"`` also failed or pending."""
    reason: str
    """One sentence that names the deciding record."""
    record: LogRecord | None
    """The record that decided."""
    age: float | None
    """How old that record was, in seconds."""


@pulumi.output_type
class GetLogRecordsResult(dict[str, Any]):
    """The answer to `get_log_records`; `LogRecords` has the same outputs."""

    cluster_id: str
    """The cluster that was asked about."""
    project_id: str
    """The project it is in."""
    region: str | None
    """The region; None where only an endpoint was given."""
    status: str | None
    """The status that was asked for; None: all."""
    job_id: str | None
    """The job that was asked for; None: all."""
    job_type: str | None
    """The job type that was asked for; None: both."""
    offset: int | None
    """The first record that was asked for; None: the first there is."""
    limit: int | None
    """How many records were asked for at most; None: all."""
    records: list[LogRecord]
    """The records, newest first, filtered."""
    count: int
    """How many records there are in `records`."""
    total_size: int | None
    """How many records the server says there are; None where it does not say."""
    truncated: bool
    """True if there are records past the window that were not read."""
    latest: LogRecord | None
    """The newest record of what was read, or None."""
    latest_log_path: str | None
    """The newest record's path."""
    latest_status: str | None
    """The newest record's status."""
    latest_created_at: str | None
    """When the newest record's task started."""
    latest_finished_at: str | None
    """When the newest record's task ended."""
    latest_success: LogRecord | None
    """The newest successful record of what was read, or None."""
    latest_success_log_path: str | None
    """The newest successful record's path."""
    latest_success_finished_at: str | None
    """When the newest successful record's task ended."""
    read_at: str
    """When the answer was complete."""
    verdict: GateVerdict | None
    """What the gate said; None where none was given."""


@pulumi.output_type
class ClusterLogRecords(dict[str, Any]):
    """What a fleet's answer says of one cluster; the same as `GetLogRecordsResult`, mostly without the records."""

    cluster_id: str
    """The cluster that was asked about."""
    project_id: str
    """The project it is in."""
    region: str | None
    """The region; None where only an endpoint was given."""
    status: str | None
    """The status that was asked for; None: all."""
    job_id: str | None
    """The job that was asked for; None: all."""
    job_type: str | None
    """The job type that was asked for; None: both."""
    offset: int | None
    """The first record that was asked for; None: the first there is."""
    limit: int | None
    """How many records were asked for at most; None: all."""
    records: list[LogRecord] | None
    """The records, newest first, filtered; None unless `include_records` was given."""
    count: int
    """How many records were read, after the filters."""
    total_size: int | None
    """How many records the server says there are; None where it does not say."""
    truncated: bool
    """True if there are records past the window that were not read."""
    latest: LogRecord | None
    """The newest record of what was read, or None."""
    latest_log_path: str | None
    """The newest record's path."""
    latest_status: str | None
    """The newest record's status."""
    latest_created_at: str | None
    """When the newest record's task started."""
    latest_finished_at: str | None
    """When the newest record's task ended."""
    latest_success: LogRecord | None
    """The newest successful record of what was read, or None."""
    latest_success_log_path: str | None
    """The newest successful record's path."""
    latest_success_finished_at: str | None
    """When the newest successful record's task ended."""
    read_at: str
    """When the cluster's answer was complete."""


@pulumi.output_type
class GetFleetLogRecordsResult(dict[str, Any]):
    """The answer to `get_fleet_log_records`; `FleetLogRecords` has the same outputs."""

    clusters: dict[str, ClusterLogRecords]
    """What was read of each cluster, by cluster id; clusters that could not be read are not there."""
    verdicts: dict[str, GateVerdict] | None
    """What the gate said of each cluster that was read, by cluster id; None where no gate was given."""
    errors: dict[str, str]
    """Why clusters failed, by cluster id: they could not be read, or did not pass the gate."""
    oldest_success: LogRecord | None
    """Of the clusters' newest successes, the oldest; None where no cluster has one."""
    failed_cluster_ids: list[str]
    """The clusters that are in `errors`, in the order in which they were given."""
    read_at: str
    """When the answer was complete."""
