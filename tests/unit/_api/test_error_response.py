"""Refusals are read from every shape that the API's parts write, and are safe to print."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._api.error_response import read_error_response
from pulumi_huaweicloud_css._text import sanitize
from pulumi_huaweicloud_css.errors import ApiError
from requests.structures import CaseInsensitiveDict

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def read(status, body, **options):
    """Return the refusal of an answer whose body is a document or bytes."""
    headers = CaseInsensitiveDict(options.pop("headers", {}))
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_error_response(status, headers, body, source="the test", now=NOW, **options)


@pytest.mark.parametrize(
    "body",
    [
        {"errCode": "CSS.3027", "externalMessage": "No such cluster."},
        {"errCode": "CSS.3027", "externalMessage": "CSS.3027 : No such cluster."},
        {"error_code": "CSS.3027", "error_msg": "No such cluster.", "request_id": "r"},
        {"errorCode": "CSS.3027", "errorMsg": "No such cluster."},
        {"code": "CSS.3027", "message": "No such cluster."},
        {"error": {"code": "CSS.3027", "message": "No such cluster."}},
        {"error": {"error_code": "CSS.3027", "error_msg": "No such cluster."}},
        {"errCode": "CSS.3027", "externalMessage": "No such cluster.", "code": 0, "message": None},
        {"errCode": "", "externalMessage": "", "code": "CSS.3027", "message": "No such cluster."},
    ],
)
def test_code_and_message_of_every_shape(body):
    """CSS's own shape, the gateway's, and the others all give the same code and message."""
    refusal = read(404, body)
    assert (refusal.status, refusal.code, refusal.message) == (404, "CSS.3027", "No such cluster.")


def test_iam_shape_with_a_number_for_a_code():
    """IAM writes the HTTP status as the code, and a title beside the message."""
    refusal = read(401, {"error": {"code": 401, "message": "Unauthorized", "title": "title"}}, service="IAM")
    assert (refusal.code, refusal.message, refusal.service) == ("401", "Unauthorized", "IAM")


@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", b"[1, 2]", b"null", b"7", b'{"error": []}', b'{"error": "x"}', b"\xff\xfe", b"[" * 100_000],
)
def test_body_that_says_nothing(body):
    """A body that is no error document leaves the code and the message out."""
    refusal = read(500, body)
    assert (refusal.status, refusal.code, refusal.message) == (500, None, "")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("text/plain", "upstream is down"),
        ("Text/Plain; charset=utf-8", "upstream is down"),
        ("text/html", ""),
        ("application/json", ""),
        (None, ""),
    ],
)
def test_only_plain_text_is_shown_as_it_is(kind, message):
    """A proxy's short text is shown; a page of HTML never is."""
    headers = {} if kind is None else {"Content-Type": kind}
    assert read(502, b"upstream is\n down", headers=headers).message == message


def test_html_with_a_code_is_not_shown():
    """An HTML page does not come into the error even where its text would fit."""
    refusal = read(503, b"<html><h1>maintenance</h1></html>", headers={"Content-Type": "text/html"})
    assert "maintenance" not in str(refusal)


@pytest.mark.parametrize("name", ["X-Request-Id", "x-request-id", "X-REQUEST-ID"])
def test_request_id_is_shown(name):
    """The request id is found whatever the case of its header, and it is in the text."""
    refusal = read(500, {}, headers={name: "abc-123"})
    assert refusal.request_id == "abc-123"
    assert "request id: abc-123" in str(refusal)


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("a\r\nb\tc", "a b c"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("a\u202eb\u2066c\u200bd", "a b c d"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("  many   spaces  ", "many spaces"),
        ("中文 ünï", "中文 ünï"),
    ],
)
def test_text_is_cleaned(dirty, cleaned):
    """Control characters, line breaks and marks that turn the text around become single spaces."""
    assert sanitize(dirty) == cleaned


@pytest.mark.parametrize("longest", [20, 80, 500])
def test_overlong_text_is_cut(longest):
    """Text is cut to its limit, and one can see that it was."""
    assert sanitize("x" * 10_000, longest) == "x" * (longest - 3) + "..."
    assert sanitize("x" * longest, longest) == "x" * longest


