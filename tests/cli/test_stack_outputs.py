"""Reading records back from the values of stack outputs."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from pulumi_huaweicloud_css.errors import InvalidResponseError
from pulumi_huaweicloud_css.gate import Gate
from pulumi_huaweicloud_css.stack_outputs import judge_outputs, read_stack_output

SNAKE = {"id": "r", "cluster_id": "c", "created_at": "2022-06-24T03:00:00.000Z", "log_path": "p", "status": "SUCCESS"}
CAMEL = {"id": "r", "clusterId": "c", "createdAt": "2022-06-24T03:00:00.000Z", "logPath": "p", "status": "SUCCESS"}
NOW = datetime(2022, 6, 24, 4, tzinfo=timezone.utc)


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


def test_truncated():
    """A whole answer that was cut is not trusted, for outputs do not tell its order."""
    verdict = judge_outputs({"records": [SNAKE], "truncated": True}, Gate(), now=NOW, where="here")
    assert "not all records were read" in verdict.reason


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
    {**SNAKE, "created_at": 1656039600000},
    {**SNAKE, "created_at": {}},
    {**SNAKE, "log_path": []},
]


@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_other_shapes(value):
    """Anything else is refused in one line that says where it was."""
    with pytest.raises(InvalidResponseError, match=r"\Athe output x[^\n]*\Z"):
        read_stack_output(value, "the output x")
