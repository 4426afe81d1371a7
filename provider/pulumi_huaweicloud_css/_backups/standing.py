"""Where a cluster's backups stand, in numbers: its newest success, and the failures since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .gate import moment_of, ordered

if TYPE_CHECKING:
    from .._record import Record


@dataclass(frozen=True)
class Standing:
    """The numbers that a monitoring system follows.

    Attributes:
        last_success: when the newest success ended, Unix time in milliseconds; None if there is none with a time.
        consecutive_failures: how many records that count as failures are newer than it; all if there is no success.
    """

    last_success: int | None
    consecutive_failures: int


def standing_of(records: Iterable[Record]) -> Standing:
    """Return where these records stand, by the order and the rules of the gate."""
    failures = 0
    for record in ordered(records):
        if record.outcome == "SUCCESS":
            return Standing(moment_of(record), failures)
        failures += record.outcome == "FAIL"
    return Standing(None, failures)
