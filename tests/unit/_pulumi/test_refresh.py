"""What a refresh takes for a change, and what it tells of an error."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css._pulumi.refresh import keep_unread, merged, warn, warn_of_clusters
from pulumi_huaweicloud_css.errors import ApiError, CssConnectionError

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
    "errors": {"c": "failed 2 h ago", "d": "CSS returned HTTP 404 (request id: 1; 6 attempts). Check"},
}
LATER = {
    **{name: value for name, value in KNOWN.items() if name not in ("__provider", "total_size")},
    "count": 1,
    "records": [RECORD],
    "read_at": "2026-01-01T01:00:00.000Z",
    "verdict": {**VERDICT, "reason": "failed 3 h ago", "age": 10_800.0},
    "clusters": {"c": {"count": 1, "read_at": "2026-01-01T01:00:00.000Z", "latest": RECORD}},
    "verdicts": {"c": {**VERDICT, "reason": "failed 3 h ago", "age": 10_800.0}},
    "errors": {"c": "failed 3 h ago", "d": "CSS returned HTTP 404 (request id: 2). Check"},
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
        {"errors": {"c": "failed 3 h ago", "d": "CSS returned HTTP 403 (request id: 2). Check"}},
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


GONE = ApiError(404, "CSS.3027")
DOWN = CssConnectionError("refused")


def _cluster(finished_at, **more):
    return {"count": 1.0, "latest_success": {"id": "r", "finished_at": finished_at}, **more}


FLEET = {
    "cluster_ids": ["a", "b", "c", "d"],
    "clusters": {"a": _cluster("2026-01-03"), "b": _cluster("2026-01-02"), "c": _cluster("2026-01-01")},
    "verdicts": {name: {"state": "failed" if name == "b" else "passed"} for name in "abc"},
    "errors": {"b": "failed 2 h ago", "d": "refused then"},
    "failed_cluster_ids": ["b", "d"],
    "oldest_success": {"id": "r", "finished_at": "2026-01-01"},
}
READ = {
    "cluster_ids": ["a", "b", "c", "d"],
    "clusters": {"a": _cluster("2026-01-04")},
    "verdicts": {"a": {"state": "failed"}},
    "errors": {"a": "failed now", "b": "refused", "c": "404", "d": "refused now"},
    "failed_cluster_ids": ["a", "b", "c", "d"],
    "oldest_success": {"id": "r", "finished_at": "2026-01-04"},
}


def test_what_was_known_of_clusters_that_could_not_be_read_is_kept():
    """It is kept of what could not be read alone: what was read is new, what is gone is no more known."""
    assert keep_unread(FLEET, READ, {"b": DOWN, "c": GONE, "d": DOWN}) == {
        "cluster_ids": ["a", "b", "c", "d"],
        "clusters": {"a": _cluster("2026-01-04"), "b": _cluster("2026-01-02")},
        "verdicts": {"a": {"state": "failed"}, "b": {"state": "failed"}},
        "errors": {"a": "failed now", "b": "failed 2 h ago", "c": "404", "d": "refused now"},
        "failed_cluster_ids": ["a", "b", "c", "d"],
        "oldest_success": {"id": "r", "finished_at": "2026-01-02"},
    }


def test_a_cluster_that_was_well_stays_so_where_it_cannot_be_read():
    """It is not among the errors; a fleet of clusters without a gate or a success has none either."""
    known = {**FLEET, "clusters": {"c": {"count": 0.0}}, "verdicts": None, "errors": {}, "failed_cluster_ids": []}
    read = {**READ, "clusters": {}, "verdicts": None, "errors": {"c": "refused"}, "failed_cluster_ids": ["c"]}
    kept = keep_unread(known, read, {"c": DOWN})
    assert kept["clusters"] == known["clusters"]
    assert (kept["verdicts"], kept["errors"], kept["failed_cluster_ids"]) == (None, {}, [])
    assert kept["oldest_success"] is None


def test_where_all_was_read_it_is_what_was_read():
    """Nothing of the state is mixed in."""
    assert keep_unread(FLEET, READ, {}) is READ


def test_warnings_name_clusters(monkeypatch, capfd):
    """Clusters that are gone are one warning, those that could not be read another one; without any there is none."""
    monkeypatch.setattr("sys.argv", ["provider"])
    warn_of_clusters("FleetLogRecords f", {}, 3)
    warn_of_clusters("FleetLogRecords f", {"a": GONE, "b": DOWN, "c": GONE}, 4)
    gone, unread = capfd.readouterr().err.splitlines()
    assert gone == "FleetLogRecords f: of 4 clusters, 2 are gone, and no longer among its clusters and verdicts: a, c"
    assert unread == (
        "FleetLogRecords f: clusters that could not be read keep their last known values: "
        "1 of 4 clusters failed: - b: refused"
    )
