"""The lines behind a timeline: round points in time along it, and round lengths above it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from .._time import from_unix_ms, unix_ms

MOST_TICKS = 7

_HOUR = 3_600_000
_DAY = 24 * _HOUR
_STEPS = (_HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, _DAY, 2 * _DAY, 4 * _DAY, 7 * _DAY, 14 * _DAY)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 600, 1200, 6000)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # whatever the locale
_LENGTHS = (
    (10, "10 s"),
    (30, "30 s"),
    (60, "1 min"),
    (300, "5 min"),
    (600, "10 min"),
    (1_800, "30 min"),
    (3_600, "1 h"),
    (10_800, "3 h"),
    (21_600, "6 h"),
    (43_200, "12 h"),
    (86_400, "1 d"),
    (604_800, "7 d"),
    (2_592_000, "30 d"),
    (31_536_000, "365 d"),
)


def time_ticks(start: int, end: int) -> list[tuple[int, str]]:
    """Return at most `MOST_TICKS` round moments in UTC from start to end (Unix ms), each with its label."""
    for step in _STEPS:
        if (end - start) // step < MOST_TICKS:
            first = -(-start // step) * step
            return [(moment, _hour_or_day(moment, step)) for moment in range(first, end + 1, step)][:MOST_TICKS]
    for months in _MONTH_STEPS:
        moments = (moment for moment in _month_starts(start, end, months) if start <= moment <= end)
        ticks = list(islice(moments, MOST_TICKS + 1))  # one too many is enough to know
        if len(ticks) <= MOST_TICKS:
            return [(moment, _month(moment, months)) for moment in ticks]
    return []


def length_ticks(longest: float) -> list[tuple[int, str]]:
    """Return round lengths in seconds up to the longest, each with its label, the longest first."""
    return [(seconds, label) for seconds, label in reversed(_LENGTHS) if seconds <= longest]


def _hour_or_day(moment: int, step: int) -> str:
    at = from_unix_ms(moment)
    if step < _DAY and at.hour:
        return f"{at:%H:%M}"
    return f"{at.day} {_MONTHS[at.month - 1]}"


def _month(moment: int, months: int) -> str:
    at = from_unix_ms(moment)
    return str(at.year) if months >= 12 else f"{_MONTHS[at.month - 1]} {at.year}"


def _month_starts(start: int, end: int, months: int) -> Iterator[int]:
    """Yield the first moments of every so many months, counted from the year 1 on, so that they are round."""
    at = from_unix_ms(start)
    number = (at.year * 12 + at.month - 1) // months * months
    last = from_unix_ms(end)
    while number <= last.year * 12 + last.month - 1:
        year, month = divmod(number, 12)
        if year >= 1:
            yield unix_ms(datetime(year, month + 1, 1, tzinfo=UTC))
        number += months
