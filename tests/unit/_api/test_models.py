"""Answers are read however sites write them; what cannot be understood says where it is wrong."""

from __future__ import annotations

import calendar
import copy
import json
import pickle
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pulumi_huaweicloud_css import GateError
from pulumi_huaweicloud_css._api.models import RecordPage, parse_page
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css._time import rfc3339
from pulumi_huaweicloud_css._verdict import Verdict
from pulumi_huaweicloud_css.errors import InvalidResponseError

# The documented example: one record, and no other field.
EXAMPLE = {
    "id": "d455a541-597e-4846-a6be-baad0ea361b1",
    "clusterId": "4213d908-f5dc-4633-8401-cfd7175fca0c",
    "createAt": 1656042837000,
    "logPath": "css-backup-1610678043608/css/log",
    "status": "RUNNING",
    "jobTypes": "Manual",
    "jobId": "2c9080df7c171342017c5e0884f8011c",
}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NUMBERS = st.integers() | st.integers(10**11, 10**15) | st.integers(0, 10**18).map(str) | st.floats().map(str)
RECORD = st.fixed_dictionaries(
    {"id": st.text(max_size=5) | JSON},
    optional={name: JSON | NUMBERS for name in (*EXAMPLE, "finishedAt", "failedMsg", "new") if name != "id"},
)
ANSWER = st.fixed_dictionaries(
    {}, optional={"clusterLogRecord": st.lists(RECORD, max_size=3) | JSON, "totalSize": JSON | NUMBERS}
)


def read(**fields):
    """Return the one record of an answer with these fields changed in the documented example."""
    return parse_page(json.dumps({"clusterLogRecord": [{**EXAMPLE, **fields}]}).encode()).records[0]


def test_documented_example():
    """The one record of the documentation comes out as the design says."""
    page = parse_page(json.dumps({"clusterLogRecord": [EXAMPLE]}).encode())
    assert page.total_size is None
    assert [record.to_outputs() for record in page.records] == [
        {
            "id": "d455a541-597e-4846-a6be-baad0ea361b1",
            "cluster_id": "4213d908-f5dc-4633-8401-cfd7175fca0c",
            "created_at": "2022-06-24T03:53:57.000Z",
            "finished_at": None,
            "log_path": "css-backup-1610678043608/css/log",
            "status": "RUNNING",
            "job_type": "Manual",
            "job_id": "2c9080df7c171342017c5e0884f8011c",
            "failed_msg": None,
        }
    ]


@pytest.mark.parametrize("name", ["createAt", "finishedAt"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1656042837123, "2022-06-24T03:53:57.123Z"),
        ("1656042837123", "2022-06-24T03:53:57.123Z"),
        (" 1656042837123 ", "2022-06-24T03:53:57.123Z"),
        (1656042837, "2022-06-24T03:53:57.000Z"),
        ("1656042837", "2022-06-24T03:53:57.000Z"),
        (1656042837.5, "2022-06-24T03:53:57.500Z"),
        ("1656042837.5", "2022-06-24T03:53:57.500Z"),
        (1656042837000.0, "2022-06-24T03:53:57.000Z"),
        (253402300799999, "9999-12-31T23:59:59.999Z"),
        (None, None),
        (0, None),
        ("0", None),
        ("", None),
    ],
)
def test_times_are_read_in_every_form(name, value, expected):
    """Milliseconds or seconds, as a number or as text; null, 0 and an empty text mean that there is none."""
    key = {"createAt": "created_at", "finishedAt": "finished_at"}[name]
    assert read(**{name: value}).to_outputs()[key] == expected


def test_missing_fields_are_none():
    """A record needs nothing but its id."""
    page = parse_page(b'{"clusterLogRecord": [{"id": "x"}]}')
    assert page.records[0].to_outputs() == {
        "id": "x",
        **dict.fromkeys(("cluster_id", "created_at", "finished_at", "log_path", "status", "job_type", "job_id")),
        "failed_msg": None,
    }


