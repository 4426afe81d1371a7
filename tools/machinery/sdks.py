"""Writes SDKs in TypeScript and Go for the plugin, into a folder, with Pulumi's own generators.

By the Go program under tools/go/sdks, which pins the generators: `pulumi package gen-sdk` would write what the version
that happens to be installed writes. It is built once (a minute) and kept beside the engine.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from .engine_build import go_environment
from .engine_cache import MODULES, Kind, find_or_fill
from .engine_process import Unavailable, run

SCHEMA = Path(__file__).resolve().parents[2] / "provider" / "pulumi_huaweicloud_css" / "plugin" / "schema.json"
GENERATOR = Kind("sdks", ("sdks/go.mod", "sdks/go.sum", "sdks/main.go"))


def write_sdks(folder: Path) -> None:
    """Write one folder for each language into `folder`, in place of what was there.

    Raises `Unavailable` if there is no Go to build the generators with.
    """
    program = generator() / "sdks"
    if folder.exists():
        shutil.rmtree(folder)
    run(None, [program, SCHEMA, folder], cwd=SCHEMA.parent)


def generator() -> Path:
    """The folder of the Go program, built if it is not in the cache yet.

    Raises `Unavailable` if it cannot be built.
    """
    return find_or_fill("build", _build, kind=GENERATOR)


def _build(folder: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise Unavailable("SDKs need `go` on PATH, to build Pulumi's generators with; install it")
    (folder / "work").mkdir()
    run(
        "building the SDK generator with Go (a minute, once)",
        [go, "build", "-trimpath", "-mod=readonly", "-ldflags", "-s -w", "-o", folder / "bin" / "sdks", "."],
        cwd=MODULES / "sdks",
        env=go_environment(folder / "work"),
    )
