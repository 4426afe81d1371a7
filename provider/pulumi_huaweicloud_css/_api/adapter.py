"""The `requests` adapter and its connection pools, which hand out connections for exchanges (see `connections`)."""

from __future__ import annotations

from queue import LifoQueue
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .._threads import after_fork
from .connections import CuttableConnection, Exchange, SecureCuttableConnection
from .deadline import current


class _Exchanging:
    """A pool that hands out and takes back connections through the thread's exchange."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        after_fork(self)

    def renew(self) -> None:
        """Discard the parent's connections in a forked process, and the locks of their queue.

        urllib3 empties the queue when the pool is collected, at the latest when the process ends, and would wait for
        a lock that was held by a thread of the parent.
        """
        queue: LifoQueue[Any] | None = self.pool  # type: ignore[attr-defined]
        if queue is not None:
            queue.__init__(queue.maxsize)  # type: ignore[misc]  # in place: urllib3 keeps other references

    def _get_conn(self, timeout: float | None = None) -> Any:
        connection = super()._get_conn(timeout)  # type: ignore[misc]
        exchange = current()
        if isinstance(exchange, Exchange):
            exchange.take(connection)
        return connection

    def _put_conn(self, connection: Any) -> None:
        exchange = current()
        if connection is None:
            self.release(None)
        elif isinstance(exchange, Exchange):
            exchange.hold(self, connection)
        else:
            connection.close()
            self.release(connection)

    def release(self, connection: Any) -> None:
        """Put a connection back."""
        super()._put_conn(connection)  # type: ignore[misc]


class _Pool(_Exchanging, HTTPConnectionPool):
    ConnectionCls = CuttableConnection


class _SecurePool(_Exchanging, HTTPSConnectionPool):
    ConnectionCls = SecureCuttableConnection


class CuttableAdapter(HTTPAdapter):
    """A `requests` adapter whose connections belong to exchanges."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Create the pool manager with this module's pools."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Return the pool manager for a proxy, with the same pools."""
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
        return manager
