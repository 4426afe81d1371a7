"""What holds for every set of records: a gate compared with its rule written once more, and what may never happen."""

from __future__ import annotations

import json
import pickle
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pulumi_huaweicloud_css.errors import GateError
from pulumi_huaweicloud_css.gate import Gate
from pulumi_huaweicloud_css.models import Record
from pulumi_huaweicloud_css.printable import clean
from pulumi_huaweicloud_css.times import unix_ms

NOW = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
NOW_MS = unix_ms(NOW)
HOUR_MS = 3_600_000
LATEST_MS = 253_402_300_799_999  # the latest time that our models take
HOUR = timedelta(hours=1)
STATES = ("failed", "pending", "passed")  # from worst to best

thorough = settings(deadline=None, max_examples=200)

# Whole hours, and a millisecond beside them, so that limits are met exactly; at times the clocks differ.
TIMES = st.builds(
    lambda hours, beside: NOW_MS - hours * HOUR_MS + beside, st.integers(-1, 8), st.sampled_from([0, 0, 1, -1])
)
RECORDS = st.lists(
    st.builds(
        Record,
        id=st.sampled_from("abcdefghij"),
        status=st.sampled_from(["SUCCESS", "SUCCESS", "FAIL", "RUNNING", "PAUSED", None]),
        created_at=TIMES | st.none(),
        finished_at=TIMES | st.none(),
    ),
    max_size=6,
    unique_by=lambda record: record.id,
)
GATES = st.builds(
    Gate,
    max_age=st.integers(0, 9).map(lambda hours: hours * HOUR),
    max_running=st.integers(0, 9).map(lambda hours: hours * HOUR),
    max_consecutive_failures=st.integers(0, 3),
)

# What no site should send: any text at all, and any times that our models take.
HOSTILE_TEXT = st.text(max_size=30) | st.sampled_from(["\x1b[2J", "a\nb", "\u202eback", "\u2028", "\x00", " "])
HOSTILE_RECORDS = st.lists(
    st.builds(
        Record,
        id=HOSTILE_TEXT,
        cluster_id=HOSTILE_TEXT | st.none(),
        created_at=st.integers(0, LATEST_MS) | TIMES | st.none(),
        finished_at=st.integers(0, LATEST_MS) | TIMES | st.none(),
        status=st.sampled_from(["SUCCESS", "FAIL", "RUNNING"]) | HOSTILE_TEXT | st.none(),
        failed_msg=HOSTILE_TEXT | st.none(),
    ),
    max_size=5,
)


def judged(gate, records, **more):
    """Return the verdict at NOW."""
    return gate.judge(records, now=NOW, **more)


def is_newer(one, other):
    """Say whether one record is newer than another: created later, or at the same time with a greater id."""
    never = -1
    created, others = (never if record.created_at is None else record.created_at for record in (one, other))
    return created > others or (created == others and one.id > other.id)


def newest(records):
    """Return the newest of some records, or None."""
    return next((one for one in records if not any(is_newer(other, one) for other in records)), None)


def is_at_most(moment, length):
    """Say whether a moment, if known, is at most a length of time before NOW."""
    return moment is not None and NOW_MS - moment <= length / timedelta(milliseconds=1)


def rule(gate, records):
    """Return the state and, where it is not failed, the deciding record, as the design puts it."""
    successes = [record for record in records if record.status == "SUCCESS"]
    good = []
    for success in successes:
        failures = [record for record in records if record.status == "FAIL" and is_newer(record, success)]
        moment = success.created_at if success.finished_at is None else success.finished_at
        if is_at_most(moment, gate.max_age) and len(failures) <= gate.max_consecutive_failures:
            good.append(success)
    if good:
        return "passed", newest(good)
    hopeful = []
    for running in [record for record in records if record.status == "RUNNING"]:
        unsettled = not any(is_newer(success, running) for success in successes)
        if unsettled and is_at_most(running.created_at, gate.max_running):
            hopeful.append(running)
    if hopeful:
        return "pending", newest(hopeful)
    return "failed", None


@thorough
@given(GATES, RECORDS)
def test_gate_follows_the_rule(gate, records):
    """State and deciding record are what the rule, written plainly without any order, says."""
    verdict = judged(gate, records)
    state, record = rule(gate, records)
    assert verdict.state == state
    if state == "failed":
        assert (verdict.record is None) == (not records)
    else:
        assert verdict.record == record


@thorough
@given(GATES, RECORDS, st.data())
def test_order_of_records_is_irrelevant(gate, records, data):
    """The same records in another order give the same verdict, with the same record and reason."""
    assert judged(gate, data.draw(st.permutations(records))) == judged(gate, records)


