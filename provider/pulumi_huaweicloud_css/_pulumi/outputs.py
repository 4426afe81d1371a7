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
from .wire_values import plain_for_engine, plain_text, plain_texts

if TYPE_CHECKING:
    from .._api.models import Record
    from .._backups.cluster_list import ClustersResult
    from .._backups.fleet import FleetResult
    from .._backups.gate import Verdict
    from .._backups.result import LogRecordsResult

_D = TypeVar("_D", bound=dict[str, Any])

# Outputs that only some results have.
_NARROWING: dict[str, object] = dict.fromkeys(("status", "job_id", "job_type", "offset", "limit"))


def record_outputs(record: Record) -> LogRecord:
    """Return the outputs of a record."""
    return _filled(LogRecord, plain_texts(record.to_outputs()))


def log_records_outputs(result: LogRecordsResult) -> GetLogRecordsResult:
    """Return the outputs of one cluster."""
    outputs = {
        "records": None,
        **_NARROWING,
        **result.to_outputs(record_outputs),
        "cluster_name": result.cluster_name and plain_text(result.cluster_name),
        "verdict": _verdict(result.verdict),
    }
    return _filled(GetLogRecordsResult, outputs)


def fleet_outputs(result: FleetResult) -> GetFleetLogRecordsResult:
    """Return the outputs of a fleet, whose records `record_outputs` converted."""
    outputs = result.to_outputs(record_outputs)
    clusters = cast("dict[str, dict[str, object]]", outputs["clusters"])
    verdicts = {each.target: _verdict(each.verdict) for each in result.results if each.verdict is not None}
    return _filled(
        GetFleetLogRecordsResult,
        {
            **outputs,
            "clusters": {
                cluster_id: _filled(
                    ClusterLogRecords,
                    {
                        "records": None,
                        **_NARROWING,
                        **values,
                        "cluster_name": plain_for_engine(values["cluster_name"]),
                    },
                )
                for cluster_id, values in clusters.items()
            },
            "verdicts": verdicts if result.gated else None,
            "errors": plain_for_engine(outputs["errors"]),
            "skipped": [_filled(SkippedCluster, plain_for_engine(each.to_outputs())) for each in result.skipped],
        },
    )


def clusters_outputs(result: ClustersResult) -> GetClustersResult:
    """Return the outputs of a list of clusters."""
    clusters = [_filled(ListedCluster, plain_for_engine(each.to_outputs())) for each in result.clusters]
    return _filled(GetClustersResult, {**result.to_outputs(), "clusters": clusters})


def _verdict(verdict: Verdict | None) -> GateVerdict | None:
    if verdict is None:
        return None
    record = None if verdict.record is None else record_outputs(verdict.record)
    return _filled(GateVerdict, {**verdict.to_dict(), "reason": plain_text(verdict.reason), "record": record})


def _filled(made_of: type[_D], values: Mapping[str, object]) -> _D:
    """Create an output type from its values; its own constructor, which sets them one by one, is slower."""
    filled = made_of.__new__(made_of)
    filled.update(values)
    return filled
