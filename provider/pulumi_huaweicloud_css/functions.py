"""The functions: `get_log_records`, `get_fleet_log_records`, and their forms for outputs.

They run in the program, at every preview and every update, off the event loop, so that several run at once. Under
`pulumi.runtime.set_mocks`, the mocks answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pulumi import Input, InvokeOptions, InvokeOutputOptions, Output

from ._pulumi.function import Function, call, call_output
from ._pulumi.inputs import GateInput
from ._pulumi.outputs import fleet_outputs, log_records_outputs, record_outputs
from ._pulumi.types import GetFleetLogRecordsResult, GetLogRecordsResult
from ._validation import JobType, OnError, Status

if TYPE_CHECKING:
    from ._backups.fleet import FleetArguments
    from ._backups.gate import Gate
    from ._backups.query import LogRecordsArguments
    from ._config.sources import ConfigGetter


def get_log_records(
    *,
    cluster_id: str,
    project_id: str | None = None,
    region: str | None = None,
    endpoint: str | None = None,
    status: Status | None = None,
    job_id: str | None = None,
    job_type: JobType | None = None,
    offset: int | None = None,
    limit: int | None = None,
    gate: Gate | None = None,
    opts: InvokeOptions | None = None,
) -> GetLogRecordsResult:
    """Return a cluster's log backup records, newest first. Asked at once; other work of the program goes on.

    Outside a Pulumi program it works too, with settings from the environment alone; in async code there, call it by
    `asyncio.to_thread`, for it blocks. Under `pulumi.runtime.set_mocks`, the mocks answer.

    Args:
        cluster_id: the CSS cluster's id, a UUID.
        project_id: 32 hexadecimal digits; from the settings, or looked up by the region, if not given.
        region: the region's name, such as ``cn-north-4``; from the settings if not given.
        endpoint: base URL of the CSS API, instead of the region's own.
        status: ``RUNNING``, ``SUCCESS``, ``FAIL`` or ``NOT_FAIL`` (running or successful); all if not given.
        job_id: only the records of this job.
        job_type: ``Manual`` or ``Auto``; both if not given.
        offset: number of the first record to read, counted from 1.
        limit: read at most so many records, 1 to 100,000; all if not given.
        gate: what is good enough; if the backups are not, the call fails with the reason.
        opts: accepted as by every Pulumi function; nothing in it applies, for no provider plugin is called.

    Raises:
        ArgumentError, SettingsError: an argument or a setting is wrong; nothing was sent.
        GateError: the gate did not pass.
        CssError: the question could not be answered.
    """
    arguments: LogRecordsArguments = {
        "cluster_id": cluster_id,
        "project_id": project_id,
        "region": region,
        "endpoint": endpoint,
        "status": status,
        "job_id": job_id,
        "job_type": job_type,
        "offset": offset,
        "limit": limit,
        "gate": gate,
    }
    return call(_LOG_RECORDS, arguments, opts)


def get_log_records_output(
    *,
    cluster_id: Input[str],
    project_id: Input[str | None] | None = None,
    region: Input[str | None] | None = None,
    endpoint: Input[str | None] | None = None,
    status: Input[Status | None] | None = None,
    job_id: Input[str | None] | None = None,
    job_type: Input[JobType | None] | None = None,
    offset: Input[int | None] | None = None,
    limit: Input[int | None] | None = None,
    gate: GateInput | None = None,
    opts: InvokeOptions | InvokeOutputOptions | None = None,
) -> Output[GetLogRecordsResult]:
    """Like `get_log_records`, for arguments that are outputs: asked once they, and ``opts.depends_on``, are there.

    In a preview the result is unknown while an argument is unknown or a dependency is yet to be created.
    """
    return call_output(
        _LOG_RECORDS,
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
            "gate": gate,
        },
        opts,
    )


def get_fleet_log_records(
    *,
    cluster_ids: Sequence[str],
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
    """Return what many clusters' log backup records come to. Several are asked at once, over shared connections.

    Outside a Pulumi program it works too, with settings from the environment alone; in async code there, call it by
    `asyncio.to_thread`, for it blocks. Under `pulumi.runtime.set_mocks`, the mocks answer.

    Args:
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
        on_error: ``fail`` (the default): the call fails, and its one error lists all clusters that failed; ``collect``:
            they are in the output `errors`.
        include_records: whether each cluster's records are in the answer; not if not given.
        opts: accepted as by every Pulumi function; nothing in it applies, for no provider plugin is called.

    Raises:
        ArgumentError, SettingsError: an argument or a setting is wrong; nothing was sent.
        FleetError: clusters could not be read, or did not pass the gate.
        CssError: the project could not be looked up.
    """
    arguments: FleetArguments = {
        "cluster_ids": cluster_ids,
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
    cluster_ids: Input[Sequence[Input[str]]],
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
    """Like `get_fleet_log_records`, for arguments that are outputs: asked once they, and `opts.depends_on`, are there.

    In a preview the result is unknown while an argument is unknown or a dependency is yet to be created.
    """
    return call_output(
        _FLEET_LOG_RECORDS,
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
            "gate": gate,
            "parallelism": parallelism,
            "on_error": on_error,
            "include_records": include_records,
        },
        opts,
    )


# Modules that read are loaded by the first call: a program which reads nothing does not load the HTTP library.


def _read_log_records(arguments: LogRecordsArguments, config: ConfigGetter) -> GetLogRecordsResult:
    from ._backups.query import log_records

    return log_records_outputs(log_records(arguments, config=config))


def _read_fleet_log_records(arguments: FleetArguments, config: ConfigGetter) -> GetFleetLogRecordsResult:
    from ._backups.fleet import fleet_log_records

    return fleet_outputs(fleet_log_records(arguments, config=config, record_outputs=record_outputs))


_LOG_RECORDS = Function("huaweicloud-css:index:getLogRecords", _read_log_records, GetLogRecordsResult)
_FLEET_LOG_RECORDS = Function(
    "huaweicloud-css:index:getFleetLogRecords", _read_fleet_log_records, GetFleetLogRecordsResult
)
