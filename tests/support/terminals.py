"""A terminal for a program, and what it shows there."""

from __future__ import annotations

import contextlib
import os
import pty


@contextlib.contextmanager
def terminal():
    """Give a terminal's program side, and a function that reads what was shown until a condition holds."""
    ours, theirs = pty.openpty()
    shown = []

    def read(enough=lambda _: False):
        with contextlib.suppress(OSError):  # Linux says so when the other side is closed
            while not enough("".join(shown)) and (part := os.read(ours, 4096)):
                shown.append(part.decode())
        return "".join(shown)

    yield theirs, read
    os.close(ours)
