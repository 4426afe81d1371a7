"""The kinds of backups that a picture tells apart, each by colour and by shape, so that it reads without colour too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._api.models import Record


@dataclass(frozen=True)
class Kind:
    """One kind of backups.

    Args:
        key: its name in style sheets; one letter, for a page has thousands of marks.
        said: how a sentence says it of so many backups.
        symbol: its character on a terminal.
    """

    key: str
    said: str
    symbol: str


SUCCESS = Kind("s", "succeeded", "✓")
FAIL = Kind("f", "failed", "✗")
RUNNING = Kind("r", "running", "…")
OTHER = Kind("o", "with another status", "?")

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
