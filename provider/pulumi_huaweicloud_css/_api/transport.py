"""One HTTP conversation with one deadline: retries, time limits, a limit on the body, no redirects.

Retried: connection errors, timeouts, 429, 5xx, and 202 with CSS.0011 ("try again later"); with exponential backoff
and jitter, or as the server's Retry-After says. Each attempt is signed afresh. Nothing else is tried again. A 429
holds back all requests to the site, see `pacing`.

An answer of a connection that has served others is believed only where it proves to be the right one; else the
question is asked once more on a new connection. See `connections`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from typing import Generic, TypeVar
from urllib.parse import urlencode, urlsplit

import requests
from requests.auth import AuthBase

from .._config.credentials import Credentials
from .._threads import after_fork
from .._validation import MAX_PARALLELISM
from .._version import __version__
from ..errors import ApiError, CssConnectionError, CssError, CssTimeoutError, InvalidResponseError
from .body import read_body
from .connection_errors import connection_error, is_tls_failure
from .connections import CuttableAdapter, Exchange
from .deadline import DEADLINE_SECONDS as DEADLINE_SECONDS
from .deadline import Deadline as Deadline
from .error_response import read_refusal
from .hosts import Host
from .throttle import pause_seconds

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
class Answer:
    """A whole HTTP answer; the headers are looked up without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


# Reads what an answer says, and whether it proves to be the answer to the question; raises a CssError if it is none.
Reader = Callable[[Answer], tuple[_T, bool]]


@dataclass(frozen=True)
class _Asked(Generic[_T]):
    """One question, as it was given to `Transport.ask`."""

    url: str
    parameters: Mapping[str, str]
    auth: AuthBase
    deadline: Deadline
    read: Reader[_T]
    service: str


@dataclass(frozen=True)
class _Trouble:
    """Why an attempt failed, how long to wait before the next, and for which hold of the site's that wait counts."""

    error: CssError
    pause: float
    hold: int


@dataclass(frozen=True)
class _Success(Generic[_T]):
    """What was read of the answer that is believed."""

    value: _T


