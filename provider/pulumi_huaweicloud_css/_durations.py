"""Durations: ``90m``, ``24h``, ``7d``, ``1h30m``, seconds, ISO 8601, timedelta."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from ._text import as_given
from .errors import ArgumentError

Duration = timedelta | int | float | str

# The formats without timedelta, for descriptions.
FORMS = "Seconds, or text like 90m, 24h, 7d, PT36H."

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_NUMBER = r"\d+(?:\.\d+)?"
_SHORT = re.compile(rf"(?:{_NUMBER}[wdhms])+", re.ASCII | re.IGNORECASE)
_ISO = re.compile(
    rf"P(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
    re.ASCII | re.IGNORECASE,
)
_PART = re.compile(rf"({_NUMBER})([wdhms])", re.ASCII | re.IGNORECASE)


def parse_duration(name: str, value: Any) -> timedelta:
    """Parse a duration.

    Args:
        name: the argument's name, for the error.
        value: a timedelta, seconds as a number, or text: seconds, ``90m``, ``24h``, ``7d``, ``1h30m``, or ISO 8601
            without years and months (whose length varies), such as ``PT36H``.

    Raises:
        ArgumentError: it is none of these, negative, or longer than 1000 years.
    """
    seconds = _seconds(value)
    if seconds is None or not 0 <= seconds <= 1000 * 366 * 86_400:
        raise ArgumentError(
            name, f"{as_given(value)} is not a duration; write it like 90m, 24h, 7d, PT36H, or as a number of seconds"
        )
    return timedelta(seconds=seconds)


def _seconds(value: Any) -> float | None:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return None
    if not isinstance(value, str):
        return None
    text = value.strip()
    if re.fullmatch(_NUMBER, text, re.ASCII):
        return float(text)
    parts = _PART.findall(text)
    if not parts or not (_SHORT.fullmatch(text) or _ISO.fullmatch(text)):
        return None
    units = [unit.lower() for _, unit in parts]
    if len(set(units)) != len(units):
        return None
    try:
        return sum(timedelta(**{_UNITS[unit.lower()]: float(number)}).total_seconds() for number, unit in parts)
    except OverflowError:
        return None


def format_duration(length: timedelta) -> str:
    """Format a duration for people, in its two largest units: ``3 d 4 h``, ``24 h``, ``90 s``."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 120:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"
