#!/usr/bin/env python3
"""Writes the npm package of the TypeScript SDK into a folder; `make npm`.

python3 tools/npm.py FOLDER
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from machinery.engine_process import Stopped, Unavailable, end_by, run, stop_on_signals
from machinery.npm_package import copy_sdk, pack


def main() -> int:
    """Run as a program; the exit status is returned."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    stop_on_signals()
    try:
        if (npm := shutil.which("npm")) is None:
            raise Unavailable("the npm package needs `npm` on PATH; install Node")
        folder = Path(sys.argv[1]).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as work:
            sdk = copy_sdk(Path(work) / "sdk")
            install = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
            run("installing what the SDK is compiled with", [npm, *install], cwd=sdk)
            print(pack(sdk, folder))
    except Unavailable as error:
        print(f"npm: {error}", file=sys.stderr)
        return 1
    except Stopped as stopped:
        end_by(stopped)
    return 0


if __name__ == "__main__":
    sys.exit(main())
