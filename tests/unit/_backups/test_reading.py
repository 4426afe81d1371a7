"""A program's reading, with a gate or without, asked of a real server."""

from __future__ import annotations

import json
import random
import time
from datetime import timedelta

import pytest
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._time import from_unix_ms
from pulumi_huaweicloud_css.emulator import Backups, Quirks, Site
from pulumi_huaweicloud_css.errors import ArgumentError, GateError, SettingsError

from tests.support.reading import log_records, read_fleet_outputs, read_outputs


def task(record_id, status, hours, **fields):
    """Return a record in the API's form that was created, and ended unless it runs, so many hours ago."""
    moment = round((time.time() - hours * 3600) * 1000)
    ended = {} if status == "RUNNING" else {"finishedAt": moment}
    return {"id": record_id, "createAt": moment, "status": status, **ended, **fields}


@pytest.fixture
def read(emulator):
    """Have the emulator serve some records, and read them."""

    def read(records, **arguments):
        emulator.set_records(None, records)
        return read_outputs(cluster_id=emulator.cluster_id, environ=emulator.environment(), **arguments)

    return read


def test_passing_gate_adds_its_verdict(read, emulator):
    """With a gate that passes, the outputs carry the verdict, as JSON, beside all that they have without one."""
    records = [task("new", "SUCCESS", 1), task("old", "FAIL", 30)]
    outputs = read(records, gate=Gate(max_age="3h"))
    verdict = outputs.pop("verdict")
    assert verdict["state"] == "passed"
    assert verdict["reason"].startswith(f"log backups of cluster {emulator.cluster_id} are fresh: new succeeded ")
    assert verdict["record"] == outputs["latest_success"]
    assert verdict["age"] >= 3600
    assert json.loads(json.dumps(verdict)) == verdict
    without = read(records)
    assert {**outputs, "read_at": None} == {**without, "read_at": None}


def test_no_gate_no_verdict(read):
    """Without a gate anything is good enough, and no verdict is among the outputs."""
    outputs = read([task("bad", "FAIL", 1)])
    assert outputs["latest_status"] == "FAIL"
    assert "verdict" not in outputs


def test_gate_as_a_mapping(read):
    """A gate may be given as plain values, as it comes from a program in another language."""
    records = [task("bad", "FAIL", 1), task("good", "SUCCESS", 5)]
    gate = {"max_age": "6h", "max_consecutive_failures": 1.0, "max_running": None}
    assert read(records, gate=gate)["verdict"]["state"] == "passed"
    with pytest.raises(GateError, match="are failing: bad failed"):
        read(records, gate={**gate, "max_consecutive_failures": 0})


@pytest.mark.parametrize(
    ("records", "state", "decided_by", "reason"),
    [
        ([], "failed", None, ": there is none; automatic backup runs at 00:00 GMT+08:00, so the next one is due in "),
        ([("old", "SUCCESS", 30)], "failed", "old", " are stale: the newest success, old, was 30 h ago ("),
        ([("stuck", "RUNNING", 3)], "failed", "stuck", " are stuck: stuck was started 3 h ago ("),
        ([("bad", "FAIL", 3), ("good", "SUCCESS", 4)], "failed", "bad", " are failing: bad failed 3 h ago ("),
        ([("runs", "RUNNING", 0.5), ("old", "SUCCESS", 30)], "pending", "runs", " are not settled: runs has been "),
    ],
)
def test_gate_that_does_not_pass_is_an_error(read, emulator, records, state, decided_by, reason):
    """Failed or pending: the read fails, and the error's text is the verdict's reason."""
    with pytest.raises(GateError) as stopped:
        read([task(*record) for record in records], gate=Gate())
    verdict = stopped.value.verdict
    assert str(stopped.value) == verdict.reason
    assert str(stopped.value).startswith(f"log backups of cluster {emulator.cluster_id}{reason}")
    assert (verdict.state, verdict.record and verdict.record.id) == (state, decided_by)
    assert "; automatic backup runs at 00:00 GMT+08:00, so the next one is due in " in verdict.reason
    assert [asked.path.rpartition("/")[2] for asked in emulator.requests] == ["records", "settings"]


def test_servers_own_words_are_in_the_error(read):
    """Why a backup failed is in the error, made safe to print."""
    with pytest.raises(GateError, match=r": Bucket gone\. \[31mAsk ops; automatic backup runs "):
        read([task("bad", "FAIL", 1, failedMsg="Bucket gone.\n\x1b[31mAsk ops.")], gate=Gate())


