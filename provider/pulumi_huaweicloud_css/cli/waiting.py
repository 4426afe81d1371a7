"""Waits for running backups to end: asks again until no verdict can change, with progress for people."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..durations import format_duration
from ..gate import Gate
from ..question import DEFAULT_PARALLELISM
from ..workers import in_parallel
from .outcomes import Outcome, judge
from .subjects import Subject


@dataclass
class Watch:
    """Judges subjects until they are settled; `outcomes` always holds what is known.

    Args:
        subjects: what to judge.
        gate: the rule.
        now: judge as of this time, or None for the present.
        wait: how long to wait for pending verdicts; 0 for one look.
        interval: time between two looks.
        fail_fast: whether the first failure ends the wait for the others.
        parallelism: how many subjects are read at once.
    """

    subjects: Sequence[Subject]
    gate: Gate
    now: datetime | None = None
    wait: timedelta = timedelta()
    interval: timedelta = timedelta(seconds=15)
    fail_fast: bool = False
    parallelism: int = DEFAULT_PARALLELISM
    _known: dict[int, Outcome] = field(default_factory=dict)

    def run(self) -> list[Outcome]:
        """Judge, and ask again while waiting can change something; return the last outcomes.

        At the end, what was judged before the last look is judged again, so that all verdicts are of one moment.
        """
        end = time.monotonic() + self.wait.total_seconds()
        everything = range(len(self.subjects))
        with _progress(self.wait) as show:
            looked_at: Sequence[int] = everything
            self._look(looked_at)
            while True:
                left = end - time.monotonic()
                if self._goes_on() and left > 0:
                    show(self._waiting_for(left))
                    time.sleep(min(self.interval.total_seconds(), left))
                    looked_at = [index for index in everything if self._known[index].may_change]
                elif len(looked_at) < len(everything):
                    looked_at = everything
                else:
                    return self.outcomes
                self._look(looked_at)

    @property
    def outcomes(self) -> list[Outcome]:
        """What is known of the subjects, in their order."""
        return [self._known[index] for index in sorted(self._known)]

    def _look(self, indices: Sequence[int]) -> None:
        """Judge some of the subjects, several at once."""

        def look(index: int) -> None:
            self._known[index] = judge(self.subjects[index], self.gate, self.now)

        in_parallel(look, indices, self.parallelism)

    def _goes_on(self) -> bool:
        failed = any(outcome.state == "failed" for outcome in self.outcomes)
        return any(outcome.may_change for outcome in self.outcomes) and not (self.fail_fast and failed)

    def _waiting_for(self, left: float) -> str:
        waiting = [outcome.reason for outcome in self.outcomes if outcome.may_change]
        more = f" (and {len(waiting) - 1} more)" if len(waiting) > 1 else ""
        return f"{waiting[0]}{more}; waiting {format_duration(timedelta(seconds=left))} at most"


def _progress(wait: timedelta) -> AbstractContextManager[Callable[[str], Any]]:
    """Return a display for a terminal; in a pipe, or where nothing is waited for, one that shows nothing."""
    if not wait or not sys.stderr.isatty():
        return nullcontext(lambda _: None)
    return _Spinner()


class _Spinner:
    def __enter__(self) -> Callable[[str], Any]:
        from rich.console import Console
        from rich.text import Text

        self._status = Console(stderr=True).status("asking")
        self._status.__enter__()
        return lambda text: self._status.update(Text(text))

    def __exit__(self, *details: Any) -> None:
        self._status.__exit__(*details)
