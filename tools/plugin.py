#!/usr/bin/env python3
"""Writes the archives of the plugin's release into a folder; `make plugin`.

  python3 tools/plugin.py FOLDER

Run it with a Python that has what requirements-plugin.lock names: the archives hold what is installed there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from machinery.plugin_archives import write_binary, write_source


def main() -> int:
    """Run as a program; the exit status is returned."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for write in (write_source, write_binary):
        print(write(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
