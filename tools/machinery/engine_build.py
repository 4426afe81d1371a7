"""Makes a Pulumi engine for tools/engine.py out of the Go modules pinned under tools/go/."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from .engine_cache import MODULES
from .engine_process import Unavailable, run

SDK = "github.com/pulumi/pulumi/sdk/v3"
CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
LANGUAGE_PACKAGE = f"{SDK}/python/cmd/pulumi-language-python"
LAUNCHERS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")


def build(folder: Path) -> None:
    """Fill `folder`/bin with the CLI, the Python language host and its two launchers.

    Takes minutes with an empty Go build cache. `folder`/work is Go's scratch space.
    Raises `Unavailable` if Go is missing or fails, with the end of what it said.
    """
    go = shutil.which("go")
    if go is None:
        raise Unavailable("no `go` on PATH")
    (folder / "work").mkdir()
    env = go_environment(folder / "work")
    compile_program(go, env, "cli", CLI_PACKAGE, folder / "bin")
    compile_program(go, env, "language", LANGUAGE_PACKAGE, folder / "bin")
    _copy_launchers(go, env, folder / "bin")


def go_environment(work: Path) -> dict[str, str]:
    """The environment for Go, with `work` as its scratch space."""
    env = {name: value for name, value in os.environ.items() if name not in ("GOOS", "GOARCH")}
    # The engine is for this machine, from the pinned modules alone, and Go's scratch files go away with ours.
    return env | {"GOWORK": "off", "GOTMPDIR": str(work)}


def compile_program(go: str, env: dict[str, str], module: str, package: str, into: Path) -> None:
    """Compile a main package into a folder, from the modules that the folder `module` under tools/go/ pins.

    Raises `Unavailable` if Go fails.
    """
    name = package.rpartition("/")[2]
    # The language host carries the CLI's version too: the engine refuses to start without a version.
    stamp = f"-s -w -X {SDK}/go/common/version.Version={cli_version()}"
    run(
        f"building {name} with Go (minutes, once)",
        [go, "build", "-trimpath", "-mod=readonly", "-ldflags", stamp, "-o", into / name, package],
        cwd=MODULES / module,
        env=env,
    )


def cli_version() -> str:
    """The pinned version of the CLI, such as "v3.259.0".

    Raises `Unavailable` if go.mod names none.
    """
    pins = MODULES / "cli" / "go.mod"
    found = re.search(r"^require github\.com/pulumi/pulumi/pkg/v3 (v\S+)", pins.read_text(), re.MULTILINE)
    if found is None:
        raise Unavailable(f"{pins} requires no github.com/pulumi/pulumi/pkg/v3")
    return found[1]


def _copy_launchers(go: str, env: dict[str, str], into: Path) -> None:
    # They are plain scripts of the sdk module, which Go has downloaded by now; its files there are read-only.
    command = [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK]
    module = Path(run(None, command, cwd=MODULES / "language", env=env).strip())
    for launcher in LAUNCHERS:
        target = into / Path(launcher).name
        shutil.copyfile(module / launcher, target)
        target.chmod(0o755)