@pytest.mark.parametrize(
    "gate",
    [
        *["24h", True, [], {"maxAge": "24h"}],
        *[{"max_age": "soon"}, {"max_running": -1}, {"max_age": 10**400}, {"max_consecutive_failures": "1"}],
    ],
)
def test_wrong_gate_is_refused_before_anything_is_sent(emulator, gate):
    """A wrong gate costs no request, and is named even where settings are missing as well."""
    for environ in (emulator.environment(), {}):
        with pytest.raises(ArgumentError, match=r"^(gate|max_age|max_running|max_consecutive_failures): "):
            read_outputs(cluster_id=emulator.cluster_id, environ=environ, gate=gate)
    assert emulator.requests == []


def test_right_gate_does_not_hide_what_else_is_wrong(emulator):
    """With a gate as without one, missing settings and wrong arguments are refused before anything is sent."""
    with pytest.raises(SettingsError):
        read_outputs(cluster_id=emulator.cluster_id, environ={}, gate=Gate())
    with pytest.raises(ArgumentError, match=r"^limit: 0 "):
        read_outputs(cluster_id=emulator.cluster_id, environ=emulator.environment(), gate=Gate(), limit=0)
    assert emulator.requests == []


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize(
    ("window", "shown"),
    [
        ({"limit": 2}, (0, 2)),
        ({"limit": 1}, (0, 1)),
        ({"offset": 2, "limit": 2}, (1, 3)),
        ({"offset": 3}, (2, 4)),
        ({"offset": 9}, (4, 4)),
    ],
)
def test_window_narrows_the_outputs_and_never_what_a_gate_sees(start, order, window, shown):
    """Whatever the window and the order, everything is judged; records outside the window are in no output."""
    records = [task("r1", "FAIL", 1), *(task(f"r{hours}", "SUCCESS", hours) for hours in (2, 3, 4))]
    emulator = start(site=Site.of_one_cluster(records=records, quirks=Quirks(order=order)))
    arguments = {"cluster_id": emulator.cluster_id, "environ": emulator.environment(), **window}
    with pytest.raises(GateError, match="r1 failed"):
        read_outputs(**arguments, gate=Gate())
    outputs = read_outputs(**arguments, gate=Gate(max_consecutive_failures=1))
    sent = [each["id"] for each in (records if order == "newest" else records[::-1])]
    assert [each["id"] for each in outputs["records"]] == sorted(sent[slice(*shown)])
    assert (outputs["count"], outputs["truncated"]) == (shown[1] - shown[0], shown[1] < 4)
    assert outputs["verdict"]["record"]["id"] == "r2"


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_part_of_the_records_passes_only_if_it_is_proved_to_be_the_newest(start, order):
    """Where not all records can be reached, a gate passes only on those that came newest first, and else says why."""
    records = [task(f"r{hours:04}", "SUCCESS", hours) for hours in range(1, 2101)]
    quirks = Quirks(order=order, max_offset=1000)
    emulator = start(site=Site.of_one_cluster(records=records, quirks=quirks))
    arguments = {"cluster_id": emulator.cluster_id, "environ": emulator.environment(), "gate": Gate(max_age="30d")}
    if order == "newest":
        outputs = read_outputs(**arguments)
        assert outputs["verdict"]["record"]["id"] == "r0001"
        assert outputs["truncated"]
        return
    with pytest.raises(GateError, match=r"cannot be judged: not all records were read \(1999 of 2100\)"):
        read_outputs(**arguments)


@pytest.mark.parametrize("cap", [10, 64, 100])
@pytest.mark.parametrize("order", ["oldest", "shuffled"])
def test_cap_without_a_total_hides_no_failure(start, answering, cap, order):
    """A site that caps its pages and says no total is read to the end before it is judged."""
    emulator = start(site=Site.of_one_cluster(backups=Backups(count=101), quirks=Quirks(order=order)))
    records = emulator.records()
    records[0]["status"] = "FAIL"
    records = records[::-1] if order == "oldest" else random.Random(3).sample(records, 101)

    def page(asked):
        first = int(asked.target.partition("offset=")[2].partition("&")[0])
        return (200, {"clusterLogRecord": records[first - 1 : first - 1 + cap]})

    arguments = {"cluster_id": emulator.cluster_id, "environ": emulator.environment(), "gate": Gate()}
    with pytest.raises(GateError, match=" failed "):
        read_outputs(**arguments, endpoint=answering(page).url)


