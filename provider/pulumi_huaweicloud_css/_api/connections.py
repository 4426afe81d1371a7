"""Connections that are reused only if no response can be taken for that to another request.

An HTTP/1.1 response does not identify its request. So a connection returns to the pool only after a complete response
that is proved to belong to its request, with no data after it; otherwise it is closed.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, LocationParseError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

from .deadline import ConnectionDeadline, current

_MAX_RESPONSES = 1000  # of one connection, which bounds what it keeps of each

# A socket's family, kind, protocol and address, as `socket.getaddrinfo` gives them.
_Address = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


class Connection(Protocol):
    """A connection as urllib3's pools keep it."""

    sock: socket.socket | None
    served: dict[int, str | None]

    def close(self) -> None:
        """Close it; the next request opens it anew."""


class Pool(Protocol):
    """A pool that takes connections back."""

    def release(self, connection: Connection) -> None:
        """Put a connection back."""


class Exchange(ConnectionDeadline):
    """One request and its response, on the connection that this thread takes inside the ``with`` block.

    Args:
        seconds: after how many seconds the connection is shut down.
        fresh: whether the connection must be a new one.

    Attributes:
        reused: whether the connection has served a request before.
    """

    def __init__(self, seconds: float, *, fresh: bool = False) -> None:
        super().__init__(seconds)
        self.reused = False
        self._fresh = fresh
        self._connection: Connection | None = None
        self._held: tuple[Pool, Connection] | None = None
        self._accepted = False

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        if self._held is not None:
            pool, connection = self._held
            if not self._accepted or self.done:
                connection.close()
            pool.release(connection)
        self._connection = self._held = None

    def take(self, connection: Connection) -> None:
        """Note the connection that is used; if a new one is needed, close it first, so that it is reopened."""
        if self._fresh:
            connection.close()
        self.reused = connection.sock is not None
        self._connection = connection
        self.use(connection.sock)

    def hold(self, pool: Pool, connection: Connection) -> None:
        """Keep a connection whose response was read, until the response is accepted or not."""
        self._held = (pool, connection)

    def repeats(self, url: str, head: tuple[object, ...], body: bytes) -> bool:
        """Return whether the connection has served the same response before, or this body for another URL."""
        served: dict[int, str | None] = getattr(self._connection, "served", {})
        whole, part = hash((head, body)), hash(body)
        known = whole in served or served.get(part, url) != url
        served[whole], served[part] = None, url
        return known

    def accept(self, response: http.client.HTTPResponse) -> None:
        """Accept the response; its connection may be reused if it is complete, with no data after it."""
        self._accepted = (
            is_framed(response)
            and not getattr(response, "left_over", True)
            and len(getattr(self._connection, "served", ())) < 2 * _MAX_RESPONSES
        )


def is_framed(response: http.client.HTTPResponse) -> bool:
    """Return whether a response has an unambiguous end, after which the connection stays open."""
    lengths = response.headers.get_all("Content-Length") or []
    codings = response.headers.get_all("Transfer-Encoding") or []
    chunked = [coding.strip().lower() for coding in codings] == ["chunked"] and not lengths
    counted = not codings and len(lengths) == 1 and re.fullmatch(r"[0-9]{1,18}", lengths[0].strip()) is not None
    return response.version == 11 and not response.will_close and (chunked or counted)


class _Response(http.client.HTTPResponse):
    """Notes whether there is data after the body, before the buffer that may hold it is discarded."""

    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self._raw_socket: socket.socket | None = sock
        self.left_over = True  # until the end was seen

    def begin(self) -> None:
        """Read the status line and headers; on failure close immediately, not when garbage is collected."""
        try:
            super().begin()
        except BaseException:
            self.close()
            raise

    def _close_conn(self) -> None:
        self.left_over = self._is_something_left()
        super()._close_conn()  # type: ignore[misc]  # private, but the only place where the end is known

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:
            raise ValueError("a chunk's size is negative")
        return size

    def _is_something_left(self) -> bool:
        used, self._raw_socket = self._raw_socket, None
        if used is None or self.will_close:
            return True
        try:
            before = used.gettimeout()
            used.settimeout(0)
            try:
                return bool(self.fp.peek(1))
            except (BlockingIOError, InterruptedError):
                return False
            except OSError as error:
                return type(error).__name__ not in ("SSLWantReadError", "SSLWantWriteError")
            finally:
                used.settimeout(before)
        except (OSError, ValueError, AttributeError):
            return True  # if in doubt, the connection is not reused


