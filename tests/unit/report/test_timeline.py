"""Where marks, lines and labels of a timeline are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._time import parse_rfc3339, unix_ms
from pulumi_huaweicloud_css.report.axis import MOST_TICKS, time_ticks
from pulumi_huaweicloud_css.report.timeline import HEIGHT, timeline_of

from tests.support.clusters import NOW, judged, record

DAY = timedelta(days=1)
NOW_MS = unix_ms(NOW)
END_OF_TIME = 253_402_300_799_999


def timeline(*records, max_age=DAY):
    """Return the timeline of records."""
    laid_out = timeline_of(judged(*records).records, max_age, NOW_MS)
    assert laid_out is not None
    return laid_out


def places(laid_out, key):
    """Return where the marks of a kind are."""
    return [(float(mark.x), mark.y) for kind, marks in laid_out.marks if kind.key == key for mark in marks]


def test_later_is_further_right_and_longer_is_higher():
    """Along is by start, up is by length; a backup of no length is still seen."""
    marks = places(
        timeline(record(hours_ago=1, took=0), record(hours_ago=2, took=60), record(hours_ago=9, took=600)), "s"
    )
    assert [x for x, _ in marks] == sorted((x for x, _ in marks), reverse=True)
    assert HEIGHT > marks[0][1] > marks[1][1] > marks[2][1] > 0


def test_a_running_backup_is_as_long_as_it_has_run():
    """What runs is measured up to now, and what hangs does not flatten the others."""
    laid_out = timeline(record("RUNNING", 30, None), record(hours_ago=50, took=120))
    [(_, running)], [(_, finished)] = places(laid_out, "r"), places(laid_out, "s")
    assert running < 15
    assert HEIGHT - finished > HEIGHT / 8


def test_failures_are_drawn_last():
    """Failures lie on top of everything, running ones on top of successes."""
    laid_out = timeline(record("FAIL", 1), record("RUNNING", 2, None), record("SUCCESS", 3), record("ODD", 4))
    assert [kind.key for kind, _ in laid_out.marks] == ["o", "s", "r", "f"]


LONGEST = [
    ([("SUCCESS", 120), ("FAIL", 7200), ("SUCCESS", 60)], "The longest took 2 h."),
    ([("SUCCESS", 120), ("RUNNING", None)], "The longest took 2 min."),
    ([("SUCCESS", 120), ("RUNNING", 7200)], "The longest took 2 min."),
    ([("ODD", 300), ("SUCCESS", 120)], "The longest took 5 min."),
    ([("SUCCESS", 1)], "The longest took 1 s."),
    ([("SUCCESS", 0), ("FAIL", None)], None),
    ([("RUNNING", None)], None),
    ([("SUCCESS", -60)], None),
]


@pytest.mark.parametrize(("backups", "said"), LONGEST)
def test_the_longest_that_has_ended_is_named(backups, said):
    """The sentence names the longest backup, failed ones too; one that runs, or has no length, is none."""
    records = [record(status, hour, took) for hour, (status, took) in enumerate(backups, 1)]
    sentences = [f"{one}." for one in timeline(*records).description.removesuffix(".").split(". ")]
    assert [one for one in sentences if "longest took" in one] == ([] if said is None else [said])


@pytest.mark.parametrize(("max_age", "begins"), [(timedelta(hours=5), 50.0), (timedelta(hours=500), 1.6)])
def test_allowed_age_ends_now(max_age, begins):
    """The span in which a success is fresh enough ends at the present, and never begins before the timeline."""
    laid_out = timeline(record(hours_ago=10), record(hours_ago=1), max_age=max_age)
    assert (float(laid_out.allowed), float(laid_out.now)) == (begins, 98.4)


@given(st.lists(st.integers(0, END_OF_TIME), min_size=1, max_size=8), st.integers(0, END_OF_TIME))
def test_everything_has_its_place(starts, now_ms):
    """Whatever the times, every mark is on the chart, once."""
    records = [replace(record(id=str(n)), created_at=ms) for n, ms in enumerate(starts)]
    laid_out = timeline_of(records, DAY, now_ms)
    marks = places(laid_out, "s")
    assert len(marks) == len(starts)
    assert all(0 < x < 100 and 0 < y < HEIGHT for x, y in marks)


@given(st.integers(0, END_OF_TIME), st.integers(0, END_OF_TIME))
def test_ticks_are_few_and_in_order(one, other):
    """Any span has at most a handful of labelled moments, in it and in order."""
    start, end = sorted((one, other))
    moments = [moment for moment, _ in time_ticks(start, end)]
    assert moments == sorted(set(moments))
    assert len(moments) <= MOST_TICKS
    assert all(start <= moment <= end for moment in moments)


SPANS = [
    ("2026-11-24T01:30:00Z", "2026-11-24T05:10:00Z", ["02:00", "03:00", "04:00", "05:00"]),
    ("2026-11-23T01:30:00Z", "2026-11-24T12:00:00Z", ["06:00", "12:00", "18:00", "24 Nov", "06:00", "12:00"]),
    ("2026-11-20T01:30:00Z", "2026-11-24T12:00:00Z", ["21 Nov", "22 Nov", "23 Nov", "24 Nov"]),
    ("2026-01-20T01:30:00Z", "2026-11-24T12:00:00Z", ["Mar 2026", "May 2026", "Jul 2026", "Sep 2026", "Nov 2026"]),
    ("2022-01-20T01:30:00Z", "2026-11-24T12:00:00Z", ["2023", "2024", "2025", "2026"]),
]


@pytest.mark.parametrize(("start", "end", "labels"), SPANS)
def test_ticks_are_round(start, end, labels):
    """Labels are round hours, days, months or years, in English whatever the locale."""
    assert [label for _, label in time_ticks(parse_rfc3339(start), parse_rfc3339(end))] == labels
