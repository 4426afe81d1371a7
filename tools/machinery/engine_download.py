"""Makes a Pulumi engine for tools/engine.py from the official release, where the network allows it."""

from __future__ import annotations

import sys
from pathlib import Path

from .engine_build import cli_version
from .engine_process import Unavailable, run

# A process of its own for each step: name look-ups know no time limit.
RELEASE = Path(__file__).with_name("engine_release.py")
CHECKSUM_SECONDS = 30  # a network that is closed has to be noticed soon
ARCHIVE_SECONDS = 900


def download(folder: Path) -> None:
    """Fill `folder`/bin with the programs of the release that tools/go/ pins, once its checksum was verified.

    Raises `Unavailable` if the network does not allow it, or if the archive is not what was published.
    """
    version = cli_version()
    checksum = _step(None, "checksum", version, limit=CHECKSUM_SECONDS).strip()
    title = f"downloading the official Pulumi {version}"
    _step(title, "fetch", version, checksum, str(folder / "bin"), limit=ARCHIVE_SECONDS)


def _step(title: str | None, *words: str, limit: float) -> str:
    try:
        return run(title, [sys.executable, RELEASE, *words], cwd=RELEASE.parent, limit=limit)
    except Unavailable as error:
        raise Unavailable(str(error).splitlines()[-1].strip()) from None
