"""What holds for every set of records: a gate compared with its rule written once more, and what may never happen."""

from __future__ import annotations

import json
import pickle
import unicodedata
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._api.models import distinct
from pulumi_huaweicloud_css._api.pagination import came_newest_first
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css._text import sanitize
from pulumi_huaweicloud_css._time import unix_ms
from pulumi_huaweicloud_css.errors import GateError

from tests.support import gate_rules
from tests.support.properties import times

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NOW_MS = unix_ms(NOW)
HOUR_MS = 3_600_000
LATEST_MS = 253_402_300_799_999  # the latest time that our models take
HOUR = timedelta(hours=1)
STATES = ("failed", "pending", "passed")  # from worst to best

thorough = times(3)

# Whole hours, and a millisecond beside them, so that limits are met exactly; at times the clocks differ.
TIMES = st.builds(
    lambda hours, beside: NOW_MS - hours * HOUR_MS + beside, st.integers(0, 8), st.sampled_from([0, 0, 1, -1])
)
SOME_TIME = TIMES | st.none()
ANY_TIME = SOME_TIME | st.sampled_from([NOW_MS + 15 * 60_000, NOW_MS + 15 * 60_000 + 1, 4_102_444_800_000])


def lists_of_records(times):
    """Return what makes lists of records with such times: ids doubled or empty, statuses known and unknown."""
    record = st.builds(
        Record,
        id=st.sampled_from(["a", "a", "b", "c", "d", "e", ""]),
        status=st.sampled_from(["SUCCESS", "SUCCESS", " success", "FAIL", "fail ", "RUNNING", "PAUSED", "", None]),
        created_at=times,
        finished_at=times,
    )
    return st.lists(record, max_size=6)


RECORDS, NONE_FROM_THE_FUTURE = lists_of_records(ANY_TIME), lists_of_records(SOME_TIME)
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


def raw(record):
    """Return a record in the API's own form."""
    names = {
        "cluster_id": "clusterId",
        "created_at": "createAt",
        "finished_at": "finishedAt",
        "log_path": "logPath",
        "job_type": "jobTypes",
        "job_id": "jobId",
        "failed_msg": "failedMsg",
    }
    return {names.get(name, name): value for name, value in asdict(record).items()}


def ruled(gate, records, **more):
    """Return the state that the rules written a second time say."""
    one = timedelta(milliseconds=1)
    return gate_rules.state(
        [raw(record) for record in records],
        now=NOW_MS,
        max_age=gate.max_age / one,
        max_running=gate.max_running / one,
        max_failures=gate.max_consecutive_failures,
        **more,
    )


@thorough
@given(GATES, RECORDS, st.booleans(), st.booleans())
def test_gate_follows_the_rules(gate, records, complete, in_order):
    """The state is what the rules say, written plainly without any order, and the record is one that decided."""
    proof = in_order and came_newest_first(distinct(records))
    verdict = judged(gate, records, truncated=not complete, newest_first=proof)
    assert verdict.state == ruled(gate, records, complete=complete, in_order=in_order)
    assert (verdict.record is None) == (not records)
    if verdict.state == "passed":
        assert verdict.record.outcome == "SUCCESS"
    if verdict.state == "pending":
        assert verdict.record.outcome == "RUNNING"


@thorough
@given(GATES, RECORDS, st.sampled_from(["FAIL", "fail ", None, "PAUSED"]), st.data())
def test_one_more_failure_never_makes_it_pass(gate, records, status, data):
    """A failure that is added, wherever it lies in time, turns no verdict into passed."""
    added = Record(id="new", status=status, created_at=data.draw(ANY_TIME), finished_at=data.draw(ANY_TIME))
    assert judged(gate, records).passed or not judged(gate, [*records, added]).passed


@thorough
@given(GATES, NONE_FROM_THE_FUTURE.filter(bool), st.data())
def test_what_is_missing_or_unknown_never_makes_it_pass(gate, records, data):
    """A success taken away, an unread part, a time unknown or in the future turn no verdict into passed."""
    before = judged(gate, records)
    place = data.draw(st.integers(0, len(records) - 1))
    chosen, others = records[place], [*records[:place], *records[place + 1 :]]
    if chosen.outcome == "SUCCESS":
        assert before.passed or not judged(gate, others).passed
    for part in (others, records[:place], records[place:]):
        proof = came_newest_first(part) and part == records[: len(part)] and came_newest_first(records)
        assert before.passed or not judged(gate, part, truncated=True, newest_first=proof).passed
    for name in ("created_at", "finished_at"):
        future = replace(chosen, **{name: NOW_MS + 15 * 60_000 + data.draw(st.integers(1, 10**12))})
        assert judged(gate, [*others, future]).state == "failed"
    unknown = replace(chosen, created_at=None, finished_at=None)
    # An unknown that is the same as another record, id and all, is one with it.
    assert before.passed or unknown in others or not judged(gate, [*others, unknown]).passed


@thorough
@given(GATES, RECORDS, st.data())
def test_order_of_records_is_irrelevant(gate, records, data):
    """The same records in another order give the same verdict, with the same record and reason."""
    assert judged(gate, data.draw(st.permutations(records))) == judged(gate, records)


@thorough
@given(GATES, NONE_FROM_THE_FUTURE, st.integers(0, 9 * HOUR_MS))
def test_newer_success_never_spoils_a_pass(gate, records, since_end):
    """What passed still passes after one more success, however long that one took to be noticed."""
    latest = max((record.time for record in records if record.time is not None), default=NOW_MS)
    added = Record(id="new", status="SUCCESS", created_at=latest + 1, finished_at=NOW_MS - since_end)
    assert judged(gate, [*records, added]).passed or not judged(gate, records).passed


@thorough
@given(
    GATES, NONE_FROM_THE_FUTURE.map(lambda records: [each for each in records if each.time or each.outcome != "FAIL"])
)
def test_fresh_success_that_is_the_newest_passes(gate, records):
    """A success that is newer than everything else and just ended passes, whatever went before."""
    latest = max((record.time for record in records if record.time is not None), default=NOW_MS)
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
        assert (sanitize(verdict.record.id, 60) or "one without an id") in verdict.reason


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
