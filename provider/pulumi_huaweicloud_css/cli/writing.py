"""Writes a file whole or not at all: nobody finds half a report, and a failed run leaves the old one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .errors import SourceError


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all, also when two runs write it; a link stays one.

    Raises:
        SourceError: it cannot be written; what was there is as it was.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")  # a pipe or a device: nothing to put in its place
        else:
            _replace(path.resolve(), text)
    except OSError as error:
        raise SourceError(f"{path}: cannot be written: {error.strerror}") from None


def _replace(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", delete=False) as file:
        try:
            file.write(text)
            file.close()
            umask = os.umask(0)
            os.umask(umask)
            Path(file.name).chmod(0o666 & ~umask)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