class Transport:
    """Sends GET requests for one set of credentials. Safe to share between threads, and with forked processes.

    Connections are pooled across threads (urllib3's pools are made for that). There is no `requests` session around
    them: it is not promised to be safe, and it looks through the whole environment for proxies at every request.
    Here that is done once for each host.

    Args:
        credentials: only to take secrets out of errors, and to name their source in hints.
        max_retries: how often a request is tried again.
        insecure: True to accept any TLS certificate.
        pool_size: how many connections to a host are kept open.
        sleep: waits so many seconds between two attempts; replaceable for tests.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        max_retries: int,
        insecure: bool = False,
        pool_size: int = MAX_PARALLELISM,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.credentials = credentials
        self._max_retries = max_retries
        # None leaves it to the environment (REQUESTS_CA_BUNDLE), which counts before a False of the session's.
        self._verify = False if insecure else None
        self._pool_size = pool_size
        self._sleep = sleep
        self._not_ours: list[CuttableAdapter] = []
        self._adapter = self._new_adapter()
        self._hosts: dict[str, Host] = {}
        self._lock = threading.Lock()
        after_fork(self)

    def renew(self) -> None:
        """Leave connections and locks to the process that this one was forked from."""
        self._not_ours.append(self._adapter)  # not even closed: its locks may be held for ever
        self._adapter = self._new_adapter()
        self._hosts = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the pooled connections."""
        self._adapter.close()

    def get(
        self,
        url: str,
        parameters: Mapping[str, str],
        auth: AuthBase,
        deadline: Deadline,
        *,
        service: str = "CSS",
    ) -> Answer:
        """Return a successful answer, after which its connection is closed: see `ask`."""
        return self.ask(url, parameters, auth, deadline, lambda answer: (answer, False), service=service)

    def ask(
        self,
        url: str,
        parameters: Mapping[str, str],
        auth: AuthBase,
        deadline: Deadline,
        read: Reader[_T],
        *,
        service: str = "CSS",
    ) -> _T:
        """Return what `read` returns for a successful answer.

        Args:
            url: the address without a query.
            parameters: the query's parameters.
            auth: signs each attempt.
            deadline: bounds all attempts together, and the waits between them.
            read: reads an answer, and says whether it proves to be the one to this question: only then may its
                connection serve other questions.
            service: which service is asked, for errors.

        Raises:
            CssTimeoutError: the deadline passed.
            CssConnectionError: no connection, or it broke, also after retries.
            ApiError: the server refused, also after retries.
            InvalidResponseError: the answer is not a whole one, too large, or what `read` raised.
            SettingsError: the environment's proxy cannot be used.
        """
        asked = _Asked(url, parameters, auth, deadline, read, service)
        waited = 0
        for attempt in count(1):
            outcome = self._take_turn(asked, attempt, waited)
            if isinstance(outcome, _Success):
                return outcome.value
            if attempt > self._max_retries or outcome.pause >= deadline.remaining():
                raise _with_attempts(outcome.error, attempt)
            self._sleep(outcome.pause)
            waited = outcome.hold
        raise AssertionError("unreachable: count() has no end")

    def _take_turn(self, asked: _Asked[_T], attempt: int, waited: int) -> _Success[_T] | _Trouble:
        """Ask when the question's turn comes; return what was read, or what may pass when it is asked again."""
        host, deadline = self._host(asked.url), asked.deadline
        with host.pacer.turn(deadline.remaining, waited) as hold:
            if hold is None:
                raise CssTimeoutError(
                    f"{asked.url} could not be asked within {deadline.seconds:g} s: {asked.service} is throttled"
                )
            try:
                value = self._believed(asked, host, fresh=attempt > 1)
            except _FinalError as final:
                raise final.error from None
            except CssConnectionError as broken:
                return _Trouble(broken, pause_seconds(attempt, None), hold)
            except _RefusedError as refused:
                refusal, retry_after = refused.error, refused.retry_after
                refusal.attempts = attempt
                if not refusal.retryable:
                    raise refusal from None
                pause = pause_seconds(attempt, retry_after)
                if refusal.status != HTTPStatus.TOO_MANY_REQUESTS:
                    return _Trouble(refusal, pause, hold)
                pause = host.pacer.throttled(hold, pause, told=retry_after is not None)
                return _Trouble(refusal, pause, host.pacer.holds)
            host.pacer.succeeded()
            return _Success(value)

    def _believed(self, asked: _Asked[_T], host: Host, *, fresh: bool) -> _T:
        """Return what was read; what another question may have left behind is not believed, but asked for anew."""
        left = asked.deadline.remaining()
        if left <= 0:
            raise _FinalError(_too_late(asked))
        with Exchange(left, fresh=fresh) as exchange:
            try:
                value, proved = self._exchange(asked, host, exchange)
                if proved or not exchange.reused:
                    return value
            except (_RefusedError, InvalidResponseError) as doubtful:
                error = doubtful.error if isinstance(doubtful, _RefusedError) else doubtful
                if not exchange.reused or error.retryable:
                    raise
        return self._believed(asked, host, fresh=True)

    def _exchange(self, asked: _Asked[_T], host: Host, exchange: Exchange) -> tuple[_T, bool]:
        """Send one request; return what was read of its answer, and whether that proves to be the right one."""
        url, deadline = asked.url, asked.deadline
        late = _FinalError(_too_late(asked))
        left = exchange.remaining()
        if left <= 0:  # this process is told to end
            raise late
        try:
            request = requests.PreparedRequest()
            target = f"{url}?{urlencode(asked.parameters)}" if asked.parameters else url
            request.prepare("GET", target, headers=_HEADERS, auth=asked.auth)
            # The adapter itself, because a session looks into redirects even where it does not follow them.
            with self._adapter.send(
                request,
                timeout=(min(_CONNECT_SECONDS, left), min(_READ_SECONDS, left)),
                **host.connection_settings,
            ) as response:
                late = _FinalError(_still_arriving(url, deadline))

                def check_time() -> None:
                    if deadline.remaining() <= 0:
                        raise late

                original = response.raw._original_response
                body = read_body(response.raw, url, MAX_BODY_BYTES, check_time)
                answer = Answer(response.status_code, response.headers, body)
        except (_FinalError, CssError):
            raise
        except Exception as error:  # whatever the HTTP libraries make of what a server sent
            # A read's own limit can be the deadline too, and may be noticed before the cut.
            if exchange.done or deadline.remaining() <= 0:
                raise late from None
            broken = connection_error(url, error, lambda text: host.redact(self.credentials.redact(text)))
            raise (_FinalError(broken) if is_tls_failure(error) else broken) from None
        if exchange.done:
            raise late
        value, proved = self._read(asked, answer, host)
        if exchange.done or deadline.remaining() <= 0:
            raise late
        if exchange.repeats(target, (answer.status, tuple(answer.headers.items())), body):
            proved = False
        if proved:
            exchange.believe(original)
        return value, proved

    def _read(self, asked: _Asked[_T], answer: Answer, host: Host) -> tuple[_T, bool]:
        refusal = read_refusal(
            answer.status,
            answer.headers,
            answer.body,
            service=asked.service,
            source=self.credentials.source,
            redact=lambda text: host.redact(self.credentials.redact(text)),
        )
        if refusal is not None:
            raise _RefusedError(refusal, answer.headers.get("Retry-After"))
        if answer.status != HTTPStatus.OK:
            raise InvalidResponseError(
                f"{asked.service} answered HTTP {answer.status}, which is not a whole answer (200 is); "
                "check the endpoint, and whether a proxy answers in its place"
            )
        try:
            return asked.read(answer)
        except ApiError as refused:
            raise _RefusedError(refused, None) from None

    def _new_adapter(self) -> CuttableAdapter:
        return CuttableAdapter(pool_connections=4, pool_maxsize=self._pool_size, max_retries=0)

    def _host(self, url: str) -> Host:
        """Return what is known of a URL's host; looked up in the environment when it is first asked."""
        parts = urlsplit(url)
        name = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            if name not in self._hosts:
                self._hosts[name] = Host.of(url, self._verify)
            return self._hosts[name]


class _FinalError(Exception):
    """Carries an error past the retries."""

    def __init__(self, error: CssError) -> None:
        super().__init__(error)
        self.error = error


class _RefusedError(Exception):
    """Carries a refusal, and what the server said about when to ask again."""

    def __init__(self, error: ApiError, retry_after: str | None) -> None:
        super().__init__(error)
        self.error = error
        self.retry_after = retry_after


def _with_attempts(error: CssError, attempts: int) -> CssError:
    """Return the error with the number of attempts in its text (an ApiError has it already)."""
    if isinstance(error, ApiError) or attempts == 1:
        return error
    return type(error)(f"{error} ({attempts} attempts)")


def _too_late(asked: _Asked[_T]) -> CssTimeoutError:
    return CssTimeoutError(f"no answer from {asked.url} within {asked.deadline.seconds:g} s")


def _still_arriving(url: str, deadline: Deadline) -> CssTimeoutError:
    return CssTimeoutError(f"the answer from {url} was still arriving after {deadline.seconds:g} s")
