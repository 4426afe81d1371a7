"""How `css-logs` reports errors: one line on standard error, and JSON with --format json."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import click

from ..errors import ApiError, CssError, SiteError
from .command import variable_of, written
from .terminal import as_json, forget_output, one_line, print_data, say


class SourceError(CssError):
    """A stack, an output or a file could not be read, or a file not written."""


class ReportedError(CssError):
    """An error that another runner reported; `problem` is what its JSON says of it."""

    names_subject = True

    def __init__(self, reason: str, problem: Mapping[str, Any]) -> None:
        super().__init__(reason, dict(problem))
        self.problem = dict(problem)

    def _text(self, _write: Callable[[str], str]) -> str:
        return str(self.args[0])


def problem_of(error: BaseException, text: str | None = None) -> dict[str, Any]:
    """Return an error as JSON values: its type, its text, and the details of an `ApiError` or a `SiteError`."""
    if isinstance(error, ReportedError):
        return error.problem
    kind = "UsageError" if isinstance(error, click.ClickException) else type(error).__name__
    if text is None:
        text = error.worded(written) if isinstance(error, CssError) else str(error)
    problem: dict[str, Any] = {"type": kind, "message": one_line(text)}
    if isinstance(error, SiteError):
        problem["site"] = error.site
        error = error.error
    if isinstance(error, ApiError):
        details = {"status": error.status, "code": error.code, "request_id": error.request_id, "hint": error.hint}
        problem.update(details)
    return problem


def print_problem(text: str, arguments: Sequence[str], error: BaseException) -> None:
    """Print an error that ended the command, in the format that the arguments choose."""
    if wants_json(arguments) and not _is_quiet(arguments):
        try:
            print_data(as_json({"state": "error", "error": problem_of(error, text)}))
        except OSError:
            forget_output()  # the line below says what went wrong, and so does the exit code
    say(f"Error: {one_line(text)}")


def wants_json(arguments: Sequence[str]) -> bool:
    """Return whether JSON is chosen, by option or variable; click may have failed to parse the command line."""
    forms = [argument.removeprefix("--format=") for argument in arguments if argument.startswith("--format=")]
    forms += [form for option, form in pairwise(arguments) if option == "--format"]
    return "json" in (forms or [_variable(arguments, "--format")])


def _is_quiet(arguments: Sequence[str]) -> bool:
    try:
        return "--quiet" in arguments or bool(click.BOOL.convert(_variable(arguments, "--quiet") or "no", None, None))
    except click.BadParameter:
        return False


def _variable(arguments: Sequence[str], option: str) -> str:
    """Return the value of an option's variable, "" if it is not set."""
    command = next((argument for argument in arguments if not argument.startswith("-")), "")
    return os.environ.get(variable_of(command, option), "")
