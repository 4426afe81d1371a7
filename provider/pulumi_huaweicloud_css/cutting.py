"""Connections that are cut off when the time is up, whatever they are waiting for.

A time limit on single reads is no limit on an answer that trickles. So a timer shuts the socket down at the deadline;
what waits on it then fails at once.
"""

from __future__ import annotations

import socket
import threading
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
    """

    def __init__(self, seconds: float) -> None:
        self.done = False
        self._time_is_up = False
        self._connection: HTTPConnection | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(max(0.0, seconds), self._cut)
        self._timer.daemon = True

    def use(self, connection: HTTPConnection) -> None:
        """Note which connection is used now; if the time is up already, cut it at once."""
        with self._lock:
            self._connection = connection
            if self._time_is_up:
                self._shut()

    def __enter__(self) -> CutOff:
        _local.cut_off = self
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        _local.cut_off = None
        with self._lock:
            # From here on the connection may be another thread's.
            self._connection = None

    def _cut(self) -> None:
        with self._lock:
            self._time_is_up = True
            self._shut()

    def _shut(self) -> None:
        """Shut down the socket, if there is one; called with the lock held."""
        if self._connection is None:
            return
        self.done = True
        if self._connection.sock is not None:
            with suppress(OSError):
                # The plain socket's method: TLS must not be taken apart under the thread that reads.
                socket.socket.shutdown(self._connection.sock, socket.SHUT_RDWR)


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
