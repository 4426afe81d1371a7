"""What the tests of `css-logs` share: the installed command as a real process, and records for what it reads."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pulumi_huaweicloud_css.emulator import Emulator

CSS_LOGS = str(Path(sys.executable).with_name("css-logs"))
LANG = "C.UTF-8"
PATIENCE = 120  # seconds; only a failure ever takes so long


class Forks:
    """A process that has `css-logs` loaded, and forks one for each run: starting takes no time worth mentioning.

    Nor do the pauses between the attempts of a request: they are left out.
    """

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair()
        self._channel.settimeout(PATIENCE)
        program = [sys.executable, str(Path(__file__).with_name("css_logs_forks.py")), str(theirs.fileno())]
        # Pipes, as for any run: Python decides at its start how its streams are buffered.
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        environ = {"PATH": os.environ.get("PATH", os.defpath), "LANG": LANG}
        self._process = subprocess.Popen(
            program, pass_fds=[theirs.fileno()], env=environ, start_new_session=True, **pipes
        )
        theirs.close()

    def run(
        self,
        arguments: Sequence[str],
        environ: dict[str, str],
        folder: Path,
        stdin: str = "",
        *,
        terminal: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        """Run `css-logs` to its end, with a pipe for each stream, or a terminal for its output."""
        (its_input, our_input), (our_errors, its_errors) = os.pipe(), os.pipe()
        our_output, its_output = _terminal() if terminal else os.pipe()
        run = {"arguments": arguments, "environ": environ, "folder": str(folder)}
        streams = [its_input, its_output, its_errors]
        socket.send_fds(self._channel, [json.dumps(run).encode() + b"\n"], streams)
        for stream in streams:
            os.close(stream)
        with ThreadPoolExecutor(3) as pool:
            pool.submit(_write, our_input, stdin)
            output, errors = pool.submit(_read, our_output), pool.submit(_read, our_errors)
            try:
                code = int(self._channel.recv(16))
            except BaseException:
                os.killpg(self._process.pid, signal.SIGKILL)
                raise
        shown = output.result() if terminal else _with_plain_line_ends(output.result())
        return subprocess.CompletedProcess([CSS_LOGS, *arguments], code, shown, _with_plain_line_ends(errors.result()))

    def close(self) -> None:
        """End the process."""
        self._channel.close()
        self._process.communicate(timeout=PATIENCE)


def _terminal() -> tuple[int, int]:
    import pty  # noqa: PLC0415 - not there on Windows, where tests that need no terminal can run

    return pty.openpty()


def _read(descriptor: int) -> str:
    shown = bytearray()
    with contextlib.suppress(OSError):  # Linux says so when the other side of a terminal is closed
        while part := os.read(descriptor, 1 << 16):
            shown += part
    os.close(descriptor)
    return shown.decode()


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _write(descriptor: int, text: str) -> None:
    with contextlib.suppress(BrokenPipeError), open(descriptor, "w") as stream:
        stream.write(text)


class Process(subprocess.Popen[str]):
    """A process that is killed where its ``with`` block fails: waiting for its end could take for ever."""

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Wait for the end."""
        if kind is not None:
            self.kill()
        super().__exit__(kind, *rest)


class CssLogs:
    """Runs `css-logs` in an environment of its own.

    Args:
        folder: the working folder.
        settings: environment variables besides PATH.
        forks: what runs are forked from; None: each is started anew.
    """

    def __init__(self, folder: Path, settings: dict[str, str], forks: Forks | None = None) -> None:
        self.folder = folder
        self.settings = settings
        self.forks = forks

    def environ(self, **more: str) -> dict[str, str]:
        """Return the whole environment of a run."""
        fixed = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.folder), "LANG": LANG, "NO_PROXY": "*"}
        return {**fixed, **self.settings, **more}

    def __call__(self, *arguments: object, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """Run to the end; keywords are further environment variables."""
        environ = self.environ(**more)
        if self.forks and _can_be_forked(environ):
            return self.forks.run([*map(str, arguments)], environ, self.folder, stdin)
        return subprocess.run(
            [CSS_LOGS, *map(str, arguments)],
            env=environ,
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def on_a_terminal(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run to the end, with a terminal for standard output, which is given as it came."""
        if self.forks and _can_be_forked(self.environ()):
            return self.forks.run([*map(str, arguments)], self.environ(), self.folder, terminal=True)
        ours, theirs = _terminal()
        with self.start(*arguments, stdout=theirs) as process:
            os.close(theirs)
            shown = _read(ours)
            _, errors = process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(process.args, process.returncode, shown, errors)

    def start(self, *arguments: object, **streams: Any) -> Process:
        """Start without waiting; both outputs are pipes unless given."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        command = [CSS_LOGS, *map(str, arguments)]
        return Process(command, env=self.environ(), cwd=self.folder, text=True, **pipes)


def _can_be_forked(environ: dict[str, str]) -> bool:
    """Say whether there is nothing in an environment that Python itself reads, which it does at its start alone."""
    return environ["LANG"] == LANG and not any(name.startswith(("PYTHON", "LC_")) for name in environ)


def _maker(folder: Path, forks: Forks | None = None) -> Callable[..., CssLogs]:
    def make(emulator: Emulator | None = None, **settings: str) -> CssLogs:
        folder.mkdir(exist_ok=True)
        return CssLogs(folder, {**(emulator.environment() if emulator else {}), **settings}, forks)

    return make


@pytest.fixture
def css_logs(tmp_path: Path) -> Callable[..., CssLogs]:
    """Return a maker of runners: for an emulator, or, without one, with no settings at all."""
    return _maker(tmp_path / "here")


@pytest.fixture(scope="session")
def css_logs_forks() -> Iterator[Forks | None]:
    """What the runs of all tests are forked from; None: each is started anew, as macOS and Windows need it."""
    if sys.platform != "linux":
        yield None
        return
    forks = Forks()
    yield forks
    forks.close()


@pytest.fixture(name="css_logs")
def forked_css_logs(tmp_path: Path, css_logs_forks: Forks | None) -> Callable[..., CssLogs]:
    """As `css_logs`, but runs to the end are forked: for tests of what a run does, not of how it starts."""
    return _maker(tmp_path / "here", css_logs_forks)


@pytest.fixture
def record() -> Callable[..., dict[str, Any]]:
    """Return a maker of records in the API's form that began and ended so many milliseconds ago."""

    def make(status: str = "SUCCESS", age_ms: int = 3_600_000, **fields: Any) -> dict[str, Any]:
        moment = round(time.time() * 1000) - age_ms
        return {"id": f"r{age_ms}", "createAt": moment, "finishedAt": moment, "status": status, **fields}

    return make
