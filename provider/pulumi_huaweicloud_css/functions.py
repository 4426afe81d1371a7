"""`get_log_records` and `get_log_records_output`: the same question, asked by the program itself.

They run in the program, at every preview and every update, off the event loop, so that several run at once. Under
`pulumi.runtime.set_mocks`, the mocks answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import pulumi
from pulumi import Input, InvokeOptions, InvokeOutputOptions, Output, Resource
from pulumi.runtime.settings import get_monitor
from pulumi.runtime.sync_await import _sync_await

from ._pulumi.config_warnings import warn_of_plain_secrets
from ._pulumi.inputs import GateInput
from ._pulumi.mocks import call_mocks, call_mocks_output, ensure_event_loop, is_mocked
from ._pulumi.types import GateVerdict, GetLogRecordsResult, LogRecord
from ._pulumi.wire_values import plain_for_engine
from ._validation import JobType, Status
from .errors import CssError, unexpected

if TYPE_CHECKING:
    from ._backups.gate import Gate

_T = TypeVar("_T")


@dataclass(frozen=True)
class Function(Generic[_T]):
    """One function of this package.

    Args:
        token: the name of the plugin's function that does the same.
        read: returns the outputs.
        typed: returns the outputs as the typed object that programs use.
        result: the type of that object.
    """

    token: str
    read: Callable[..., dict[str, Any]]
    typed: Callable[[dict[str, Any]], _T]
    result: type[_T]


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
    return call(
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


def call(function: Function[_T], arguments: dict[str, Any], opts: InvokeOptions | None) -> _T:
    """Wait for an answer. In a program's own event loop, other work of the program goes on meanwhile."""
    if is_mocked():
        return call_mocks(function.token, arguments, function.result, opts)
    try:
        if get_monitor() is not None and _runs_a_loop():
            return _sync_await(_read_in_thread(function, arguments))
        return _read(function, arguments)
    except CssError as error:
        # The frames in between say nothing to a user; the program's own line, and the text, do.
        raise error.with_traceback(None) from None


def call_output(
    function: Function[_T],
    arguments: dict[str, Any],
    opts: InvokeOptions | InvokeOutputOptions | None,
) -> Output[_T]:
    """Ask once the arguments, and what `opts` says to depend on, are there."""
    ensure_event_loop()
    if is_mocked():
        return call_mocks_output(function.token, arguments, function.result, opts)
    waits = Output.from_input(getattr(opts, "depends_on", None)).apply(_settled)
    return Output.all(waits, Output.all(**arguments)).apply(lambda values: _read_in_thread(function, values[1]))


async def _read_in_thread(function: Function[_T], arguments: dict[str, Any]) -> _T:
    """Ask in a thread. The context goes along, and with it the stack's configuration."""
    try:
        return await asyncio.to_thread(_read, function, arguments)
    except CssError as error:
        raise error.with_traceback(None) from None


def _read(function: Function[_T], arguments: dict[str, Any]) -> _T:
    """Ask. What a program exports goes to the engine, so nothing of the answer means anything to that."""
    from ._config.sources import NAMESPACE

    warn_of_plain_secrets()
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        outputs: dict[str, Any] = plain_for_engine(function.read(config=pulumi.Config(NAMESPACE).get, **given))
    except CssError:
        raise
    except Exception as error:
        raise RuntimeError(unexpected(error)).with_traceback(error.__traceback__) from None
    return function.typed(outputs)


def _runs_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _read_outputs(**arguments: Any) -> dict[str, Any]:
    from ._backups.reading import (
        read_outputs,  # here, so that a program which asks nothing does not load the HTTP library
    )

    return read_outputs(**arguments)


def typed_result(outputs: dict[str, Any]) -> GetLogRecordsResult:
    """Return the outputs as the typed object that programs use."""
    return GetLogRecordsResult(**{**typed_records(outputs), "verdict": typed_verdict(outputs.get("verdict"))})


# The arguments that are in the outputs where they were given.
_NARROWING = ("status", "job_id", "job_type", "offset", "limit")
_LOG_RECORDS = Function("huaweicloud-css:index:getLogRecords", _read_outputs, typed_result, GetLogRecordsResult)


def typed_records(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return one cluster's outputs with its records as typed objects."""
    typed: dict[str, Any] = {name: _typed_record(outputs[name]) for name in ("latest", "latest_success")}
    if "records" in outputs:
        typed["records"] = [_typed_record(values) for values in outputs["records"]]
    return {**dict.fromkeys(_NARROWING), **outputs, **typed}


def typed_verdict(values: dict[str, Any] | None) -> GateVerdict | None:
    """Return a verdict as a typed object."""
    return None if values is None else GateVerdict(**{**values, "record": _typed_record(values["record"])})


def _typed_record(values: dict[str, Any] | None) -> LogRecord | None:
    return None if values is None else LogRecord(**values)


def _settled(depends_on: Any) -> Output[Any]:
    """Return an output that is there, and known, once the resources are: in a preview, not if they are to be made."""
    if depends_on is None:
        return Output.from_input(None)
    resources = [depends_on] if isinstance(depends_on, Resource) else list(cast(Sequence[Any], depends_on))
    return Output.all(*[Output.from_input(item).apply(_resource_settled) for item in resources])


def _resource_settled(resource: Resource) -> Output[Any]:
    identity = resource.id if isinstance(resource, pulumi.CustomResource) else resource.urn
    children = [_resource_settled(child) for child in getattr(resource, "_childResources", ())]
    return Output.all(identity, *children)
