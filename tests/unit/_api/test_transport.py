"""One HTTP conversation: what is tried again, what is not, and what bounds it all."""

from __future__ import annotations

import itertools
import random
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pulumi_huaweicloud_css._api import signing
from pulumi_huaweicloud_css._api.deadline import Deadline
from pulumi_huaweicloud_css._api.signing import TokenAuth
from pulumi_huaweicloud_css._api.throttle import pause_seconds
from pulumi_huaweicloud_css.errors import ApiError, CssConnectionError, InvalidResponseError
from requests.auth import AuthBase

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
GOOD = (200, {"clusterLogRecord": [], "totalSize": 0})
DATE_NOBODY_HAS = "Fri, 31 Dec 99999999999999999999 23:59:59 GMT"
BUSY = (202, {"errCode": "CSS.0011", "externalMessage": "CSS.0011 : busy"})


def get(transport, server, deadline=None, auth=None):
    """Send one request."""
    return transport.get(f"{server.url}/x", {"a": "1"}, auth or TokenAuth("t"), deadline or Deadline())


@pytest.mark.parametrize(
    "trouble",
    [
        BUSY,
        (429, {"error_code": "APIGW.0308", "error_msg": "throttled"}),
        *[(status, b"") for status in (500, 502, 503, 599)],
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabcde",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!",
        b"this is not HTTP\r\n\r\n",
    ],
)
def test_passing_trouble_is_tried_again(answering, transport, pauses, trouble):
    """Throttling, server errors, "try again later" and broken connections are overcome by asking again."""
    server = answering(trouble, trouble, GOOD)
    assert get(transport, server).status == 200
    assert len(server.asked) == 3
    assert 0.25 <= pauses[0] <= 0.5 <= pauses[1] <= 1.0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 409, 412, 301, 304])
def test_other_refusals_are_final(answering, transport, status):
    """A refusal that the same request would meet again is not tried again."""
    server = answering((status, {"error_code": "X.1"}), GOOD)
    with pytest.raises(ApiError) as refused:
        get(transport, server)
    assert (refused.value.status, refused.value.attempts, len(server.asked)) == (status, 1, 1)


@pytest.mark.parametrize("answer", [(202, {}), (202, {"clusterLogRecord": []}), (201, b""), (204, b""), (206, {})])
def test_other_2xx_is_no_answer(answering, transport, answer):
    """A 2xx without an error code in its body is neither a refusal nor an answer, unless it is a 200."""
    server = answering(answer)
    with pytest.raises(InvalidResponseError, match=f"HTTP {answer[0]}, which is not a complete response"):
        get(transport, server)
    assert len(server.asked) == 1


def test_connection_refused_then_up(answering, connect, pauses, closed_port):
    """A server that comes up while we retry is reached."""

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 2:
            answering(GOOD, port=closed_port)

    client = connect(f"http://127.0.0.1:{closed_port}", sleep=sleep)
    assert client.list_log_records(CLUSTER).records == ()
    assert len(pauses) == 2


def test_connection_refused_for_good(connect, pauses, closed_port):
    """When retries are used up, the error names the address, the reason and the number of attempts."""
    url = f"http://127.0.0.1:{closed_port}"
    with pytest.raises(CssConnectionError, match=rf"the connection to {url}/.* failed: .*refused.* \(4 attempts\)"):
        connect(url, HW_MAX_RETRIES="3").list_log_records(CLUSTER)
    assert len(pauses) == 3


@pytest.mark.parametrize("retries", [0, 1, 4])
def test_number_of_retries(answering, connect, retries):
    """There are as many retries as the settings say, and the error tells the number of attempts."""
    server = answering((503, {"errCode": "CSS.0005"}))
    with pytest.raises(ApiError) as refused:
        connect(server.url, HW_MAX_RETRIES=str(retries)).list_log_records(CLUSTER)
    assert refused.value.attempts == len(server.asked) == retries + 1
    assert (f"{retries + 1} attempts" in str(refused.value)) == (retries > 0)


