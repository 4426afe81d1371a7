"""Values on their way from and to the engine: some texts mean something to it, and a server's must not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from .._text import for_engine

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

# The engine shows a text that is a JSON or YAML document as what it stands for, so that these hide what is in it:
# escaped characters, escaped line breaks, and YAML's tags (of which !!binary is one).
_DOCUMENT = re.compile(r"\s*[\[{]|.*[\r\n]", re.DOTALL)
_HIDING = re.compile(r"\\[uUx\r\n\x85\u2028\u2029]|!")
_NO_DOCUMENT = "` "  # neither JSON nor YAML begins with it


def plain_for_engine(value: Any) -> Any:
    """Return JSON values that the engine takes for nothing but plain values, whatever a server has put into them."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, dict):
        return {name: plain_for_engine(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain_for_engine(item) for item in value]
    return value


def plain_text(text: str) -> str:
    """Return a text that the engine takes for nothing but a text."""
    if text in _UNKNOWN:
        return f'"{text}"'
    if _HIDING.search(text) and _DOCUMENT.match(text):
        text = _NO_DOCUMENT + text
    return for_engine(text)


def values_of(message: struct_pb2.Struct) -> dict[str, Any]:
    """Return a message's values; unlike protobuf's own function, with numbers that JSON does not have, such as NaN."""
    return {name: _value_of(item) for name, item in message.fields.items()}


def _value_of(item: struct_pb2.Value) -> Any:
    kind = item.WhichOneof("kind")
    if kind == "struct_value":
        return values_of(item.struct_value)
    if kind == "list_value":
        return [_value_of(each) for each in item.list_value.values]
    return None if kind is None or kind == "null_value" else getattr(item, kind)


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
    def of(cls, marked: Any, keep: Callable[[Any], Any] = lambda value: value) -> PlainValue:
        """Take the marks off a value; of the value, look at what `keep` leaves of it."""
        plain = cls()
        while rpc.is_rpc_secret(marked):
            plain.secret = True
            marked = rpc.unwrap_rpc_secret(marked)
        plain.value = plain._strip(keep(marked))
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
