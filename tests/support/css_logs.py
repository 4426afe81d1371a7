"""What the tests of `css-logs` share: the installed command as a real process, and records for what it reads."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pulumi_huaweicloud_css.emulator import Emulator

CSS_LOGS = str(Path(sys.executable).with_name("css-logs"))


class CssLogs:
    """Runs `css-logs` in an environment of its own.

    Args:
        folder: the working folder.
        settings: environment variables besides PATH.
    """

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder = folder
        self.settings = settings

    def environ(self, **more: str) -> dict[str, str]:
        """Return the whole environment of a run."""
        fixed = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8", "NO_PROXY": "*"}
        return {**fixed, **self.settings, **more}

    def __call__(self, *arguments: object, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """Run to the end; keywords are further environment variables."""
        return subprocess.run(
            [CSS_LOGS, *map(str, arguments)],
            env=self.environ(**more),
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, *arguments: object, **streams: Any) -> subprocess.Popen[str]:
        """Start without waiting; both outputs are pipes unless given."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        command = [CSS_LOGS, *map(str, arguments)]
        return subprocess.Popen(command, env=self.environ(), cwd=self.folder, text=True, **pipes)


@pytest.fixture
def css_logs(tmp_path: Path) -> Callable[..., CssLogs]:
    """Return a maker of runners: for an emulator, or, without one, with no settings at all."""

    def make(emulator: Emulator | None = None, **settings: str) -> CssLogs:
        folder = tmp_path / "here"
        folder.mkdir(exist_ok=True)
        return CssLogs(folder, {**(emulator.environment() if emulator else {}), **settings})

    return make


@pytest.fixture
def record() -> Callable[..., dict[str, Any]]:
    """Return a maker of records in the API's form that began and ended so many milliseconds ago."""

    def make(status: str = "SUCCESS", age_ms: int = 3_600_000, **fields: Any) -> dict[str, Any]:
        moment = round(time.time() * 1000) - age_ms
        return {"id": f"r{age_ms}", "createAt": moment, "finishedAt": moment, "status": status, **fields}

    return make
