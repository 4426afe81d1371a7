"""Times: Unix milliseconds internally, RFC 3339 text in UTC in outputs."""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime, timedelta

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|([+-]\d\d:\d\d))",
    re.ASCII,
)
_DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(milliseconds: int) -> str:
    """Return a Unix time in milliseconds as RFC 3339 text in UTC, such as ``2022-06-24T03:53:57.000Z``."""
    days, rest = divmod(milliseconds, _DAY_MS)
    hour, rest = divmod(rest, 3_600_000)
    minute, rest = divmod(rest, 60_000)
    second, fraction = divmod(rest, 1000)
    return f"{_date(days)}T{_DIGITS[hour]}:{_DIGITS[minute]}:{_DIGITS[second]}.{_fraction(fraction)}Z"


# Lookups are faster than formatting, and many backups are of the same date.
_DIGITS = tuple(f"{number:02}" for number in range(60))


@functools.lru_cache(maxsize=4096)
def _date(days: int) -> str:
    """Return the date a number of days after 1970-01-01."""
    return (_EPOCH + timedelta(days=days)).date().isoformat()


@functools.lru_cache(maxsize=1000)
def _fraction(milliseconds: int) -> str:
    return f"{milliseconds:03}"


def from_unix_ms(milliseconds: int) -> datetime:
    """Return a Unix time in milliseconds as a datetime in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def unix_ms(moment: datetime) -> int:
    """Return an aware datetime as Unix time in whole milliseconds."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def parse_rfc3339(text: str) -> int:
    """Return RFC 3339 text as Unix time in milliseconds.

    Raises:
        ValueError: it is not RFC 3339, has no time zone, or is in none of the years 1 to 9999 in UTC.
    """
    # Checked here first, because what fromisoformat accepts differs between Python versions.
    match = _RFC3339.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a time with its zone as RFC 3339 writes it")
    date, time, fraction, zone = match.groups()
    moment = datetime.fromisoformat(f"{date}T{time}.{(fraction or '')[:6]:0<6}{zone or '+00:00'}")
    try:
        return unix_ms(moment.astimezone(UTC))
    except OverflowError:
        raise ValueError(f"{text!r} is in none of the years 1 to 9999 in UTC") from None
