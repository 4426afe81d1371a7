"""How `css-logs` tells what was judged: target by target, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._backups.evaluate import CheckResult
from .._backups.status import worst
from .errors import problem_of
from .exit_codes import FAILED, NOT_ASKED, PASSED, PENDING
from .terminal import one_line

Result = CheckResult[Any]

_EXIT_CODES = {"failed": FAILED, "error": NOT_ASKED, "pending": PENDING, "passed": PASSED}


def reason_of(result: Result) -> str:
    """Return the verdict's sentence, or the error's; one line that says which target it is about."""
    if result.verdict is not None:
        return one_line(result.verdict.reason)
    text = str(result.error)
    return one_line(text if result.target in text else f"{result.target}: {text}")


def to_dict(result: Result) -> dict[str, Any]:
    """Return a result as plain JSON values."""
    found = {} if result.verdict is None else {"verdict": result.verdict.to_dict()}
    problem = {} if result.error is None else {"error": problem_of(result.error)}
    return {
        "name": one_line(result.target, 500),
        "state": result.state,
        "reason": reason_of(result),
        **found,
        **problem,
    }


def exit_code(results: Sequence[Result]) -> int:
    """Return the exit code: 0 passed, 1 failed, 3 pending, 4 the records could not be read."""
    return _EXIT_CODES[worst(result.state for result in results)]
