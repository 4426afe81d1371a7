"""Runs an emulator in the background, detached from the shell that started it and without its descriptors."""

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
    """Serve in a process of its own; return its process id and the endpoint, as soon as it accepts requests.

    Args:
        serve: serves until a signal stops it; calls its argument with the endpoint when it accepts requests.

    Raises:
        CssError: what `serve` raised; the process has ended.
        click.UsageError: this system has no fork.
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
            message = pickle.loads(pipe.read() or _ENDED)  # noqa: S301 - from our own process
        if isinstance(message, CssError):
            raise message
    except BaseException:
        stop(pid)
        raise
    return pid, message


def stop(pid: int) -> None:
    """End a process that `start` started, and wait until it has ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


_ENDED = pickle.dumps(EmulatorError("the emulator ended before it could serve"))


def _serve_detached(serve: Callable[[Callable[[str], None]], None], writing: int, signals: Iterable[int]) -> NoReturn:
    """Serve in the new process; write the endpoint or the error to the pipe, and never return."""

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
