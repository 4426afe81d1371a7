"""What `make setup` installs, seen by a Python that only writes down how it was called."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import ROOT

# Stands in for python3 and, once "made", for the virtual environment's own.
FAKE_PYTHON = """#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi
echo "$*" >> calls
"""


@pytest.fixture
def clone(tmp_path):
    """A clone's files that the setup reads, with a Python that installs nothing."""
    for name in ("Makefile", "pyproject.toml", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "python3").write_text(FAKE_PYTHON)
    (tmp_path / "python3").chmod(0o755)
    return tmp_path


def set_up(clone: Path) -> subprocess.CompletedProcess[str]:
    """Run the part of `make setup` that fills the virtual environment."""
    command = ["make", f"PYTHON={clone}/python3", ".venv/.installed"]
    return subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)


def test_setup_installs_nothing_without_a_checksum(clone):
    """Whatever comes from a package index is held to the lock's hashes; pip itself is first, alone and pinned."""
    assert set_up(clone).returncode == 0
    installs = [line for line in (clone / "calls").read_text().splitlines() if line.startswith("-m pip install")]
    pip, packages, own = installs
    assert "--require-hashes --no-deps --requirement .venv/pip.lock" in pip
    assert "--require-hashes --requirement requirements-dev.lock" in packages
    assert "--no-deps --no-build-isolation --editable ." in own
    first, *hashes = (clone / ".venv" / "pip.lock").read_text().splitlines()
    assert re.fullmatch(r"pip==[\d.]+ \\", first)
    assert len(hashes) == 2  # the wheel and the source distribution
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes)


def test_lock_without_pip_is_an_error(clone):
    """A lock that does not pin pip ends the setup before anything is installed."""
    lock = clone / "requirements-dev.lock"
    lock.write_text(lock.read_text().replace("\npip==", "\npipe=="))
    done = set_up(clone)
    assert done.returncode != 0
    assert "requirements-dev.lock has no line for pip" in done.stderr
    assert "-m pip install" not in (clone / "calls").read_text()