@pytest.mark.parametrize("filters", [{"job_type": "Auto"}, {"job_id": "j"}, {"job_id": "j", "job_type": "Auto"}])
def test_what_a_filter_leaves_is_judged_and_said(emulator, filters):
    """A filter by job narrows what is judged, and the reason says so."""
    emulator.set_records(
        None, [task("bad", "FAIL", 1), {**task("good", "SUCCESS", 2), "jobTypes": "Auto", "jobId": "j"}]
    )
    arguments = {"cluster_id": emulator.cluster_id, "environ": emulator.environment(), "gate": Gate()}
    reason = read_outputs(**arguments, **filters)["verdict"]["reason"]
    words = " and ".join(f"{name.replace('_', ' ')} {value}" for name, value in filters.items())
    assert f" ({words} only) are fresh: good" in reason
    with pytest.raises(GateError, match="bad failed"):
        read_outputs(**arguments)


@pytest.mark.parametrize("status", ["RUNNING", "SUCCESS", "FAIL", "NOT_FAIL"])
def test_status_does_not_go_together_with_a_gate(emulator, status):
    """A filter that would hide failures from a gate is refused before anything is sent, of a cluster and of a fleet."""
    arguments = {"status": status, "gate": Gate()}
    refused = (
        rf"\Astatus: '{status}' does not go together with a gate, for it would hide records from it; "
        r"leave it out: a gate judges all records\Z"
    )
    with pytest.raises(ArgumentError, match=refused):
        read_outputs(cluster_id=emulator.cluster_id, environ=emulator.environment(), **arguments)
    with pytest.raises(ArgumentError, match=refused):
        read_fleet_outputs(cluster_ids=[emulator.cluster_id], endpoint=emulator.endpoint, **arguments)
    assert emulator.requests == []


def test_answer_is_judged_by_the_time_it_was_read(emulator):
    """The time of reading counts unless another is given, so that a verdict does not change while it is looked at."""
    emulator.set_records(None, [task("new", "SUCCESS", 1)])
    answer = log_records(cluster_id=emulator.cluster_id, environ=emulator.environment())
    read_at = from_unix_ms(answer.read_at)
    assert answer.judge(Gate()) == answer.judge(Gate(), now=read_at)
    assert answer.judge(Gate()).passed
    assert answer.judge(Gate(), now=read_at + timedelta(hours=26)).state == "failed"


@pytest.mark.parametrize("narrowed", [{"offset": 2}, {"status": "SUCCESS"}, {"offset": 2, "status": "SUCCESS"}])
def test_answer_that_was_narrowed_without_a_gate_is_not_good_enough_for_one(emulator, narrowed):
    """A window or a status that was asked for may have hidden failures, so a gate that comes later does not pass."""
    emulator.set_records(None, [task("good", "SUCCESS", 2), task("better", "SUCCESS", 1)])
    arguments = {"cluster_id": emulator.cluster_id, "environ": emulator.environment()}
    assert log_records(**arguments).judge(Gate()).passed
    assert log_records(**arguments, **narrowed).judge(Gate()).state == "failed"


def test_records_can_be_left_out_of_the_outputs(read):
    """Without its records a result has all else that it has with them, and a gate judges the same records."""
    records = [task("new", "SUCCESS", 1), task("old", "FAIL", 30)]
    arguments = {"gate": Gate(max_age="3h"), "limit": 1}
    whole, brief = read(records, **arguments), read(records, **arguments, include_records=False)
    assert [each["id"] for each in whole.pop("records")] == ["new"]
    for outputs in (whole, brief):
        outputs.update(read_at=None, verdict={**outputs["verdict"], "age": None, "reason": None})
    assert brief == whole
    assert brief["count"] == 1


def test_include_records_is_true_or_false(emulator):
    """Any other value is refused before anything is sent."""
    with pytest.raises(ArgumentError, match=r"\Ainclude_records: 'no' is neither True nor False"):
        read_outputs(cluster_id=emulator.cluster_id, environ=emulator.environment(), include_records="no")
    assert emulator.requests == []
