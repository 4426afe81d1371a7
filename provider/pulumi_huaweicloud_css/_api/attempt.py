"""One attempt at a request: sent once, or twice where the first response may be another request's.

A response on a reused connection is accepted only if it is proved to belong to the request. Otherwise the request is
sent once more on a new connection. See `connections`.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPResponse
from typing import Generic, TypeVar
from urllib.parse import urlencode

import requests
from requests.auth import AuthBase

from .._config.credentials import KnownCredentials
from .._log import LOGGER
from .._text import sanitize
from .._version import __version__
from ..errors import ApiError, CssError, CssTimeoutError, InvalidResponseError
from .adapter import CuttableAdapter
from .body import read_body
from .connection_errors import connection_error, is_tls_failure
from .connections import Exchange
from .deadline import Deadline
from .error_response import read_error_response
from .hosts import Host
from .signing import TokenAuth

MAX_BODY_BYTES = 8 * 1024 * 1024  # sixteen times a regular page of 1,000 records

_CONNECT_SECONDS = 10.0
_READ_SECONDS = 30.0
_HEADERS = {
    "User-Agent": f"pulumi-huaweicloud-css/{__version__}",
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "Content-Type": "application/json",
}

_T = TypeVar("_T")


@dataclass(frozen=True)
class Response:
    """A complete HTTP response; header names are case-insensitive."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


# Parses a response; also returns whether it is proved to belong to the request. Raises a CssError if it is invalid.
Reader = Callable[[Response], tuple[_T, bool]]


@dataclass(frozen=True)
class Request(Generic[_T]):
    """The arguments of `Transport.request`."""

    url: str
    parameters: Mapping[str, str]
    auth: AuthBase
    deadline: Deadline
    read: Reader[_T]
    service: str
    body: bytes | None = None
    fresh: bool = False
    source: str | None = None

    @property
    def method(self) -> str:
        """POST with a body, else GET."""
        return "GET" if self.body is None else "POST"

    def target(self) -> str:
        """Return the URL with the query string."""
        return f"{self.url}?{urlencode(self.parameters)}" if self.parameters else self.url


class FinalError(Exception):
    """Carries an error past the retries."""

    def __init__(self, error: CssError) -> None:
        super().__init__(error)
        self.error = error


class RefusedError(Exception):
    """Carries an error response, and its Retry-After header."""

    def __init__(self, error: ApiError, retry_after: str | None) -> None:
        super().__init__(error)
        self.error = error
        self.retry_after = retry_after


