"""Stops reading many clusters while the API is unreachable, or each in turn would wait for its own deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from ..errors import CssConnectionError, CssError

_LEAST_IN_A_ROW = 8  # a few clusters may fail on their own
_COOLDOWN_SECONDS = 5.0

_T = TypeVar("_T")


class CircuitBreaker:
    """Opens when as many reads in a row as run concurrently, but at least 8, failed with a retryable error.

    While it is open, reads fail immediately; 5 s after the last failure they are retried. Safe to share between
    threads.

    Args:
        at_once: how many reads run concurrently.
        clock: returns the time in seconds; replaceable for tests.
    """

    def __init__(self, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = max(_LEAST_IN_A_ROW, at_once)
        self._clock = clock
        self._in_a_row = 0
        self._last: CssError | None = None
        self._failed_at = 0.0
        self._lock = threading.Lock()

    def call(self, read: Callable[[], _T]) -> _T:
        """Read one cluster.

        Raises:
            CssConnectionError: it was not read, because the API is unreachable.
            CssError: what `read` raises.
        """
        with self._lock:
            if self._in_a_row >= self._most and self._clock() - self._failed_at < _COOLDOWN_SECONDS:
                raise CssConnectionError(f"not read, after {self._in_a_row} clusters in a row failed: {self._last}")
        try:
            result = read()
        except CssError as error:
            self._failed(error)
            raise
        with self._lock:
            self._in_a_row = 0
        return result

    def _failed(self, error: CssError) -> None:
        with self._lock:
            if error.retryable:
                self._in_a_row = min(self._most, self._in_a_row + 1)
                self._last, self._failed_at = error, self._clock()
            else:
                self._in_a_row = 0  # the API responded, if only with an error
