"""How `css-logs` says that something went wrong: one line on standard error, and JSON where JSON was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import click

from ..errors import ApiError
from .showing import as_json, one_line, print_data


def problem_of(error: Exception, text: str | None = None) -> dict[str, Any]:
    """Return an error as JSON values: its kind, its text, and what an API error knows besides."""
    kind = "UsageError" if isinstance(error, click.ClickException) else type(error).__name__
    problem: dict[str, Any] = {"type": kind, "message": one_line(text or str(error))}
    if isinstance(error, ApiError):
        details = {"status": error.status, "code": error.code, "request_id": error.request_id, "hint": error.hint}
        problem.update(details)
    return problem


def print_problem(text: str, arguments: Sequence[str], error: Exception) -> None:
    """Print an error that ended the command; the arguments tell in which form."""
    if asks_for_json(arguments) and "--quiet" not in arguments:
        print_data(as_json({"state": "error", "error": problem_of(error, text)}))
    click.echo(f"Error: {one_line(text)}", err=True)


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Say whether the command line asks for JSON; it may be too wrong to be parsed."""
    given = list(arguments)
    return "--format=json" in given or any(pair == ("--format", "json") for pair in pairwise(given))
