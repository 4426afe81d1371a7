"""One deadline bounds everything: attempts, the waits between them, and answers that never end."""

from __future__ import annotations

import gzip
import random
import socket
import threading

import pytest
from pulumi_huaweicloud_css._api import deadline as cutting
from pulumi_huaweicloud_css._api.connections import Exchange
from pulumi_huaweicloud_css._api.deadline import Deadline
from pulumi_huaweicloud_css._api.signing import TokenAuth
from pulumi_huaweicloud_css.errors import ApiError, CssTimeoutError

from tests.support.clock import Clock
from tests.support.deadlines import time_is_up

GOOD = (200, {"clusterLogRecord": [], "totalSize": 0})


def get(transport, server, deadline):
    """Send one request."""
    return transport.get(f"{server.url}/x", {}, TokenAuth("t"), deadline)


def test_deadline_bounds_all_attempts_together(answering, make_transport):
    """However many retries are allowed, the pauses never add up to the deadline."""
    clock, pauses = Clock(), []

    def sleep(seconds):
        pauses.append(seconds)
        clock.move(seconds)

    server = answering((503, {"errCode": "CSS.0005"}))
    with pytest.raises(ApiError) as refused:
        get(make_transport(1000, sleep), server, Deadline(45, clock))
    assert 30 < sum(pauses) < 45
    assert refused.value.attempts == len(server.asked) == len(pauses) + 1


def test_nothing_is_sent_after_the_deadline(answering, transport):
    """A deadline that has passed costs no request."""
    clock = Clock()
    deadline = Deadline(5, clock)
    clock.move(5)
    server = answering(GOOD)
    with pytest.raises(CssTimeoutError, match="within 5 s"):
        get(transport, server, deadline)
    assert server.asked == []


def test_body_that_arrives_too_slowly_is_a_timeout(answering, transport):
    """The deadline also ends an answer that keeps arriving, and that is not tried again."""
    clock = Clock()

    def body(_):
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            clock.move(4)
            yield b"x" * 100_000

    server = answering(body)
    with pytest.raises(CssTimeoutError, match="still arriving after 10 s"):
        get(transport, server, Deadline(10, clock))
    assert len(server.asked) == 1


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"])
def test_silence_is_a_timeout(answering, transport, sent):
    """A server that stops in the middle of its answer does not hold us beyond the deadline."""
    over = threading.Event()

    def silence(_):
        yield sent
        over.wait(20)

    with pytest.raises(CssTimeoutError, match=r"(no|the) response from http://127\.0\.0\.1"):
        get(transport, answering(silence), Deadline(0.3))
    over.set()


PAUSE = 0.05  # between two pieces; all of them take half a minute, however soon the deadline is
PIECES = 600
TRICKLES = {
    "status": [*[b"H"] * PIECES],
    "interim answers": [*[b"HTTP/1.1 100 Continue\r\n\r\n"] * PIECES],
    "until close": [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * PIECES],
    "closing": [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % PIECES, *[b"x"] * PIECES],
    "chunk": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", *[b"x"] * PIECES],
    "trailers": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", *[b"X: y\r\n"] * PIECES],
    "trailers, closing": [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        *[b"X: y\r\n"] * PIECES,
    ],
    "gzip": [
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
        *(bytes([each]) for each in gzip.compress(random.Random(1).randbytes(PIECES))),
    ],
    "headers": [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Long: ", *[b"x"] * PIECES, b"\r\n\r\n"],
    "body": [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % PIECES, *[b"x"] * PIECES],
}


@pytest.mark.parametrize("kind", TRICKLES)
def test_trickling_answer_is_cut_at_the_deadline(answering, transport, kind):
    """An answer whose pieces each come within the time limit of a read does not outlast the deadline of them all."""
    over, finished = threading.Event(), []

    def trickle(_):
        for piece in TRICKLES[kind]:
            yield piece
            over.wait(PAUSE)
        finished.append(True)

    with pytest.raises(CssTimeoutError):
        get(transport, answering(trickle), Deadline(0.25))
    assert finished == []
    over.set()


def test_silence_that_begins_late_is_cut_at_the_deadline(answering, transport):
    """A read that begins shortly before the deadline does not get the time of a whole read once more."""
    over, finished = threading.Event(), []

    def fall_silent(_):
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx"
        time_is_up()
        finished.append(over.wait(20))

    with pytest.raises(CssTimeoutError):
        get(transport, answering(fall_silent), Deadline(60))
    assert finished == []
    over.set()


def test_one_thread_watches_over_all_requests(answering, transport, monkeypatch):
    """Requests do not start a watching thread each, one after the other or together."""
    monkeypatch.setattr(cutting, "_watch", cutting._Watch())
    started = []
    start = threading.Thread.start

    def note(thread):
        started.append(thread.name)
        start(thread)

    server = answering(GOOD)
    monkeypatch.setattr(threading.Thread, "start", note)
    for _ in range(5):
        get(transport, server, Deadline(60))
    assert started.count("css-deadlines") == 1


def test_connection_that_is_taken_after_the_cut_is_cut():
    """A socket that comes into use when the time is up already is shut down at once."""
    ours, theirs = socket.socketpair()
    with ours, theirs, Exchange(60) as exchange:
        exchange.cut()
        assert not exchange.done
        exchange.use(ours)
        assert exchange.done
        theirs.settimeout(20)
        assert theirs.recv(1) == b""
        assert exchange.remaining() == 0.0


def test_parsing_counts_too(answering, transport):
    """An answer that is read when the time is up is a timeout."""
    clock = Clock()

    def read(answer):
        clock.move(10)
        return answer, True

    with pytest.raises(CssTimeoutError, match="still arriving after 5 s"):
        transport.request(f"{answering(GOOD).url}/x", {}, TokenAuth("t"), Deadline(5, clock), read)
