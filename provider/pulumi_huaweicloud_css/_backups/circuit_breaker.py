"""Ends the asking of many clusters when the API is out of reach; else each in turn would wait for its own deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from ..errors import CssConnectionError, CssError

_LEAST_IN_A_ROW = 8  # a few clusters may be unwell by themselves
_REST_SECONDS = 5.0

_T = TypeVar("_T")


class CircuitBreaker:
    """Lets questions through, until as many in a row as are asked at once failed for a reason that may pass.

    Those that follow fail at once. Some seconds after the last failure questions are let through again, for whoever
    asks again. Safe to share between threads.

    Args:
        at_once: how many questions are asked at once.
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
            CssConnectionError: it was not read, for the API is out of reach.
            CssError: what the reading raised.
        """
        with self._lock:
            if self._in_a_row >= self._most and self._clock() - self._failed_at < _REST_SECONDS:
                raise CssConnectionError(f"not read, after {self._in_a_row} clusters in a row failed: {self._last}")
        try:
            answer = read()
        except CssError as error:
            self._failed(error)
            raise
        with self._lock:
            self._in_a_row = 0
        return answer

    def _failed(self, error: CssError) -> None:
        with self._lock:
            if error.retryable:
                self._in_a_row = min(self._most, self._in_a_row + 1)
                self._last, self._failed_at = error, self._clock()
            else:
                self._in_a_row = 0  # the API answered, if only to refuse
