"""Keeps an emulator running behind the shell that started it: detached, with nothing of the shell's in its hands."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NoReturn

import click

from ..emulator import EmulatorError
from ..errors import CssError

PID = "CSS_LOGS_EMULATOR_PID"


def start(serve: Callable[[Callable[[str], None]], None]) -> tuple[int, str]:
    """Serve in a process of its own; return its number and the endpoint, as soon as requests are answered.

    Args:
        serve: serves until it is stopped by a signal; calls what it is given with the endpoint when it answers.

    Raises:
        CssError: what `serve` raised; the process has ended.
        click.UsageError: this system cannot do it.
    """
    if not hasattr(os, "fork"):
        raise click.UsageError("--background: this system has no fork; start the emulator in another window")
    reading, writing = os.pipe()
    # Ctrl-C waits until it can end both: Python loses one that comes in the middle of a fork.
    signals = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _serve_detached(serve, writing, signals)
    try:
        os.close(writing)
        signal.pthread_sigmask(signal.SIG_SETMASK, signals)
        with os.fdopen(reading, "rb") as pipe:
            said = pickle.loads(pipe.read() or _ENDED)  # noqa: S301 - from our own process
        if isinstance(said, CssError):
            raise said
    except BaseException:
        stop(pid)
        raise
    return pid, said


def stop(pid: int) -> None:
    """End a process that `start` started, and wait until it has ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


_ENDED = pickle.dumps(EmulatorError("the emulator ended before it could answer"))


def _serve_detached(serve: Callable[[Callable[[str], None]], None], writing: int, signals: Iterable[int]) -> NoReturn:
    """Serve in the new process; say on the pipe where, or why not, and never return to the command line."""

    def say(what: str | CssError) -> None:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(what))

    try:
        os.setsid()  # so that a Ctrl-C in the terminal is none of its business
        signal.pthread_sigmask(signal.SIG_SETMASK, signals)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nowhere, number)
        for number in map(int, os.listdir("/dev/fd")):
            if number > 2 and number != writing:
                with suppress(OSError):  # the one that listed them
                    os.close(number)
        serve(say)
        os._exit(0)
    except CssError as error:
        say(error)
    except Exception as error:
        say(EmulatorError(f"the emulator could not be started: {type(error).__name__}: {error}"))
    finally:
        os._exit(1)
