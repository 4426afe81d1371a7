"""Converts values from and to the engine, to which some texts have a special meaning; a server's must not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from .._text import for_engine

# The engine's placeholders for unknown values, one for each type.
_UNKNOWN = frozenset(
    {
        rpc.UNKNOWN,  # a string, or a value of unknown type
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # an array
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
    }
)

# The engine shows a text that is a JSON or YAML document parsed, which interprets escaped characters, escaped line
# breaks, and YAML's tags (such as !!binary).
_DOCUMENT = re.compile(r"\s*[\[{]|.*[\r\n]", re.DOTALL)
_HIDING = re.compile(r"\\[uUx\r\n\x85\u2028\u2029]|!")
_NO_DOCUMENT = "` "  # neither JSON nor YAML can begin with it


def plain_for_engine(value: Any) -> Any:
    """Return JSON values whose texts have no special meaning to the engine, whatever a server sent."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, dict):
        return {name: plain_for_engine(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain_for_engine(item) for item in value]
    return value


def is_plain(together: str) -> bool:
    """Return whether certainly none of the texts that were joined has a special meaning to the engine."""
    hiding = "!" in together or "\\" in together
    return not hiding and for_engine(together) == together and not any(unknown in together for unknown in _UNKNOWN)


def plain_text(text: str) -> str:
    """Return a text without a special meaning to the engine."""
    if text in _UNKNOWN:
        return f'"{text}"'
    if _HIDING.search(text) and _DOCUMENT.match(text):
        text = _NO_DOCUMENT + text
    return for_engine(text)


def values_of(message: struct_pb2.Struct) -> dict[str, Any]:
    """Return a message's values; unlike protobuf's own function, also numbers that JSON does not have, such as NaN."""
    return {name: _value_of(item) for name, item in message.fields.items()}


def _value_of(item: struct_pb2.Value) -> Any:
    kind = item.WhichOneof("kind")
    if kind == "struct_value":
        return values_of(item.struct_value)
    if kind == "list_value":
        return [_value_of(each) for each in item.list_value.values]
    return None if kind is None or kind == "null_value" else getattr(item, kind)


def secret_value(message: struct_pb2.Value) -> struct_pb2.Value:
    """Return a message's value as a secret; one that is secret already, or unknown, stays as it is."""
    value = _value_of(message)
    plain = PlainValue.of(value)
    if plain.secret or plain.unknown:
        return message
    marked = struct_pb2.Value()
    marked.struct_value.update(rpc.wrap_rpc_secret(value))
    return marked


@dataclass
class PlainValue:
    """An unwrapped value.

    Args:
        value: JSON values.
        unknown: whether it, or a part of it, is unknown.
        secret: whether it, or a part of it, is secret.
    """

    value: Any = None
    unknown: bool = False
    secret: bool = False

    @classmethod
    def of(cls, wrapped: Any, keep: Callable[[Any], Any] = lambda value: value) -> PlainValue:
        """Unwrap secrets and unknowns in what `keep` returns of a value."""
        plain = cls()
        while rpc.is_rpc_secret(wrapped):
            plain.secret = True
            wrapped = rpc.unwrap_rpc_secret(wrapped)
        plain.value = plain._unwrap(keep(wrapped))
        return plain

    def _unwrap(self, wrapped: Any) -> Any:
        if rpc.is_rpc_secret(wrapped):
            self.secret = True
            return self._unwrap(rpc.unwrap_rpc_secret(wrapped))
        if isinstance(wrapped, dict):
            return {name: self._unwrap(item) for name, item in wrapped.items()}
        if isinstance(wrapped, list):
            return [self._unwrap(item) for item in wrapped]
        if isinstance(wrapped, str) and wrapped in _UNKNOWN:
            self.unknown = True
            return None
        return wrapped
