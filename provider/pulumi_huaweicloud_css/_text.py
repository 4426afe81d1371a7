"""Makes untrusted text safe to print: no backup path can move a cursor or hide what follows it."""

from __future__ import annotations

import unicodedata

# Control and format characters (direction marks among them), lone surrogates, line and paragraph separators.
UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NOT_IN_XML = frozenset("\ufffe\uffff")  # not allowed in XML, such as JUnit and SVG


def for_engine(text: str) -> str:
    """Return text that Pulumi's engine shows unchanged.

    The engine interprets ``<{%...%}>`` as a colour in any text: with colours off it drops the text, and with colours
    on it panics, which leaves the stack locked.
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
    """Convert a snake_case name to camelCase."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
