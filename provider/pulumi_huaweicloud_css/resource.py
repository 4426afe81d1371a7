"""`LogRecords` and `FleetLogRecords`: read-only resources that the engine reads at every preview and every up.

The engine stores a reference to each resource's provider in the state of every stack that uses it: the names of this
module and of the class. So neither is ever renamed, and the classes have no instance attributes when they are created:
then the reference is all that is stored, the same for every version of this package.
"""

# No `from __future__ import annotations` here: Pulumi evaluates the outputs' types for each resource, which is slow for
# text.
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
from pulumi import Input, Output

from ._pulumi.inputs import GateInput, SelectorInput, SitesInput, plain_gate, plain_selector, plain_sites
from ._pulumi.read_resource import ReadProvider, ReadResource, fleet_id, one_id
from ._pulumi.types import ClusterLogRecords, GateVerdict, LogRecord, SkippedCluster
from ._validation import JobType, OnError, Status

if TYPE_CHECKING:
    from ._backups.fleet import FleetResult
    from ._backups.fleet_query import FleetArguments
    from ._backups.query import LogRecordsArguments
    from ._config.sources import ConfigGetter
    from ._pulumi.arguments import FleetProperties, FleetResourceInputs, LogRecordsInputs
    from ._pulumi.types import GetFleetLogRecordsResult, GetLogRecordsResult

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
    "include_records",
)


class LogRecordsProvider(ReadProvider["LogRecordsArguments"]):
    """Reads one cluster's records."""

    inputs = ("cluster_id", "cluster_name", *COMMON_INPUTS)
    always = frozenset({"count", "truncated", "read_at"})

    @staticmethod
    def outputs(
        arguments: "LogRecordsArguments", config: "ConfigGetter", *, enforce_gate: bool
    ) -> "GetLogRecordsResult":
        """Return the outputs of one cluster."""
        from ._backups.query import log_records  # here: it loads the HTTP library
        from ._pulumi.outputs import log_records_outputs

        return log_records_outputs(log_records(arguments, config=config, enforce_gate=enforce_gate))

    def _reread(self, known: dict[str, object], subject: str) -> dict[str, object]:
        """Return the new outputs; a cluster that was given by its name is looked up again."""
        by_name = known.get("cluster_name") is not None
        return super()._reread({**known, "cluster_id": None} if by_name else known, subject)


