"""The `requests` adapter and its connection pools, which hand out connections for exchanges (see `connections`)."""

from __future__ import annotations

from queue import LifoQueue
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .._threads import after_fork
from .connections import Connection, CuttableConnection, Exchange, SecureCuttableConnection
from .deadline import current


class _Exchanging:
    """A pool that hands out and takes back connections through the thread's exchange."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # the pool's, next in the order of bases
        after_fork(self)

    def renew(self) -> None:
        """Discard the parent's connections in a forked process, and the locks of their queue.

        urllib3 empties the queue when the pool is collected, at the latest when the process ends, and would wait for
        a lock that was held by a thread of the parent.
        """
        queue: LifoQueue[object] | None = self.pool  # type: ignore[attr-defined]
        if queue is not None:
            queue.__init__(queue.maxsize)  # type: ignore[misc]  # in place: urllib3 keeps other references

    def _get_conn(self, timeout: float | None = None) -> Connection:
        connection: Connection = super()._get_conn(timeout)  # type: ignore[misc]
        exchange = current()
        if isinstance(exchange, Exchange):
            exchange.take(connection)
        return connection

    def _put_conn(self, connection: Connection | None) -> None:
        exchange = current()
        if connection is None:
            self.release(None)
        elif isinstance(exchange, Exchange):
            exchange.hold(self, connection)
        else:
            connection.close()
            self.release(connection)

    def release(self, connection: Connection | None) -> None:
        """Put a connection back."""
        super()._put_conn(connection)  # type: ignore[misc]


class _Pool(_Exchanging, HTTPConnectionPool):  # type: ignore[misc]  # urllib3's types name all of a connection
    ConnectionCls = CuttableConnection  # type: ignore[assignment]  # likewise


class _SecurePool(_Exchanging, HTTPSConnectionPool):  # type: ignore[misc]  # likewise
    ConnectionCls = SecureCuttableConnection  # type: ignore[assignment]


class CuttableAdapter(HTTPAdapter):
    """A `requests` adapter whose connections belong to exchanges."""

    def init_poolmanager(  # type: ignore[explicit-any]  # as in the types of requests
        self,
        connections: int,
        maxsize: int,
        block: bool = False,  # noqa: FBT001, FBT002 - likewise
        **options: Any,
    ) -> None:
        """Create the pool manager with this module's pools."""
        super().init_poolmanager(connections, maxsize, block, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:  # type: ignore[explicit-any]  # likewise
        """Return the pool manager for a proxy, with the same pools."""
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
        return manager
