"""A Pulumi project in a temporary folder, driven by the real CLI with the local backend."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# What of the caller's environment a run needs; everything else (keys, settings, other backends) stays out.
_KEPT = ("PATH", "LANG", "TMPDIR", "SSL_CERT_FILE")


@dataclass
class Run:
    """What a command printed, and how it ended."""

    exit_code: int
    output: str

    def diagnostics(self, subject: str) -> list[str]:
        """Return the lines that the engine shows for a resource, given as it names it: `Type (name)`."""
        after = self.output.rpartition(f"{subject}:\n")[2]
        return [line.strip() for line in after.partition("\n\n")[0].splitlines()]

    def ok(self) -> Run:
        """Return the run itself if it succeeded."""
        assert self.exit_code == 0, self.output
        return self


@dataclass
class PulumiProject:
    """One project with one stack, `dev`.

    Args:
        folder: where the program and Pulumi.yaml are.
        home: folder of the backend and Pulumi's own files; projects that share it see each other's stacks.
        environment: added to the environment of each command.
    """

    folder: Path
    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    name: str = "logs"
    stack: str = "dev"

    def write(self, program: str) -> None:
        """Write the program, and Pulumi.yaml around it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "__main__.py").write_text(textwrap.dedent(program))
        (self.folder / "Pulumi.yaml").write_text(f"name: {self.name}\nruntime: python\n")

    def init(self, **config: str) -> None:
        """Make the stack; configuration keys are given with __ for the colon."""
        self.run("stack", "init", self.stack).ok()
        pairs = [f"{key.replace('__', ':')}={value}" for key, value in config.items()]
        if pairs:
            self.run(
                "config", "set-all", "--stack", self.stack, *[x for pair in pairs for x in ("--plaintext", pair)]
            ).ok()

    def set_secret(self, key: str, value: str) -> None:
        """Set a secret key of the stack's configuration."""
        self.run("config", "set", "--stack", self.stack, "--secret", key, value).ok()

    def environ(self) -> dict[str, str]:
        """Return the whole environment that a command runs in."""
        state = self.home / "state"
        state.mkdir(parents=True, exist_ok=True)
        return {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "HOME": str(self.home),
            "PULUMI_HOME": str(self.home / "pulumi"),
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "1",
            "PYTHONWARNINGS": "default",
            **self.environment,
        }

    def run(self, *arguments: str, timeout: float = 300) -> Run:
        """Run one CLI command and return what it printed on both streams."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=self.environ(),
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return Run(done.returncode, done.stdout)

    def preview(self, *arguments: str) -> Run:
        """Preview the stack."""
        return self.run("preview", "--stack", self.stack, *arguments)

    def up(self, *arguments: str) -> Run:
        """Update the stack without a preview."""
        return self.run("up", "--stack", self.stack, "--yes", "--skip-preview", *arguments)

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs."""
        return json.loads(self.run("stack", "output", "--stack", self.stack, "--json", "--show-secrets").ok().output)

    def state(self) -> str:
        """Return the exported state's text."""
        return self.run("stack", "export", "--stack", self.stack).ok().output

    def resources(self) -> list[dict[str, Any]]:
        """Return the resources in the state."""
        return json.loads(self.state())["deployment"]["resources"]


def engine_is_there() -> None:
    """Fail, never skip, where there is no engine: a run without one proves nothing."""
    for program in ("pulumi", "pulumi-language-python"):
        assert shutil.which(program), f"{program} is not on PATH; run the tests with `make test`"
    found = shutil.which("python3")
    here = Path(sys.prefix) / "bin"
    assert found
    assert Path(found).parent == here, f"the virtual environment is not first on PATH: {found}"
