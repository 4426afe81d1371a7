"""Writes SDKs in TypeScript, Go and Python for the plugin, into a folder, with Pulumi's own generators.

By `pulumi package gen-sdk`, where `pulumi` and the language hosts that it needs are on PATH; else by the Go program
under tools/go/sdks, which calls the same generators. It is built once (a minute) and kept beside the engine.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from .engine_build import go_environment
from .engine_cache import MODULES, Kind, find_or_fill
from .engine_process import Unavailable, run

SCHEMA = Path(__file__).resolve().parents[2] / "provider" / "pulumi_huaweicloud_css" / "plugin" / "schema.json"
LANGUAGES = ("nodejs", "go", "python")
GENERATOR = Kind("sdks", ("sdks/go.mod", "sdks/go.sum", "sdks/main.go"))


def write_sdks(folder: Path) -> None:
    """Write one folder for each language into `folder`, in place of what was there.

    Raises `Unavailable` if there is neither Pulumi with its language hosts nor Go.
    """
    if folder.exists():
        shutil.rmtree(folder)
    if all(shutil.which(program) for program in ("pulumi", *(f"pulumi-language-{name}" for name in LANGUAGES))):
        for language in LANGUAGES:
            options = ["--language", language, "--local", "--out", str(folder)]
            run(f"{language} SDK", ["pulumi", "package", "gen-sdk", str(SCHEMA), *options], cwd=SCHEMA.parent)
    else:
        run(None, [generator() / "sdks", SCHEMA, folder], cwd=SCHEMA.parent)


def generator() -> Path:
    """The folder of the Go program, built if it is not in the cache yet.

    Raises `Unavailable` if it cannot be built.
    """
    return find_or_fill("build", _build, kind=GENERATOR)


def _build(folder: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise Unavailable(
            "SDKs need `pulumi` with pulumi-language-nodejs, -go and -python on PATH, or `go`; install either"
        )
    (folder / "work").mkdir()
    run(
        "building the SDK generator with Go (a minute, once)",
        [go, "build", "-trimpath", "-mod=readonly", "-ldflags", "-s -w", "-o", folder / "bin" / "sdks", "."],
        cwd=MODULES / "sdks",
        env=go_environment(folder / "work"),
    )
