"""The outputs of a question: which records its filters leave, and which of them is the latest."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery, read
from pulumi_huaweicloud_css.emulator import Backups, Quirks, Site

from tests.support.reading import log_records

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
NONE = (
    *("latest", "latest_log_path", "latest_status", "latest_created_at", "latest_finished_at"),
    *("latest_success", "latest_success_log_path", "latest_success_finished_at"),
)
RECORDS = [
    {"id": "a", "createAt": 10**12 + 1, "status": "SUCCESS", "jobTypes": "Manual", "jobId": "j1", "logPath": "p1"},
    {"id": "b", "createAt": 10**12 + 2, "status": "FAIL", "jobTypes": "Auto", "jobId": "j2", "failedMsg": "no"},
    {
        "id": "c",
        "createAt": 10**12 + 3,
        "status": "SUCCESS",
        "jobTypes": "Auto",
        "jobId": "j3",
        "finishedAt": 10**12 + 9,
    },
    {"id": "d", "createAt": 10**12 + 4, "status": "FAIL", "jobTypes": "Manual", "jobId": "j1", "logPath": "p4"},
    {"id": "e", "createAt": 10**12 + 5, "status": "RUNNING", "jobTypes": "Auto", "jobId": "j5"},
    {"id": "f", "createAt": 10**12 + 6, "status": "PAUSED", "jobTypes": "Other", "jobId": "j6"},
]


def outputs(client, **question):
    """Return the outputs of a question."""
    return read(client, LogRecordsQuery(CLUSTER, **question), now=NOW).to_outputs()


@pytest.mark.parametrize(
    ("filters", "wire", "expected"),
    [
        ({}, None, "fedcba"),
        ({"status": "FAIL"}, "FAIL", "db"),
        ({"status": "NOT_FAIL"}, "NOT_FAIL", "feca"),
        ({"status": "SUCCESS"}, "NOT_FAIL", "ca"),
        ({"status": "RUNNING"}, "NOT_FAIL", "e"),
        ({"job_id": "j1"}, None, "da"),
        ({"job_id": "J1"}, None, ""),
        ({"job_type": "Manual"}, None, "da"),
        ({"job_type": "Auto"}, None, "ecb"),
        ({"status": "FAIL", "job_type": "Auto"}, "FAIL", "b"),
        ({"status": "SUCCESS", "job_id": "j1", "job_type": "Manual"}, "NOT_FAIL", "a"),
        ({"status": "RUNNING", "job_type": "Manual"}, "NOT_FAIL", ""),
    ],
)
@pytest.mark.parametrize("obedient", [True, False], ids=["filtering-site", "site-that-ignores-status"])
def test_filters(start, connect, answering, filters, wire, expected, obedient):
    """The API's own status values go over the wire; the finer ones, job ids and types are sorted out here."""
    if obedient:
        emulator = start(site=Site.of_one_cluster(records=RECORDS))
        answer, parameters = outputs(connect(emulator), **filters), emulator.requests[0].parameters
        assert parameters == {"offset": "1", "limit": "1000", **({"status": wire} if wire else {})}
    else:
        answer = outputs(connect(answering((200, {"clusterLogRecord": RECORDS})).url), **filters)
    assert "".join(each["id"] for each in answer["records"]) == expected
    assert answer["count"] == len(expected)


@pytest.mark.parametrize(("status", "truncated"), [("FAIL", False), (None, True)])
def test_total_that_counts_what_the_filter_left_out(answering, connect, status, truncated):
    """A site may filter and say how many records there are in all; only without a filter are some missing then."""

    def page(asked):
        first = "offset=1&" in asked.target
        return (200, {"clusterLogRecord": RECORDS[3:4] if first else [], "totalSize": len(RECORDS)})

    assert outputs(connect(answering(page).url), status=status)["truncated"] == truncated


def test_latest_and_latest_success_differ(start, connect):
    """`latest` is the newest record whatever became of it, `latest_success` the newest that worked."""
    answer = outputs(connect(start(site=Site.of_one_cluster(records=RECORDS[:4]))))
    assert answer["latest"] == answer["records"][0]
    assert (answer["latest"]["id"], answer["latest_status"], answer["latest_log_path"]) == ("d", "FAIL", "p4")
    assert (answer["latest_created_at"], answer["latest_finished_at"]) == ("2001-09-09T01:46:40.004Z", None)
    assert (answer["latest_success"]["id"], answer["latest_success_log_path"]) == ("c", None)
    assert answer["latest_success_finished_at"] == "2001-09-09T01:46:40.009Z"


def test_ties_are_ordered_by_id(start, connect):
    """Records of the same millisecond come in the order of their ids, greatest first."""
    records = [{**RECORDS[0], "id": each, "createAt": 10**12} for each in "bdac"]
    answer = outputs(connect(start(site=Site.of_one_cluster(records=records, quirks=Quirks(order="given")))))
    assert "".join(each["id"] for each in answer["records"]) == "dcba"


def test_no_records_is_an_answer(start, connect):
    """A cluster without log backups has outputs that say so, and is no error."""
    answer = outputs(connect(start(site=Site.of_one_cluster(backups=Backups(count=0)))))
    assert {name: answer[name] for name in NONE} == dict.fromkeys(NONE)
    assert (answer["records"], answer["count"], answer["total_size"], answer["truncated"]) == ([], 0, 0, False)
    assert answer["read_at"] == "2026-01-02T03:04:05.678Z"


def test_outputs_tell_what_was_asked(emulator):
    """Cluster, project and region are among the outputs, and all outputs are there."""
    answer = log_records(cluster_id=CLUSTER, environ=emulator.environment()).to_outputs()
    about = {
        "cluster_id": CLUSTER,
        "cluster_name": None,
        "project_id": emulator.project_id,
        "region": "cn-north-4",
    }
    assert {name: answer[name] for name in about} == about
    assert set(answer) == {*about, *NONE, "records", "count", "total_size", "truncated", "read_at"}
