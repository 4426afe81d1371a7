"""Gets axe-core, which finds what a page lacks for readers with disabilities: from npm, once, one pinned version."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from .engine_cache import kept

VERSION = "4.14.1"
SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
_SCRIPT = "node_modules/axe-core/axe.min.js"


class NoAxeError(Exception):
    """axe-core is not there, and cannot be had."""


def axe_script() -> str:
    """Return the source of axe-core, which is kept outside the clone, beside the engines.

    Raises:
        NoAxeError: npm is missing or failed, or gave something else than the pinned version.
    """
    home = kept().parent / f"axe-core-{VERSION}"
    if not (home / _SCRIPT).is_file():
        _install(home)
    script = (home / _SCRIPT).read_bytes()
    if hashlib.sha256(script).hexdigest() != SHA256:
        raise NoAxeError(f"{home / _SCRIPT} is not axe-core {VERSION} as it was published; remove the folder")
    return script.decode()


def _install(home: Path) -> None:
    """Install into a folder beside, and put that in place whole: several runs may do so at once."""
    npm = shutil.which("npm")
    if npm is None:
        raise NoAxeError("no npm on PATH to get axe-core with; install Debian's package npm")
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=".axe-core-") as folder:
        whole = Path(folder) / "whole"
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", str(whole))
        done = subprocess.run(
            [npm, "install", *options, f"axe-core@{VERSION}"], text=True, capture_output=True, check=False
        )
        if done.returncode:
            raise NoAxeError(f"npm could not install axe-core {VERSION}: {done.stderr.strip()[-300:]}")
        with suppress(OSError):  # another run was faster
            whole.rename(home)