def test_backoff_grows_to_ten_seconds(answering, make_transport, pauses):
    """Pauses double from half a second up to ten seconds, each shortened at random by up to a half."""
    server = answering((500, b""))
    with pytest.raises(ApiError):
        get(make_transport(8), server)
    longest = [0.5, 1, 2, 4, 8, 10, 10, 10]
    assert [most / 2 <= pause <= most for pause, most in zip(pauses, longest, strict=True)] == [True] * 8
    assert len({pause / most for pause, most in zip(pauses, longest, strict=True)}) > 1


def test_backoff_leaves_a_programs_random_numbers_alone():
    """A program that seeds `random` draws the same numbers, however often a request is tried again."""
    random.seed(7)
    expected = [random.random() for _ in range(2)]
    random.seed(7)
    assert [random.random(), pause_seconds(1, None), random.random()][::2] == expected


@pytest.mark.parametrize("trouble", [(429, b""), (503, b""), BUSY])
@pytest.mark.parametrize(("after", "pause"), [("7", 7.0), ("0", 0.0), (" 3 ", 3.0)])
def test_retry_after_in_seconds_is_honoured(answering, transport, pauses, trouble, after, pause):
    """The server's own number of seconds is waited, whatever the backoff would be."""
    server = answering((*trouble, {"Retry-After": after}), GOOD)
    get(transport, server)
    assert pauses == [pause]


@pytest.mark.parametrize(("ahead", "pause"), [(30, 30), (-3600, 0)])
def test_retry_after_as_a_date_is_honoured(answering, transport, pauses, monkeypatch, ahead, pause):
    """A date is waited for; one that has passed means at once."""
    now = datetime.now(UTC).replace(microsecond=0)
    date = format_datetime(now + timedelta(seconds=ahead), usegmt=True)
    monkeypatch.setattr(time, "time", now.timestamp)
    get(transport, answering((429, b"", {"Retry-After": date}), GOOD))
    assert pauses == [pause]


@pytest.mark.parametrize(
    "after", ["soon", "-5", "1.5", "", "9" * 5000, "Fri, 99 Foo 2026 00:00:00 GMT", DATE_NOBODY_HAS]
)
def test_unreadable_retry_after_is_as_good_as_none(answering, make_transport, pauses, after):
    """Nonsense in Retry-After neither breaks the retry nor takes the place of the backoff."""
    assert get(make_transport(1), answering((429, b"", {"Retry-After": after}), GOOD)).status == 200
    assert 0.25 <= pauses[0] <= 0.5


@pytest.mark.parametrize("after", ["60", "86400", "9" * 300, "9" * 4000, "Fri, 31 Dec 9999 23:59:59 -2359"])
def test_retry_after_beyond_the_deadline_fails_at_once(answering, transport, pauses, after):
    """Nobody is kept waiting for a retry that would come too late."""
    server = answering((429, {"error_code": "APIGW.0308"}, {"Retry-After": after}), GOOD)
    with pytest.raises(ApiError) as refused:
        get(transport, server, Deadline(60))
    assert (refused.value.code, len(server.asked), pauses) == ("APIGW.0308", 1, [])


class Numbered(AuthBase):
    """Writes into each request the how manieth it was asked to sign."""

    def __init__(self):
        self.numbers = itertools.count(1)

    def __call__(self, request):
        """Add the number."""
        request.headers["X-Number"] = str(next(self.numbers))
        return request


def test_each_attempt_is_signed_afresh(answering, transport):
    """The signer is called for every attempt, and its work is what is sent."""
    server = answering((500, b""), b"", BUSY, GOOD)
    get(transport, server, auth=Numbered())
    assert [asked.headers["x-number"] for asked in server.asked] == ["1", "2", "3", "4"]


def test_each_attempt_carries_its_own_date(answering, connect, monkeypatch):
    """A retry after a long wait has the time of the retry in its signature, not that of the first attempt."""
    hours = itertools.count()

    class Ticking(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 1, 1, next(hours), tzinfo=tz)

    monkeypatch.setattr(signing, "datetime", Ticking)
    server = answering((503, b""), (503, b""), GOOD)
    connect(server.url).list_log_records(CLUSTER)
    dates = [asked.headers["x-sdk-date"] for asked in server.asked]
    assert dates == ["20260101T000000Z", "20260101T010000Z", "20260101T020000Z"]
    assert len({asked.headers["authorization"] for asked in server.asked}) == 3
