#!/usr/bin/env python3
"""Writes SDKs in TypeScript, Go and Python for the plugin, into a folder, with Pulumi's own generators.

By `pulumi package gen-sdk`, where `pulumi` and the language hosts that it needs are on PATH; else by the Go program
under tools/go/sdks, which calls the same generators. It is built once (a minute) and kept beside the engine.

  python3 tools/sdks.py FOLDER
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from engine_build import go_environment
from engine_cache import MODULES, Kind, find_or_fill
from engine_process import Stopped, Unavailable, end_by, run, stop_on_signals

SCHEMA = Path(__file__).resolve().parents[1] / "provider" / "schema.json"
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


def main() -> int:
    """Run as a program; the exit status is returned."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    stop_on_signals()
    try:
        write_sdks(Path(sys.argv[1]).absolute())
    except Unavailable as error:
        print(f"sdks: {error}", file=sys.stderr)
        return 1
    except Stopped as stopped:
        end_by(stopped)
    return 0


if __name__ == "__main__":
    sys.exit(main())