@thorough
@given(GATES, RECORDS, st.integers(0, 9 * HOUR_MS))
def test_newer_success_never_spoils_a_pass(gate, records, since_end):
    """What passed still passes after one more success, however long that one took to be noticed."""
    latest = max((record.created_at for record in records if record.created_at is not None), default=NOW_MS)
    added = Record(id="new", status="SUCCESS", created_at=latest + 1, finished_at=NOW_MS - since_end)
    assert judged(gate, [*records, added]).passed or not judged(gate, records).passed


@thorough
@given(GATES, RECORDS)
def test_fresh_success_that_is_the_newest_passes(gate, records):
    """A success that is newer than everything else and just ended passes, whatever went before."""
    latest = max((record.created_at for record in records if record.created_at is not None), default=NOW_MS)
    added = Record(id="new", status="SUCCESS", created_at=latest + 1, finished_at=NOW_MS)
    verdict = judged(gate, [*records, added])
    assert (verdict.state, verdict.record) == ("passed", added)


@thorough
@given(GATES, RECORDS, st.integers(1, 9), st.integers(1, 3))
def test_more_patience_never_makes_it_worse(gate, records, hours, failures):
    """With more of any of the three allowances, what passed passes, and what was pending has not failed."""
    before = judged(gate, records)
    for more in (
        replace(gate, max_age=gate.max_age + hours * HOUR),
        replace(gate, max_running=gate.max_running + hours * HOUR),
        replace(gate, max_consecutive_failures=gate.max_consecutive_failures + failures),
    ):
        assert STATES.index(judged(more, records).state) >= STATES.index(before.state)


@thorough
@given(GATES, RECORDS, st.integers(1, 9))
def test_longer_max_running_never_changes_a_pass_or_a_wait(gate, records, hours):
    """What passed or was pending gets the same verdict on the same record with a greater max_running."""
    before, after = judged(gate, records), judged(replace(gate, max_running=gate.max_running + hours * HOUR), records)
    assert before.state == "failed" or (after.state, after.record) == (before.state, before.record)


@thorough
@given(GATES, HOSTILE_RECORDS, st.booleans(), st.booleans())
@example(Gate(), [Record(id="9" * 100_000, status="SUCCESS", created_at=NOW_MS)], False, True)
@example(Gate(), [Record(id="a", status="FAIL", created_at=1, failed_msg="\x1b]0;\x07" * 10_000)], False, True)
@example(Gate(), [Record(id="a", status="x" * 100_000, cluster_id="y" * 100_000)], False, True)
def test_any_records_get_a_reason_of_one_printable_line(gate, records, truncated, newest_first):
    """Judging never raises; the reason is one short line without control or direction marks, and names the record."""
    verdict = judged(gate, records, truncated=truncated, newest_first=newest_first)
    assert verdict.reason == " ".join(verdict.reason.split())
    assert not {unicodedata.category(character) for character in verdict.reason} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(verdict.reason) < 700
    if verdict.record is None:
        assert not records
        assert "there is none" in verdict.reason
    else:
        assert any(verdict.record is record for record in records)
        assert (clean(verdict.record.id, 60) or "one without an id") in verdict.reason


@thorough
@given(GATES, HOSTILE_RECORDS)
def test_any_verdict_can_be_sent_on(gate, records):
    """A verdict is JSON, and it survives pickling, alone and in a GateError."""
    verdict = judged(gate, records)
    plain = verdict.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert pickle.loads(pickle.dumps(verdict)) == verdict  # noqa: S301 - our own bytes
    error = pickle.loads(pickle.dumps(GateError(verdict)))  # noqa: S301 - our own bytes
    assert (error.verdict, str(error)) == (verdict, verdict.reason)


@thorough
@given(GATES, RECORDS)
def test_incomplete_answer_out_of_order_never_passes(gate, records):
    """As long as newer records may be unread, the verdict is failed."""
    assert judged(gate, records, truncated=True, newest_first=False).state == "failed"


@thorough
@given(
    st.timedeltas(timedelta(0), timedelta(days=366_000)),
    st.timedeltas(timedelta(0), timedelta(days=366_000)),
    st.integers(0),
)
@example(timedelta(days=366_000, microseconds=-1), timedelta(microseconds=1), 10**400)
def test_gate_as_plain_values_is_read_back(max_age, max_running, failures):
    """A gate that went through JSON is the same gate."""
    gate = Gate(max_age, max_running, failures)
    assert Gate.of(gate.to_dict()) == gate
    assert Gate.of(json.loads(json.dumps(gate.to_dict()))) == gate
