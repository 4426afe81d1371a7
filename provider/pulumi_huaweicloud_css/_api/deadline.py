"""Deadlines that hold whatever a connection is waiting for.

A timeout on single reads does not bound a response that trickles. So at the deadline the socket is shut down, and
whatever waits on it fails immediately. One thread watches all connections of the process: a timer thread for each
request would cost more than a small request itself.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from .._threads import after_fork

DEADLINE_SECONDS = 60.0

_local = threading.local()


class Deadline:
    """The time by which everything must be done.

    Args:
        seconds: from now.
        clock: returns the time in seconds; replaceable for tests.
    """

    def __init__(self, seconds: float = DEADLINE_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def remaining(self) -> float:
        """Return how many seconds are left; 0 or less when the time is up."""
        return self._end - self._clock()


class ConnectionDeadline:
    """Shuts down the connection that this thread uses inside the ``with`` block, after some seconds.

    Attributes:
        done: whether a connection was shut down.
        due: when to shut it down, on the monotonic clock.
    """

    def __init__(self, seconds: float) -> None:
        self.done = False
        self.due = time.monotonic() + max(0.0, seconds)
        self._time_is_up = False
        self._socket: object = None  # a socket, or urllib3's TLS inside TLS
        self._waiting: threading.Event | None = None
        self._lock = threading.Lock()

    def use(self, used: object) -> None:
        """Set the socket in use (None: none); if the time is already up, shut it down."""
        with self._lock:
            self._socket = used
            if self._time_is_up:
                self._shut()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait for an event, at most `seconds` and until the deadline; return whether it was set by then."""
        with self._lock:
            if self._time_is_up:
                return False
            self._waiting = event
        event.wait(seconds)
        with self._lock:
            self._waiting = None
            return event.is_set() and not self._time_is_up

    def cut(self) -> None:
        """Shut down the connection in use, and any that is used later."""
        with self._lock:
            self._time_is_up = True
            self._shut()
            if self._waiting is not None:
                self.done = True
                self._waiting.set()

    def remaining(self) -> float:
        """Return how many seconds are left until the deadline; 0 or less after it."""
        return 0.0 if self._time_is_up else self.due - time.monotonic()

    def __enter__(self) -> Self:
        _local.deadline = self
        _watch.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        _watch.remove(self)
        _local.deadline = None
        with self._lock:
            # From here on another thread may use the connection.
            self._socket = None

    def _shut(self) -> None:
        """Shut down the socket, if there is one; called with the lock held."""
        if self._socket is None:
            return
        self.done = True
        # The plain socket's method: TLS must not be closed while another thread reads.
        plain = self._socket if isinstance(self._socket, socket.socket) else getattr(self._socket, "socket", None)
        if isinstance(plain, socket.socket):
            with suppress(OSError):
                socket.socket.shutdown(plain, socket.SHUT_RDWR)


def current() -> ConnectionDeadline | None:
    """Return the `ConnectionDeadline` whose ``with`` block this thread is in, or None."""
    found: ConnectionDeadline | None = getattr(_local, "deadline", None)
    return found


def cut_all() -> None:
    """Shut down every connection in use, and any that is used later: this process is being terminated."""
    _watch.close()


class _Watch:
    """Shuts down what is due, on a thread of its own that starts with the first `ConnectionDeadline`.

    The thread is not woken for one that is due after its next check: with deadlines of a minute, it wakes about once
    a minute however many requests there are.
    """

    def __init__(self) -> None:
        self._closed = False
        self.renew()

    def renew(self) -> None:
        """Start over in a forked process: it has no such thread, and the lock may be held for ever."""
        self._changed = threading.Condition()
        self._under_way: set[ConnectionDeadline] = set()
        self._next_check = math.inf
        self._thread: threading.Thread | None = None

    def add(self, deadline: ConnectionDeadline) -> None:
        with self._changed:
            if self._closed:
                deadline.cut()
                return
            self._under_way.add(deadline)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="css-deadlines", daemon=True)
                self._thread.start()
            elif deadline.due < self._next_check:
                self._changed.notify()

    def remove(self, deadline: ConnectionDeadline) -> None:
        with self._changed:
            self._under_way.discard(deadline)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            for deadline in self._under_way:
                deadline.cut()
            self._under_way.clear()

    def _run(self) -> None:
        with self._changed:
            while True:
                for deadline in [one for one in self._under_way if one.due <= time.monotonic()]:
                    self._under_way.discard(deadline)
                    deadline.cut()
                self._next_check = min((one.due for one in self._under_way), default=math.inf)
                left = self._next_check - time.monotonic()
                self._changed.wait(min(max(0.0, left), threading.TIMEOUT_MAX) if self._under_way else None)


_watch = _Watch()
after_fork(_watch)
