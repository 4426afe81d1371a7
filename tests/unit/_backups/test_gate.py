"""Each verdict, and the sentence that goes with it, on records written by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css._time import unix_ms

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
SUBJECT = f"log backups of cluster {CLUSTER}"


def task(record_id, status, started=None, ended=None, **fields):
    """Return a record that started, and ended, so many hours before NOW (None: the API does not say)."""
    times = {
        name: None if hours is None else unix_ms(NOW - timedelta(hours=hours))
        for name, hours in (("createAt", started), ("finishedAt", ended))
    }
    return Record.of({"id": record_id, "clusterId": CLUSTER, "status": status, **times, **fields})


PASSED = {
    "fresh": (
        {},
        [task("new", "SUCCESS", 4, 3), task("old", "FAIL", 28, 27)],
        "new",
        "are fresh: new succeeded 3 h ago (2026-05-01T09:00:00.000Z), within the allowed 24 h",
    ),
    "while another runs": (
        {},
        [task("runs", "RUNNING", 0.5), task("new", "SUCCESS", 4, 3)],
        "new",
        "are fresh: new succeeded 3 h ago (2026-05-01T09:00:00.000Z), within the allowed 24 h",
    ),
    "while another is stuck": (
        {},
        [task("stuck", "RUNNING", 2.5), task("new", "SUCCESS", 4, 3)],
        "new",
        "are fresh: new succeeded 3 h ago (2026-05-01T09:00:00.000Z), within the allowed 24 h",
    ),
    "tolerated failures": (
        {"max_consecutive_failures": 2},
        [task("f2", "FAIL", 2, 1), task("f1", "FAIL", 3, 2), task("good", "SUCCESS", 5, 4)],
        "good",
        (
            "are fresh: good succeeded 4 h ago (2026-05-01T08:00:00.000Z), within the allowed 24 h, "
            "though 2 failed since (allowed: 2)"
        ),
    ),
    "failures since an older success": (
        {"max_consecutive_failures": 1},
        [task("f1", "FAIL", 1, 1), task("odd", "SUCCESS", 5, 40), task("good", "SUCCESS", 6, 6)],
        "good",
        (
            "are fresh: good succeeded 6 h ago (2026-05-01T06:00:00.000Z), within the allowed 24 h, "
            "though 1 failed since (allowed: 1)"
        ),
    ),
    "exactly as old as allowed": (
        {},
        [task("edge", "SUCCESS", 25, 24)],
        "edge",
        "are fresh: edge succeeded 24 h ago (2026-04-30T12:00:00.000Z), within the allowed 24 h",
    ),
    "started too long ago but ended in time": (
        {},
        [task("slow", "SUCCESS", 30, 3)],
        "slow",
        "are fresh: slow succeeded 3 h ago (2026-05-01T09:00:00.000Z), within the allowed 24 h",
    ),
    "no end given": (
        {},
        [task("open", "SUCCESS", 5)],
        "open",
        "are fresh: open succeeded 5 h ago (2026-05-01T07:00:00.000Z), within the allowed 24 h",
    ),
    "clock behind the server": (
        {"max_age": 0},
        [task("ahead", "SUCCESS", 0, -0.25)],
        "ahead",
        "are fresh: ahead succeeded 0 s ago (2026-05-01T12:15:00.000Z), within the allowed 0 s",
    ),
    "status in other letters, with space around": (
        {},
        [task("odd", " Success\n", 3, 2)],
        "odd",
        "are fresh: odd succeeded 2 h ago (2026-05-01T10:00:00.000Z), within the allowed 24 h",
    ),
    "failure of an older moment that ended later": (
        {},
        [task("good", "SUCCESS", 3, 2), task("bad", "FAIL", 4, 1)],
        "good",
        "are fresh: good succeeded 2 h ago (2026-05-01T10:00:00.000Z), within the allowed 24 h",
    ),
}

PENDING = {
    "first backup runs": (
        {},
        [task("runs", "RUNNING", 0.75)],
        "runs",
        "are not settled: runs has been running for 45 min, within the allowed 2 h",
    ),
    "stale but running": (
        {},
        [task("runs", "RUNNING", 1.5), task("old", "SUCCESS", 30, 29)],
        "runs",
        "are not settled: runs has been running for 90 min, within the allowed 2 h",
    ),
    "failing but running": (
        {},
        [task("bad", "FAIL", 0.2, 0.1), task("runs", "RUNNING", 0.5), task("old", "SUCCESS", 3, 3)],
        "runs",
        "are not settled: runs has been running for 30 min, within the allowed 2 h",
    ),
    "running, and a success of nobody knows when": (
        {},
        [task("runs", "RUNNING", 1), task("when", "SUCCESS")],
        "runs",
        "are not settled: runs has been running for 60 min, within the allowed 2 h",
    ),
    "running exactly as long as allowed": (
        {},
        [task("edge", "RUNNING", 2)],
        "edge",
        "are not settled: edge has been running for 2 h, within the allowed 2 h",
    ),
    "clock behind the server": (
        {"max_running": 0},
        [task("ahead", "RUNNING", -0.1)],
        "ahead",
        "are not settled: ahead has been running for 0 s, within the allowed 0 s",
    ),
}

FAILED = {
    "none at all": ({}, [], None, ": there is none; check that log backup is switched on"),
    "stale": (
        {},
        [task("old", "SUCCESS", 31, 30), task("older", "FAIL", 50, 49)],
        "old",
        " are stale: the newest success, old, was 30 h ago (2026-04-30T06:00:00.000Z), more than the allowed 24 h",
    ),
    "stale by a millisecond": (
        {},
        [task("edge", "SUCCESS", 25, 24 + 1 / 3_600_000)],
        "edge",
        " are stale: the newest success, edge, was 24 h ago (2026-04-30T11:59:59.999Z), more than the allowed 24 h",
    ),
    "stale with tolerated failures": (
        {"max_consecutive_failures": 1},
        [task("bad", "FAIL", 1, 1), task("old", "SUCCESS", 72, 72)],
        "old",
        " are stale: the newest success, old, was 3 d ago (2026-04-28T12:00:00.000Z), more than the allowed 24 h",
    ),
    "success without any time": (
        {},
        [task("when", "SUCCESS")],
        "when",
        " are stale: the newest success, when, was at an unknown time",
    ),
    "stuck": (
        {},
        [task("stuck", "RUNNING", 3), task("old", "SUCCESS", 31, 30)],
        "stuck",
        (
            " are stuck: stuck was started 3 h ago (2026-05-01T09:00:00.000Z) and is still running, "
            "more than the allowed 2 h"
        ),
    ),
    "stuck by a millisecond": (
        {},
        [task("edge", "RUNNING", 2 + 1 / 3_600_000)],
        "edge",
        (
            " are stuck: edge was started 2 h ago (2026-05-01T09:59:59.999Z) and is still running, "
            "more than the allowed 2 h"
        ),
    ),
    "running since nobody knows when": (
        {},
        [task("when", "RUNNING")],
        "when",
        " are stuck: when was started at an unknown time and is still running",
    ),
    "running, but a success is newer": (
        {},
        [task("old", "SUCCESS", 1, 30), task("runs", "RUNNING", 1.5)],
        "old",
        " are stale: the newest success, old, was 30 h ago (2026-04-30T06:00:00.000Z), more than the allowed 24 h",
    ),
    "failing once": (
        {},
        [task("bad", "FAIL", 2, 1, failedMsg="Bucket css-logs\nis gone."), task("good", "SUCCESS", 5, 4)],
        "bad",
        " are failing: bad failed 60 min ago (2026-05-01T11:00:00.000Z): Bucket css-logs is gone.",
    ),
    "failing more often than allowed": (
        {"max_consecutive_failures": 1},
        [task("f2", "FAIL", 3, 2, failedMsg="no"), task("f1", "FAIL", 4, 4), task("good", "SUCCESS", 5, 4)],
        "f2",
        " are failing: 2 failed in a row, the newest of them f2, 2 h ago (2026-05-01T10:00:00.000Z) (allowed: 1): no",
    ),
    "failing after one that is stuck": (
        {},
        [task("bad", "FAIL", 2, 2), task("stuck", "RUNNING", 4), task("good", "SUCCESS", 5, 5)],
        "bad",
        " are failing: bad failed 2 h ago (2026-05-01T10:00:00.000Z)",
    ),
    "failing, of the same moment as a success": (
        {},
        [task("a", "SUCCESS", 3, 2), task("b", "FAIL", 3, 2)],
        "b",
        " are failing: b failed 2 h ago (2026-05-01T10:00:00.000Z)",
    ),
    "never succeeded": (
        {"max_consecutive_failures": 5},
        [task("f2", "FAIL", 3, 2, failedMsg=" \n"), task("f1", "FAIL", 4, 3)],
        "f2",
        (
            " are failing: none has succeeded, and 2 failed in a row, the newest of them f2, "
            "2 h ago (2026-05-01T10:00:00.000Z)"
        ),
    ),
    "failing, of the same moment, with a lower id": (
        {},
        [task("a", "FAIL", 3, 2), task("b", "SUCCESS", 3, 2)],
        "a",
        " are failing: a failed 2 h ago (2026-05-01T10:00:00.000Z)",
    ),
    "failing, started nobody knows when": (
        {},
        [task("bad", "FAIL", None, 1), task("good", "SUCCESS", 3, 2)],
        "bad",
        " are failing: bad failed 60 min ago (2026-05-01T11:00:00.000Z)",
    ),
    "failing at an unknown time": (
        {},
        [task("bad", "FAIL"), task("good", "SUCCESS", 3, 2)],
        "bad",
        " are failing: bad failed at an unknown time",
    ),
    "failing, with a status that nobody knows": (
        {},
        [task("odd", "FAILED", 1, 1), task("good", "SUCCESS", 3, 2)],
        "odd",
        " are failing: odd failed 60 min ago (2026-05-01T11:00:00.000Z), with the status 'FAILED'",
    ),
    "a letter that only looks right": (
        {},
        [task("odd", "\u017fUCCESS", 1, 1)],
        "odd",
        (
            " are failing: none has succeeded, and odd failed 60 min ago (2026-05-01T11:00:00.000Z), "
            "with the status '\u017fUCCESS'"
        ),
    ),
    "failing, and a success of nobody knows when": (
        {"max_consecutive_failures": 1},
        [task("f2", "FAIL", 1, 1), task("f1", "FAIL", 2, 2), task("when", "SUCCESS")],
        "f2",
        " are failing: 2 failed in a row, the newest of them f2, 60 min ago (2026-05-01T11:00:00.000Z) (allowed: 1)",
    ),
    "no status, but a reason": (
        {},
        [task("what", None, 1, 1, failedMsg="no room"), task("good", "SUCCESS", 3, 2)],
        "what",
        " are failing: what failed 60 min ago (2026-05-01T11:00:00.000Z), with no status: no room",
    ),
    "no id": (
        {},
        [task(" ", "\x1b[2J", 1)],
        " ",
        (
            " are failing: none has succeeded, and one without an id failed 60 min ago (2026-05-01T11:00:00.000Z), "
            "with the status '\\x1b[2J'"
        ),
    ),
    "running, of the same moment as a success": (
        {},
        [task("z", "RUNNING", 30), task("old", "SUCCESS", 30, 29)],
        "old",
        " are stale: the newest success, old, was 29 h ago (2026-04-30T07:00:00.000Z), more than the allowed 24 h",
    ),
    "a start in the future": (
        {},
        [task("good", "SUCCESS", 3, 2), task("ahead", "RUNNING", -48)],
        "ahead",
        " cannot be judged: the start of ahead, 2026-05-03T12:00:00.000Z, lies in the future; check the clocks",
    ),
    "an end in the future": (
        {},
        [task("ahead", "SUCCESS", 1, -0.25 - 1 / 3_600_000)],
        "ahead",
        " cannot be judged: the end of ahead, 2026-05-01T12:15:00.001Z, lies in the future; check the clocks",
    ),
}

CASES = [
    pytest.param(state, *case, id=f"{state}: {name}")
    for state, cases in (("passed", PASSED), ("pending", PENDING), ("failed", FAILED))
    for name, case in cases.items()
]


@pytest.mark.parametrize(("state", "arguments", "records", "decided_by", "reason"), CASES)
def test_verdict(state, arguments, records, decided_by, reason):
    """The state, the sentence and the deciding record are those of the rule, whatever order the records come in."""
    for given in (records, records[::-1], iter(records)):
        verdict = Gate(**{"max_age": "24h", **arguments}).judge(given, now=NOW, cluster_id=CLUSTER)
        assert verdict.reason == f"{SUBJECT}{reason if state == 'failed' else f' {reason}'}"
        assert (verdict.state, verdict.passed) == (state, state == "passed")
        assert decided_by == (verdict.record and verdict.record.id)