def test_unknown_status_and_unknown_fields_are_no_error():
    """A status that the API may add comes through as it is, and fields that it may add are left out."""
    record = read(status="PAUSED", jobTypes="Weekly", sizeInGb=3, more={"a": [1]})
    assert (record.status, record.job_type) == ("PAUSED", "Weekly")
    assert not hasattr(record, "sizeInGb")


def test_numbers_where_text_is_promised_become_text():
    """A site that writes an id as a number is understood."""
    assert (read(id=7).id, read(jobId=12).job_id) == ("7", "12")


@pytest.mark.parametrize(
    ("fields", "total", "count"),
    [
        ({"clusterLogRecord": [EXAMPLE], "totalSize": 37}, 37, 1),
        ({"clusterLogRecord": [EXAMPLE], "totalSize": "37"}, 37, 1),
        ({"clusterLogRecord": [EXAMPLE], "totalSize": 2**53 - 1}, 2**53 - 1, 1),
        ({"clusterLogRecord": [EXAMPLE], "totalSize": None}, None, 1),
        ({"clusterLogRecord": [EXAMPLE]}, None, 1),
        ({"clusterLogRecord": []}, None, 0),
        ({"clusterLogRecord": None}, None, 0),
        ({"clusterLogRecord": None, "totalSize": 0}, 0, 0),
        ({"totalSize": 0}, 0, 0),
    ],
)
def test_totals_and_empty_lists(fields, total, count):
    """A missing total is None, and an empty list may be written in several ways."""
    page = parse_page(json.dumps(fields).encode())
    assert (page.total_size, len(page.records)) == (total, count)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", "the body"),
        (b"<html>", "the body"),
        (b"[]", "the body"),
        (b"null", "the body"),
        (b'"text"', "the body"),
        (b"{}", "clusterLogRecord is missing"),
        (b'{"totalSize": 3}', "clusterLogRecord is missing"),
        (b'{"clusterLogRecord": null, "totalSize": 3}', "clusterLogRecord is missing"),
        (b'{"clusterLogRecord": {}}', "clusterLogRecord: "),
        (b'{"clusterLogRecord": "none"}', "clusterLogRecord: "),
        (b'{"clusterLogRecord": [null]}', "clusterLogRecord.0: "),
        (b'{"clusterLogRecord": [{}]}', "clusterLogRecord.0.id: "),
        (b'{"clusterLogRecord": [{"id": null}]}', "clusterLogRecord.0.id: "),
        (b'{"clusterLogRecord": [{"id": "a"}, {"id": "b", "createAt": "today"}]}', "clusterLogRecord.1.createAt: "),
        (b'{"clusterLogRecord": [{"id": "a", "createAt": true}]}', "clusterLogRecord.0.createAt: "),
        (b'{"clusterLogRecord": [{"id": "a", "createAt": -1}]}', "clusterLogRecord.0.createAt: "),
        (b'{"clusterLogRecord": [{"id": "a", "createAt": NaN}]}', "clusterLogRecord.0.createAt: "),
        (b'{"clusterLogRecord": [{"id": "a", "createAt": 253402300800000}]}', "clusterLogRecord.0.createAt: "),
        (b'{"clusterLogRecord": [{"id": "a", "finishedAt": []}]}', "clusterLogRecord.0.finishedAt: "),
        (b'{"clusterLogRecord": [{"id": "a", "finishedAt": "2022-06-24"}]}', "clusterLogRecord.0.finishedAt: "),
        (b'{"clusterLogRecord": [{"id": "a", "status": {}}]}', "clusterLogRecord.0.status: "),
        (b'{"clusterLogRecord": [{"id": "a", "logPath": []}]}', "clusterLogRecord.0.logPath: "),
        (b'{"clusterLogRecord": [], "totalSize": -1}', "totalSize: "),
        (b'{"clusterLogRecord": [], "totalSize": "many"}', "totalSize: "),
        (b'{"clusterLogRecord": [], "totalSize": 1.5}', "totalSize: "),
        (b'{"clusterLogRecord": [], "totalSize": 9007199254740992}', "totalSize: "),  # the engine has floats only
        (b'{"clusterLogRecord": [], "totalSize": 1' + b"0" * 400 + b"}", "totalSize: "),
        (b'{"clusterLogRecord": [{"id": "a", "logPath": "\xff"}]}', "the body"),
        (b"[" * 100_000, "the body"),
    ],
)
def test_malformed_answer_names_the_place(body, place):
    """What is none of this API's answers is refused with the place that is wrong."""
    with pytest.raises(InvalidResponseError) as refused:
        parse_page(body)
    assert place in str(refused.value)


