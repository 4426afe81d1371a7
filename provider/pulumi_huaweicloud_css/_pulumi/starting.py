"""Tells whether a plugin was started by the engine, or by a person who wants to know what it is."""

from __future__ import annotations

import sys

from .._version import __version__


def started_by_engine(program: str, usage: str) -> bool:
    """Return whether the arguments have an engine's address; otherwise show the program's version or usage.

    The engine's own options come before its address, so options alone are a person's; an unknown one ends the process.
    """
    given = sys.argv[1:]
    if given[:1] == ["--version"]:
        sys.stdout.write(f"{program} {__version__}\n")
        return False
    if all(argument.startswith("-") for argument in given):
        sys.stderr.write(usage)
        sys.exit(0 if given[:1] in (["-h"], ["--help"]) else 2)
    return True
