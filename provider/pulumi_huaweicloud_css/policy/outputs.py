"""Unwraps the stack outputs that the engine passes to a policy: plain values, whether unknown, whether secret."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2

from .._pulumi.wire_values import PlainValue, values_of


def plain_outputs(properties: struct_pb2.Struct) -> dict[str, PlainValue]:
    """Return a stack's outputs by name, without those that are None."""
    wrapped = values_of(properties)
    return {name: PlainValue.of(value, _judged_part) for name, value in wrapped.items() if value is not None}


def _judged_part(output: Any) -> Any:
    """Return what is judged: of a whole result, the parts that are used, so that others may be unknown in a preview."""
    from .._backups.stack_outputs import RESULT_PARTS  # here, so that the pack starts without loading pydantic

    if isinstance(output, dict) and "records" in map(_bare, output):
        judged = set(map(_bare, RESULT_PARTS))
        return {name: item for name, item in output.items() if _bare(name) in judged}
    return output


def _bare(name: str) -> str:
    """Return a name as it is in every language's style: cluster_id and clusterId are one."""
    return name.replace("_", "").lower()
