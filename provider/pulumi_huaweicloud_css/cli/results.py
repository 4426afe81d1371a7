"""What judging came to, subject by subject, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._backups.gate import Gate, Verdict
from ..errors import CssError, expected
from .errors import problem_of
from .exit_codes import FAILED, NOT_ASKED, PASSED, PENDING
from .targets import Subject
from .terminal import one_line

# The worst first: one failed cluster is reason enough, whatever could not be found out about the others.
_BY_SEVERITY = ("failed", "error", "pending", "passed")
_EXIT_CODES = {"failed": FAILED, "error": NOT_ASKED, "pending": PENDING, "passed": PASSED}


@dataclass(frozen=True)
class Outcome:
    """One subject's verdict, or the error for which there is none."""

    name: str
    verdict: Verdict | None = None
    error: CssError | None = None

    @property
    def state(self) -> str:
        """``passed``, ``pending``, ``failed``, or ``error``."""
        return "error" if self.verdict is None else self.verdict.state

    @property
    def reason(self) -> str:
        """The verdict's sentence, or the error's; one line that says which subject it is about."""
        if self.verdict is not None:
            return one_line(self.verdict.reason)
        text = str(self.error)
        return one_line(text if self.name in text else f"{self.name}: {text}")

    @property
    def may_change(self) -> bool:
        """Whether asking again later can bring another outcome: a backup runs, or the API is not well."""
        return self.state == "pending" or (self.error is not None and self.error.may_pass)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        found = {} if self.verdict is None else {"verdict": self.verdict.to_dict()}
        problem = {} if self.error is None else {"error": problem_of(self.error)}
        return {"name": one_line(self.name, 500), "state": self.state, "reason": self.reason, **found, **problem}


def judge(subject: Subject, gate: Gate, now: datetime | None) -> Outcome:
    """Read a subject and judge it; any error is an outcome too, so that the other subjects are still shown."""
    try:
        return Outcome(subject.name, verdict=subject.read().judge(gate, now=now))
    except Exception as error:
        return Outcome(subject.name, error=expected(error))


def worst_state(outcomes: Sequence[Outcome]) -> str:
    """Return the state that decides."""
    return min((outcome.state for outcome in outcomes), key=_BY_SEVERITY.index)


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Return the exit code: 0 passed, 1 failed, 3 pending, 4 the question could not be asked."""
    return _EXIT_CODES[worst_state(outcomes)]
