"""How severe a state is, and the symbols and colours of states and of kinds of backups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .._api.models import Record


@dataclass(frozen=True)
class Kind:
    """One kind of backups.

    Args:
        key: its name in style sheets; one letter, for a page has thousands of marks.
        said: how a sentence says it of so many backups.
        symbol: its character on a terminal.
        colour: its colour on a terminal; None: the usual one.
    """

    key: str
    said: str
    symbol: str
    colour: str | None = None


SUCCESS = Kind("s", "succeeded", "✓", "green")
FAIL = Kind("f", "failed", "✗", "red")
RUNNING = Kind("r", "running", "…", "yellow")
OTHER = Kind("o", "with another status", "?")

State = Literal["passed", "pending", "failed", "error"]

# The worst first: one failed target is reason enough, whatever could not be found out about the others.
SEVERITY: tuple[State, ...] = ("failed", "error", "pending", "passed")
SYMBOLS: dict[State, str] = {"passed": "✓", "pending": "…", "failed": "✗", "error": "!"}
COLOURS: dict[State, str] = {"passed": "green", "pending": "yellow", "failed": "red", "error": "red"}
WORDS: dict[State, str] = {"passed": "passed", "pending": "pending", "failed": "failed", "error": "not asked"}


def worst(states: Iterable[State]) -> State:
    """Return the state that decides."""
    return min(states, key=SEVERITY.index)


# In the order in which they are drawn: what matters most comes last, and lies on top.
KINDS = (OTHER, SUCCESS, RUNNING, FAIL)
_BY_STATUS = {"SUCCESS": SUCCESS, "FAIL": FAIL, "RUNNING": RUNNING}


def kind_of(record: Record) -> Kind:
    """Return a record's kind; a status that nobody knows is one of its own, though a gate takes it for a failure."""
    return _BY_STATUS.get((record.status or "").strip().upper(), OTHER)


def count_kinds(records: Iterable[Record]) -> dict[Kind, int]:
    """Return how many records there are of each kind, successes first, and none that is not there."""
    counted = Counter(kind_of(record) for record in records)
    return {kind: counted[kind] for kind in (SUCCESS, FAIL, RUNNING, OTHER) if counted[kind]}
