"""Converts results to the outputs of Pulumi programs, for functions and resources alike.

What a program exports goes to the engine, so text from a server must not have a special meaning to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .types import (
    ClusterLogRecords,
    GateVerdict,
    GetClustersResult,
    GetFleetLogRecordsResult,
    GetLogRecordsResult,
    ListedCluster,
    LogRecord,
    SkippedCluster,
)
from .wire_values import is_plain, plain_for_engine, plain_text

if TYPE_CHECKING:
    from .._backups.cluster_list import ClustersResult
    from .._backups.fleet import FleetResult
    from .._backups.outputs import LogRecordsOutputs
    from .._backups.result import LogRecordsResult
    from .._outputs import RecordOutputs
    from .._verdict import Verdict

_D = TypeVar("_D", bound=dict[str, Any])

# Outputs that only some results have.
_NARROWING: dict[str, object] = dict.fromkeys(("status", "job_id", "job_type", "offset", "limit"))


def plain_records(records: list[RecordOutputs]) -> list[RecordOutputs]:
    """Return records without texts that have a special meaning to the engine; most have none."""
    texts = cast("list[Mapping[str, str | None]]", records)
    if is_plain("".join([text for each in texts for text in each.values() if text])):
        return records
    return [cast("RecordOutputs", plain_for_engine(record)) for record in records]


def log_records_outputs(result: LogRecordsResult) -> GetLogRecordsResult:
    """Return the outputs of one cluster."""
    outputs = {**_one(result.to_outputs(plain_records)), "verdict": _verdict(result.verdict)}
    return _filled(GetLogRecordsResult, outputs)


def fleet_outputs(result: FleetResult) -> GetFleetLogRecordsResult:
    """Return the outputs of a fleet, whose records went through `plain_records`."""
    outputs = result.to_outputs(plain_records)
    verdicts = {each.target: _verdict(each.verdict) for each in result.results if each.verdict is not None}
    return _filled(
        GetFleetLogRecordsResult,
        {
            **outputs,
            "clusters": {key: _filled(ClusterLogRecords, _one(each)) for key, each in outputs["clusters"].items()},
            "verdicts": verdicts if result.gated else None,
            "errors": plain_for_engine(outputs["errors"]),
            "oldest_success": _record(outputs["oldest_success"]),
            "skipped": [_filled(SkippedCluster, plain_for_engine(each)) for each in outputs["skipped"]],
        },
    )


def _one(outputs: LogRecordsOutputs) -> dict[str, object]:
    records = outputs.get("records")
    return {
        "records": None,
        **_NARROWING,
        **outputs,
        **({} if records is None else {"records": [_filled(LogRecord, each) for each in records]}),
        "cluster_name": outputs["cluster_name"] and plain_text(outputs["cluster_name"]),
        "latest": _record(outputs["latest"]),
        "latest_success": _record(outputs["latest_success"]),
    }


def _record(outputs: RecordOutputs | None) -> LogRecord | None:
    return None if outputs is None else _filled(LogRecord, outputs)


def clusters_outputs(result: ClustersResult) -> GetClustersResult:
    """Return the outputs of a list of clusters."""
    clusters = [_filled(ListedCluster, plain_for_engine(each.to_outputs())) for each in result.clusters]
    return _filled(GetClustersResult, {**result.to_outputs(), "clusters": clusters})


def _verdict(verdict: Verdict | None) -> GateVerdict | None:
    if verdict is None:
        return None
    outputs = verdict.to_dict()
    record = None if outputs["record"] is None else _filled(LogRecord, plain_records([outputs["record"]])[0])
    return _filled(GateVerdict, {**outputs, "reason": plain_text(verdict.reason), "record": record})


def _filled(made_of: type[_D], values: Mapping[str, object]) -> _D:
    """Create an output type from its values; its own constructor, which sets them one by one, is slower."""
    filled = made_of.__new__(made_of)
    filled.update(values)
    return filled
