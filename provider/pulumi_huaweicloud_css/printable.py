"""Makes text from outside safe to print: nobody's backup path moves a cursor or hides what follows it."""

from __future__ import annotations

import unicodedata

# Control and format characters (direction marks among them), lone surrogates, line and paragraph separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def clean(text: str, longest: int = 500) -> str:
    """Return text as one line without control or direction marks, cut to `longest` characters."""
    visible = "".join(" " if unicodedata.category(character) in _UNSAFE else character for character in text)
    line = " ".join(visible.split())
    return line if len(line) <= longest else line[: longest - 3] + "..."
