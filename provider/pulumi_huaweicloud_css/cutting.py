"""Connections that are cut off when the time is up, whatever they are waiting for.

A time limit on single reads is no limit on an answer that trickles. So at the deadline the socket is shut down; what
waits on it then fails at once. One thread watches over all connections of the process: to start a timer's thread for
each request would cost more than a small request itself.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_local = threading.local()


class CutOff:
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
        self._connection: HTTPConnection | None = None
        self._lock = threading.Lock()

    def use(self, connection: HTTPConnection) -> None:
        """Note which connection is used now; if the time is up already, cut it at once."""
        with self._lock:
            self._connection = connection
            if self._time_is_up:
                self._shut()

    def cut(self) -> None:
        """Cut the connection that is used now, and any that is used later."""
        with self._lock:
            self._time_is_up = True
            self._shut()

    def __enter__(self) -> CutOff:
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
            self._connection = None

    def _shut(self) -> None:
        """Shut down the socket, if there is one; called with the lock held."""
        if self._connection is None:
            return
        self.done = True
        if self._connection.sock is not None:
            with suppress(OSError):
                # The plain socket's method: TLS must not be taken apart under the thread that reads.
                socket.socket.shutdown(self._connection.sock, socket.SHUT_RDWR)


def cut_all() -> None:
    """Cut every connection that is used now, and any that is used later: this process is told to end."""
    _watch.close()


class _Watch:
    """Cuts what is due, on a thread of its own that begins with the first `CutOff`.

    The thread is not woken for one that is due later than it would look anyway: with deadlines of a minute, it wakes
    about once a minute however many requests there are.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way: set[CutOff] = set()
        self._looks_at = math.inf
        self._closed = False
        self._thread: threading.Thread | None = None

    def add(self, cut_off: CutOff) -> None:
        with self._changed:
            if self._closed:
                cut_off.cut()
                return
            self._under_way.add(cut_off)
            if self._thread is None or not self._thread.is_alive():  # it does not live on in a forked process
                self._thread = threading.Thread(target=self._run, name="css-deadlines", daemon=True)
                self._thread.start()
            elif cut_off.due < self._looks_at:
                self._changed.notify()

    def remove(self, cut_off: CutOff) -> None:
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


class _Noted:
    """Tells the thread's `CutOff` of a connection before anything that can take long."""

    def connect(self) -> None:
        self._note()
        super().connect()  # type: ignore[misc]

    def getresponse(self) -> Any:
        self._note()
        return super().getresponse()  # type: ignore[misc]

    def _note(self) -> None:
        cut_off: CutOff | None = getattr(_local, "cut_off", None)
        if cut_off is not None:
            cut_off.use(self)  # type: ignore[arg-type]


class _Connection(_Noted, HTTPConnection):
    pass


class _SecureConnection(_Noted, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class CuttableAdapter(HTTPAdapter):
    """An adapter of `requests` whose connections a `CutOff` can cut."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pool manager with connections of ours."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Return the manager for a proxy, likewise."""
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
        return manager