class _Cuttable:
    """A connection that its exchange shuts down at the deadline, whatever it waits for."""

    response_class = _Response
    served: dict[int, str | None]
    _handle: socket.socket | None = None
    host: str
    port: int
    sock: socket.socket | None
    timeout: float | None
    source_address: tuple[str, int] | None
    socket_options: Sequence[tuple[int, int, int | bytes]] | None
    _dns_host: str

    def connect(self) -> None:
        self.served = {}
        try:
            super().connect()  # type: ignore[misc]
        finally:
            exchange = current()
            if exchange is not None:
                exchange.use(self.sock)
            handle, self._handle = self._handle, None
            if handle is not None:
                handle.close()

    def getresponse(self) -> BaseHTTPResponse:
        exchange = current()
        if exchange is not None:
            exchange.use(self.sock)  # also if the response makes the library release the socket
        response: BaseHTTPResponse = super().getresponse()  # type: ignore[misc]
        return response

    def _new_conn(self) -> socket.socket:
        """Connect to the first of the host's addresses that accepts; one timeout covers all of them."""
        exchange = current() or ConnectionDeadline(60.0)
        seconds = self.timeout if isinstance(self.timeout, int | float) else 60.0
        end = time.monotonic() + min(seconds, exchange.remaining())
        host = self._dns_host.strip("[]")
        try:
            host.encode("idna")
        except UnicodeError:
            raise LocationParseError(f"'{host}', label empty or too long") from None
        try:
            addresses = _addresses(host, self.port, exchange, end)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error  # type: ignore[arg-type]
        failed: OSError = OSError("the name has no address")
        for number, address in enumerate(addresses):
            left = min(end - time.monotonic(), exchange.remaining())
            if left <= 0:
                failed = TimeoutError("timed out")
                break
            try:
                return self._open(address, left / (len(addresses) - number), exchange)
            except OSError as error:
                failed = error
        if isinstance(failed, TimeoutError):
            raise ConnectTimeoutError(self, f"Connection to {self.host} timed out.") from failed
        raise NewConnectionError(self, f"Failed to establish a new connection: {failed}") from failed  # type: ignore[arg-type]

    def _open(self, address: _Address, seconds: float, exchange: ConnectionDeadline) -> socket.socket:
        opened = socket.socket(*address[:3])
        try:
            for option in self.socket_options or ():
                opened.setsockopt(*option)
            opened.settimeout(seconds)
            if self.source_address:
                opened.bind(self.source_address)
            exchange.use(opened)
            opened.connect(address[4])
            # TLS takes over the socket's descriptor; until then a duplicate is what the deadline shuts down.
            self._handle = opened.dup()
            exchange.use(self._handle)
        except BaseException:
            opened.close()
            raise
        opened.settimeout(self.timeout)
        return opened


def _addresses(host: str, port: int, exchange: ConnectionDeadline, end: float) -> list[_Address]:
    """Return a host's addresses; the lookup cannot be interrupted, and is abandoned when the time is up."""
    with suppress(ValueError):
        ipaddress.ip_address(host.partition("%")[0])
        return _look_up(host, port)  # already an address: no DNS query
    found: list[_Address] = []
    failed: list[Exception] = []
    done = threading.Event()

    def look_up() -> None:
        try:
            found.extend(_look_up(host, port))
        except Exception as error:
            failed.append(error)
        done.set()

    threading.Thread(target=look_up, name="css-name-resolution", daemon=True).start()
    if not exchange.wait(done, max(0.0, end - time.monotonic())):
        raise ConnectTimeoutError(None, f"the name {host} was not resolved in time")
    if failed:
        raise failed[0]
    return found


def _look_up(host: str, port: int) -> list[_Address]:
    return list(socket.getaddrinfo(host, port, allowed_gai_family(), socket.SOCK_STREAM))


class CuttableConnection(_Cuttable, HTTPConnection):  # type: ignore[misc]
    pass


class SecureCuttableConnection(_Cuttable, HTTPSConnection):  # type: ignore[misc]
    pass
