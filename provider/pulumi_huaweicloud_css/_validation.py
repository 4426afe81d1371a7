"""Every rule about an argument's value: the format of ids, and the numbers and choices that are allowed.

The choices are those of the API (ListLogsJob); the limits are this package's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, get_args

from ._text import as_given
from .errors import ArgumentError

Status = Literal["RUNNING", "SUCCESS", "FAIL", "NOT_FAIL"]
JobType = Literal["Manual", "Auto"]
OnError = Literal["fail", "collect"]
STATUSES: tuple[str, ...] = get_args(Status)
JOB_TYPES: tuple[str, ...] = get_args(JobType)
ON_ERROR: tuple[str, ...] = get_args(OnError)
MAX_LIMIT = 100_000
DEFAULT_PARALLELISM = 16
MAX_PARALLELISM = 64

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_cluster_id(value: object) -> bool:
    """Return whether `value` has the shape of a cluster's id."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def check_cluster_id(value: object, name: str = "cluster_id") -> str:
    """Return `value` if it is a cluster id; an error is about the argument of this name.

    Raises:
        ArgumentError: it is not a UUID.
    """
    if not isinstance(value, str) or not is_cluster_id(value):
        raise ArgumentError(
            name,
            f"{as_given(value)} is not a CSS cluster's id; "
            "give the cluster's UUID, like 4213d908-f5dc-4633-8401-cfd7175fca0c (not its name)",
        )
    return value


def check_int(name: str, value: object, least: int, most: int | None = None) -> int:
    """Return `value` as an int if it is an integer from `least` to `most`; a float such as 3.0 is accepted.

    Raises:
        ArgumentError: it is not.
    """
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= (most or number):
        allowed = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ArgumentError(name, f"{as_given(value)} is not an integer {allowed}")
    return number


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Check that a value is None or one of the choices.

    Raises:
        ArgumentError: it is neither.
    """
    if value is not None and value not in choices:
        raise ArgumentError(name, f"{as_given(value)} is not one of {', '.join(choices)}; leave it out to see all")


def check_text(name: str, value: object, what: str) -> str:
    """Return `value` if it is text with more than white space; an error says `what` it should be.

    Raises:
        ArgumentError: it is not.
    """
    if not isinstance(value, str) or not value.strip():
        raise ArgumentError(name, f"{as_given(value)} is not {what}")
    return value


def check_one_given(write: Callable[[str], str], **given: object) -> None:
    """Check that exactly one of several arguments is given.

    Args:
        write: returns an argument as its reader writes it.
        given: the arguments' values by name; None if not given.

    Raises:
        ArgumentError: none is, or more than one.
    """
    there = [name for name, value in given.items() if value is not None]
    if len(there) != 1:
        choice = " or ".join(map(write, given))
        reason = f"give {choice}" if not there else f"it does not go together with {write(there[0])}; give {choice}"
        raise ArgumentError(there[1] if there else next(iter(given)), reason)


def check_bool(name: str, value: object) -> bool:
    """Return `value` if it is True or False.

    Raises:
        ArgumentError: it is neither.
    """
    if not isinstance(value, bool):
        raise ArgumentError(name, f"{as_given(value)} is neither True nor False")
    return value
