"""The command line, `css-logs`; its dependencies are in the extra `cli`."""

from __future__ import annotations

import os
import sys

from ..errors import unexpected
from .exit_codes import INTERRUPTED, NOT_READ, WRONG_USAGE

# Libraries by the extra that has them, and the extras to install.
_EXTRAS = {"aiohttp": ("emulator", "cli,emulator"), "jinja2": ("report", "cli,report")}


def main() -> None:
    """Run `css-logs`, or say how to install what it needs."""
    _replace_closed_streams()
    try:
        from .main import run

        code = run(sys.argv[1:])
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in ("", __name__.partition(".")[0]):
            sys.stderr.write(f"Error: {unexpected(error)}\n")
            code = NOT_READ
        else:
            extra, wanted = _EXTRAS.get(missing, ("cli", "cli"))
            sys.stderr.write(f"css-logs needs the extra {extra}: pip install 'pulumi-huaweicloud-css[{wanted}]'\n")
            code = WRONG_USAGE
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


def _replace_closed_streams() -> None:
    """Replace closed standard streams, which are None in Python.

    Otherwise the next file or connection that is opened would get one of their descriptors. Writing to a closed
    standard output stays an error, so that missing output is noticed; standard input stays None.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)  # takes the lowest number that is free
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8")
