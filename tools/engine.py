#!/usr/bin/env python3
"""Finds a real Pulumi engine on this machine, or makes one, and prints the folder to put on PATH.

The ways, in this order, until one gives an engine:

  path      `pulumi` (v3.100.0 or newer) and `pulumi-language-python` are on PATH already
  cache     an earlier run left one in the cache
  build     built with the Go toolchain from the modules pinned under tools/go/: minutes, once
  download  the official release of the same version, verified against the release's published checksums

Progress and errors go to stderr; the one line on stdout is the folder. So:

  engine=$(python3 tools/engine.py) && PATH="$engine:$PATH"
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from machinery import engine_cache
from machinery.engine_build import build
from machinery.engine_download import download
from machinery.engine_process import Stopped, Unavailable, end_by, stop_on_signals

WAY_VARIABLE = "PULUMI_ENGINE"
WAYS = ("path", "cache", "build", "download")
MINIMUM = (3, 100, 0)
VERSION_SECONDS = 60
CLI, LANGUAGE_HOST = "pulumi", "pulumi-language-python"

EPILOG = f"""environment:
  {WAY_VARIABLE}
      auto (the default), or one of path, cache, build and download to allow that way alone. With build and
      download, an engine made earlier in that same way is taken from the cache.
  {engine_cache.CACHE_VARIABLE}
      the cache's folder; otherwise $XDG_CACHE_HOME/pulumi-huaweicloud-css, otherwise
      ~/.cache/pulumi-huaweicloud-css. It can be removed at any time.
  GOPROXY, GOFLAGS and Go's other variables are passed on to the build.

exit status: 0 with an engine, 1 with none, 2 for wrong usage.
"""

INSTALL_HELP = f"""Install Pulumi, so that `{CLI}` and `{LANGUAGE_HOST}` are on PATH: its own installer,
Homebrew, Chocolatey, winget and others are described at https://www.pulumi.com/docs/install/
Or install Go (https://go.dev/doc/install), and run this again to build an engine."""


class NoEngine(Exception):
    """No way gave an engine. The text lists each way with its reason, and says how to install Pulumi."""

    def __init__(self, reasons: dict[str, str]) -> None:
        tried = "\n".join(f"  {way}: {reason}" for way, reason in reasons.items())
        super().__init__(f"no Pulumi engine. What was tried:\n{tried}\n{INSTALL_HELP}")


def find_or_make(choice: str) -> Path:
    """The folder with an engine. `choice` is "auto", or the one way of `WAYS` that is allowed.

    Raises `NoEngine` if there is none and none can be made.
    """
    # On an "auto" run any engine will do; a forced way must not be answered with another way's engine.
    made_by = None if choice == "auto" else choice
    ways: dict[str, Callable[[], Path]] = {
        "path": on_path,
        "cache": engine_cache.find,
        # What go.sum pins counts before what is verified against checksums from the network.
        "build": lambda: engine_cache.find_or_fill("build", _checked(build), made_by),
        "download": lambda: engine_cache.find_or_fill("download", _checked(download), made_by),
    }
    if sys.platform == "win32":  # the cache's lock and the build's process group need a POSIX system
        ways = {"path": on_path}
    reasons: dict[str, str] = {}
    for way, attempt in ways.items():
        if choice not in ("auto", way):
            continue
        try:
            return attempt()
        except Unavailable as error:
            reasons[way] = str(error).replace("\n", "\n  ")
    raise NoEngine(reasons)


def on_path() -> Path:
    """The folder of the `pulumi` on PATH.

    Raises `Unavailable` if it or its language host is missing, or if it does not run or is too old.
    """
    cli = shutil.which(CLI)
    if cli is None:
        raise Unavailable(f"no `{CLI}` on PATH")
    if shutil.which(LANGUAGE_HOST) is None:
        raise Unavailable(f"{cli} is on PATH, but no `{LANGUAGE_HOST}`")
    check_version(Path(cli))
    return Path(cli).absolute().parent


def check_version(cli: Path) -> None:
    """Ask the CLI at the path `cli` for its version.

    Raises `Unavailable` if it does not run, or is older than `MINIMUM`.
    """
    env = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "1"}
    try:
        answer = subprocess.run(
            [cli, "version"],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=VERSION_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{cli} does not run: {error}") from error
    version = re.match(r"v?(\d+)\.(\d+)\.(\d+)", answer.stdout.strip())
    if answer.returncode != 0 or version is None:
        said = (answer.stdout + answer.stderr).strip()[-200:] or "no output"
        raise Unavailable(f"`{cli} version` gives no version (exit code {answer.returncode}): {said}")
    if tuple(map(int, version.groups())) < MINIMUM:
        raise Unavailable(f"{cli} is {version[0]}; v{'.'.join(map(str, MINIMUM))} or newer is needed")


def _checked(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def make_and_check(folder: Path) -> None:
        make(folder)
        for name in (CLI, LANGUAGE_HOST):
            if not os.access(folder / "bin" / name, os.X_OK):
                raise Unavailable(f"it gave no `{name}`")
        check_version(folder / "bin" / CLI)

    return make_and_check


def _choice(parser: argparse.ArgumentParser) -> str:
    choice = os.environ.get(WAY_VARIABLE) or "auto"
    if choice not in ("auto", *WAYS):
        parser.error(f"{WAY_VARIABLE}={choice}: it can be auto, {', '.join(WAYS)}")
    return choice


def main() -> int:
    """Run as a program; the exit status is returned."""
    parser = argparse.ArgumentParser(
        prog="engine.py",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args()
    stop_on_signals()
    try:
        print(find_or_make(_choice(parser)), flush=True)
    except NoEngine as error:
        print(f"engine: {error}", file=sys.stderr)
        return 1
    except Stopped as stopped:
        end_by(stopped)
    return 0


if __name__ == "__main__":
    sys.exit(main())
