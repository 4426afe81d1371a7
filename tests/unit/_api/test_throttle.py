"""One pace for all requests to a site that throttles: held back together, then let through step by step."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter

import pytest
from pulumi_huaweicloud_css._api.throttle import AdaptiveLimiter
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery, read
from pulumi_huaweicloud_css._threads import in_parallel
from pulumi_huaweicloud_css.emulator.responses import GatewayRefusedError
from pulumi_huaweicloud_css.errors import ApiError, CssTimeoutError

from tests.support.clock import Clock

PATIENCE = 30  # seconds; only a failure ever takes so long


def forever():
    """Have all the time there is."""
    return float(PATIENCE)


def no_time():
    """Have no time to wait."""
    return 0.0


def takes_turn(limiter, waited=0):
    """Say whether a request may be sent now."""
    with limiter.acquire(no_time, waited) as cooldown:
        return cooldown is not None


def test_nothing_is_held_back_while_nothing_is_refused():
    """As many requests as want are under way at once."""
    limiter = AdaptiveLimiter()
    with contextlib.ExitStack() as under_way:
        assert [under_way.enter_context(limiter.acquire(no_time)) for _ in range(100)] == [0] * 100
        with limiter.acquire(no_time) as cooldown:
            limiter.throttled(cooldown, 0.0)
        assert not takes_turn(limiter)  # all 100 are still counted: half of 101 is less
    assert takes_turn(limiter)


def test_a_refusal_holds_back_everybody():
    """After one refusal no request is sent, until the time that the site asked for has passed."""
    clock = Clock()
    limiter = AdaptiveLimiter(clock)
    with limiter.acquire(no_time) as cooldown:
        assert limiter.throttled(cooldown, 7.0, by_server=True) == 7.0
    assert not takes_turn(limiter)
    clock.now += 6.9
    assert not takes_turn(limiter)
    clock.now += 0.2
    assert takes_turn(limiter)


def test_whoever_has_waited_does_not_wait_again():
    """The refused request waits by itself; its wait counts for the hold that it caused, not for a newer one."""
    limiter = AdaptiveLimiter(Clock())
    with limiter.acquire(no_time) as cooldown:
        limiter.throttled(cooldown, 7.0)
    assert takes_turn(limiter, waited=1)
    with limiter.acquire(no_time, 1) as cooldown:
        limiter.throttled(cooldown, 7.0)
    assert not takes_turn(limiter, waited=1)


def test_refusals_of_one_burst_count_once():
    """Of requests that were under way together, the first to be refused holds back; the others wait along."""
    clock = Clock()
    limiter = AdaptiveLimiter(clock)
    turns = [limiter.acquire(no_time) for _ in range(8)]
    cooldowns = [acquire.__enter__() for acquire in turns]
    assert limiter.throttled(cooldowns[0], 4.0) == 4.0
    clock.now += 1
    assert limiter.throttled(cooldowns[1], 0.5) == 3.0
    assert limiter.throttled(cooldowns[2], 9.0, by_server=True) == 9.0
    assert limiter.cooldowns == 1
    for acquire in turns:
        acquire.__exit__(None, None, None)
    clock.now += 8.9
    assert not takes_turn(limiter)


def test_half_as_many_go_on_and_successes_let_more_through():
    """Refused with 8 under way, 4 may go at once; successes add to that until nothing is held back."""
    clock = Clock()
    limiter = AdaptiveLimiter(clock)
    turns = [limiter.acquire(no_time) for _ in range(8)]
    cooldowns = [acquire.__enter__() for acquire in turns]
    limiter.throttled(cooldowns[0], 1.0)
    for acquire in turns:
        acquire.__exit__(None, None, None)
    clock.now += 2

    def at_once():
        taken = []
        while True:
            acquire = limiter.acquire(no_time)
            if acquire.__enter__() is None:
                break
            taken.append(acquire)
            if len(taken) == 200:
                break
        for acquire in taken:
            acquire.__exit__(None, None, None)
        return len(taken)

    assert at_once() == 4
    for _ in range(10):
        limiter.succeeded()
    assert 4 < at_once() < 10
    for _ in range(3000):
        limiter.succeeded()
    assert at_once() == 200


def test_a_turn_is_passed_on_when_a_request_ends():
    """A request that waits for its turn gets it as soon as another one has ended."""
    clock = Clock()
    limiter = AdaptiveLimiter(clock)
    with limiter.acquire(no_time) as cooldown:
        limiter.throttled(cooldown, 1.0)
    clock.now += 2
    got_it = threading.Event()
    first = limiter.acquire(no_time)
    assert first.__enter__() is not None

    def second():
        with limiter.acquire(forever) as cooldown:
            if cooldown is not None:
                got_it.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert not takes_turn(limiter)
    first.__exit__(None, None, None)
    thread.join(PATIENCE)
    assert got_it.is_set()


class Throttling:
    """Refuses an emulator's requests while more than so many are under way, and the first few in any case."""

    def __init__(self, refusals, headers=None):
        self.left = refusals
        self.headers = headers
        self.refused = Counter()

    def __call__(self, request):
        """Refuse a request, or let it through."""
        if self.left:
            self.left -= 1
            self.refused[request.path] += 1
            raise GatewayRefusedError(429, "APIGW.0308", "Too many requests", self.headers)


def test_workers_that_are_throttled_together_wait_together(start, connect):
    """While one worker waits as the site asked, the others send nothing, and nobody is refused twice."""
    throttling = Throttling(1, {"Retry-After": "1"})
    slept = []
    emulator = start(on_request=throttling)
    client = None

    def sleep(seconds):
        # Nobody else gets a turn: all of them are held until this worker goes on.
        slept.append(seconds)
        before = len(emulator.requests)
        [limiter] = [host.limiter for host in client._transport._hosts.values()]
        assert not takes_turn(limiter)
        assert len(emulator.requests) - before <= 3  # those that were under way with the refused one
        with limiter._changed:
            limiter._cooldown_until = 0.0  # so that nobody really waits for a second
            limiter._let_through()

    client = connect(emulator, sleep=sleep)
    answers = in_parallel(lambda _: read(client, LogRecordsQuery(emulator.cluster_id)), range(40), 4)
    assert len(answers) == 40
    assert slept == [1.0]
    assert sum(throttling.refused.values()) == 1
    assert len(emulator.requests) == 41


def test_a_request_that_gets_no_turn_in_time_says_why(start, connect):
    """If the site holds everything back until the deadline, the error says that it is throttled."""
    client = connect(start(), timeout=0.05)
    client.project_id()
    limiter = client._transport._host(client._settings.endpoint).limiter
    with limiter.acquire(no_time) as cooldown:
        limiter.throttled(cooldown, 3600.0, by_server=True)
    with pytest.raises(CssTimeoutError, match="CSS throttles requests"):
        read(client, LogRecordsQuery("4213d908-f5dc-4633-8401-cfd7175fca0c"))


def test_other_refusals_hold_nobody_back(start, connect):
    """A server error is tried again by the one who met it; the pace of the others stays as it is."""
    emulator = start()
    emulator.fault("503")
    client = connect(emulator)
    with pytest.raises(ApiError):
        read(client, LogRecordsQuery(emulator.cluster_id))
    assert client._transport._host(client._settings.endpoint).limiter.cooldowns == 0