@dataclass(frozen=True)
class Attempt(Generic[_T]):
    """One attempt at a request, the first of which has number 1.

    The credentials are here only to redact secrets in errors, and to name their source in hints.
    """

    request: Request[_T]
    number: int
    host: Host
    adapter: CuttableAdapter
    credentials: KnownCredentials

    def run(self) -> _T:
        """Return the parsed response, once one is accepted.

        Raises:
            FinalError: no further attempt would help.
            RefusedError: the server returned an error.
            CssConnectionError: no connection, or it broke.
            InvalidResponseError: the response is invalid.
        """
        return self._accepted(fresh=self.number > 1 or self.request.fresh)

    def _accepted(self, *, fresh: bool) -> _T:
        """Return the parsed response; a doubtful one is requested again, on a new connection."""
        left = self.request.deadline.remaining()
        if left <= 0:
            raise FinalError(_too_late(self.request))
        with Exchange(left, fresh=fresh) as exchange:
            try:
                value, proved = self._exchange(exchange)
                if proved or not exchange.reused:
                    return value
            except (RefusedError, InvalidResponseError) as doubtful:
                error = doubtful.error if isinstance(doubtful, RefusedError) else doubtful
                if not exchange.reused or error.retryable:
                    raise
        LOGGER.debug("retrying on a new connection: the response may have been to another request")
        return self._accepted(fresh=True)

    def _exchange(self, exchange: Exchange) -> tuple[_T, bool]:
        """Send one request; return its parsed response, and whether that is proved to belong to it."""
        url, deadline = self.request.url, self.request.deadline
        target = self.request.target()
        logs = LOGGER.isEnabledFor(logging.DEBUG)
        started = time.monotonic() if logs else 0.0
        try:
            response, original = self._send(target, exchange)
        except (FinalError, CssError) as failed:
            if logs:
                self._log(target, started, str(failed))
            raise
        if logs:
            request_id = response.headers.get("X-Request-Id") or "none given"
            self._log(target, started, f"HTTP {response.status}, request id: {request_id}")
        if exchange.done:
            raise FinalError(_still_arriving(url, deadline))
        value, proved = self._read(response)
        if exchange.done or deadline.remaining() <= 0:
            raise FinalError(_still_arriving(url, deadline))
        if exchange.repeats(target, (response.status, tuple(response.headers.items())), response.body):
            proved = False
        if proved:
            exchange.accept(original)
        return value, proved

    def _send(self, target: str, exchange: Exchange) -> tuple[Response, HTTPResponse]:
        """Send one request; return its complete response, also as `http.client` read it."""
        url, deadline = self.request.url, self.request.deadline
        late = FinalError(_too_late(self.request))
        left = exchange.remaining()
        if left <= 0:  # this process is being terminated
            raise late
        try:
            prepared = requests.PreparedRequest()
            prepared.prepare(
                self.request.method, target, headers=_HEADERS, data=self.request.body, auth=self.request.auth
            )
            # The adapter itself, because a session parses redirects even if it does not follow them.
            with self.adapter.send(
                prepared,
                timeout=(min(_CONNECT_SECONDS, left), min(_READ_SECONDS, left)),
                **self.host.connection_settings,
            ) as response:
                late = FinalError(_still_arriving(url, deadline))

                def check_time() -> None:
                    if deadline.remaining() <= 0:
                        raise late

                original: HTTPResponse = response.raw._original_response  # type: ignore[assignment]  # noqa: SLF001 - urllib3 always has one, and no public name for it
                body = read_body(response.raw, url, MAX_BODY_BYTES, check_time)
                return Response(response.status_code, response.headers, body), original
        except (FinalError, CssError):
            raise
        except Exception as error:  # whatever the HTTP libraries raise for what a server sent
            # A read's own timeout can be the deadline too, and may expire before the connection is shut down.
            if exchange.done or deadline.remaining() <= 0:
                raise late from None
            broken = connection_error(url, error, self._redact)
            raise (FinalError(broken) if is_tls_failure(error) else broken) from None

    def _read(self, response: Response) -> tuple[_T, bool]:
        service = self.request.service
        error = read_error_response(
            response.status,
            response.headers,
            response.body,
            service=service,
            source=self.request.source or self.credentials.current.source,
            by_token=isinstance(self.request.auth, TokenAuth),
            redact=self._redact,
        )
        if error is not None:
            if 300 <= response.status < 400 and LOGGER.isEnabledFor(logging.INFO):
                location = _without_secrets(self._shown(response.headers.get("Location", ""), 10_000))
                LOGGER.info(
                    "%s redirects to %s: not followed", self._shown(self.request.url, 500), sanitize(location, 300)
                )
            raise RefusedError(error, response.headers.get("Retry-After"))
        if response.status != HTTPStatus.OK and (response.status, self.request.method) != (HTTPStatus.CREATED, "POST"):
            raise InvalidResponseError(
                f"{service} returned HTTP {response.status}, which is not a complete response (200 is); "
                "check the endpoint, and whether a proxy responds in its place"
            )
        try:
            return self.request.read(response)
        except ApiError as refused:
            raise RefusedError(refused, None) from None

    def _redact(self, text: str) -> str:
        return self.host.redact(self.credentials.redact(text))

    def _log(self, target: str, started: float, outcome: str) -> None:
        milliseconds = 1000 * (time.monotonic() - started)
        LOGGER.debug(
            "%s %s, attempt %d, %.0f ms: %s",
            *(self.request.method, self._shown(target, 500), self.number, milliseconds, self._shown(outcome, 500)),
        )

    def _shown(self, text: str, longest: int) -> str:
        return sanitize(self.host.redact(self.credentials.redact_wholly(text)), longest)


def _without_secrets(address: str) -> str:
    """Return a redirect's location without user, password and query, which are not ours to log."""
    return re.sub(r"[^/\\]*@", "", re.split(r"[?#]", address, maxsplit=1)[0])


def _too_late(request: Request[_T]) -> CssTimeoutError:
    return CssTimeoutError(f"no response from {request.url} within {request.deadline.seconds:g} s")


def _still_arriving(url: str, deadline: Deadline) -> CssTimeoutError:
    return CssTimeoutError(f"the response from {url} was still arriving after {deadline.seconds:g} s")
