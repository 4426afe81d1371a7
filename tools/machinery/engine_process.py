"""Runs a long command for tools/engine.py, shows its progress and ends it when we are stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

TICK_SECONDS = 0.2
TAIL_LINES = 15
NICENESS = 10
SPINNER = "|/-\\"
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Unavailable(Exception):
    """One way to an engine leads nowhere. The text says why, for a person."""


class Stopped(BaseException):
    """A signal asks this process to end. Not an Exception, so that nothing but clean-up gets in its way."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


def stop_on_signals() -> None:
    """Turn SIGINT, SIGTERM and SIGHUP into `Stopped`, so that every `finally` on the way out runs.

    A signal that is ignored already (as under nohup) stays ignored.
    """
    for signum in SIGNALS:
        if signal.getsignal(signum) is not signal.SIG_IGN:
            signal.signal(signum, _raise_stopped)


def _raise_stopped(signum: int, _frame: FrameType | None) -> None:
    # An impatient second Ctrl-C must not cut the clean-up short.
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(signum)


def end_by(stopped: Stopped) -> None:
    """End this process by the signal that stopped it: that tells a calling shell or make that it did not fail."""
    signal.signal(stopped.signum, signal.SIG_DFL)
    os.kill(os.getpid(), stopped.signum)


def say(text: str) -> None:
    """Write one line of `text` to stderr; stdout is kept for the answer."""
    print(f"engine: {text}", file=sys.stderr, flush=True)


def run(
    title: str | None,
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    limit: float | None = None,
) -> str:
    """Run `command` in the folder `cwd`, at low priority, and return its standard output.

    `title` names the step in the progress shown on stderr; None shows nothing. `env` replaces the
    environment.
    After `limit` seconds (None: no limit) the command is ended, with all its children.

    Raises `Unavailable` with the end of the command's output if it cannot start, fails or takes too long.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        progress = _Progress(title)
        try:
            code = _run_group(command, cwd, env, (out, err), limit, progress=progress)
        except Unavailable as error:
            raise Unavailable(_with_tail(str(error), err)) from None
        finally:
            progress.clear()
        if code != 0:
            raise Unavailable(_with_tail(f"`{_brief(command)}` ended with exit code {code}", err))
        progress.done()
        return _text(out)


def _run_group(
    command: Sequence[str | Path],
    cwd: Path,
    env: Mapping[str, str] | None,
    outputs: tuple[IO[bytes], IO[bytes]],
    limit: float | None,
    *,
    progress: _Progress,
) -> int:
    # Signals wait until the child is known: one that struck inside Popen would leave a child nobody ends.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        child = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=outputs[0],
            stderr=outputs[1],
            start_new_session=True,
            preexec_fn=_before_exec,  # noqa: PLW1509 - safe: this program has one thread
        )
    except OSError as error:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        raise Unavailable(f"`{_brief(command)}` cannot be started: {error}") from error
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        return _wait(child, limit, progress)
    except BaseException:
        _kill_group(child)
        raise


def _before_exec() -> None:
    # The child inherits the blocked signals of the lines around Popen; it has to be told to listen again.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    os.nice(NICENESS)


def _wait(child: subprocess.Popen[bytes], limit: float | None, progress: _Progress) -> int:
    while True:
        try:
            return child.wait(timeout=TICK_SECONDS)
        except subprocess.TimeoutExpired:
            progress.draw()
            if limit is not None and progress.seconds() > limit:
                raise Unavailable(f"not done after {limit:.0f} seconds, given up") from None


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    # Before the child is reaped, its process id still names the group, whatever became of the child.
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        child.kill()  # macOS refuses to signal a group of zombies
    child.wait()


def _brief(command: Sequence[str | Path]) -> str:
    return " ".join([Path(command[0]).name, *map(str, command[1:2])])


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace")


def _with_tail(reason: str, stream: IO[bytes]) -> str:
    lines = _text(stream).rstrip().splitlines()[-TAIL_LINES:]
    return "\n  ".join([f"{reason}; the end of its output:" if lines else reason, *lines])


class _Progress:
    """Tells how a step goes: one line rewritten in place on a terminal, a line at each end elsewhere."""

    def __init__(self, title: str | None) -> None:
        self._title = title
        self._started = time.monotonic()
        self._frame = 0
        self._live = title is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        if title is not None and not self._live:
            say(f"{title} ...")
        self.draw()

    def seconds(self) -> float:
        return time.monotonic() - self._started

    def draw(self) -> None:
        if self._live:
            self._frame += 1
            line = f"{SPINNER[self._frame % len(SPINNER)]} {self._title} ... {_duration(self.seconds())}"
            width = os.get_terminal_size(sys.stderr.fileno()).columns or 80  # a new pty says 0
            self._write("\r\x1b[K" + line[: width - 1])

    def clear(self) -> None:
        if self._live:
            self._write("\r\x1b[K")

    def done(self) -> None:
        if self._title is not None:
            say(f"{self._title}: done in {_duration(self.seconds())}")

    @staticmethod
    def _write(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest:02d}s" if minutes else f"{rest}s"
