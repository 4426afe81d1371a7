"""Tools that are built from the Go modules pinned under tools/go, and kept under build/."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from .engine_build import go_environment
from .engine_cache import MODULES
from .engine_process import Unavailable, run

BUILT = MODULES.parent.parent / "build" / "go"


def actionlint() -> Path:
    """Return actionlint, which checks GitHub's workflows; built once.

    Raises `Unavailable` if Go is missing or fails.
    """
    program = BUILT / "actionlint"
    if program.exists():
        return program
    go = shutil.which("go")
    if go is None:
        raise Unavailable("no `go` on PATH")
    with tempfile.TemporaryDirectory() as work:
        run(
            "building actionlint with Go",
            [go, "build", "-trimpath", "-mod=readonly", "-o", program, "github.com/rhysd/actionlint/cmd/actionlint"],
            cwd=MODULES / "actionlint",
            env=go_environment(Path(work)),
        )
    return program
