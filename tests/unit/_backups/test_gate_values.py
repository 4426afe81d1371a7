"""What a gate takes, what it makes of odd answers, and what a verdict and a GateError carry."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css._time import unix_ms
from pulumi_huaweicloud_css.errors import ArgumentError, GateError

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
SUBJECT = f"log backups of cluster {CLUSTER}"


def task(record_id, status, started=None, ended=None, **fields):
    """Return a record that started, and ended, so many hours before NOW (None: the API does not say)."""
    created_at, finished_at = (
        None if hours is None else unix_ms(NOW - timedelta(hours=hours)) for hours in (started, ended)
    )
    given = {"cluster_id": CLUSTER, "created_at": created_at, "finished_at": finished_at, **fields}
    return Record(id=record_id, status=status, **given)


def judge(records, *, now=NOW, **more):
    """Judge records by the default gate."""
    return Gate().judge(records, now=now, **more)


@pytest.mark.parametrize("status", ["SUCCESS", "RUNNING", "FAIL"])
def test_incomplete_answer_out_of_order_is_never_good_enough(status):
    """Where newer records may be among the unread ones, not even a fresh success passes."""
    verdict = judge([task("seen", status, 1, 1)], truncated=True, newest_first=False)
    assert (verdict.state, verdict.record.id) == ("failed", "seen")
    assert verdict.reason == (
        f"{SUBJECT} cannot be judged: not all records were read (1 were, and there may be more), "
        "and those that were are not proved to be the newest: there may be newer ones than seen"
    )


def test_incomplete_answer_out_of_order_with_nothing_left():
    """An incomplete answer of which the filters left nothing says so, and does not say that there are no backups."""
    verdict = judge([], truncated=True, newest_first=False, total_size=7)
    assert (verdict.state, verdict.record, verdict.age) == ("failed", None, None)
    assert verdict.reason == (
        "log backups cannot be judged: not all records were read (0 of 7), "
        "and those that were are not proved to be the newest: there is none among those"
    )


def test_order_is_not_taken_for_granted():
    """Where records are missing and nobody says in which order they came, the verdict is failed; complete is usual."""
    assert judge([task("new", "SUCCESS", 1, 1)], truncated=True).state == "failed"
    assert judge([task("new", "SUCCESS", 1, 1)]).passed


def test_what_is_judged_only_is_said():
    """A question that was narrowed says so in the reason."""
    reason = judge([task("new", "SUCCESS", 1, 1)], only="job type Auto").reason
    assert reason.startswith(f"{SUBJECT} (job type Auto only) are fresh: ")


def test_two_records_with_one_id_both_count():
    """A doubled id, or none, hides no failure, in whatever order the two came."""
    for name in ("a", ""):
        good, bad = task(name, "SUCCESS", 1, 1), task(name, "FAIL", 1, 1)
        assert judge([good, bad]).state == judge([bad, good]).state == "failed"
        assert judge([good, good]).passed


@pytest.mark.parametrize("left_out", ["created_at", "status", "failed_msg", "log_path"])
def test_of_two_versions_of_a_record_the_one_that_says_more_decides(left_out):
    """Where two records differ only in what one of them leaves out, their order does not matter: the fuller counts."""
    whole = task("a", "FAIL", 1, 1, failed_msg="No room", log_path="1/a")
    part = replace(whole, **{left_out: None})
    assert judge([whole, part]) == judge([part, whole])
    assert judge([whole, part]).record == whole


@pytest.mark.parametrize(("truncated", "newest_first"), [(True, True), (False, False)])
def test_answer_that_shows_the_newest_is_judged(truncated, newest_first):
    """Unread records that are older, or another order of records that were all read, do no harm."""
    records = [task("new", "SUCCESS", 1, 1)]
    assert judge(records, truncated=truncated, newest_first=newest_first) == judge(records)


def test_age_is_counted_from_the_end_and_for_running_ones_from_the_start():
    """A verdict's age is that of its record: since its end, or since its start while it runs."""
    assert judge([task("a", "SUCCESS", 4, 3)]).age == 3 * 3600
    assert judge([task("a", "SUCCESS", 4)]).age == 4 * 3600
    assert judge([task("a", "FAIL", 4, 3)]).age == 3 * 3600
    assert judge([task("a", "RUNNING", 1, 0.5)]).age == 3600
    assert judge([task("a", "SUCCESS")]).age is None


def test_cluster_in_the_reason():
    """The cluster is the given one, else that of the records, else left out."""
    with_cluster, without = task("a", "SUCCESS", 1), task("a", "SUCCESS", 1, cluster_id=None)
    assert judge([with_cluster], cluster_id="other").reason.startswith("log backups of cluster other are fresh: ")
    assert judge([without, with_cluster]).reason.startswith(f"{SUBJECT} are fresh: ")
    assert judge([without]).reason.startswith("log backups are fresh: ")
    assert judge([]).reason.startswith("log backups: there is none")


