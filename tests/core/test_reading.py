"""A program's reading, with a gate or without, asked of a real server."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from pulumi_huaweicloud_css.emulator import Quirks, Site
from pulumi_huaweicloud_css.errors import ArgumentError, GateError, SettingsError
from pulumi_huaweicloud_css.gate import Gate
from pulumi_huaweicloud_css.query import log_records
from pulumi_huaweicloud_css.reading import read_outputs
from pulumi_huaweicloud_css.times import from_unix_ms


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
        ([], "failed", None, ": there is none; check that log backup is switched on"),
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
    assert len(emulator.requests) == 1


def test_servers_own_words_are_in_the_error(read):
    """Why a backup failed is in the error, made safe to print."""
    with pytest.raises(GateError, match=r": Bucket gone\. \[31mAsk ops\.$"):
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
def test_part_of_an_answer_passes_only_newest_first(start, order):
    """Two of four records are enough where they are the newest, and never where newer ones may be unread."""
    records = [task(f"r{hours}", "SUCCESS", hours) for hours in (1, 2, 3, 4)]
    emulator = start(site=Site.of_one_cluster(records=records, quirks=Quirks(order=order)))
    arguments = {"cluster_id": emulator.cluster_id, "environ": emulator.environment(), "gate": Gate(), "limit": 2}
    if order == "newest":
        outputs = read_outputs(**arguments)
        assert outputs["truncated"] is True
        assert outputs["verdict"]["record"]["id"] == "r1"
        return
    with pytest.raises(GateError, match=r"cannot be judged: .* newer ones than r3; leave out the limit"):
        read_outputs(**arguments)


def test_answer_is_judged_by_the_time_it_was_read(emulator):
    """The time of reading counts unless another is given, so that a verdict does not change while it is looked at."""
    emulator.set_records(None, [task("new", "SUCCESS", 1)])
    answer = log_records(cluster_id=emulator.cluster_id, environ=emulator.environment())
    read_at = from_unix_ms(answer.read_at)
    assert answer.judge(Gate()) == answer.judge(Gate(), now=read_at)
    assert answer.judge(Gate()).passed
    assert answer.judge(Gate(), now=read_at + timedelta(hours=24)).state == "failed"
