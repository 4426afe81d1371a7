"""The severity of states, and the symbols and colours of states and of kinds of backups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from .._record import Record


@dataclass(frozen=True)
class Kind:
    """One kind of backups.

    Args:
        key: its name in style sheets; one letter, because a page has thousands of marks.
        label: its name after a number of backups.
        symbol: its character on a terminal.
        colour: its colour on a terminal; None: the default.
    """

    key: str
    label: str
    symbol: str
    colour: str | None = None


SUCCESS = Kind("s", "succeeded", "✓", "green")
FAIL = Kind("f", "failed", "✗", "red")
RUNNING = Kind("r", "running", "…", "yellow")
OTHER = Kind("o", "with another status", "?")

State = Literal["passed", "pending", "failed", "error"]
STATES: tuple[State, ...] = get_args(State)

# The worst first: one failed target decides, whatever is unknown about the others.
SEVERITY: tuple[State, ...] = ("failed", "error", "pending", "passed")
SYMBOLS: dict[State, str] = {"passed": "✓", "pending": "…", "failed": "✗", "error": "!"}
COLOURS: dict[State, str] = {"passed": "green", "pending": "yellow", "failed": "red", "error": "red"}
WORDS: dict[State, str] = {"passed": "passed", "pending": "pending", "failed": "failed", "error": "not read"}


def worst(states: Iterable[State]) -> State:
    """Return the worst state, which decides."""
    return min(states, key=SEVERITY.index)


# In drawing order: the most important last, on top.
KINDS = (OTHER, SUCCESS, RUNNING, FAIL)
_BY_STATUS = {"SUCCESS": SUCCESS, "FAIL": FAIL, "RUNNING": RUNNING}


def kind_of(record: Record) -> Kind:
    """Return a record's kind; unknown statuses have their own, although a gate counts them as failures."""
    return _BY_STATUS.get((record.status or "").strip().upper(), OTHER)


def count_kinds(records: Iterable[Record]) -> dict[Kind, int]:
    """Return the number of records of each kind that occurs, successes first."""
    counted = Counter(kind_of(record) for record in records)
    return {kind: counted[kind] for kind in (SUCCESS, FAIL, RUNNING, OTHER) if counted[kind]}
