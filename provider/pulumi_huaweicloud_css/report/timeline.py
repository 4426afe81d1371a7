"""Where the marks of a timeline are: along it by the start of each backup, up it by its length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from .._backups.status import KINDS, Kind, count_kinds, kind_of
from .._durations import format_duration
from .._time import rfc3339
from .axis import length_ticks, time_ticks

if TYPE_CHECKING:
    from .._record import Record

HEIGHT = 104  # of the plot, in pixels
_HEAD_ROOM = 10  # for the head of the longest mark
_LEAST = 4  # so that a backup of no length is seen
_MARGIN = 1.6  # per cent at both ends, for half a mark
_SHORT = 30.0  # seconds; about up to here heights grow evenly, above by powers
_LEAST_GAP = 15  # pixels between two labels


@dataclass(frozen=True)
class Mark:
    """One backup: its place along the timeline in per cent, and the height of its head from the top in pixels."""

    x: str
    y: int


@dataclass(frozen=True)
class Tick:
    """A line behind the marks: its place (per cent along, or pixels from the top), its label, and where that ends."""

    at: str
    label: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Timeline:
    """A chart without its colours.

    Args:
        marks: by kind, in the order in which they are drawn; newest first within a kind.
        ticks: round points in time.
        lengths: round lengths.
        allowed: where the span that a success may be old begins, in per cent; it ends at `now`.
        now: where the present is, in per cent.
        width: of a mark, in pixels; thin where there are many.
        description: the same in a sentence or two.
    """

    marks: tuple[tuple[Kind, tuple[Mark, ...]], ...]
    ticks: tuple[Tick, ...]
    lengths: tuple[Tick, ...]
    allowed: str
    now: str
    width: int
    description: str


def timeline_of(records: Sequence[Record], max_age: timedelta, now_ms: int) -> Timeline | None:
    """Lay out a timeline of records, which are newest first; None if none has a time."""
    placed = [(record, record.created_at) for record in records if record.created_at is not None]
    if not placed:
        return None
    moments = [moment for _, moment in placed]
    along = _Along(min(moments), max(now_ms, *moments))
    longest = max(60.0, *(_length(record, now_ms) for record, _ in placed))
    marks: dict[Kind, list[Mark]] = {kind: [] for kind in KINDS}
    for record, moment in placed:
        marks[kind_of(record)].append(Mark(along.place(moment), _top(_length(record, now_ms), longest)))
    return Timeline(
        marks=tuple((kind, tuple(found)) for kind, found in marks.items() if found),
        ticks=tuple(_tick(along, moment, label) for moment, label in time_ticks(along.start, along.end)),
        lengths=_lengths(longest),
        allowed=along.place(now_ms - max_age // timedelta(milliseconds=1)),
        now=along.place(now_ms),
        width=8 if len(placed) <= 60 else 4 if len(placed) <= 200 else 2,
        description=_description(records, moments, now_ms),
    )


class _Along:
    """Turns points in time into places along the timeline."""

    def __init__(self, start: int, end: int) -> None:
        self.start = start if end > start else end - 3_600_000
        self.end = end

    def place(self, moment: int) -> str:
        """Return the place in per cent; what is before the start, or after the end, is at its edge."""
        share = (min(max(moment, self.start), self.end) - self.start) / (self.end - self.start)
        return f"{_MARGIN + share * (100 - 2 * _MARGIN):.1f}".removesuffix(".0")


def _length(record: Record, now_ms: int) -> float:
    """Return how long a backup took, or has taken so far, in seconds; 0 where that is not known."""
    end = now_ms if record.status == "RUNNING" else record.finished_at
    return 0.0 if record.created_at is None or end is None else max(0, end - record.created_at) / 1000


def _top(seconds: float, longest: float) -> int:
    """Return the height of a head. Powers, for one backup that hangs for a day must not flatten all others."""
    share = math.log1p(seconds / _SHORT) / math.log1p(longest / _SHORT)
    return round(HEIGHT - _LEAST - share * (HEIGHT - _LEAST - _HEAD_ROOM))


def _lengths(longest: float) -> tuple[Tick, ...]:
    ticks: list[Tick] = []
    for seconds, label in length_ticks(longest):
        top = _top(seconds, longest)
        if (not ticks or top - int(ticks[-1].at) >= _LEAST_GAP) and HEIGHT - top >= _LEAST_GAP:
            ticks.append(Tick(str(top), label))
    return tuple(ticks)


def _tick(along: _Along, moment: int, label: str) -> Tick:
    place = along.place(moment)
    return Tick(place, label, "end" if float(place) > 93 else "middle")


def _description(records: Sequence[Record], moments: list[int], now_ms: int) -> str:
    """Describe in words what the chart shows."""
    number = len(records)
    ordered = sorted(moments)
    counts = ", ".join(f"{count} {kind.label}" for kind, count in count_kinds(records).items())
    first, last = f"{rfc3339(ordered[0])[:16]}", f"{rfc3339(ordered[-1])[:16]}"
    if number == 1:
        text = f"1 backup, {counts.partition(' ')[2]}, started {_utc(first)}."
    else:
        text = f"{number} backups, started from {_utc(first)} to {_utc(last)}: {counts}."
    # One that runs has not taken its time yet; the others must not be measured by it.
    longest = max((_length(record, now_ms) for record in records if record.status != "RUNNING"), default=0)
    if longest:
        text += f" The longest took {format_duration(timedelta(seconds=longest))}."
    if len(ordered) > 1:
        gap = max(later - earlier for earlier, later in pairwise(ordered))
        text += f" The longest time from one start to the next was {format_duration(timedelta(milliseconds=gap))}."
    if number > len(moments):
        text += f" {number - len(moments)} without a time cannot be drawn."
    return text


def _utc(text: str) -> str:
    return f"{text.replace('T', ' ')} UTC"
