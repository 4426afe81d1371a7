"""One deadline bounds everything: attempts, the waits between them, and answers that never end."""

from __future__ import annotations

import threading

import pytest
from pulumi_huaweicloud_css.errors import ApiError, CssTimeoutError
from pulumi_huaweicloud_css.signing import TokenAuth
from pulumi_huaweicloud_css.transport import Deadline

GOOD = (200, {"clusterLogRecord": [], "totalSize": 0})


class Clock:
    """A clock that moves only when it is told to."""

    now = 1000.0

    def __call__(self):
        """Return the time in seconds."""
        return self.now

    def move(self, seconds):
        """Let time pass."""
        self.now += seconds


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

    with pytest.raises(CssTimeoutError, match=r"(no|the) answer from http://127\.0\.0\.1"):
        get(transport, answering(silence), Deadline(0.3))
    over.set()


TRICKLES = {
    "headers": [(0, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Long: "), *[(0.3, b"x")] * 10, (0, b"\r\n\r\n")],
    "body": [(0, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"), *[(0.3, b"x")] * 10],
    "late silence": [(0.8, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx"), (0.9, b"x")],
}


@pytest.mark.parametrize("pieces", TRICKLES.values(), ids=list(TRICKLES))
def test_trickling_answer_is_cut_at_the_deadline(answering, transport, pieces):
    """An answer whose pieces each come within the time limit of a read does not outlast the deadline of them all."""
    over, finished = threading.Event(), []

    def trickle(_):
        for pause, piece in pieces:
            over.wait(pause)
            yield piece
        finished.append(True)

    with pytest.raises(CssTimeoutError):
        get(transport, answering(trickle), Deadline(1.0))
    assert finished == []
    over.set()