def test_malformed_value_is_shown_short():
    """A huge wrong value does not fill the error."""
    with pytest.raises(InvalidResponseError) as refused:
        read(createAt="x" * 100_000)
    assert "got 'xxxxx" in str(refused.value)
    assert len(str(refused.value)) < 300


@given(ANSWER | JSON)
@example({"clusterLogRecord": [{"id": "a", "createAt": 10**4000}]})
@example({"clusterLogRecord": [{"id": 10**4299}]})
def test_any_json_is_a_page_or_malformed(value):
    """Whatever JSON arrives, the result is a page whose records can be shown, or a InvalidResponseError."""
    check_reading(json.dumps(value).encode())


@given(st.binary(max_size=60) | st.binary(max_size=20).map(lambda body: b'{"clusterLogRecord": [' + body + b"]}"))
@example(b'{"clusterLogRecord": [{"id": "a", "createAt": ' + b"9" * 5000 + b"}]}")
@example(b'{"clusterLogRecord": [{"id": ' + b"9" * 5000 + b"}]}")
def test_any_bytes_are_a_page_or_malformed(body):
    """Whatever bytes arrive, the result is a page whose records can be shown, or a InvalidResponseError."""
    check_reading(body)


def check_reading(body):
    """Read an answer; only InvalidResponseError may come of it, or a page that is JSON again."""
    try:
        page = parse_page(body)
    except InvalidResponseError:
        return
    assert isinstance(page, RecordPage)
    assert all(isinstance(record.id, str) for record in page.records)
    json.dumps([record.to_outputs() for record in page.records], ensure_ascii=False).encode()


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999_999)))
def test_rfc3339_is_what_datetime_writes(moment):
    """For any time up to the year 9999 the text is the standard library's, in UTC with milliseconds."""
    milliseconds = calendar.timegm(moment.timetuple()) * 1000 + moment.microsecond // 1000
    assert rfc3339(milliseconds) == f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def test_records_are_copied_and_pickled():
    """What was read can go to another process and back, also in a verdict and its error; the record is the same."""
    page = parse_page(b'{"clusterLogRecord": [{"id": "a", "clusterId": "c", "createAt": 1700000000000, "x": 1}]}')
    [record] = page.records
    error = GateError(Verdict("failed", "no", record, 1.0))
    for copied in (pickle.loads(pickle.dumps(record)), copy.copy(record), copy.deepcopy(record)):  # noqa: S301 - our own
        assert (copied, hash(copied), repr(copied)) == (record, hash(record), repr(record))
    for copied in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301
        assert (str(copied), copied.verdict) == (str(error), error.verdict)
    assert pickle.loads(pickle.dumps(page)) == page  # noqa: S301


def test_a_page_that_is_no_response():
    """A page that a program makes can be used as one that was read."""
    page = RecordPage((Record("a"),), 1).redacted(str.upper)
    assert [record.id for record in page.records] == ["A"]


@pytest.mark.parametrize("open_end", [b"0", b"[]", b"{}"])
def test_as_many_values_as_are_allowed_and_one_more(open_end):
    """200,000 values are parsed, whatever they are, and one more is not: the shortest text of them all counts, too."""
    body = b'{"totalSize":0,"x":[%s]}'
    others = 3  # a comma and two opening brackets
    each = 1 if open_end == b"0" else 2  # a comma, and an opening bracket
    most = (200_000 - others + 1) // each
    assert parse_page(body % b",".join([open_end] * most)).total_size == 0
    with pytest.raises(InvalidResponseError, match="more than 200,000 values"):
        parse_page(body % b",".join([open_end] * (most + 1)))
