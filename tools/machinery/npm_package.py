"""The npm package of the TypeScript SDK: compiled, and packed from the folder of what was compiled, as Pulumi does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from .engine_process import run

ROOT = Path(__file__).resolve().parents[2]


def copy_sdk(folder: Path) -> Path:
    """Copy the generated sources into a folder, in which they are compiled; return it."""
    shutil.copytree(ROOT / "sdk" / "nodejs", folder, ignore=shutil.ignore_patterns("node_modules", "bin"))
    return folder


def pack(sdk: Path, to: Path) -> Path:
    """Compile the sources in a folder, beside or below whose `node_modules` they are, and pack them; return the file.

    Raises `Unavailable` if a command fails.
    """
    run(None, ["npm", "run", "build"], cwd=sdk)
    for file in (sdk / "package.json", sdk / "README.md", ROOT / "LICENSE"):
        shutil.copy(file, sdk / "bin")
    run(None, ["npm", "pkg", "fix"], cwd=sdk / "bin")  # what `npm publish` would correct, and warn of
    run(None, ["npm", "pack", "--pack-destination", str(to), "./bin"], cwd=sdk)
    package = json.loads((sdk / "package.json").read_text(encoding="utf-8"))
    return to / f"{package['name']}-{package['version']}.tgz"
