"""Deadlines that hold whatever a connection is waiting for.

A time limit on single reads is no limit on an answer that trickles. So at the deadline the socket is shut down; what
waits on it then fails at once. One thread watches over all connections of the process: to start a timer's thread for
each request would cost more than a small request itself.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from .._threads import after_fork

DEADLINE_SECONDS = 60.0

_local = threading.local()


class Deadline:
    """A point in time until which everything must be done."""

    def __init__(self, seconds: float = DEADLINE_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def remaining(self) -> float:
        """Return how many seconds are left; 0 or less when the time is up."""
        return self._end - self._clock()


class ConnectionDeadline:
    """Cuts off the connection that this thread uses inside the ``with`` block, after some seconds.

    Args:
        seconds: when to cut.

    Attributes:
        done: whether it came to that.
        due: when to cut, on the monotonic clock.
    """

    def __init__(self, seconds: float) -> None:
        self.done = False
        self.due = time.monotonic() + max(0.0, seconds)
        self._time_is_up = False
        self._socket: Any = None  # a socket, or urllib3's TLS inside TLS
        self._waiting: threading.Event | None = None
        self._lock = threading.Lock()

    def use(self, used: Any) -> None:
        """Note which socket is used now (None: none); if the time is up already, cut it at once."""
        with self._lock:
            self._socket = used
            if self._time_is_up:
                self._shut()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait for an event, at most so long and not beyond the cut; say whether it was set before that."""
        with self._lock:
            if self._time_is_up:
                return False
            self._waiting = event
        event.wait(seconds)
        with self._lock:
            self._waiting = None
            return event.is_set() and not self._time_is_up

    def cut(self) -> None:
        """Cut the connection that is used now, and any that is used later."""
        with self._lock:
            self._time_is_up = True
            self._shut()
            if self._waiting is not None:
                self.done = True
                self._waiting.set()

    def remaining(self) -> float:
        """Return how many seconds are left until the cut; 0 or less after it."""
        return 0.0 if self._time_is_up else self.due - time.monotonic()

    def __enter__(self) -> Self:
        _local.cut_off = self
        _watch.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _watch.remove(self)
        _local.cut_off = None
        with self._lock:
            # From here on the connection may be another thread's.
            self._socket = None

    def _shut(self) -> None:
        """Shut down the socket, if there is one; called with the lock held."""
        if self._socket is None:
            return
        self.done = True
        # The plain socket's method: TLS must not be taken apart under the thread that reads.
        plain = self._socket if isinstance(self._socket, socket.socket) else getattr(self._socket, "socket", None)
        if isinstance(plain, socket.socket):
            with suppress(OSError):
                socket.socket.shutdown(plain, socket.SHUT_RDWR)


def current() -> ConnectionDeadline | None:
    """Return the `ConnectionDeadline` inside whose ``with`` block this thread is, or None."""
    found: ConnectionDeadline | None = getattr(_local, "cut_off", None)
    return found


def cut_all() -> None:
    """Cut every connection that is used now, and any that is used later: this process is told to end."""
    _watch.close()


class _Watch:
    """Cuts what is due, on a thread of its own that begins with the first `ConnectionDeadline`.

    The thread is not woken for one that is due later than it would look anyway: with deadlines of a minute, it wakes
    about once a minute however many requests there are.
    """

    def __init__(self) -> None:
        self._closed = False
        self.renew()

    def renew(self) -> None:
        """Begin anew in a forked process: the thread does not live on there, and the lock may be held for ever."""
        self._changed = threading.Condition()
        self._under_way: set[ConnectionDeadline] = set()
        self._looks_at = math.inf
        self._thread: threading.Thread | None = None

    def add(self, cut_off: ConnectionDeadline) -> None:
        with self._changed:
            if self._closed:
                cut_off.cut()
                return
            self._under_way.add(cut_off)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="css-deadlines", daemon=True)
                self._thread.start()
            elif cut_off.due < self._looks_at:
                self._changed.notify()

    def remove(self, cut_off: ConnectionDeadline) -> None:
        with self._changed:
            self._under_way.discard(cut_off)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            for cut_off in self._under_way:
                cut_off.cut()
            self._under_way.clear()

    def _run(self) -> None:
        with self._changed:
            while True:
                for cut_off in [one for one in self._under_way if one.due <= time.monotonic()]:
                    self._under_way.discard(cut_off)
                    cut_off.cut()
                self._looks_at = min((one.due for one in self._under_way), default=math.inf)
                left = self._looks_at - time.monotonic()
                self._changed.wait(min(max(0.0, left), threading.TIMEOUT_MAX) if self._under_way else None)


_watch = _Watch()
after_fork(_watch)
