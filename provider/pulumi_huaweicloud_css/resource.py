"""`LogRecords` and `FleetLogRecords`: read-only resources that the engine reads at every preview and every up.

The engine keeps a reference to each resource's provider in the state of every stack that uses it, by this module's and
the class's name. So neither is ever renamed, and the classes have no attributes that are set when they are made: then
the reference is all that is kept, the same for every version of this package.
"""

# No `from __future__ import annotations` here: Pulumi evaluates the outputs' types anew for each resource, and text is
# slow to evaluate.
import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import Input, Output

from ._pulumi.inputs import GateInput, plain_gate
from ._pulumi.read_resource import ReadProvider, ReadResource
from ._pulumi.types import ClusterLogRecords, GateVerdict, LogRecord
from ._validation import JobType, OnError, Status

if TYPE_CHECKING:
    from ._backups.fleet import FleetResult
    from ._config.sources import ConfigGetter

COMMON_INPUTS = (
    "project_id",
    "region",
    "endpoint",
    "status",
    "job_id",
    "job_type",
    "offset",
    "limit",
    "gate",
)


class LogRecordsProvider(ReadProvider):
    """Reads one cluster's records."""

    inputs = ("cluster_id", *COMMON_INPUTS)
    always = frozenset({"records", "count", "truncated", "read_at"})

    @staticmethod
    def outputs(inputs: Mapping[str, Any], config: "ConfigGetter", *, enforce_gate: bool) -> dict[str, Any]:
        """Return the outputs of one cluster."""
        from ._backups.query import LogRecordsArguments, log_records, query_arguments  # here: it loads the HTTP library
        from ._pulumi.outputs import log_records_outputs

        arguments = LogRecordsArguments(cluster_id=inputs["cluster_id"], **query_arguments(inputs))
        return log_records_outputs(log_records(arguments, config=config, enforce_gate=enforce_gate))


class LogRecords(ReadResource, module="huaweicloud-css", name="LogRecords"):
    """The log backup records of one CSS cluster, read on any preview, update or refresh; never created or deleted.

    Credentials are no arguments: they come from the stack's configuration (namespace ``huaweicloud``) or the
    environment, so that they are in no state. If an argument is not known yet, as the id of a cluster that is made
    in the same run, the outputs are unknown in the preview and read in the update.

    Args:
        resource_name: the resource's name in the stack.
        cluster_id: the CSS cluster's id, a UUID. It becomes the resource's id, which Pulumi keeps in clear text.
        project_id: 32 hexadecimal digits; from the settings, or looked up by the region, if not given.
        region: the region's name, such as ``cn-north-4``; from the settings if not given.
        endpoint: base URL of the CSS API, instead of the region's own.
        status: ``RUNNING``, ``SUCCESS``, ``FAIL`` or ``NOT_FAIL`` (running or successful); all if not given.
        job_id: only the records of this job.
        job_type: ``Manual`` or ``Auto``; both if not given.
        offset: number of the first record to read, counted from 1.
        limit: read at most so many records, 1 to 100,000; all if not given.
        gate: what is good enough. If the backups are not, the read fails, in the preview too, with the reason as the
            error; then nothing that depends on the resource is touched.
        opts: the resource's options; ``id`` is set by the resource itself.
    """

    cluster_id: Output[str]
    """The cluster that was asked about."""
    project_id: Output[str]
    """The project it is in."""
    region: Output[str | None]
    """The region; None where only an endpoint was given."""
    records: Output[list[LogRecord]]
    """The records, newest first, filtered."""
    count: Output[int]
    """How many records there are in `records`."""
    total_size: Output[int | None]
    """How many records the server says there are; None where it does not say."""
    truncated: Output[bool]
    """True if there are records past the window that were not read."""
    latest: Output[LogRecord | None]
    """The newest record of what was read, or None."""
    latest_log_path: Output[str | None]
    """The newest record's path."""
    latest_status: Output[str | None]
    """The newest record's status."""
    latest_created_at: Output[str | None]
    """When the newest record's task started."""
    latest_finished_at: Output[str | None]
    """When the newest record's task ended."""
    latest_success: Output[LogRecord | None]
    """The newest successful record of what was read, or None."""
    latest_success_log_path: Output[str | None]
    """The newest successful record's path."""
    latest_success_finished_at: Output[str | None]
    """When the newest successful record's task ended."""
    read_at: Output[str]
    """When the answer was complete."""
    verdict: Output[GateVerdict | None]
    """What the gate said; None where none was given."""

    def __init__(
        self,
        resource_name: str,
        *,
        cluster_id: Input[str],
        project_id: Input[str] | None = None,
        region: Input[str] | None = None,
        endpoint: Input[str] | None = None,
        status: Input[Status] | None = None,
        job_id: Input[str] | None = None,
        job_type: Input[JobType] | None = None,
        offset: Input[int] | None = None,
        limit: Input[int] | None = None,
        gate: GateInput | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            LogRecordsProvider(),
            resource_name,
            LogRecords.__annotations__,
            {
                "cluster_id": cluster_id,
                "project_id": project_id,
                "region": region,
                "endpoint": endpoint,
                "status": status,
                "job_id": job_id,
                "job_type": job_type,
                "offset": offset,
                "limit": limit,
                "gate": plain_gate(gate),
            },
            opts,
            id_of=lambda values: str(values["cluster_id"]),
        )


