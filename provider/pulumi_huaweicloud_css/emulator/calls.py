"""A request, independent of the HTTP server, and the log of requests."""

from __future__ import annotations

import dataclasses
import sys
import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from . import temporary_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._config.credentials import Credentials

# Credentials are not logged.
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-security-token", "x-auth-token"})
_MOST_KEPT = 100_000


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request.

    Args:
        method: the HTTP method.
        target: path and query exactly as sent, because that is what was signed.
        headers: names in lower case; values of a repeated header are joined with ",".
        body: the body, empty if there was none.
        secure: whether it came over TLS.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    secure: bool = False

    @cached_property
    def path(self) -> str:
        """The path as sent."""
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> str:
        """The query string as sent, without "?"."""
        return self.target.partition("?")[2]

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        """The query parameters, decoded, in the order of the query string."""
        return parse_qsl(self.query, keep_blank_values=True)

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The path's parts between the slashes, decoded."""
        return tuple(unquote(part) for part in self.path.split("/")[1:])


@dataclass(frozen=True, kw_only=True)
class RecordedRequest:
    """A request to the API in the log, without authorization and tokens.

    Args:
        number: 1 for the first request, and so on.
        method: the HTTP method.
        path: the path as sent.
        query: the query string as sent.
        headers: the headers, names in lower case, without credentials.
        peer_port: the client's TCP port; the number of different ones is the number of connections.
        request_id: the X-Request-Id of the response.
        status: the HTTP status of the response; None until there is one.
    """

    number: int
    method: str
    path: str
    query: str
    headers: Mapping[str, str] = field(repr=False)
    peer_port: int
    request_id: str
    status: int | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """The query parameters, decoded."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def user_agent(self) -> str:
        """The User-Agent header, "" if there was none."""
        return self.headers.get("user-agent", "")

    def to_dict(self) -> dict[str, Any]:
        """Return the request as the log is served over HTTP."""
        names = ("number", "method", "path", "query", "status", "user_agent", "peer_port", "request_id")
        return {name: getattr(self, name) for name in names}


class RequestLog:
    """The latest requests, at most 100,000. Safe to use from several threads.

    Args:
        secrets: the credentials whose secrets are masked wherever a client put them, such as a query parameter.
    """

    def __init__(self, secrets: list[Credentials]) -> None:
        self._secrets = secrets
        self._lock = threading.Lock()
        self._requests: dict[int, RecordedRequest] = {}
        self._count = 0

    def add(self, call: Call, peer_port: int, request_id: str) -> RecordedRequest:
        """Add a request to the log, and return its entry."""
        # Names and values are mostly those of the request before, and kept in memory once.
        headers = {
            sys.intern(name): sys.intern(self.redact(value))
            for name, value in call.headers.items()
            if name not in _SECRET_HEADERS
        }
        with self._lock:
            self._count += 1
            recorded = RecordedRequest(
                number=self._count,
                method=call.method,
                path=self.redact(call.path),
                query=self.redact(call.query),
                headers=headers,
                peer_port=peer_port,
                request_id=request_id,
            )
            self._requests[recorded.number] = recorded
            if len(self._requests) > _MOST_KEPT:
                del self._requests[next(iter(self._requests))]
        return recorded

    def set_status(self, recorded: RecordedRequest, status: int) -> None:
        """Record the status of a request's response."""
        with self._lock:
            if recorded.number in self._requests:
                self._requests[recorded.number] = dataclasses.replace(recorded, status=status)

    def snapshot(self) -> list[RecordedRequest]:
        """Return the requests up to now, oldest first."""
        with self._lock:
            return list(self._requests.values())

    def clear(self) -> None:
        """Forget all requests; the numbers go on."""
        with self._lock:
            self._requests.clear()

    def redact(self, text: str) -> str:
        """Return the text with all secrets masked."""
        for credentials in self._secrets:
            text = credentials.redact(text)
        return temporary_keys.redact(text)
