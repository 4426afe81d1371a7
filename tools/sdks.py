#!/usr/bin/env python3
"""Writes SDKs in TypeScript and Go for the plugin, into a folder, with Pulumi's own generators; `make sdks`.

By the Go program under tools/go/sdks, which pins the generators. It is built once (a minute), and kept beside the
engine.

  python3 tools/sdks.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from machinery.engine_process import Stopped, Unavailable, end_by, stop_on_signals
from machinery.sdks import write_sdks


def main() -> int:
    """Run as a program; the exit status is returned."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    stop_on_signals()
    try:
        write_sdks(Path(sys.argv[1]).absolute())
    except Unavailable as error:
        print(f"sdks: {error}", file=sys.stderr)
        return 1
    except Stopped as stopped:
        end_by(stopped)
    return 0


if __name__ == "__main__":
    sys.exit(main())
