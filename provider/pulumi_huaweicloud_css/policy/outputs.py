"""The stack's outputs as the engine shows them to a policy: plain values, and whether they are unknown or secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

# How the engine writes a value that is not known before the update, one for each kind of value.
_UNKNOWN = frozenset(
    {
        rpc.UNKNOWN,  # a text, and whatever the engine knows no kind of
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # an array
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
    }
)


# Of a whole answer, what a gate looks at, as Python programs and the native plugin call it. The rest does not count: in
# a preview, a new `LogRecords` has unknown values for the inputs that were left out.
_JUDGED = frozenset({"records", "truncated", "cluster_id", "clusterId"})


@dataclass
class PlainValue:
    """A value without its marks.

    Args:
        value: JSON values.
        unknown: whether it, or a part of it, is not known yet.
        secret: whether it, or a part of it, is secret.
    """

    value: Any = None
    unknown: bool = False
    secret: bool = False

    @classmethod
    def of(cls, marked: Any) -> PlainValue:
        """Take the marks off an output; of a whole answer, keep what a gate looks at."""
        plain = cls()
        while rpc.is_rpc_secret(marked):
            plain.secret = True
            marked = rpc.unwrap_rpc_secret(marked)
        if isinstance(marked, dict) and "records" in marked:
            marked = {name: item for name, item in marked.items() if name in _JUDGED}
        plain.value = plain._strip(marked)
        return plain

    def _strip(self, marked: Any) -> Any:
        if rpc.is_rpc_secret(marked):
            self.secret = True
            return self._strip(rpc.unwrap_rpc_secret(marked))
        if isinstance(marked, dict):
            return {name: self._strip(item) for name, item in marked.items()}
        if isinstance(marked, list):
            return [self._strip(item) for item in marked]
        if isinstance(marked, str) and marked in _UNKNOWN:
            self.unknown = True
            return None
        return marked


def plain_outputs(properties: struct_pb2.Struct) -> dict[str, PlainValue]:
    """Return a stack's outputs by name; those that are None are not among them."""
    marked = json_format.MessageToDict(properties)
    return {name: PlainValue.of(value) for name, value in marked.items() if value is not None}
