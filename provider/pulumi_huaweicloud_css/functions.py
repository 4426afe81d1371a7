"""The functions `get_log_records` and `get_fleet_log_records`, and their forms for outputs.

They run in the program, at every preview and every update, off the event loop, so that several run concurrently. Under
`pulumi.runtime.set_mocks`, they call the mocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pulumi import Input, InvokeOptions, InvokeOutputOptions, Output

from ._pulumi.function import Function, call, call_output
from ._pulumi.inputs import GateInput, SelectorInput, SitesInput
from ._pulumi.outputs import fleet_outputs, log_records_outputs, plain_records
from ._pulumi.types import GetFleetLogRecordsResult, GetLogRecordsResult
from ._validation import JobType, OnError, Status

if TYPE_CHECKING:
    from ._backups.fleet_query import FleetArguments
    from ._backups.gate import Gate
    from ._backups.query import LogRecordsArguments
    from ._backups.selection import ClusterSelector
    from ._backups.sites import Site
    from ._config.sources import ConfigGetter
    from ._pulumi.arguments import FleetInputs, LogRecordsInputs


def get_log_records(
    *,
    cluster_id: str | None = None,
    cluster_name: str | None = None,
    project_id: str | None = None,
    region: str | None = None,
    endpoint: str | None = None,
    status: Status | None = None,
    job_id: str | None = None,
    job_type: JobType | None = None,
    offset: int | None = None,
    limit: int | None = None,
    gate: Gate | None = None,
    include_records: bool | None = None,
    opts: InvokeOptions | None = None,
) -> GetLogRecordsResult:
    """Return a cluster's log backup records, newest first. Reads immediately, and keeps the event loop running.

    It also works outside a Pulumi program, with settings from the environment only; it blocks there, so call it with
    `asyncio.to_thread` in async code. Under `pulumi.runtime.set_mocks`, it calls the mocks.

    Args:
        cluster_id: the CSS cluster's id, a UUID; or give `cluster_name`.
        cluster_name: the CSS cluster's name, which no other cluster of the project has; instead of `cluster_id`.
        project_id: 32 hexadecimal digits; default: from settings, or looked up in IAM by the region's name.
        region: the region's name, such as ``cn-north-4``; default: from settings.
        endpoint: base URL of the CSS API; default: the region's.
        status: ``RUNNING``, ``SUCCESS``, ``FAIL`` or ``NOT_FAIL`` (running or successful); default: all.
        job_id: only the records of this job.
        job_type: ``Manual`` or ``Auto``; default: both.
        offset: number of the first record to read, counted from 1.
        limit: the most records to read, 1 to 100,000; default: all.
        gate: what is good enough; if the backups are not, the call fails with the reason.
        include_records: whether the records are in the result; default: yes.
        opts: accepted as in every Pulumi function, but without effect, because no provider plugin is called.

    Raises:
        ArgumentError, SettingsError: an argument or a setting is wrong; no records were requested.
        NoClusterError: no cluster has the name.
        GateError: the gate did not pass.
        CssError: the records could not be read.
    """
    arguments: LogRecordsArguments = {
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
        "gate": gate,
        "include_records": include_records,
    }
    return call(_LOG_RECORDS, arguments, opts)


def get_log_records_output(
    *,
    cluster_id: Input[str | None] | None = None,
    cluster_name: Input[str | None] | None = None,
    project_id: Input[str | None] | None = None,
    region: Input[str | None] | None = None,
    endpoint: Input[str | None] | None = None,
    status: Input[Status | None] | None = None,
    job_id: Input[str | None] | None = None,
    job_type: Input[JobType | None] | None = None,
    offset: Input[int | None] | None = None,
    limit: Input[int | None] | None = None,
    gate: GateInput | None = None,
    include_records: Input[bool | None] | None = None,
    opts: InvokeOptions | InvokeOutputOptions | None = None,
) -> Output[GetLogRecordsResult]:
    """Like `get_log_records`, for arguments that are outputs: waits for them and for ``opts.depends_on``.

    In a preview the result is unknown while an argument is unknown or a dependency is yet to be created.
    """
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
        "gate": gate,
        "include_records": include_records,
    }
    return call_output(_LOG_RECORDS, inputs, opts)


def get_fleet_log_records(
    *,
    cluster_ids: Sequence[str] | None = None,
    clusters: ClusterSelector | None = None,
    regions: Sequence[str] | None = None,
    sites: Sequence[Site] | None = None,
    project_id: str | None = None,
    region: str | None = None,
    endpoint: str | None = None,
    status: Status | None = None,
    job_id: str | None = None,
    job_type: JobType | None = None,
    offset: int | None = None,
    limit: int | None = None,
    gate: Gate | None = None,
    parallelism: int | None = None,
    on_error: OnError | None = None,
    include_records: bool | None = None,
    opts: InvokeOptions | None = None,
) -> GetFleetLogRecordsResult:
    """Return the log backup records of many clusters, summarized. Reads several concurrently, over shared connections.

    It also works outside a Pulumi program, with settings from the environment only; it blocks there, so call it with
    `asyncio.to_thread` in async code. Under `pulumi.runtime.set_mocks`, it calls the mocks.

    Args:
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
        on_error: ``fail`` (the default): the call fails, and its one error lists all clusters that failed; ``collect``:
            they are in the output `errors`.
        include_records: whether each cluster's records are in the result; default: no.
        opts: accepted as in every Pulumi function, but without effect, because no provider plugin is called.

    Raises:
        ArgumentError, SettingsError: an argument or a setting is wrong; no records were requested.
        NoClusterError: the selection matches no cluster.
        FleetError: clusters could not be read, or did not pass the gate.
        CssError: the project could not be looked up, or the clusters could not be listed.
    """
    arguments: FleetArguments = {
        "cluster_ids": cluster_ids,
        "clusters": clusters,
        "regions": regions,
        "sites": sites,
        "project_id": project_id,
        "region": region,
        "endpoint": endpoint,
        "status": status,
        "job_id": job_id,
        "job_type": job_type,
        "offset": offset,
        "limit": limit,
        "gate": gate,
        "parallelism": parallelism,
        "on_error": on_error,
        "include_records": include_records,
    }
    return call(_FLEET_LOG_RECORDS, arguments, opts)


def get_fleet_log_records_output(
    *,
    cluster_ids: Input[Sequence[Input[str]] | None] | None = None,
    clusters: SelectorInput | None = None,
    regions: Input[Sequence[Input[str]] | None] | None = None,
    sites: SitesInput | None = None,
    project_id: Input[str | None] | None = None,
    region: Input[str | None] | None = None,
    endpoint: Input[str | None] | None = None,
    status: Input[Status | None] | None = None,
    job_id: Input[str | None] | None = None,
    job_type: Input[JobType | None] | None = None,
    offset: Input[int | None] | None = None,
    limit: Input[int | None] | None = None,
    gate: GateInput | None = None,
    parallelism: Input[int | None] | None = None,
    on_error: Input[OnError | None] | None = None,
    include_records: Input[bool | None] | None = None,
    opts: InvokeOptions | InvokeOutputOptions | None = None,
) -> Output[GetFleetLogRecordsResult]:
    """Like `get_fleet_log_records`, for arguments that are outputs: waits for them and for ``opts.depends_on``.

    In a preview the result is unknown while an argument is unknown or a dependency is yet to be created.
    """
    inputs: FleetInputs = {
        "cluster_ids": cluster_ids,
        "clusters": clusters,
        "regions": regions,
        "sites": sites,
        "project_id": project_id,
        "region": region,
        "endpoint": endpoint,
        "status": status,
        "job_id": job_id,
        "job_type": job_type,
        "offset": offset,
        "limit": limit,
        "gate": gate,
        "parallelism": parallelism,
        "on_error": on_error,
        "include_records": include_records,
    }
    return call_output(_FLEET_LOG_RECORDS, inputs, opts)


# Modules that send requests are loaded by the first call: a program that reads nothing does not load the HTTP library.


def _read_log_records(arguments: LogRecordsArguments, config: ConfigGetter | None) -> GetLogRecordsResult:
    from ._backups.query import log_records

    return log_records_outputs(log_records(arguments, config=config))


def _read_fleet_log_records(arguments: FleetArguments, config: ConfigGetter | None) -> GetFleetLogRecordsResult:
    from ._backups.fleet import fleet_log_records

    return fleet_outputs(fleet_log_records(arguments, config=config, show=plain_records))


_LOG_RECORDS: Function[LogRecordsInputs, LogRecordsArguments, GetLogRecordsResult] = Function(
    "huaweicloud-css:index:getLogRecords", _read_log_records, GetLogRecordsResult
)
_FLEET_LOG_RECORDS: Function[FleetInputs, FleetArguments, GetFleetLogRecordsResult] = Function(
    "huaweicloud-css:index:getFleetLogRecords", _read_fleet_log_records, GetFleetLogRecordsResult
)
