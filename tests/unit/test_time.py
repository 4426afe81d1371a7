"""Points in time go from Unix milliseconds to RFC 3339 text and back, and only with a time zone."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._time import from_unix_ms, parse_rfc3339, rfc3339, unix_ms

LATEST_MS = 253_402_300_799_999  # the last millisecond of the year 9999
EXAMPLE_MS = 1_656_042_837_000
ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (EXAMPLE_MS, "2022-06-24T03:53:57.000Z"),
        (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
        (LATEST_MS, "9999-12-31T23:59:59.999Z"),
    ],
)
def test_examples(milliseconds, text):
    """Known times are written as documented, and read back."""
    assert rfc3339(milliseconds) == text
    assert parse_rfc3339(text) == milliseconds


@given(st.integers(0, LATEST_MS))
def test_round_trips(milliseconds):
    """Every time that an answer can hold survives being text, and being a datetime."""
    assert parse_rfc3339(rfc3339(milliseconds)) == milliseconds
    assert unix_ms(from_unix_ms(milliseconds)) == milliseconds


@given(st.datetimes(datetime(1971, 1, 1), datetime(9998, 12, 31)), ZONES)
def test_zone_of_a_datetime_does_not_matter(moment, zone):
    """The same moment is the same number in every time zone, and as text with any offset."""
    aware = moment.replace(tzinfo=UTC)
    assert unix_ms(aware.astimezone(zone)) == unix_ms(aware)
    assert parse_rfc3339(aware.astimezone(zone).isoformat()) == unix_ms(aware)


@pytest.mark.parametrize("microseconds", [0, 1, 999])
def test_parts_of_a_millisecond_are_dropped(microseconds):
    """A time is never rounded up into the future."""
    assert unix_ms(from_unix_ms(EXAMPLE_MS) + timedelta(microseconds=microseconds)) == EXAMPLE_MS


def test_datetime_is_in_utc():
    """Times come back with their zone."""
    assert from_unix_ms(EXAMPLE_MS) == datetime(2022, 6, 24, 3, 53, 57, tzinfo=UTC)
    assert from_unix_ms(EXAMPLE_MS).tzinfo is UTC


def test_datetime_without_zone_is_refused():
    """A local time is not taken for one in UTC."""
    with pytest.raises(TypeError, match="naive"):
        unix_ms(datetime(2022, 6, 24, 3, 53, 57))


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("2022-06-24T03:53:57Z", 0),
        ("2022-06-24t03:53:57z", 0),
        ("2022-06-24 03:53:57Z", 0),
        (" 2022-06-24T03:53:57Z\n", 0),
        ("2022-06-24T03:53:57.5Z", 500),
        ("2022-06-24T03:53:57.25+00:00", 250),
        ("2022-06-24T03:53:57.123456789Z", 123),
        ("2022-06-24T11:53:57+08:00", 0),
        ("2022-06-23T22:23:57-05:30", 0),
    ],
)
def test_forms_of_rfc3339(text, later):
    """Either case, any number of decimals and any offset are read, the same with every Python version."""
    assert parse_rfc3339(text) == EXAMPLE_MS + later


@pytest.mark.parametrize(
    "text",
    [
        *["", "now", "1656042837000", "2022-06-24", "2022-06-24T03:53Z", "2022-06-24T03Z", "20220624T035357Z"],
        *["2022-06-24T03:53:57", "2022-06-24T03:53:57 CEST", "2022-06-24T03:53:57+0800", "2022-06-24T03:53:57+8"],
        *["2022-W25-5T03:53:57Z", "2022-13-24T03:53:57Z", "2022-02-29T03:53:57Z", "2022-06-24T24:53:57Z"],
        *["2022-06-24T03:53:57.Z", "2022-06-24T03:53:57,5Z", "2022-06-24T03:53:57Z+08:00", "2022-06-24T03:53:57ZZ"],
        *["\uff12022-06-24T03:53:57Z", "2022-06-24T03:53:57+24:00", "0000-01-01T00:00:00Z"],
        *["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"],  # no year of four digits in UTC
    ],
)
def test_what_is_not_rfc3339_is_refused(text):
    """Text that is no such time, or does not say its zone, is a ValueError."""
    with pytest.raises(ValueError, match=r".+"):
        parse_rfc3339(text)


@given(st.text() | st.text("0123456789-:.TtZz+ ", max_size=30))
def test_any_text_is_a_time_or_refused(text):
    """Whatever the text, the result is a whole number or a ValueError."""
    with contextlib.suppress(ValueError):
        assert isinstance(parse_rfc3339(text), int)
