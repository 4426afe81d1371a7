"""Paired measurements: A and B alternately, and the ratio of each pair, so that a change of speed does no harm."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# Names of rows that the page looks up.
FLOOR = "CPU to list 999 records, ours / floor"
WHOLE_CALL = "CPU of `get_log_records` of 999 records, whole call / vendor SDK's listing"


@dataclass(frozen=True)
class Series:
    """Measured values of one thing, and their summary."""

    values: list[float]

    @property
    def median(self) -> float:
        """The median."""
        return statistics.median(self.values)

    def to_dict(self, digits: int = 4) -> dict[str, float]:
        """Return median, minimum and maximum as JSON values."""
        found = {"median": self.median, "min": min(self.values), "max": max(self.values)}
        return {name: round(value, digits) for name, value in found.items()}


@dataclass(frozen=True)
class Comparison:
    """One row of the table.

    Args:
        name: what is compared with what.
        target: the highest ratio that is accepted.
        ours: what ours took, in `unit`.
        other: what it is compared with.
        ratio: of each pair.
        unit: of `ours` and `other`.
        note: anything a reader must know.
    """

    name: str
    target: float
    ours: Series
    other: Series
    ratio: Series
    unit: str = "ms"
    note: str = ""

    @property
    def reached(self) -> bool:
        """Whether the median of the ratios is within the target."""
        return self.ratio.median <= self.target

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {
            "name": self.name,
            "target": self.target,
            "reached": self.reached,
            "unit": self.unit,
            "ours": self.ours.to_dict(),
            "other": self.other.to_dict(),
            "ratio": self.ratio.to_dict(),
            "note": self.note,
        }


@dataclass
class Pairs:
    """Collects the values of several contenders, round by round."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """Note a value of this round."""
        self.values.setdefault(name, []).append(value)

    def compare(
        self, row: str, target: float, ours: str, other: str, unit: str = "ms", *, note: str = ""
    ) -> Comparison:
        """Return the row that compares two of the contenders."""
        ratios = [a / b for a, b in zip(self.values[ours], self.values[other], strict=True)]
        return Comparison(
            row, target, Series(self.values[ours]), Series(self.values[other]), Series(ratios), unit, note
        )


def cpu_milliseconds(call: Callable[[], Any], times: int) -> float:
    """Return the processor time of one call, on average over some, in milliseconds; garbage is collected before."""
    gc.collect()
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times * 1000


def wall_seconds(call: Callable[[], Any]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
