"""Makes text from outside safe to print: nobody's backup path moves a cursor or hides what follows it."""

from __future__ import annotations

import unicodedata

# Control and format characters (direction marks among them), lone surrogates, line and paragraph separators.
UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NOT_IN_XML = frozenset("\ufffe\uffff")  # a JUnit report or a picture with one of them is no XML


def for_engine(text: str) -> str:
    """Return text that Pulumi's engine shows as it is.

    The engine takes ``<{%...%}>`` for a colour in any text that it shows: it drops the text with colours off, and
    panics with colours on, which leaves the stack locked.
    """
    return text.replace("<{%", "<{ %")


def sanitize(text: str, longest: int = 500) -> str:
    """Return text as one line without control or direction marks or colours, cut to `longest` characters."""
    visible = "".join(" " if _is_unsafe(character) else character for character in text)
    line = for_engine(" ".join(visible.split()))
    return line if len(line) <= longest else line[: longest - 3] + "..."


def _is_unsafe(character: str) -> bool:
    return unicodedata.category(character) in UNSAFE_CATEGORIES or character in _NOT_IN_XML


def camel(name: str) -> str:
    """Return a Python name as other languages write it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