class LogRecords(ReadResource, module="huaweicloud-css", name="LogRecords"):
    """The log backup records of one CSS cluster, read on any preview, update or refresh; never created or deleted.

    Credentials are not arguments: they come from the stack's configuration (namespace ``huaweicloud``) or the
    environment, so that no state contains them. If an argument is unknown, such as the id of a cluster that is created
    in the same run, the outputs are unknown in the preview and read in the update.

    Args:
        resource_name: the resource's name in the stack.
        cluster_id: the CSS cluster's id, a UUID; or give `cluster_name`. Either becomes the resource's id, which Pulumi
            stores in clear text.
        cluster_name: the CSS cluster's name, which no other cluster of the project has; instead of `cluster_id`.
        project_id: 32 hexadecimal digits; default: from settings, or looked up in IAM by the region's name.
        region: the region's name, such as ``cn-north-4``; default: from settings.
        endpoint: base URL of the CSS API; default: the region's.
        status: ``RUNNING``, ``SUCCESS``, ``FAIL`` or ``NOT_FAIL`` (running or successful); default: all.
        job_id: only the records of this job.
        job_type: ``Manual`` or ``Auto``; default: both.
        offset: number of the first record to read, counted from 1.
        limit: the most records to read, 1 to 100,000; default: all.
        gate: what is good enough. If the backups are not, the read fails, in the preview too, with the reason as the
            error; then nothing that depends on the resource is touched.
        include_records: whether the records are among the outputs, and so in the state; default: yes.
        opts: the resource's options; ``id`` is set by the resource itself.
    """

    cluster_id: Output[str]
    """The cluster that was read."""
    cluster_name: Output[str | None]
    """The cluster's name; None if its id was given."""
    project_id: Output[str]
    """The cluster's project."""
    region: Output[str | None]
    """The region; None if only an endpoint was given."""
    records: Output[list[LogRecord]]
    """The records, newest first, filtered; None with `include_records=False`."""
    count: Output[int]
    """The number of records read, after the filters."""
    total_size: Output[int | None]
    """The number of records according to the server; None if it returns none."""
    truncated: Output[bool]
    """True if there are records past the window that were not read, or if there may be."""
    latest: Output[LogRecord | None]
    """The newest of the records read, or None."""
    latest_log_path: Output[str | None]
    """The newest record's path."""
    latest_status: Output[str | None]
    """The newest record's status."""
    latest_created_at: Output[str | None]
    """When the newest record's task started."""
    latest_finished_at: Output[str | None]
    """When the newest record's task ended."""
    latest_success: Output[LogRecord | None]
    """The newest successful one of the records read, or None."""
    latest_success_log_path: Output[str | None]
    """The newest successful record's path."""
    latest_success_finished_at: Output[str | None]
    """When the newest successful record's task ended."""
    read_at: Output[str]
    """When the read was complete."""
    verdict: Output[GateVerdict | None]
    """The gate's verdict; None without a gate."""

    def __init__(
        self,
        resource_name: str,
        *,
        cluster_id: Input[str] | None = None,
        cluster_name: Input[str] | None = None,
        project_id: Input[str] | None = None,
        region: Input[str] | None = None,
        endpoint: Input[str] | None = None,
        status: Input[Status] | None = None,
        job_id: Input[str] | None = None,
        job_type: Input[JobType] | None = None,
        offset: Input[int] | None = None,
        limit: Input[int] | None = None,
        gate: GateInput | None = None,
        include_records: Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: LogRecordsInputs = {
            "cluster_id": cluster_id,
            "cluster_name": cluster_name,
            "project_id": project_id,
            "region": region,
            "endpoint": endpoint,
            "status": status,
            "job_id": job_id,
            "job_type": job_type,
            "offset": offset,
            "limit": limit,
            "gate": plain_gate(gate, strict=False),
            "include_records": include_records,
        }
        super().__init__(LogRecordsProvider(), resource_name, LogRecords.__annotations__, inputs, opts, id_of=one_id)


class FleetLogRecordsProvider(ReadProvider["FleetProperties"]):
    """Reads the records of many clusters."""

    # The selection is an input under a name of its own, for an output is called `clusters`.
    inputs = ("cluster_ids", "selector", "regions", "sites", *COMMON_INPUTS, "parallelism", "on_error")
    always = frozenset({"clusters", "errors", "failed_cluster_ids", "read_at"})

    @staticmethod
    def outputs(
        arguments: "FleetProperties", config: "ConfigGetter", *, enforce_gate: bool
    ) -> "GetFleetLogRecordsResult":
        """Return the outputs of the fleet."""
        from ._pulumi.outputs import fleet_outputs

        return fleet_outputs(_read_fleet(arguments, config, enforce_gate=enforce_gate))

    def _reread(self, known: dict[str, object], subject: str) -> dict[str, object]:
        """Return the new outputs, with the old ones of clusters that could not be read; warn of these and gone ones."""
        from ._pulumi.cancellation import cancellable
        from ._pulumi.outputs import fleet_outputs
        from ._pulumi.refresh import keep_unread, warn_of_clusters

        given = self.given(known)
        result = cancellable(lambda: _read_fleet(given, self._config, enforce_gate=False))
        warn_of_clusters(subject, result.unread, len(result.results))
        return keep_unread(known, {**fleet_outputs(result), **given}, result.unread)


def _read_fleet(given: "FleetProperties", config: "ConfigGetter", *, enforce_gate: bool) -> "FleetResult":
    from ._backups.fleet import fleet_log_records  # here: it loads the HTTP library
    from ._pulumi.outputs import plain_records

    arguments: FleetArguments = {
        "cluster_ids": given.get("cluster_ids"),
        "clusters": given.get("selector"),
        "regions": given.get("regions"),
        "sites": given.get("sites"),
        "project_id": given.get("project_id"),
        "region": given.get("region"),
        "endpoint": given.get("endpoint"),
        "status": given.get("status"),
        "job_id": given.get("job_id"),
        "job_type": given.get("job_type"),
        "offset": given.get("offset"),
        "limit": given.get("limit"),
        "gate": given.get("gate"),
        "parallelism": given.get("parallelism"),
        "on_error": given.get("on_error"),
        "include_records": given.get("include_records"),
    }
    return fleet_log_records(arguments, config=config, enforce_gate=enforce_gate, show=plain_records)


class FleetLogRecords(ReadResource, module="huaweicloud-css", name="FleetLogRecords"):
    """The log backup records of many CSS clusters, read on any preview, update or refresh; never created or deleted.

    Several clusters are read concurrently, over shared connections; if the API throttles one request, all slow down.
    Credentials come from the settings, as for `LogRecords`.

    Args:
        resource_name: the resource's name in the stack.
        cluster_ids: the CSS clusters' ids, at least one; duplicates are ignored; or give `clusters`.
        clusters: selects clusters, anew at each read; instead of `cluster_ids`.
        regions: the regions in which the clusters are, instead of `region`; each has its own project and pace.
        sites: regions and the projects in them in which the clusters are, instead of `regions`.
        project_id: 32 hexadecimal digits; default: from settings, or looked up in IAM by the region's name.
        region: the region's name, such as ``cn-north-4``; default: from settings.
        endpoint: base URL of the CSS API; default: the region's.
        status: ``RUNNING``, ``SUCCESS``, ``FAIL`` or ``NOT_FAIL`` (running or successful); default: all.
        job_id: only the records of this job.
        job_type: ``Manual`` or ``Auto``; default: both.
        offset: number of the first record to read of each cluster, counted from 1.
        limit: the most records to read of each cluster, 1 to 100,000; default: all.
        gate: what is good enough; a cluster whose backups are not has failed.
        parallelism: how many clusters are read concurrently in each region, 1 to 64; default: 16.
        on_error: ``fail`` (the default): the read fails, in the preview too, and its one error lists all clusters that
            failed; ``collect``: they are in the output `errors`.
        include_records: whether each cluster's records are among the outputs, and so in the state; default: no.
        opts: the resource's options; ``id`` is set by the resource itself.
    """

    clusters: Output[dict[str, ClusterLogRecords]]
    """The result of each cluster that was read, by cluster id."""
    verdicts: Output[dict[str, GateVerdict] | None]
    """The gate's verdict on each cluster that was read, by cluster id; None without a gate."""
    errors: Output[dict[str, str]]
    """Why clusters failed, by cluster id: they could not be read, or did not pass the gate."""
    oldest_success: Output[LogRecord | None]
    """The oldest of the clusters' newest successes; None if no cluster has one."""
    failed_cluster_ids: Output[list[str]]
    """The ids of the clusters in `errors`, in the order given, or by name if the clusters were selected."""
    skipped: Output[list[SkippedCluster]]
    """The selected clusters that can have no log backups now, and were not read."""
    read_at: Output[str]
    """When the read was complete."""

    def __init__(
        self,
        resource_name: str,
        *,
        cluster_ids: Input[Sequence[Input[str]]] | None = None,
        clusters: SelectorInput | None = None,
        regions: Input[Sequence[Input[str]]] | None = None,
        sites: SitesInput | None = None,
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
        inputs: FleetResourceInputs = {
            "cluster_ids": cluster_ids,
            "selector": plain_selector(clusters, strict=False),
            "regions": regions,
            "sites": plain_sites(sites, strict=False),
            "project_id": project_id,
            "region": region,
            "endpoint": endpoint,
            "status": status,
            "job_id": job_id,
            "job_type": job_type,
            "offset": offset,
            "limit": limit,
            "gate": plain_gate(gate, strict=False),
            "parallelism": parallelism,
            "on_error": on_error,
            "include_records": include_records,
        }
        super().__init__(
            FleetLogRecordsProvider(), resource_name, FleetLogRecords.__annotations__, inputs, opts, id_of=fleet_id
        )
