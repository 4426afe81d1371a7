"""Makes text from outside safe to print: nobody's backup path moves a cursor or hides what follows it."""

from __future__ import annotations

import unicodedata

# Control and format characters (direction marks among them), lone surrogates, line and paragraph separators.
UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NOT_IN_XML = frozenset("\ufffe\uffff")  # a JUnit report or a picture with one of them is no XML


def clean(text: str, longest: int = 500) -> str:
    """Return text as one line without control or direction marks, cut to `longest` characters."""
    visible = "".join(" " if _is_unsafe(character) else character for character in text)
    line = " ".join(visible.split())
    return line if len(line) <= longest else line[: longest - 3] + "..."


def _is_unsafe(character: str) -> bool:
    return unicodedata.category(character) in UNSAFE_CATEGORIES or character in _NOT_IN_XML
