"""Shell lines, run as a reader of the documentation would run them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path


def run_shell(
    lines: str, folder: Path, environment: Mapping[str, str], *, code: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run lines in bash, which ends at the first that fails, and check the exit code.

    Args:
        lines: what to run.
        folder: where, and the user's home unless the environment says otherwise.
        environment: what the lines see beside PATH.
        code: the exit code to expect.
    """
    done = subprocess.run(
        ["bash", "-e", "-c", lines],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
        text=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done