class FleetLogRecordsProvider(ReadProvider):
    """Reads the records of many clusters."""

    inputs = ("cluster_ids", *COMMON_INPUTS, "parallelism", "on_error", "include_records")
    always = frozenset({"clusters", "errors", "failed_cluster_ids", "read_at"})

    @staticmethod
    def outputs(inputs: Mapping[str, Any], config: "ConfigGetter", *, enforce_gate: bool) -> dict[str, Any]:
        """Return the outputs of the fleet."""
        from ._pulumi.outputs import fleet_outputs

        return fleet_outputs(_read_fleet(inputs, config, enforce_gate=enforce_gate))

    def _reread(self, known: dict[str, Any], subject: str) -> dict[str, Any]:
        """Return what was read, with what was known of clusters that could not be; warn of these, and of gone ones."""
        from ._pulumi.cancellation import cancellable
        from ._pulumi.outputs import fleet_outputs
        from ._pulumi.refresh import keep_unread, warn_of_clusters

        inputs = self.given(known)
        result = cancellable(lambda: _read_fleet(inputs, self._config, enforce_gate=False))
        warn_of_clusters(subject, result.unread, len(result.results))
        return keep_unread(known, {**fleet_outputs(result), **inputs}, result.unread)


def _read_fleet(inputs: Mapping[str, Any], config: "ConfigGetter", *, enforce_gate: bool) -> "FleetResult":
    from ._backups.fleet import FleetArguments, fleet_log_records  # here: it loads the HTTP library
    from ._backups.query import query_arguments
    from ._pulumi.outputs import record_outputs

    arguments = FleetArguments(
        cluster_ids=inputs["cluster_ids"],
        parallelism=inputs.get("parallelism"),
        on_error=inputs.get("on_error"),
        include_records=inputs.get("include_records"),
        **query_arguments(inputs),
    )
    return fleet_log_records(arguments, config=config, enforce_gate=enforce_gate, record_outputs=record_outputs)


class FleetLogRecords(ReadResource, module="huaweicloud-css", name="FleetLogRecords"):
    """The log backup records of many CSS clusters, read on any preview, update or refresh; never created or deleted.

    Several clusters are asked at once, over shared connections; a throttled API slows all of them down together.
    Credentials come from the settings, as for `LogRecords`.

    Args:
        resource_name: the resource's name in the stack.
        cluster_ids: the CSS clusters' ids, at least one; one that is there twice is asked once.
        project_id: 32 hexadecimal digits; from the settings, or looked up by the region, if not given.
        region: the region's name, such as ``cn-north-4``; from the settings if not given.
        endpoint: base URL of the CSS API, instead of the region's own.
        status: ``RUNNING``, ``SUCCESS``, ``FAIL`` or ``NOT_FAIL`` (running or successful); all if not given.
        job_id: only the records of this job.
        job_type: ``Manual`` or ``Auto``; both if not given.
        offset: number of the first record to read of each cluster, counted from 1.
        limit: read at most so many records of each cluster, 1 to 100,000; all if not given.
        gate: what is good enough; a cluster whose backups are not has failed.
        parallelism: how many clusters are asked at once, 1 to 64; 16 if not given.
        on_error: ``fail`` (the default): the read fails, in the preview too, and its one error lists all clusters that
            failed; ``collect``: they are in the output `errors`.
        include_records: whether each cluster's records are among the outputs, and so in the state; not if not given.
        opts: the resource's options; ``id`` is set by the resource itself.
    """

    clusters: Output[dict[str, ClusterLogRecords]]
    """What was read of each cluster, by cluster id; clusters that could not be read are not there."""
    verdicts: Output[dict[str, GateVerdict] | None]
    """What the gate said of each cluster that was read, by cluster id; None where no gate was given."""
    errors: Output[dict[str, str]]
    """Why clusters failed, by cluster id: they could not be read, or did not pass the gate."""
    oldest_success: Output[LogRecord | None]
    """Of the clusters' newest successes, the oldest; None where no cluster has one."""
    failed_cluster_ids: Output[list[str]]
    """The clusters that are in `errors`, in the order in which they were given."""
    read_at: Output[str]
    """When the answer was complete."""

    def __init__(
        self,
        resource_name: str,
        *,
        cluster_ids: Input[Sequence[Input[str]]],
        project_id: Input[str] | None = None,
        region: Input[str] | None = None,
        endpoint: Input[str] | None = None,
        status: Input[Status] | None = None,
        job_id: Input[str] | None = None,
        job_type: Input[JobType] | None = None,
        offset: Input[int] | None = None,
        limit: Input[int] | None = None,
        gate: GateInput | None = None,
        parallelism: Input[int] | None = None,
        on_error: Input[OnError] | None = None,
        include_records: Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            FleetLogRecordsProvider(),
            resource_name,
            FleetLogRecords.__annotations__,
            {
                "cluster_ids": cluster_ids,
                "project_id": project_id,
                "region": region,
                "endpoint": endpoint,
                "status": status,
                "job_id": job_id,
                "job_type": job_type,
                "offset": offset,
                "limit": limit,
                "gate": plain_gate(gate),
                "parallelism": parallelism,
                "on_error": on_error,
                "include_records": include_records,
            },
            opts,
            id_of=lambda values: _fleet_id(values["cluster_ids"]),
        )


def _fleet_id(cluster_ids: Any) -> str:
    """Return an id that tells one set of clusters from another; what is wrong with them is said when they are read."""
    text = repr(
        sorted({str(cluster_id) for cluster_id in cluster_ids})
        if isinstance(cluster_ids, list | tuple)
        else cluster_ids
    )
    return f"fleet-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
