"""How fast to ask: pauses before another attempt, and one pace for all requests to a site that throttles.

A refusal with 429 holds back every request to the site, not only the one that was refused, and halves how many may be
under way at once. Each success after that lets a little more through, until nothing is held back any more: additive
increase, multiplicative decrease, as TCP does it.
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


class AdaptiveLimiter:
    """Gives requests to one site their turns. Safe to share between threads.

    Args:
        clock: returns the time in seconds; replaceable for tests.
        site: what the site is called in the log.
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
        """How often the site has held its requests back; the number of the newest hold."""
        return self._cooldowns

    @contextmanager
    def acquire(self, remaining: Callable[[], float], waited: int = 0) -> Iterator[int | None]:
        """Wait until a request may be sent, and count it as under way inside the ``with`` block.

        Args:
            remaining: says how many seconds there are to wait at most.
            waited: number of the hold that the request has waited for already, because it was refused.

        Yields:
            The number of the newest hold, to be given to `throttled`; None: the time was up before its turn came.
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

    def throttled(self, cooldown: int, seconds: float, *, told: bool = False) -> float:
        """Hold everything back, for a request was refused.

        Of requests that were under way together the first refusal counts; the others make the hold longer only if the
        site told them so.

        Args:
            cooldown: what `acquire` gave that request.
            seconds: how long to wait.
            told: whether the site itself said so (Retry-After).

        Returns:
            How many seconds that request has to wait.
        """
        with self._changed:
            now = self._clock()
            if cooldown == self._cooldowns:
                self._cooldowns += 1
                self._at_once = max(1.0, min(self._at_once, self._under_way) / 2)
                self._cooldown_until = now + seconds
                slowed_to = math.ceil(self._at_once)
            else:
                if told:
                    self._cooldown_until = max(self._cooldown_until, now + seconds)
                left = self._cooldown_until - now
                return left if left > 0 else seconds
        LOGGER.info("%s throttles: nothing is sent for %.2f s, then at most %d at once", self._site, seconds, slowed_to)
        return seconds

    def succeeded(self) -> None:
        """Let a little more through, for a request was answered."""
        if self._at_once == math.inf:
            return
        with self._changed:
            before = self._at_once
            self._at_once += 1.0 / self._at_once
            if self._at_once >= MAX_PARALLELISM:
                self._at_once = math.inf  # no fleet asks for more: the site is taken for well again
            after = self._at_once
            self._let_through()
        if after == math.inf:
            if before < math.inf:
                LOGGER.info("%s throttles no longer", self._site)
        elif math.ceil(after) > math.ceil(before):
            LOGGER.debug("%s recovers: at most %d at once", self._site, math.ceil(after))

    def _let_through(self) -> None:
        """Wake whoever waits; while nothing is held back, nobody does."""
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
    """Return how long to wait after an attempt: what Retry-After says (seconds or a date), else the backoff."""
    if retry_after:
        try:
            # The number may be an integer that no float holds: whatever is longer than any deadline is as good.
            return float(min(max(0, Retry().parse_retry_after(retry_after)), _FOREVER_SECONDS))
        except (InvalidHeader, ArithmeticError, TypeError, ValueError):
            pass  # one that cannot be read is as good as none
    longest: float = min(_LONGEST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2 ** (attempt - 1))
    return random.uniform(0.5, 1.0) * longest  # noqa: S311 - jitter, not a secret
