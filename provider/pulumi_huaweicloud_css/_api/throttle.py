"""The pause before a retry, and one adaptive rate limit for all requests to a site.

A response with 429 starts a cooldown for every request to the site, and halves the number of concurrent requests. Each
success after that raises the number a little, until the limit is gone: additive increase, multiplicative decrease, as
in TCP.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from urllib3.exceptions import InvalidHeader
from urllib3.util.retry import Retry

from .._log import LOGGER
from .._validation import MAX_PARALLELISM

_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 10.0
_FOREVER_SECONDS = 1e9
_RANDOM = random.SystemRandom()  # a program's own random numbers stay as it seeded them


class AdaptiveLimiter:
    """Limits the requests to one site. Safe to share between threads.

    Args:
        clock: returns the time in seconds; replaceable for tests.
        site: the site's name in the log.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, site: str = "the site") -> None:
        self._clock = clock
        self._site = site
        self._changed = threading.Condition()
        self._under_way = 0
        self._at_once = math.inf
        self._cooldowns = 0
        self._cooldown_until = -math.inf

    @property
    def cooldowns(self) -> int:
        """The number of cooldowns so far, which is the number of the newest one."""
        return self._cooldowns

    @contextmanager
    def acquire(self, remaining: Callable[[], float], waited: int = 0) -> Iterator[int | None]:
        """Wait until a request may be sent, and count it as in flight inside the ``with`` block.

        Args:
            remaining: returns the most seconds to wait.
            waited: number of the cooldown that the request itself has waited for, after a 429.

        Yields:
            The number of the newest cooldown, to be given to `throttled`; None if the time is up.
        """
        cooldown = self._take(remaining, waited)
        if cooldown is None:
            yield None
            return
        try:
            yield cooldown
        finally:
            with self._changed:
                self._under_way -= 1
                self._let_through()

    def throttled(self, cooldown: int, seconds: float, *, by_server: bool = False) -> float:
        """Start a cooldown after a 429.

        Of concurrent requests the first 429 counts; the others prolong the cooldown only if the server sent a
        Retry-After.

        Args:
            cooldown: what `acquire` yielded for the request.
            seconds: how long to wait.
            by_server: whether the server set the time (Retry-After).

        Returns:
            How many seconds the request has to wait.
        """
        with self._changed:
            now = self._clock()
            if cooldown == self._cooldowns:
                self._cooldowns += 1
                self._at_once = max(1.0, min(self._at_once, self._under_way) / 2)
                self._cooldown_until = now + seconds
                slowed_to = math.ceil(self._at_once)
            else:
                if by_server:
                    self._cooldown_until = max(self._cooldown_until, now + seconds)
                left = self._cooldown_until - now
                return left if left > 0 else seconds
        LOGGER.info("%s throttles: nothing is sent for %.2f s, then at most %d at once", self._site, seconds, slowed_to)
        return seconds

    def succeeded(self) -> None:
        """Raise the limit a little after a successful request."""
        if self._at_once == math.inf:
            return
        with self._changed:
            before = self._at_once
            self._at_once += 1.0 / self._at_once
            if self._at_once >= MAX_PARALLELISM:
                self._at_once = math.inf  # no fleet sends more: the site has recovered
            after = self._at_once
            self._let_through()
        if after == math.inf:
            if before < math.inf:
                LOGGER.info("%s no longer throttles", self._site)
        elif math.ceil(after) > math.ceil(before):
            LOGGER.debug("%s recovers: at most %d at once", self._site, math.ceil(after))

    def _let_through(self) -> None:
        """Wake the waiting requests; before the first cooldown there are none."""
        if self._cooldowns:
            self._changed.notify_all()

    def _take(self, remaining: Callable[[], float], waited: int) -> int | None:
        with self._changed:
            while True:
                held = self._cooldown_until - self._clock() if waited < self._cooldowns else 0.0
                if held <= 0 and self._under_way < self._at_once:
                    self._under_way += 1
                    return self._cooldowns
                left = remaining()
                if left <= 0:
                    return None
                self._changed.wait(min(held, left) if held > 0 else left)


def pause_seconds(attempt: int, retry_after: str | None) -> float:
    """Return the seconds to wait after an attempt: Retry-After (seconds or a date), or the exponential backoff."""
    if retry_after:
        try:
            # The integer may be too large for a float; anything longer than a deadline has the same effect.
            return float(min(max(0, Retry().parse_retry_after(retry_after)), _FOREVER_SECONDS))
        except (InvalidHeader, ArithmeticError, TypeError, ValueError):
            pass  # an invalid header is ignored
    longest: float = min(_LONGEST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2 ** (attempt - 1))
    return _RANDOM.uniform(0.5, 1.0) * longest
