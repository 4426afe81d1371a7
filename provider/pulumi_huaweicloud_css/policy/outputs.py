"""The stack's outputs as the engine shows them to a policy: plain values, and whether they are unknown or secret."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2

from ..marks import PlainValue, values_of

# Of a whole answer, what a gate looks at, as Python programs and the native plugin call it. The rest does not count:
# that a part of it is not known in a preview is no reason not to judge.
_JUDGED = frozenset({"records", "truncated", "cluster_id", "clusterId"})


def plain_outputs(properties: struct_pb2.Struct) -> dict[str, PlainValue]:
    """Return a stack's outputs by name; those that are None are not among them."""
    marked = values_of(properties)
    return {name: PlainValue.of(value, _judged_part) for name, value in marked.items() if value is not None}


def _judged_part(output: Any) -> Any:
    """Return what a gate looks at: of a whole answer, the records and what is known of them."""
    if isinstance(output, dict) and "records" in output:
        return {name: item for name, item in output.items() if name in _JUDGED}
    return output
