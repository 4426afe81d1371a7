"""For any records in any order, the outputs of a question are those that plain Python finds."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._api import pagination as paging
from pulumi_huaweicloud_css._api.client import CssClient
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery, read
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css._time import rfc3339
from pulumi_huaweicloud_css.emulator import Emulator, Quirks, Site

NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)


@pytest.fixture(scope="module")
def given_site():
    """A client of an emulator that keeps the order in which records were given, and the emulator."""
    emulator = Emulator(site=Site.of_one_cluster(records=[], quirks=Quirks(order="given")))
    with emulator, CssClient(_settings=resolve(environ=emulator.environment())) as client:
        yield emulator, client


MOMENTS = st.integers(10**12, 10**12 + 5) | st.integers(10**12, 2 * 10**12)
SOME_RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.text("abc", min_size=1, max_size=4),
            "status": st.sampled_from(["SUCCESS", "FAIL", "RUNNING", "NEW"]),
        },
        optional={
            "createAt": MOMENTS,
            "finishedAt": MOMENTS | st.none(),
            "jobTypes": st.sampled_from(["Manual", "Auto"]),
            "jobId": st.sampled_from(["j1", "j2"]),
            "logPath": st.text(max_size=5),
            "failedMsg": st.none() | st.text(max_size=5),
        },
    ),
    max_size=20,
    # Ids may be doubled, and times may be tied; a null says no more than nothing.
    unique_by=lambda each: json.dumps({k: v for k, v in each.items() if v is not None}, sort_keys=True),
)
QUESTIONS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["SUCCESS", "FAIL", "RUNNING", "NOT_FAIL"]),
        "job_id": st.sampled_from(["j1", "j2"]),
        "job_type": st.sampled_from(["Manual", "Auto"]),
        "offset": st.integers(1, 25),
        "limit": st.integers(1, 25),
    },
)


def expected_outputs(records, question):
    """Answer a question by plain Python, from records in the API's form."""
    status, offset, limit = question.get("status"), question.get("offset", 1), question.get("limit")
    coarse = {"FAIL": "FAIL", None: None}.get(status, "NOT_FAIL")
    listed = [each for each in records if coarse is None or (each["status"] == "FAIL") == (coarse == "FAIL")]
    window = listed[offset - 1 :][:limit]
    fine = status if status in ("SUCCESS", "RUNNING") else None
    wanted = {"status": fine, "jobId": question.get("job_id"), "jobTypes": question.get("job_type")}
    kept = [each for each in window if all(value in (None, each.get(name)) for name, value in wanted.items())]
    kept.sort(key=lambda each: (each.get("createAt", -1), each["id"]), reverse=True)
    shown = [shown_record(each) for each in kept]
    latest = shown[0] if shown else {}
    success = next((each for each in shown if each["status"] == "SUCCESS"), {})
    return {
        "records": shown,
        "count": len(shown),
        "total_size": len(listed),
        **{name: value for name, value in question.items() if (name, value) != ("offset", 1)},
        "truncated": limit is not None and len(listed) > offset - 1 + limit,
        "latest": latest or None,
        "latest_status": latest.get("status"),
        "latest_created_at": latest.get("created_at"),
        "latest_finished_at": latest.get("finished_at"),
        "latest_log_path": latest.get("log_path"),
        "latest_success": success or None,
        "latest_success_log_path": success.get("log_path"),
        "latest_success_finished_at": success.get("finished_at"),
    }


def shown_record(raw):
    """Return a record as the outputs have it."""
    times = {name: raw.get(key) for name, key in (("created_at", "createAt"), ("finished_at", "finishedAt"))}
    return {
        "id": raw["id"],
        "cluster_id": raw.get("clusterId"),
        **{name: None if value is None else rfc3339(value) for name, value in times.items()},
        "log_path": raw.get("logPath"),
        "status": raw["status"],
        "job_type": raw.get("jobTypes"),
        "job_id": raw.get("jobId"),
        "failed_msg": raw.get("failedMsg"),
    }


@given(records=SOME_RECORDS, question=QUESTIONS, page_size=st.integers(2, 7))
def test_any_records_in_any_order(given_site, records, question, page_size):
    """For any records in any order, read in pages of any size, the outputs are those of plain Python.

    Doubled ids are on one page only: from page to page they are taken for records that move.
    """
    emulator, client = given_site
    emulator.set_records(None, records)
    if len({each["id"] for each in records}) < len(records):
        page_size = len(records) + 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "MAX_PAGE", page_size)
        answer = read(client, LogRecordsQuery(emulator.cluster_id, **question), now=NOW).to_outputs()
    about = {
        "cluster_id": emulator.cluster_id,
        "cluster_name": None,
        "project_id": emulator.project_id,
        "region": "cn-north-4",
    }
    assert answer == {**about, **expected_outputs(records, question), "read_at": "2026-01-02T03:04:05.678Z"}