@given(st.text(st.characters(), max_size=700), st.text(st.characters(), max_size=200), st.text(max_size=100))
def test_refusal_is_one_short_printable_line(message, code, request_id):
    """Whatever a server writes into its refusal, the error is one line that can be printed."""
    body = json.dumps({"error_code": code, "error_msg": message}).encode()
    text = str(read(400, body, headers={"X-Request-Id": request_id}))
    assert [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")] == []
    assert len(text) < 800
    text.encode()


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (401, "APIGW.0301", ["access key", "the test"]),
        (401, None, ["access key", "the test"]),
        (403, "APIGW.0302", ["css:log:listJob", "the test"]),
        (403, "CSS.0015", ["project id", "css:log:listJob"]),
        (403, None, ["css:log:listJob"]),
        (401, "APIGW.0307", ["token has expired", "the test"]),
        (404, "CSS.3027", ["cluster id", "region and project"]),
        (404, "CSS.0022", ["cluster id"]),
        (404, None, ["cluster id", "region"]),
        (429, "APIGW.0308", ["throttled"]),
        (429, None, ["throttled"]),
        (202, "CSS.0011", ["busy", "later"]),
        (302, None, ["redirect", "endpoint"]),
    ],
)
def test_hint_says_what_to_do(status, code, words):
    """Known codes and statuses come with a hint, which names where the keys came from if they are in doubt."""
    text = str(read(status, {"error_code": code} if code else {}))
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("status", [400, 409, 412, 500])
def test_no_hint_where_there_is_nothing_useful_to_say(status):
    """Other statuses get no hint."""
    assert read(status, {"errCode": "CSS.0001", "externalMessage": "x"}).hint is None


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(16, "16 minutes behind"), (-16, "16 minutes ahead of"), (600, "600 minutes behind")],
)
def test_clock_that_is_off_is_the_hint(minutes, words):
    """A 401 by a server whose clock is more than 15 minutes away is put down to the clock."""
    date = format_datetime(NOW + timedelta(minutes=minutes), usegmt=True)
    assert words in str(read(401, {"error_code": "APIGW.0301"}, headers={"Date": date}))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Date": "yesterday"},
        {"Date": ""},
        {"Date": format_datetime(NOW + timedelta(minutes=15), usegmt=True)},
        {"Date": format_datetime(NOW - timedelta(minutes=15), usegmt=True)},
        {"Date": "Fri, 99 Jan 2026 03:04:05 GMT"},
    ],
)
def test_clock_is_not_blamed_without_cause(headers):
    """Without a date, with one that cannot be read, or within 15 minutes, the hint is about the keys."""
    assert "Check the access key" in str(read(401, {"error_code": "APIGW.0301"}, headers=headers))


@pytest.mark.parametrize("body", [{"errCode": "CSS.0011", "externalMessage": "later"}, {"code": "CSS.0011"}])
def test_202_with_a_code_is_an_error(body):
    """CSS says "try again later" with HTTP 202."""
    refusal = read(202, body)
    assert isinstance(refusal, ApiError)
    assert (refusal.status, refusal.code) == (202, "CSS.0011")


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("body", [b"", b"{}", b'{"clusterLogRecord": []}', b"[]"])
def test_2xx_without_a_code_is_no_error(status, body):
    """A plain success is one."""
    assert read(status, body) is None


def test_200_is_an_error_only_where_it_is_suspected():
    """The body of a 200 is searched for an error only when it turned out to be no answer."""
    body = {"errCode": "CSS.0005", "externalMessage": "broken"}
    assert read(200, body) is None
    assert read(200, body, suspect=True).code == "CSS.0005"
    assert read(200, {"clusterLogRecord": 5}, suspect=True) is None


@given(st.integers(200, 599), st.binary(max_size=200), st.booleans())
def test_any_answer_can_be_read(status, body, suspect):
    """No body, whatever its status, makes reading a refusal fail."""
    refusal = read(status, body, suspect=suspect)
    assert (refusal is not None) or status < 300
