"""The stack's outputs as the engine shows them to a policy: plain values, and whether they are unknown or secret."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2

from .._pulumi.wire_values import PlainValue, values_of

# Of a whole answer, what a gate looks at, whichever way a language writes it: cluster_id, clusterId. The rest does not
# count: that a part of it is not known in a preview is no reason not to judge.
_JUDGED = frozenset({"records", "truncated", "totalsize", "clusterid"})


def plain_outputs(properties: struct_pb2.Struct) -> dict[str, PlainValue]:
    """Return a stack's outputs by name; those that are None are not among them."""
    marked = values_of(properties)
    return {name: PlainValue.of(value, _judged_part) for name, value in marked.items() if value is not None}


def _judged_part(output: Any) -> Any:
    """Return what a gate looks at: of a whole answer, the records and what is known of them."""
    if isinstance(output, dict) and "records" in map(_bare, output):
        return {name: item for name, item in output.items() if _bare(name) in _JUDGED}
    return output


def _bare(name: str) -> str:
    return name.replace("_", "").lower()
