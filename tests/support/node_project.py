"""Node with its packages, and programs in TypeScript that Pulumi's Automation API runs inline."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import ROOT
from tests.support.pages import BLOCKS
from tests.support.pulumi_project import PulumiProject
from tools.machinery.engine_cache import Kind, kept
from tools.machinery.sdks import write_sdks

HERE = Path(__file__).parent / "node"


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> None:
    """Run a command to its end; what it printed is the failure's text."""
    done = subprocess.run(
        command, cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    assert done.returncode == 0, done.stdout


@dataclass(frozen=True)
class NodeTools:
    """A folder laid out as the repository is, with the generated SDKs, and with all TypeScript compiled."""

    folder: Path

    def run(
        self, project: PulumiProject, name: str, command: str, *, program: str = "ask/bin/ask.js", **config: Any
    ) -> NodeRun:
        """Run a program in a stack that shares the backend, home and environment of a project.

        Args:
            project: whose backend to use.
            name: the Pulumi project's name.
            command: ``preview`` or ``up``.
            program: the compiled program, below the folder of examples.
            config: the stack's configuration; what is no text becomes JSON.
        """
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
        spec = {
            "program": str(self.folder / "examples" / program),
            "project": name,
            "stack": "dev",
            "config": {key.replace("__", ":"): {"value": value} for key, value in texts.items()},
            "command": command,
        }
        done = subprocess.run(
            ["node", self.folder / "examples" / "ask" / "run.js"],
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
    """Lay the folder out: `node_modules` at its top, so that the SDK and the programs share one Pulumi."""
    (folder / "node_modules").symlink_to(_packages(), target_is_directory=True)
    sdks = folder / "sdks"
    write_sdks(sdks)
    shutil.copytree(ROOT / "examples" / "typescript", folder / "examples" / "typescript", ignore=_not_the_source)
    shutil.copytree(HERE, folder / "examples" / "ask", ignore=_not_the_source)
    (folder / "examples" / "ask" / "readme.ts").write_text(BLOCKS["typescript"])
    compiler = folder / "node_modules" / ".bin" / "tsc"
    run(compiler, cwd=sdks / "nodejs")
    shutil.copy(sdks / "nodejs" / "package.json", sdks / "nodejs" / "bin")
    for program in ("typescript", "ask"):
        own = folder / "examples" / program / "node_modules"
        own.mkdir()
        (own / "pulumi-huaweicloud-css").symlink_to(sdks / "nodejs", target_is_directory=True)
        run(compiler, cwd=own.parent)
    return NodeTools(folder)


def _not_the_source(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("node_modules", "bin")]


def _packages() -> Path:
    """Return the locked packages, installed once for all runs, beside the engine."""
    lock = (HERE / "package-lock.json").read_bytes()
    home = kept(Kind("node", ())) / hashlib.sha256(lock).hexdigest()[:20]
    if not home.exists():
        new = home.with_name(f".new-{os.getpid()}")
        new.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, new)
        run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=new)
        try:
            new.rename(home)
        except OSError:  # another run was faster
            shutil.rmtree(new)
    return home / "node_modules"
