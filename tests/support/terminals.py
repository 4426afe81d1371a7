"""A terminal for a program, and what it shows there."""

from __future__ import annotations

import contextlib
import os
import pty


@contextlib.contextmanager
def terminal():
    """Give a terminal's program side, and a function that reads what was shown until a condition holds."""
    ours, theirs = pty.openpty()
    shown = bytearray()  # decoded together: a read may end within a character

    def text():
        return shown.decode(errors="ignore")

    def read(enough=lambda _: False):
        with contextlib.suppress(OSError):  # Linux says so when the other side is closed
            while not enough(text()) and (part := os.read(ours, 4096)):
                shown.extend(part)
        return text()

    yield theirs, read
    os.close(ours)
