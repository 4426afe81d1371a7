"""One attempt at a request: sent once, or twice where the first answer may be another request's.

An answer of a connection that has served others is believed only where it proves to be the right one; else the
question is asked once more on a new connection. See `connections`.
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

from .._config.credentials import Credentials
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

MAX_BODY_BYTES = 8 * 1024 * 1024  # sixteen times an honest page of 1,000 records

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
    """A whole HTTP answer; the headers are looked up without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


# Reads what an answer says, and whether it proves to be the answer to the question; raises a CssError if it is none.
Reader = Callable[[Response], tuple[_T, bool]]


@dataclass(frozen=True)
class Request(Generic[_T]):
    """What is asked, as it was given to `Transport.ask`."""

    url: str
    parameters: Mapping[str, str]
    auth: AuthBase
    deadline: Deadline
    read: Reader[_T]
    service: str
    body: bytes | None = None
    fresh: bool = False

    @property
    def method(self) -> str:
        """POST with a body, else GET."""
        return "GET" if self.body is None else "POST"

    def target(self) -> str:
        """Return the address with the query."""
        return f"{self.url}?{urlencode(self.parameters)}" if self.parameters else self.url


class FinalError(Exception):
    """Carries an error past the retries."""

    def __init__(self, error: CssError) -> None:
        super().__init__(error)
        self.error = error


class RefusedError(Exception):
    """Carries a refusal, and what the server said about when to ask again."""

    def __init__(self, error: ApiError, retry_after: str | None) -> None:
        super().__init__(error)
        self.error = error
        self.retry_after = retry_after


@dataclass(frozen=True)
class Attempt(Generic[_T]):
    """One attempt at a request.

    Args:
        request: what is asked.
        number: which attempt this is, from 1.
        host: whom to ask.
        adapter: brings connections.
        credentials: only to take secrets out of errors, and to name their source in hints.
    """

    request: Request[_T]
    number: int
    host: Host
    adapter: CuttableAdapter
    credentials: Credentials

    def run(self) -> _T:
        """Return what was read of the answer that is believed.

        Raises:
            FinalError: no further attempt would help.
            RefusedError: the server refused.
            CssConnectionError: no connection, or it broke.
            InvalidResponseError: the answer is none.
        """
        return self._believed(fresh=self.number > 1 or self.request.fresh)

    def _believed(self, *, fresh: bool) -> _T:
        """Return what was read; what another question may have left behind is not believed, but asked for anew."""
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
        LOGGER.debug("asking again on a new connection: the answer may have been to another request")
        return self._believed(fresh=True)

    def _exchange(self, exchange: Exchange) -> tuple[_T, bool]:
        """Send one request; return what was read of its answer, and whether that proves to be the right one."""
        asked, deadline = self.request, self.request.deadline
        target = asked.target()
        logs = LOGGER.isEnabledFor(logging.DEBUG)
        started = time.monotonic() if logs else 0.0
        try:
            answer, original = self._send(target, exchange)
        except (FinalError, CssError) as failed:
            if logs:
                self._log(target, started, str(failed))
            raise
        if logs:
            request_id = answer.headers.get("X-Request-Id") or "none given"
            self._log(target, started, f"HTTP {answer.status}, request id: {request_id}")
        if exchange.done:
            raise FinalError(_still_arriving(asked.url, deadline))
        value, proved = self._read(answer)
        if exchange.done or deadline.remaining() <= 0:
            raise FinalError(_still_arriving(asked.url, deadline))
        if exchange.repeats(target, (answer.status, tuple(answer.headers.items())), answer.body):
            proved = False
        if proved:
            exchange.believe(original)
        return value, proved

    def _send(self, target: str, exchange: Exchange) -> tuple[Response, HTTPResponse]:
        """Send one request; return its whole answer, also as `http.client` read it."""
        asked, deadline = self.request, self.request.deadline
        late = FinalError(_too_late(asked))
        left = exchange.remaining()
        if left <= 0:  # this process is told to end
            raise late
        try:
            request = requests.PreparedRequest()
            request.prepare(asked.method, target, headers=_HEADERS, data=asked.body, auth=asked.auth)
            # The adapter itself, because a session looks into redirects even where it does not follow them.
            with self.adapter.send(
                request,
                timeout=(min(_CONNECT_SECONDS, left), min(_READ_SECONDS, left)),
                **self.host.connection_settings,
            ) as response:
                late = FinalError(_still_arriving(asked.url, deadline))

                def check_time() -> None:
                    if deadline.remaining() <= 0:
                        raise late

                original: HTTPResponse = response.raw._original_response  # type: ignore[assignment]  # noqa: SLF001 - urllib3 always has one, and no public name for it
                body = read_body(response.raw, asked.url, MAX_BODY_BYTES, check_time)
                return Response(response.status_code, response.headers, body), original
        except (FinalError, CssError):
            raise
        except Exception as error:  # whatever the HTTP libraries make of what a server sent
            # A read's own limit can be the deadline too, and may be noticed before the cut.
            if exchange.done or deadline.remaining() <= 0:
                raise late from None
            broken = connection_error(asked.url, error, self._redact)
            raise (FinalError(broken) if is_tls_failure(error) else broken) from None

    def _read(self, answer: Response) -> tuple[_T, bool]:
        service = self.request.service
        refusal = read_error_response(
            answer.status,
            answer.headers,
            answer.body,
            service=service,
            source=self.credentials.source,
            redact=self._redact,
        )
        if refusal is not None:
            if 300 <= answer.status < 400 and LOGGER.isEnabledFor(logging.INFO):
                place = _without_secrets(self._shown(answer.headers.get("Location", ""), 10_000))
                LOGGER.info(
                    "%s redirects to %s: not followed", self._shown(self.request.url, 500), sanitize(place, 300)
                )
            raise RefusedError(refusal, answer.headers.get("Retry-After"))
        if answer.status != HTTPStatus.OK and (answer.status, self.request.method) != (HTTPStatus.CREATED, "POST"):
            raise InvalidResponseError(
                f"{service} answered HTTP {answer.status}, which is not a whole answer (200 is); "
                "check the endpoint, and whether a proxy answers in its place"
            )
        try:
            return self.request.read(answer)
        except ApiError as refused:
            raise RefusedError(refused, None) from None

    def _redact(self, text: str) -> str:
        return self.host.redact(self.credentials.redact(text))

    def _log(self, target: str, started: float, said: str) -> None:
        milliseconds = 1000 * (time.monotonic() - started)
        LOGGER.debug(
            "%s %s, attempt %d, %.0f ms: %s",
            *(self.request.method, self._shown(target, 500), self.number, milliseconds, self._shown(said, 500)),
        )

    def _shown(self, text: str, longest: int) -> str:
        return sanitize(self.host.redact(self.credentials.redact_wholly(text)), longest)


def _without_secrets(address: str) -> str:
    """Return where a redirect leads, without user and password, and without the query: they are between others."""
    return re.sub(r"[^/\\]*@", "", re.split(r"[?#]", address, maxsplit=1)[0])


def _too_late(asked: Request[_T]) -> CssTimeoutError:
    return CssTimeoutError(f"no answer from {asked.url} within {asked.deadline.seconds:g} s")


def _still_arriving(url: str, deadline: Deadline) -> CssTimeoutError:
    return CssTimeoutError(f"the answer from {url} was still arriving after {deadline.seconds:g} s")
