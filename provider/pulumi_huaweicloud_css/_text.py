"""Makes untrusted text safe to print: no backup path can move a cursor or hide what follows it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

# Control and format characters (direction marks among them), lone surrogates, line and paragraph separators.
UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
INEXACT = 2**53  # from here on, a float, as the engine passes every number, stands for several integers
_A_FEW = 5
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


def whole_numbers(value: object) -> object:
    """Return a value with integers for whole floats: Pulumi's engine passes every integer as a float."""
    if isinstance(value, float) and value.is_integer() and abs(value) < INEXACT:
        return int(value)
    if isinstance(value, list):
        return [whole_numbers(each) for each in value]
    return {name: whole_numbers(each) for name, each in value.items()} if isinstance(value, dict) else value


def as_given(value: object) -> str:
    """Return a user's value for an error: as Python writes it, and an integer as one."""
    return repr(whole_numbers(value))


def as_sent(value: object) -> str:
    """Return a user's value for an error, where it was written in JSON or YAML, or in another language than Python."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(as_sent, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {as_sent(each)}' for name, each in value.items())}}}"
    return as_given(value)


def a_few(texts: Sequence[str]) -> str:
    """Return the first few of what may be thousands, for an error; "" where there is none."""
    more = len(texts) - _A_FEW
    return ", ".join(texts[:_A_FEW]) + (f" and {more} more" if more > 0 else "")


def near(name: str, names: Iterable[str]) -> str:
    """Return the end of an error about a wrong name: which of the right ones was perhaps meant; "" if none is near."""
    import difflib  # here, for only errors need it

    found = difflib.get_close_matches(name, list(names), n=1, cutoff=0.8)
    return f"; did you mean {found[0]}?" if found else ""


def camel(name: str) -> str:
    """Convert a snake_case name to camelCase."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
