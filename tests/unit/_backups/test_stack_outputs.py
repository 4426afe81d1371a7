"""Reading records back from the values of stack outputs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._backups.stack_outputs import judge_outputs, read_stack_output
from pulumi_huaweicloud_css.errors import InvalidResponseError

SNAKE = {"id": "r", "cluster_id": "c", "created_at": "2022-06-24T03:00:00.000Z", "log_path": "p", "status": "SUCCESS"}
CAMEL = {"id": "r", "clusterId": "c", "createdAt": "2022-06-24T03:00:00.000Z", "logPath": "p", "status": "SUCCESS"}
NOW = datetime(2022, 6, 24, 4, tzinfo=UTC)


@pytest.mark.parametrize("record", [SNAKE, CAMEL])
@pytest.mark.parametrize("wrap", [lambda r: r, lambda r: [r], lambda r: {"records": [r], "count": 1}])
def test_shapes_and_names(record, wrap):
    """One record, a list and a whole answer are read, with names of either kind."""
    (read,) = read_stack_output(wrap(record), "here").records
    assert (read.id, read.cluster_id, read.log_path, read.created_at) == ("r", "c", "p", 1656039600000)
    assert judge_outputs(wrap(record), Gate(), now=NOW, where="here").passed


@pytest.mark.parametrize("value", [[], {"records": []}, {"records": [], "clusterId": "c"}])
def test_empty(value):
    """No records are an answer: it fails the gate, and says that there is none."""
    verdict = judge_outputs(value, Gate(), now=NOW, where="here")
    assert (verdict.state, "there is none" in verdict.reason) == ("failed", True)


@pytest.mark.parametrize(
    "more",
    [
        {"truncated": True},
        {"truncated": "no"},
        {"total_size": 3},
        {"totalSize": 3.0},
        {"total_size": "2"},
        {"total_size": 10**400},
    ],
    ids=lambda more: repr(more)[:30],
)
def test_truncated(more):
    """A whole answer that was cut, or narrowed, is not trusted, for outputs do not tell its order."""
    older = {**SNAKE, "id": "q", "created_at": "2022-06-24T02:00:00.000Z"}
    verdict = judge_outputs({"records": [SNAKE, older], **more}, Gate(), now=NOW, where="here")
    assert verdict.state == "failed"
    assert "not all records were read" in verdict.reason


@pytest.mark.parametrize("more", [{"truncated": False}, {"truncated": None}, {"total_size": 1}, {"totalSize": 1.0}])
def test_whole(more):
    """A whole answer of which nothing says that a part is missing is judged."""
    assert judge_outputs({"records": [SNAKE], **more}, Gate(), now=NOW, where="here").passed


@pytest.mark.parametrize(
    "more", [{"status": "SUCCESS"}, {"status": "NOT_FAIL"}, {"offset": 2}, {"offset": 5.0}], ids=repr
)
def test_narrowed(more):
    """Outputs of a reading that a status or an offset narrowed hide records, so that they do not pass."""
    verdict = judge_outputs({"records": [SNAKE], "total_size": 1, **more}, Gate(), now=NOW, where="here")
    assert verdict.state == "failed"
    assert "(1 were, and there may be more)" in verdict.reason


@pytest.mark.parametrize("more", [{"job_id": "j"}, {"jobId": "j", "totalSize": 9.0}], ids=repr)
def test_one_job(more):
    """Outputs of one job's records are judged, and the reason says whose they are; the total is of all jobs."""
    verdict = judge_outputs({"records": [SNAKE], **more}, Gate(), now=NOW, where="here")
    assert verdict.passed
    assert "(job id j only)" in verdict.reason


@pytest.mark.parametrize("status", [{}, {"status": None}])
@pytest.mark.parametrize("name", ["r", None, ""])
def test_record_without_a_status_is_a_failure(name, status):
    """A record whose status, or whose id, was None is one all the same: it is no success."""
    record = {"id": name, "created_at": "2022-06-24T03:30:00.000Z", **status}
    verdict = judge_outputs([SNAKE, record], Gate(), now=NOW, where="here")
    assert (verdict.state, verdict.record.id) == ("failed", name or "")


@pytest.mark.parametrize("time", [None, "", 0])
def test_times_that_are_none(time):
    """Null, empty text and 0 are no time: such a failure may be the newest."""
    bad = {"id": "bad", "status": "FAIL", "created_at": time, "finished_at": time}
    assert judge_outputs([SNAKE, bad], Gate(), now=NOW, where="here").record.id == "bad"


@pytest.mark.parametrize("value", [[SNAKE, {**SNAKE, "cluster_id": "d"}], {"records": [SNAKE], "cluster_id": "d"}])
def test_records_of_another_cluster(value):
    """Records that name another cluster than the rest, or than the answer, are not judged."""
    with pytest.raises(InvalidResponseError, match=r"\Athe output x holds records of several clusters, such as "):
        read_stack_output(value, "the output x")
    assert read_stack_output([SNAKE, {**SNAKE, "cluster_id": " C"}, {**SNAKE, "cluster_id": ""}], "x").cluster_id == "c"


WRONG = [
    None,
    "text",
    3,
    True,
    {},
    [1],
    ["SUCCESS"],
    [None],
    {"records": None},
    {"records": {"a": 1}},
    {"records": [[]]},
    {"a": 1},
    {**SNAKE, "status": 1},
    {**SNAKE, "created_at": "noon"},
    {**SNAKE, "created_at": "9999-12-31T23:59:59-14:00"},
    {**SNAKE, "created_at": 1656039600000},
    {**SNAKE, "created_at": {}},
    {**SNAKE, "log_path": []},
]


@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_other_shapes(value):
    """Anything else is refused in one line that says where it was."""
    with pytest.raises(InvalidResponseError, match=r"\Athe output x[^\n]*\Z"):
        read_stack_output(value, "the output x")


@pytest.mark.parametrize("result", [{"readAt": "2022-06-24T03:53:57.000Z"}, {"read_at": "x", "records": None}])
def test_result_without_records(result):
    """A result that was read without its records is not taken for a record, whatever status was asked for."""
    with pytest.raises(InvalidResponseError, match=r"x was read with include_records=False; a gate needs the records"):
        read_stack_output({"status": "SUCCESS", "count": 3, **result}, "the output x")
