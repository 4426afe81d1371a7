"""Node with its packages, and programs in TypeScript that Pulumi's Automation API runs inline."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import ROOT
from tests.support.pages import BLOCKS
from tests.support.pulumi_project import PulumiProject
from tools.machinery.engine_cache import Kind, kept
from tools.machinery.npm_package import copy_sdk, pack

HERE = Path(__file__).parent / "node"


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> None:
    """Run a command to its end; what it printed is the failure's text."""
    done = subprocess.run(
        command, cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    assert done.returncode == 0, done.stdout


@dataclass(frozen=True)
class NodeTools:
    """A folder of compiled programs in TypeScript, with the SDK's npm package installed where they look for it.

    Args:
        folder: has the package, and `node_modules`.
        programs: where the programs are, below it or the same.
    """

    folder: Path
    programs: Path

    def run(
        self, project: PulumiProject, name: str, command: str, *, program: str = "ask/bin/ask.js", **config: Any
    ) -> NodeRun:
        """Run a program in a stack that shares the backend, home and environment of a project.

        Args:
            project: whose backend to use.
            name: the Pulumi project's name.
            command: ``preview`` or ``up``.
            program: the compiled program, below the folder of programs.
            config: the stack's configuration; what is no text becomes JSON.
        """
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
        spec = {
            "program": str(self.programs / program),
            "project": name,
            "stack": "dev",
            "config": {key.replace("__", ":"): {"value": value} for key, value in texts.items()},
            "command": command,
        }
        done = subprocess.run(
            ["node", self.folder / "run.js"],
            cwd=self.folder,
            env=project.environ(),
            input=json.dumps(spec),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode:
            return NodeRun({}, "", done.stderr)
        return NodeRun(**json.loads(done.stdout))

    def again(self, folder: Path, *files: Path) -> NodeTools:
        """Install the package into another folder, which is empty, and compile programs there, beside nothing else."""
        made = _installed(folder, self.package)
        for file in files:
            shutil.copy(file, folder)
        options = json.loads((ROOT / "examples" / "typescript" / "tsconfig.json").read_text())
        options["files"] = [file.name for file in files]
        (folder / "tsconfig.json").write_text(json.dumps(options))
        run(made.compiler, cwd=folder)
        return made

    @property
    def package(self) -> Path:
        """The SDK's npm package."""
        [package] = self.folder.glob("*.tgz")
        return package

    @property
    def compiler(self) -> Path:
        """The TypeScript compiler."""
        return self.folder / "node_modules" / ".bin" / "tsc"


@dataclass(frozen=True)
class NodeRun:
    """What a run left: outputs, the engine's log, and an error's text if it failed."""

    outputs: dict[str, Any]
    log: str
    error: str = ""

    def ok(self) -> NodeRun:
        """Return the run itself if it succeeded."""
        assert not self.error, self.error
        return self


def node_tools(folder: Path) -> NodeTools:
    """Pack the SDK, install it into a folder, and compile there the programs of tests, example and README."""
    sdk = copy_sdk(folder / "packed" / "sdk")
    (sdk / "node_modules").symlink_to(_packages(), target_is_directory=True)
    made = _installed(folder / "installed", pack(sdk, folder / "packed"))
    programs = made.folder / "examples"
    shutil.copytree(ROOT / "examples" / "typescript", programs / "typescript", ignore=_not_the_source)
    shutil.copytree(HERE, programs / "ask", ignore=_not_the_source)
    (programs / "ask" / "readme.ts").write_text(BLOCKS["typescript"])
    for program in ("typescript", "ask"):
        run(made.compiler, cwd=programs / program)
    return NodeTools(made.folder, programs)


def _installed(folder: Path, package: Path) -> NodeTools:
    """Install the package into an empty folder as its users do, with the locked versions of what it needs."""
    # Links, so that it costs no time; not of npm's own note of what is installed, which it changes in place.
    shutil.copytree(_packages(), folder / "node_modules", symlinks=True, copy_function=_link, ignore=_not_npm_s_note)
    for file in (HERE / "package.json", HERE / "package-lock.json", HERE / "run.js", package):
        shutil.copy(file, folder)
    options = ("--offline", "--no-audit", "--no-fund", "--ignore-scripts")
    run("npm", "install", *options, f"./{package.name}", cwd=folder)
    return NodeTools(folder, folder)


def _link(source: str, to: str) -> None:
    try:
        os.link(source, to)
    except OSError:  # on another file system
        shutil.copy2(source, to)


def _not_npm_s_note(_folder: str, _names: list[str]) -> list[str]:
    return [".package-lock.json"]


def _not_the_source(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("node_modules", "bin", "package-lock.json")]


def _packages() -> Path:
    """Return the locked packages, installed once for all runs, beside the engine."""
    lock = (HERE / "package-lock.json").read_bytes()
    home = kept(Kind("node", ())) / hashlib.sha256(lock).hexdigest()[:20]
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        # What a run left that was killed has another name, though its process may have had the same number.
        with tempfile.TemporaryDirectory(dir=home.parent, prefix=".new-") as folder:
            whole = Path(folder) / "whole"
            whole.mkdir()
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, whole)
            run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=whole)
            with suppress(OSError):  # another run was faster
                whole.rename(home)
    return home / "node_modules"
