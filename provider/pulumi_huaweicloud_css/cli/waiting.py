"""Waits for running backups to end: polls until no verdict can change, and shows progress."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from .._backups.evaluate import CheckResult, RecordSet, Target, evaluate
from .._backups.gate import Gate
from .._durations import format_duration
from .._threads import in_parallel
from .._validation import DEFAULT_PARALLELISM
from .progress import reading, shows_bar
from .results import reason_of
from .terminal import say

_Kept = TypeVar("_Kept")

PROGRESS_SECONDS = 30.0  # from one line to the next, where they are kept; CI systems end jobs that say nothing
_SHOWN_EVERY = 1.0


@dataclass
class Watch(Generic[_Kept]):
    """Judges targets until they are settled; `results` always holds what is known.

    Args:
        targets: what to judge.
        gate: the rule.
        keep: takes from a target's records what is to be shown; see `evaluate`.
        now: judge as of this time, or None for the present.
        wait: how long to wait for pending verdicts; 0 to poll once.
        interval: time between two polls.
        fail_fast: whether the first failure ends the wait for the others.
        quiet: whether nothing is shown meanwhile.
        parallelism: how many targets are read at once.
    """

    targets: Sequence[Target[RecordSet]]
    gate: Gate
    keep: Callable[[RecordSet], _Kept]
    now: datetime | None = None
    wait: timedelta = timedelta()
    interval: timedelta = timedelta(seconds=15)
    fail_fast: bool = False
    quiet: bool = False
    parallelism: int = DEFAULT_PARALLELISM
    _known: dict[int, CheckResult[_Kept]] = field(default_factory=dict)

    def run(self) -> list[CheckResult[_Kept]]:
        """Judge, and poll while a verdict can change; return the last results.

        At the end, targets that were judged before the last poll are judged again, so that all verdicts are as of one
        time.
        """
        end = time.monotonic() + self.wait.total_seconds()
        everything = range(len(self.targets))
        polled: Sequence[int] = everything
        with (
            _progress(self.wait, quiet=self.quiet or shows_bar(len(polled))),
            reading(len(polled), quiet=self.quiet) as done,
        ):
            self._poll(polled, done)
        with _progress(self.wait, quiet=self.quiet) as show:
            while True:
                left = end - time.monotonic()
                if self._goes_on() and left > 0:
                    self._pause(min(self.interval.total_seconds(), left), end, show)
                    polled = [index for index in everything if self._known[index].may_change]
                elif len(polled) < len(everything):
                    polled = everything
                else:
                    self._explain()
                    return self.results
                self._poll(polled)

    @property
    def results(self) -> list[CheckResult[_Kept]]:
        """What is known of the targets, in their order."""
        return [self._known[index] for index in sorted(self._known)]

    def _poll(self, indices: Sequence[int], done: Callable[[], None] = lambda: None) -> None:
        """Judge some of the targets, several concurrently."""

        def note(number: int, result: CheckResult[_Kept]) -> None:
            self._known[indices[number]] = result
            done()

        chosen = [self.targets[index] for index in indices]
        evaluate(chosen, self.gate, self.keep, parallelism=self.parallelism, now=self.now, explain=False, done=note)

    def _explain(self) -> None:
        """Add the causes to the reasons, now that the verdicts are final."""

        def explain(index: int) -> None:
            self._known[index] = self._known[index].explained()

        in_parallel(explain, list(self._known), self.parallelism, lambda index: self.targets[index].site)

    def _goes_on(self) -> bool:
        failed = any(result.state == "failed" for result in self.results)
        return any(result.may_change for result in self.results) and not (self.fail_fast and failed)

    def _pause(self, seconds: float, end: float, show: Callable[[str], Any]) -> None:
        """Sleep until the next poll, and show the time left until `end`."""
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            show(self._waiting_for(end - now))
            time.sleep(min(_SHOWN_EVERY, until - now))

    def _waiting_for(self, left: float) -> str:
        waiting = [reason_of(result) for result in self.results if result.may_change]
        more = f" (and {len(waiting) - 1} more)" if len(waiting) > 1 else ""
        return f"{waiting[0]}{more}; waiting {format_duration(timedelta(seconds=left))} at most"


def _progress(wait: timedelta, *, quiet: bool) -> AbstractContextManager[Callable[[str], Any]]:
    """Return what shows progress: in place on a terminal, a line from time to time elsewhere, or nothing."""
    if not wait or quiet:
        return nullcontext(lambda _: None)
    return _Spinner() if sys.stderr.isatty() else nullcontext(_Lines())


class _Lines:
    """Prints on standard error what is waited for, so that waiting is not mistaken for hanging."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, text: str) -> None:
        if time.monotonic() - self._last >= PROGRESS_SECONDS:
            self._last += PROGRESS_SECONDS
            say(text)


class _Spinner:
    def __enter__(self) -> Callable[[str], Any]:
        from rich.console import Console
        from rich.text import Text

        self._status = Console(stderr=True).status("reading")
        self._status.start()
        return lambda text: self._status.update(Text(text))

    def __exit__(self, *_: object) -> None:
        self._status.stop()