def test_time_zone_of_now_is_irrelevant():
    """The same moment in another time zone gives the same verdict; a moment without a zone is refused."""
    records = [task("edge", "SUCCESS", 24, 24)]
    assert judge(records, now=NOW.astimezone(timezone(timedelta(hours=8)))) == judge(records)
    with pytest.raises(TypeError, match="naive"):
        judge(records, now=NOW.replace(tzinfo=None))


def test_long_failure_message_is_cut():
    """A server's message cannot fill the sentence."""
    reason = judge([task("bad", "FAIL", 1, 1, failed_msg="x" * 100_000)]).reason
    assert reason.endswith(f": {'x' * 197}...")
    assert judge([task("bad", "FAIL", 1, 1, failed_msg="x" * 200)]).reason.endswith(f": {'x' * 200}")


def test_long_names_are_cut():
    """Neither an id, nor a cluster's, nor a status fills the sentence; what has 60 characters is whole."""
    record = task("i" * 61, "s" * 59, 1, 1, cluster_id="c" * 61)
    reason = judge([record]).reason
    assert reason.startswith(
        f"log backups of cluster {'c' * 57}... are failing: none has succeeded, and {'i' * 57}... "
    )
    assert reason.endswith(f", with the status '{'s' * 56}...")
    record = task("i" * 60, "s" * 58, 1, 1, cluster_id="c" * 60)
    reason = judge([record]).reason
    assert reason.startswith(f"log backups of cluster {'c' * 60} are failing: none has succeeded, and {'i' * 60} ")
    assert reason.endswith(f", with the status '{'s' * 58}'")


def test_verdict_as_plain_values():
    """to_dict has the record as the outputs have it, and the age in seconds."""
    record = task("new", "SUCCESS", 4, 3)
    verdict = judge([record])
    assert verdict.to_dict() == {
        "state": "passed",
        "reason": verdict.reason,
        "record": record.to_outputs(),
        "age": 10_800.0,
    }
    nothing = judge([])
    assert nothing.to_dict() == {"state": "failed", "reason": nothing.reason, "record": None, "age": None}


def test_gate_error_is_the_reason_and_survives_pickling():
    """A GateError's text is the verdict's reason, also after a way through another process."""
    error = GateError(judge([task("old", "SUCCESS", 31, 30)]))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert str(again) == str(error) == error.verdict.reason
    assert again.verdict == error.verdict


def test_a_gate_keeps_its_values_in_one_form():
    """However a duration is written, equal gates are equal."""
    gate = Gate(max_age="1d", max_running=7200, max_consecutive_failures=1.0)
    assert gate == Gate(max_age=timedelta(days=1), max_running="PT2H", max_consecutive_failures=1)
    assert gate.to_dict() == {"max_age": 86400.0, "max_running": 7200.0, "max_consecutive_failures": 1}
    assert type(gate.max_consecutive_failures) is int  # a reason says "allowed: 1", not "allowed: 1.0"
    assert Gate() == Gate(max_age="26h", max_running="2h", max_consecutive_failures=0)


def test_gate_of_a_gate_or_a_mapping():
    """A gate may be given as such, or as its arguments; None means the default."""
    gate = Gate(max_age="36h")
    assert Gate.of(gate) is gate
    assert Gate.of({"max_age": "PT36H"}) == gate
    assert Gate.of({"max_age": "36h", "max_running": None}) == gate
    assert Gate.of({}) == Gate()


@pytest.mark.parametrize("value", [None, "24h", 24, True, ["max_age"], {"maxAge": "24h"}, {"max_age": "1h", 1: 2}])
def test_what_is_no_gate_is_refused(value):
    """The error shows what was given, and names the arguments there are."""
    with pytest.raises(ArgumentError) as refused:
        Gate.of(value)
    assert str(refused.value) == (
        f"gate: {value!r} is not a Gate, nor a mapping of max_age, max_running, max_consecutive_failures"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, value) for name in ("max_age", "max_running") for value in ("soon", -1, True, None, [])],
        *[("max_consecutive_failures", value) for value in (-1, 1.5, "1", True, None, float("nan"), float("inf"))],
    ],
)
def test_wrong_value_of_a_gate_is_refused(name, value):
    """The error begins with the argument and the value."""
    with pytest.raises(ArgumentError) as refused:
        Gate(**{name: value})
    assert str(refused.value).startswith(f"{name}: {value!r} is not a")
