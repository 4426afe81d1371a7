"""Wrong arguments are refused with words that help, before anything is sent."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery
from pulumi_huaweicloud_css.errors import ArgumentError

from tests.support.reading import log_records

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
UUID_HINT = "is not a CSS cluster's id; give the cluster's UUID"
ONE_UP = "is not an integer of at least 1"
IN_RANGE = "is not an integer from 1 to 100000"

WRONG = [
    *[
        ("cluster_id", value, f"cluster_id: {value!r} {UUID_HINT}")
        for value in (None, "", "my-cluster", CLUSTER[:-1], CLUSTER + "0", CLUSTER + "\n", f" {CLUSTER}", 7, ["x"])
    ],
    *[
        ("cluster_id", value, f"cluster_id: {value!r} {UUID_HINT}")
        for value in (
            CLUSTER.replace("-", ""),
            CLUSTER.replace("4", "g"),
            f"../{CLUSTER[3:]}",
            CLUSTER.replace("4", "\uff14"),
        )
    ],
    *[
        ("status", value, f"status: {value!r} is not one of RUNNING, SUCCESS, FAIL, NOT_FAIL; leave it out to see all")
        for value in ("", "success", "FAILED", "NOT FAIL", 1, True, ["FAIL"], {})
    ],
    *[
        ("job_type", value, f"job_type: {value!r} is not one of Manual, Auto; leave it out to see all")
        for value in ("", "manual", "AUTO", 0, ["Auto"])
    ],
    *[
        ("job_id", value, f"job_id: {value!r} is not a job's id; leave it out to see all jobs")
        for value in ("", "  ", "\n", 5, True, ["x"])
    ],
    *[("offset", value, f"offset: {value!r} {ONE_UP}") for value in (0, -1, 1.5, "1", True, False, [1])],
    *[("offset", value, f"offset: {value!r} {ONE_UP}") for value in (float("nan"), float("inf"), float("-inf"))],
    *[("limit", value, f"limit: {value!r} {IN_RANGE}") for value in (0, -1, 2.5, "10", True, 100_001, {})],
    ("limit", 100_001.0, f"limit: 100001 {IN_RANGE}"),
    *[("limit", value, f"limit: {value!r} {IN_RANGE}") for value in (float("nan"), float("inf"))],
]


@pytest.mark.parametrize(("name", "value", "text"), WRONG)
def test_wrong_argument_is_refused(name, value, text):
    """The error names the argument, the value and what is allowed; it is a ValueError too."""
    with pytest.raises(ArgumentError) as refused:
        LogRecordsQuery(**{"cluster_id": CLUSTER, name: value})
    assert str(refused.value).startswith(text)
    assert isinstance(refused.value, ValueError)


@pytest.mark.parametrize(("name", "value", "text"), [each for each in WRONG if each[1] is not None])
def test_nothing_is_sent_for_a_wrong_argument(emulator, name, value, text):
    """Asked through the whole core, a wrong argument costs no request."""
    with pytest.raises(ArgumentError) as refused:
        log_records(environ=emulator.environment(), **{"cluster_id": CLUSTER, name: value})
    assert str(refused.value).startswith(text)
    assert emulator.requests == []


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"cluster_id": "logs"}, "cluster_id: 'logs'"),
        ({"offset": 0}, "offset: 0 is not an integer of at least 1"),
        ({"limit": 0}, "limit: 0 is not an integer from 1 to 1000"),
        ({"limit": 1001}, "limit: 1001 is not an integer from 1 to 1000"),
        ({"limit": True}, "limit: True"),
        ({"status": "RUNNING"}, "status: 'RUNNING' is not one of FAIL, NOT_FAIL"),
        ({"status": ""}, "status: ''"),
    ],
)
def test_nothing_is_sent_for_a_wrong_page(emulator, connect, arguments, text):
    """The client's single page has the API's own, narrower ranges."""
    with pytest.raises(ArgumentError) as refused:
        connect(emulator).list_log_records(**{"cluster_id": CLUSTER, **arguments})
    assert str(refused.value).startswith(text)
    assert emulator.requests == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, (1, None)),
        ({"offset": None, "limit": None}, (1, None)),
        ({"offset": 3.0, "limit": 20.0}, (3, 20)),
        ({"offset": 1, "limit": 1}, (1, 1)),
        ({"offset": 5000, "limit": 100_000}, (5000, 100_000)),
    ],
)
def test_numbers_become_integers(arguments, expected):
    """Numbers come from Pulumi as floats; whole ones are taken, and are integers afterwards."""
    question = LogRecordsQuery.of(CLUSTER, arguments)
    assert (question.offset, question.limit) == expected
    assert "float" not in {type(question.offset).__name__, type(question.limit).__name__}


@pytest.mark.parametrize(
    "arguments",
    [
        *[{"status": status} for status in ("RUNNING", "SUCCESS", "FAIL", "NOT_FAIL", None)],
        *[{"job_type": job_type} for job_type in ("Manual", "Auto", None)],
        {"job_id": "2c9080df7c171342017c5e0884f8011c"},
        {"cluster_id": CLUSTER.upper()},
    ],
)
def test_right_arguments_are_kept_as_they_are(arguments):
    """Every documented value is taken, and kept."""
    question = LogRecordsQuery(**{"cluster_id": CLUSTER, **arguments})
    assert {name: getattr(question, name) for name in arguments} == arguments


def test_floats_from_pulumi_are_whole_numbers_on_the_wire(emulator, connect):
    """3.0 is sent as 3."""
    connect(emulator).list_log_records(CLUSTER, offset=3.0, limit=20.0)
    assert emulator.requests[0].parameters == {"offset": "3", "limit": "20"}
