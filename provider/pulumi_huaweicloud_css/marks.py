"""Values as the engine sends them to a plugin: plain, and whether they are unknown or secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
