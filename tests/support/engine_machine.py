"""A small machine for the tests of tools/engine.py: a clone, a cache, a PATH, stand-ins for go and pulumi."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.release_server import ReleaseServer, archive_of
from tools.machinery import engine_release

TOOLS = ROOT / "tools"
PATIENCE_SECONDS = 60  # only a test that would otherwise hang for ever gets to feel it

FAKE_GO = """#!/bin/sh
PATH=/usr/bin:/bin
echo "$*" >> "$FAKE/go-calls"
if [ "$1" = list ]; then echo "$FAKE/sdk"; exit; fi
nice > "$FAKE/go-niceness"
env > "$FAKE/go-env"
while [ $# -gt 1 ]; do
    if [ "$1" = -o ]; then out=$2; fi
    shift
done
if [ -p "$FAKE/gate" ] && [ "${out##*/}" = pulumi ]; then
    exec 3> "$FAKE/alive"  # a child of this shell holds it open, too
    echo half > "$out"
    echo building >&3
    cat "$FAKE/gate"
fi
if [ -e "$FAKE/go-error" ]; then cat "$FAKE/go-error" >&2; exit 1; fi
printf '#!/bin/sh\\necho v3.259.0\\n' > "$out"
chmod +x "$out"
"""

NOWHERE = "https://127.0.0.1:1"  # nobody listens there: a closed network


class Machine:
    """What a run of the tool sees: an empty PATH, an empty cache, no network, until they are added."""

    def __init__(self, root: Path, releases: ReleaseServer, certificate: Path) -> None:
        self.releases = releases
        self.path, self.cache, self.fake, self.clone = (root / n for n in ("path", "cache", "fake", "clone"))
        for folder in (self.path, self.fake / "sdk/python/cmd", self.fake / "sdk/python/dist"):
            folder.mkdir(parents=True)
        shutil.copytree(TOOLS, self.clone / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        for launcher in ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"):
            (self.fake / "sdk/python" / launcher).write_text(launcher)
            (self.fake / "sdk/python" / launcher).chmod(0o444)
        self._take_releases_from(NOWHERE, NOWHERE)
        self.env = {
            "PATH": str(self.path),
            "HOME": str(root / "home"),
            "FAKE": str(self.fake),
            "SSL_CERT_FILE": str(certificate),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PULUMI_HUAWEICLOUD_CSS_CACHE": str(self.cache),
        }

    def add(self, name: str, script: str = "#!/bin/sh\n") -> None:
        """Put an executable on PATH."""
        (self.path / name).write_text(script)
        (self.path / name).chmod(0o755)

    def add_engine(self, version: str = "v3.150.0") -> None:
        """Put an installed Pulumi of the `version` on PATH."""
        self.add("pulumi", f"#!/bin/sh\necho {version}\n")
        self.add("pulumi-language-python")

    def add_go(self, error: str | None = None, *, blocks: bool = False) -> None:
        """Put a Go on PATH that builds, fails with `error`, or `blocks` until `let_go_on`."""
        self.add("go", FAKE_GO)
        if error is not None:
            (self.fake / "go-error").write_text(error)
        if blocks:
            os.mkfifo(self.fake / "gate")
            os.mkfifo(self.fake / "alive")

    def add_download(self, *names: str, checksum: str | None = None) -> None:
        """Open the network, with a release that brings the programs `names` and publishes `checksum` if it is given."""
        self.releases.publish(archive_of(*(f"pulumi/{name}" for name in names)), checksum)
        self._take_releases_from(f"{self.releases.url}/sdk", f"{self.releases.url}/github")

    def _take_releases_from(self, archives: str, checksums: str) -> None:
        # The clone's code is changed: no setting that a user's environment may hold can do it.
        module = self.clone / "tools" / "machinery" / "engine_release.py"
        official = engine_release.OFFICIAL
        text = (TOOLS / "machinery" / "engine_release.py").read_text()
        assert text.count(official.archives) == text.count(official.checksums) == 1
        module.write_text(text.replace(official.archives, archives).replace(official.checksums, checksums))

    def command(self) -> list[str]:
        """The command that runs the clone's tool."""
        return [sys.executable, str(self.clone / "tools" / "engine.py")]

    def run(self, **env: str) -> subprocess.CompletedProcess[str]:
        """Run the tool to its end."""
        return self.python(self.command()[1:], self.clone, **env)

    def python(self, arguments: list[str], cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
        """Run this Python to its end."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=cwd,
            env=self.env | env,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def start(self) -> subprocess.Popen[str]:
        """Start the tool and leave it running."""
        return subprocess.Popen(self.command(), env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    @staticmethod
    def end(run: subprocess.Popen[str]) -> tuple[str, str]:
        """Wait for a started run, and return what it wrote to stdout and stderr."""
        return run.communicate(timeout=PATIENCE_SECONDS)

    def engine(self, **env: str) -> Path:
        """Run the tool, which must give an engine, and return the folder it prints."""
        done = self.run(**env)
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.removesuffix("\n"))

    def go_calls(self) -> list[str]:
        """The arguments of each call of go so far."""
        calls = self.fake / "go-calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def cached(self) -> list[str]:
        """The names in the cache's folder of engines, but for the lock."""
        folder = self.cache / "engine"
        return [path.name for path in folder.iterdir() if path.name != "lock"] if folder.exists() else []

    def watch_build(self) -> int:
        """A descriptor that gives a line when the blocked build begins, and ends when none of it is left."""
        return os.open(self.fake / "alive", os.O_RDONLY | os.O_NONBLOCK)

    def let_go_on(self) -> None:
        """Let the blocked build finish."""
        (self.fake / "gate").write_text("")

    @staticmethod
    def next_read(descriptor: int) -> bytes:
        """Wait for the next bytes, or for the end (no bytes) once every writer is gone."""
        ready, _, _ = select.select([descriptor], [], [], PATIENCE_SECONDS)
        assert ready, "nothing came"
        return os.read(descriptor, 4096)


@pytest.fixture
def machine(tmp_path: Path, release_server: ReleaseServer, certificate: Path) -> Machine:
    """Each test has a machine of its own."""
    return Machine(tmp_path, release_server, certificate)
