"""`log-outputs-fresh` in the pack's own process: every shape of output, unknown and secret ones."""

from __future__ import annotations

import pytest
from pulumi.runtime import rpc
from pulumi.runtime.proto import analyzer_pb2 as messages

POLICY = "log-outputs-fresh"


def _secret(value):
    return rpc.wrap_rpc_secret(value)


@pytest.fixture
def judge(pack):
    """Return a function that judges an output of this value and returns the diagnostics."""
    pack.configure({POLICY: {"output": "logs", "maxAge": "26h"}})
    return lambda value, **others: pack.analyze_outputs({"logs": value, **others}).diagnostics


def _camel(record):
    names = {"cluster_id": "clusterId", "created_at": "createdAt", "finished_at": "finishedAt"}
    return {names.get(name, name): value for name, value in record.items()}


SHAPES = [
    pytest.param(lambda record: [record], id="records"),
    pytest.param(lambda record: record, id="one-record"),
    pytest.param(
        lambda record: {"cluster_id": record["cluster_id"].upper(), "records": [record], "truncated": False},
        id="whole-answer",
    ),
    pytest.param(
        lambda record: {"clusterId": record["cluster_id"], "records": [_camel(record)], "truncated": False},
        id="camel-case",
    ),
    pytest.param(lambda record: {**record, "log_path": None, "failed_msg": None}, id="with-none"),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_judged(judge, exported, shape):
    """A fresh record passes and a stale one does not, in each shape that programs export."""
    assert not judge(shape(exported(age_hours=1)))
    [diagnostic] = judge(shape(exported(age_hours=50)))
    assert diagnostic.message.startswith("the stack output logs: log backups of cluster ")
    assert "are stale" in diagnostic.message
    assert (diagnostic.policyName, diagnostic.enforcementLevel) == (POLICY, messages.MANDATORY)


@pytest.mark.parametrize("more", [{"truncated": True}, {"total_size": 2}, {"totalSize": 2}, {"cluster_id": "other"}])
def test_a_whole_answer_that_misses_records_or_is_about_another_cluster(judge, exported, more):
    """Of a whole answer, what is missing and whom it is about count too, however a language writes it."""
    assert len(judge({"records": [exported(age_hours=1)], **more})) == 1
    assert not judge({"records": [exported(age_hours=1)], "truncated": False, "total_size": 1})


@pytest.mark.parametrize("more", [{"status": "SUCCESS"}, {"status": "NOT_FAIL"}, {"offset": 2}], ids=repr)
def test_a_whole_answer_that_was_narrowed_hides_records(judge, exported, more):
    """A status or an offset with which an answer was read hides failures, so that it does not pass, as anywhere."""
    [diagnostic] = judge({"records": [exported(age_hours=1)], "truncated": False, "total_size": 1, **more})
    assert "not all records were read" in diagnostic.message


@pytest.mark.parametrize(("job", "words"), [("jobId", "(job id j1 only)"), ("job_type", "(job type Manual only)")])
def test_the_job_of_an_answer_is_named(judge, exported, job, words):
    """The records of one job are judged as those, and the reason says so, though the total is of all jobs."""
    value = {"jobId": "j1", "job_type": "Manual"}[job]
    [diagnostic] = judge({"records": [exported(age_hours=50)], "total_size": 7, job: value})
    assert words in diagnostic.message
    assert not judge({"records": [exported(age_hours=1)], "total_size": 7, job: value})


def test_an_answer_without_its_records_is_told_as_such(judge):
    """What was read without the records has an advice of its own, also where they are null; and names its cluster."""
    [diagnostic] = judge({"records": None, "read_at": "2026-01-01T00:00:00.000Z"})
    assert "was read with include_records=False" in diagnostic.message
    [diagnostic] = judge({"records": [], "clusterId": "4213d908", "clusterName": "audit"})
    assert "cluster audit (4213d908)" in diagnostic.message


def test_an_output_that_is_not_there_is_a_violation_that_lists_the_others(judge, pack):
    """A misspelt output is found by the list; an output that is None is left out by Pulumi, and counts as missing."""
    [diagnostic] = pack.analyze_outputs({"records": [], "value": 1}).diagnostics
    assert diagnostic.message == "the stack output logs is not there, or is None; the stack has records, value"
    [diagnostic] = judge(None)
    assert diagnostic.message == "the stack output logs is not there, or is None; the stack has no outputs"


@pytest.mark.parametrize("value", ["bucket/path", 3, True, ["SUCCESS"], {"status": 7}, {"records": "none"}])
def test_an_output_of_another_shape_is_a_violation(judge, value):
    """What holds no log records is refused in one line that names the output."""
    [diagnostic] = judge(value)
    assert diagnostic.message.startswith("the stack output logs")
    assert len(diagnostic.message.splitlines()) == 1


# How the engine writes an unknown text, boolean, number, array and object.
MARKERS = [
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]
UNKNOWN = [
    *MARKERS,
    _secret(rpc.UNKNOWN),
    [rpc.UNKNOWN],
    {"status": rpc.UNKNOWN},
    {"records": rpc.UNKNOWN},
    {"records": [], "truncated": "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"},
]


@pytest.mark.parametrize("value", UNKNOWN)
def test_what_is_not_known_in_a_preview_is_no_violation(judge, value):
    """An output, or a part of it, that only the update knows is said to be so, as advice."""
    [diagnostic] = judge(value)
    assert diagnostic.enforcementLevel == messages.ADVISORY
    assert diagnostic.message == "the stack output logs is not known yet in this preview; it is judged in the update"


@pytest.mark.parametrize("preview", [False, None])
@pytest.mark.parametrize("value", UNKNOWN)
def test_what_is_not_known_in_an_update_is_a_violation(pack, value, preview):
    """After an update there is no later time to judge at; an engine that tells neither is taken to update."""
    pack.configure({POLICY: {"output": "logs"}}, preview=preview)
    [diagnostic] = pack.analyze_outputs({"logs": value}).diagnostics
    assert diagnostic.enforcementLevel == messages.MANDATORY
    assert diagnostic.message.startswith("the stack output logs cannot be judged: it is not known in this update")


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("name", ["status", "log_path", "failed_msg", "id"])
def test_a_record_that_reads_like_an_unknown_value_does_not_pass_an_update(pack, exported, name, marker):
    """A program of its own that exports such a text as plain data is not let through for it."""
    pack.configure({POLICY: {"output": "logs", "maxAge": "26h"}}, preview=False)
    [diagnostic] = pack.analyze_outputs({"logs": [exported(age_hours=1, **{name: marker})]}).diagnostics
    assert diagnostic.enforcementLevel == messages.MANDATORY


def test_an_unknown_output_is_advice_in_an_update_where_the_policy_is(pack):
    """The enforcement level that the team chose is kept."""
    pack.configure({POLICY: {"output": "logs", "enforcementLevel": "advisory"}}, preview=False)
    [diagnostic] = pack.analyze_outputs({"logs": rpc.UNKNOWN}).diagnostics
    assert diagnostic.enforcementLevel == messages.ADVISORY


@pytest.mark.parametrize(("records", "truncated"), [("records", "truncated"), ("Records", "Truncated")])
def test_what_was_not_read_counts_however_it_is_written(judge, exported, records, truncated):
    """A whole answer that says that records are missing does not pass, in a language that begins names large, too."""
    assert not judge({records: [exported(age_hours=1)], truncated: False})
    [diagnostic] = judge({records: [exported(age_hours=1)], truncated: True, "gate": rpc.UNKNOWN})
    assert diagnostic.enforcementLevel == messages.MANDATORY


def test_unknown_parts_that_no_gate_looks_at_do_not_count(judge, exported):
    """A new resource's left-out inputs are unknown in a preview; its records are judged all the same."""
    whole = {"records": [exported(age_hours=50)], "truncated": False, "gate": rpc.UNKNOWN, "id": rpc.UNKNOWN}
    [diagnostic] = judge(whole)
    assert "are stale" in diagnostic.message
    assert diagnostic.enforcementLevel == messages.MANDATORY


def test_nothing_of_a_secret_output_is_shown(judge, exported):
    """A secret output is judged, but a failing one is not described."""
    assert not judge(_secret([exported(age_hours=1)]))
    told = "MarkedTextThatNobodyMaySee"
    for value in (
        _secret([exported(age_hours=1, status="FAIL", failed_msg=told)]),
        [exported(age_hours=1, status="FAIL", failed_msg=_secret(told))],
    ):
        [diagnostic] = judge(value)
        assert told not in diagnostic.message
        assert diagnostic.message.startswith("the stack output logs does not pass (failed)")


@pytest.mark.parametrize(
    "value",
    [
        {"status": "SUCCESS", "created_at": "MarkedTextThatNobodyMaySee"},
        {"status": "MarkedTextThatNobodyMaySee", "id": ["MarkedTextThatNobodyMaySee"]},
        {"records": "MarkedTextThatNobodyMaySee"},
        {"cluster_id": "MarkedTextThatNobodyMaySee", "records": []},
        {"cluster_id": "MarkedTextThatNobodyMaySee", "records": [], "truncated": True},
    ],
)
def test_nothing_of_a_secret_output_is_shown_when_it_is_wrong(judge, value):
    """Neither a shape that is none of ours, nor a cluster's id, is told of a secret output."""
    [diagnostic] = judge(_secret(value))
    assert "Marked" not in diagnostic.message
    assert "created_at" not in diagnostic.message
    assert diagnostic.message.startswith("the stack output logs ")
    assert diagnostic.message.endswith("is not shown, for the output is secret")


def test_a_record_whose_id_is_null_is_judged_like_any_other(judge, exported):
    """A record without an id passes if it is fresh, and is shown as such if it is not."""
    assert not judge([exported(age_hours=1, id=None)])
    [diagnostic] = judge([exported(age_hours=50, id=None)])
    assert "are stale" in diagnostic.message
    assert not judge({"records": [exported(age_hours=1, id=None)], "truncated": False})


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("name", ["status", "created_at", "finished_at", "records"])
def test_numbers_that_are_none_are_a_violation(judge, exported, name, number):
    """An output with NaN or infinity where a record has a text is refused in one line."""
    [diagnostic] = judge({**exported(age_hours=1), name: number})
    assert diagnostic.enforcementLevel == messages.MANDATORY
    assert len(diagnostic.message.splitlines()) == 1


def test_a_stack_without_outputs_is_a_violation(pack):
    """A program that exports nothing has nothing to show, and is not let through."""
    pack.configure({POLICY: {"output": "logs"}})
    [diagnostic] = pack.analyze_outputs({}).diagnostics
    assert diagnostic.message.endswith("the stack has no outputs")
