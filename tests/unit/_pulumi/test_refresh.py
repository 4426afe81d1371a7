"""What a refresh takes for a change, and what it tells of an error."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css._pulumi.refresh import merged, warn
from pulumi_huaweicloud_css.errors import CssConnectionError

RECORD = {"id": "a", "status": "FAIL", "finished_at": None}
VERDICT = {"state": "failed", "reason": "failed 2 h ago", "record": RECORD, "age": 7200.0}
KNOWN = {
    "__provider": "gASV",
    "cluster_id": "c",
    "count": 1.0,
    "records": [{"id": "a", "status": "FAIL"}],
    "latest": RECORD,
    "total_size": None,
    "read_at": "2026-01-01T00:00:00.000Z",
    "verdict": VERDICT,
    "clusters": {"c": {"count": 1.0, "read_at": "2026-01-01T00:00:00.000Z", "latest": RECORD}},
    "verdicts": {"c": VERDICT},
    "errors": {"c": "failed 2 h ago", "d": "CSS answered HTTP 404 (request id: 1; 6 attempts). Check"},
}
LATER = {
    **{name: value for name, value in KNOWN.items() if name not in ("__provider", "total_size")},
    "count": 1,
    "records": [RECORD],
    "read_at": "2026-01-01T01:00:00.000Z",
    "verdict": {**VERDICT, "reason": "failed 3 h ago", "age": 10_800.0},
    "clusters": {"c": {"count": 1, "read_at": "2026-01-01T01:00:00.000Z", "latest": RECORD}},
    "verdicts": {"c": {**VERDICT, "reason": "failed 3 h ago", "age": 10_800.0}},
    "errors": {"c": "failed 3 h ago", "d": "CSS answered HTTP 404 (request id: 2). Check"},
}


def test_time_alone_is_no_change():
    """Times of reading, ages, request ids, entries of None and whole numbers as floats keep what was known."""
    assert merged(KNOWN, LATER) is KNOWN


@pytest.mark.parametrize(
    "changed",
    [
        {"count": 2},
        {"total_size": 1},
        {"records": [{**RECORD, "finished_at": "2026-01-01T00:30:00.000Z"}]},
        {"verdict": {**VERDICT, "state": "passed"}},
        {"verdict": {**VERDICT, "record": {"id": "b"}}},
        {"verdict": None},
        {"clusters": {}},
        {"clusters": {"c": {**LATER["clusters"]["c"], "count": 2}}},
        {"verdicts": {"c": {**VERDICT, "state": "pending"}}},
        {"errors": {"c": "failed 3 h ago"}},
        {"errors": {"c": "failed 3 h ago", "d": "CSS answered HTTP 403 (request id: 2). Check"}},
        {"added": "by a later version"},
    ],
)
def test_anything_else_is_a_change(changed):
    """One difference more, and all that was read is taken."""
    read = {**LATER, **changed}
    assert merged(KNOWN, read) is read


def test_a_warning_without_an_engine_is_on_standard_error(monkeypatch, capfd):
    """It is one line, means nothing to the engine, and tells of an unexpected error its kind alone."""
    monkeypatch.setattr("sys.argv", ["provider"])
    warn("LogRecords c", CssConnectionError("reset\nby <{%red%}> peer"))
    warn("LogRecords c", ValueError("key sk-secret"))
    first, second = capfd.readouterr().err.splitlines()
    assert first.endswith("its state is left as it was: CssConnectionError: reset by <{ %red%}> peer")
    assert second.endswith("its state is left as it was: unexpected ValueError")
