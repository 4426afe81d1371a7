"""Unwraps the stack outputs that the engine passes to a policy: plain values, whether unknown, whether secret."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2

from .._pulumi.wire_values import PlainValue, values_of

# The parts of a whole result that `read_stack_output` uses, in every language's style: cluster_id, clusterId. The
# others do not matter: a result is judged even if they are unknown in a preview.
_JUDGED = frozenset(
    {
        *("records", "truncated", "totalsize", "readat", "clusterid", "clustername"),
        *("status", "offset", "jobid", "jobtype"),  # with these it was read: without them, records would be hidden
    }
)


def plain_outputs(properties: struct_pb2.Struct) -> dict[str, PlainValue]:
    """Return a stack's outputs by name, without those that are None."""
    wrapped = values_of(properties)
    return {name: PlainValue.of(value, _judged_part) for name, value in wrapped.items() if value is not None}


def _judged_part(output: Any) -> Any:
    """Return what a gate uses: of a whole result, the records and what describes them."""
    if isinstance(output, dict) and "records" in map(_bare, output):
        return {name: item for name, item in output.items() if _bare(name) in _JUDGED}
    return output


def _bare(name: str) -> str:
    return name.replace("_", "").lower()
