"""Lengths of time are read in every listed form; anything else is refused by name."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._durations import format_duration, parse_duration
from pulumi_huaweicloud_css._text import as_given
from pulumi_huaweicloud_css.errors import ArgumentError

from tests.support.properties import times

LONGEST = timedelta(days=1000 * 366)

thorough = times(3)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (timedelta(hours=36), timedelta(hours=36)),
        (timedelta(0), timedelta(0)),
        (LONGEST, LONGEST),
        (0, timedelta(0)),
        (90, timedelta(seconds=90)),
        (90.5, timedelta(seconds=90.5)),
        (-0.0, timedelta(0)),
        ("90", timedelta(seconds=90)),
        ("90.5", timedelta(seconds=90.5)),
        ("0", timedelta(0)),
        ("45s", timedelta(seconds=45)),
        ("90m", timedelta(minutes=90)),
        ("24h", timedelta(hours=24)),
        ("7d", timedelta(days=7)),
        ("1w", timedelta(weeks=1)),
        ("0h", timedelta(0)),
        ("1.5h", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1w2d3h4m5s", timedelta(weeks=1, days=2, hours=3, minutes=4, seconds=5)),
        ("24H", timedelta(hours=24)),
        ("1H30m", timedelta(minutes=90)),
        (" 24h ", timedelta(hours=24)),
        ("\t24h\n", timedelta(hours=24)),
        ("PT36H", timedelta(hours=36)),
        ("PT90M", timedelta(minutes=90)),
        ("PT45S", timedelta(seconds=45)),
        ("PT1.5H", timedelta(minutes=90)),
        ("PT1H30M", timedelta(minutes=90)),
        ("P1D", timedelta(days=1)),
        ("P1DT12H", timedelta(hours=36)),
        ("P1DT5M", timedelta(days=1, minutes=5)),
        ("P2W", timedelta(weeks=2)),
        ("P1W2DT3H4M5S", timedelta(weeks=1, days=2, hours=3, minutes=4, seconds=5)),
        ("pt36h", timedelta(hours=36)),
        (" PT36H ", timedelta(hours=36)),
    ],
)
def test_listed_forms(value, expected):
    """A timedelta, seconds, short text and ISO 8601 give the same length, in either case, spaces around or not."""
    assert parse_duration("max_age", value) == expected


@pytest.mark.parametrize(
    "value",
    [
        *[
            "",
            " ",
            "h",
            "soon",
            "1y",
            "1h1h",
            "1m1M",
            "1 0h",
            "10 0",
            "-5m",
            "+5m",
            "-5",
            "5-",
            "1h-30m",
            "1e3",
            "1_000",
        ],
        *["1h30", "30 h m", ".5h", "5.h", "1,5h", "1.2.3h", "0x10", "nan", "inf", "infinity", "NaNh", "24h\x00", "٣h"],
        *["P", "PT", "T1H", "P1", "PT1", "P1H", "P1M", "P1Y", "P1Y2D", "PT1D", "P1D12H", "P1DT", "PT1H1H", "PT1M1H"],
        *["-PT5M", "P-1D", "PT 5M", "P1W1W", "1h PT1H", "PPT1H", "2 weeks", "366001d", "9" * 400, "9" * 400 + "w"],
        *[-1, -0.001, 10**400, -(10**400), 1e300, float("nan"), float("inf"), float("-inf"), True, False],
        *[timedelta(seconds=-1), timedelta.max, timedelta.min, LONGEST + timedelta(seconds=1)],
        *[None, [], ["24h"], {}, {"hours": 24}, b"24h", object, 1j, Decimal(5)],
    ],
    ids=lambda value: repr(value)[:20],
)
def test_nonsense_is_refused(value):
    """What is no length of time, or none whose length is fixed, is an error that names the argument and the value."""
    with pytest.raises(ArgumentError) as refused:
        parse_duration("max_running", value)
    assert str(refused.value) == (
        f"max_running: {value!r} is not a duration; write it like 90m, 24h, 7d, PT36H, or as a number of seconds"
    )


@thorough
@given(
    st.text()
    | st.text("PTWDHMSpthms 0123456789.-", max_size=12)
    | st.from_regex(r"\A(P?T?(\d+(\.\d+)?[wdhmsWDHMS])*)\Z")
    | st.integers()
    | st.floats()
    | st.timedeltas()
    | st.none()
    | st.lists(st.text())
)
@example("9" * 5000)
@example("9" * 5000 + "h")
@example("0." + "0" * 5000 + "1h")
def test_anything_is_a_length_or_refused(value):
    """Whatever is given, the result is a length of time within the range, or an ArgumentError that shows the value."""
    refusal = ""
    try:
        assert timedelta(0) <= parse_duration("max_age", value) <= LONGEST
    except ArgumentError as error:
        refusal = str(error)
    assert not refusal or refusal.startswith(f"max_age: {as_given(value)} is not a duration")


@thorough
@given(*[st.integers(0, 200)] * 5)
def test_every_way_of_writing_means_the_same(weeks, days, hours, minutes, seconds):
    """Short text, ISO 8601, seconds and a timedelta of the same length are equal."""
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    for value in (
        length,
        length.total_seconds(),
        int(length.total_seconds()),
        str(int(length.total_seconds())),
        f"{weeks}w{days}d{hours}h{minutes}m{seconds}s",
        f"P{weeks}W{days}DT{hours}H{minutes}M{seconds}S",
    ):
        assert parse_duration("max_age", value) == length


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=-5), "0 s"),
        (timedelta(milliseconds=400), "0 s"),
        (timedelta(milliseconds=600), "1 s"),
        (timedelta(seconds=90), "90 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(minutes=2, seconds=59), "2 min"),
        (timedelta(minutes=119, seconds=59), "119 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(hours=24), "24 h"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=3, hours=4, minutes=59), "3 d 4 h"),
        (LONGEST, "366000 d"),
    ],
)
def test_lengths_are_shown_in_their_largest_units(length, expected):
    """A length is shown in at most two units, rounded down; one below zero as none."""
    assert format_duration(length) == expected
