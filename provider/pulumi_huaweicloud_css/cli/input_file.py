"""Reading a file that a user names; "-" is standard input."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import SourceError

if TYPE_CHECKING:
    from pydantic import ValidationError


def name_of(file: str | Path) -> str:
    """Return what a file is called in messages."""
    return "standard input" if file == "-" else str(file)


def read_input(file: str | Path, most_bytes: int, limit: str) -> bytes:
    """Return what is in a file.

    Args:
        file: its name; "-" is standard input, unless it is a path.
        most_bytes: how large it may be, a whole number of MiB.
        limit: what limit that is, for the error.

    Raises:
        SourceError: it cannot be read, or is larger.
    """
    if file == "-" and sys.stdin is None:
        raise SourceError("standard input cannot be read: it is closed")
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as opened:
            content = opened.read(most_bytes + 1)
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}") from None
    if len(content) > most_bytes:
        raise SourceError(f"{name_of(file)}: is larger than {most_bytes // 2**20} MiB, {limit}")
    return content


def not_json_of(command: str, file: str | Path, error: ValidationError) -> SourceError:
    """Return the error for a file that is not what a command of `css-logs` writes, with the first thing amiss."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    return SourceError(f"{file}: is not JSON of `css-logs {command} --format json`: {place}: {first['msg']}")
