"""One HTTP conversation with one deadline: retries, time limits, a limit on the body, no redirects.

Retried: connection errors, timeouts, 429, 5xx, and 202 with CSS.0011 ("try again later"); with exponential backoff
and jitter, or as the server's Retry-After says. Each attempt is signed afresh. Nothing else is tried again. A 429
holds back all requests to the site, see `pacing`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
import urllib3
from requests.auth import AuthBase

from ._version import __version__
from .connection_errors import connection_error, is_tls_failure
from .credentials import Credentials
from .cutting import CutOff, CuttableAdapter
from .endpoints import is_loopback
from .errors import ApiError, CssConnectionError, CssError, CssTimeoutError, InvalidResponseError
from .pacing import Pacer, pause_seconds
from .question import MAX_PARALLELISM
from .refusal import read_refusal

DEADLINE_SECONDS = 60.0
MAX_BODY_BYTES = 64 * 1024 * 1024

_CONNECT_SECONDS = 10.0
_READ_SECONDS = 30.0
_CHUNK_BYTES = 1024 * 1024
_HEADERS = {
    "User-Agent": f"pulumi-huaweicloud-css/{__version__}",
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "Content-Type": "application/json",
}


class Deadline:
    """A point in time until which everything must be done."""

    def __init__(self, seconds: float = DEADLINE_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def remaining(self) -> float:
        """Return how many seconds are left; 0 or less when the time is up."""
        return self._end - self._clock()


@dataclass(frozen=True)
class Answer:
    """A whole HTTP answer; the headers are looked up without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class _Host:
    """What all requests to one host share: proxies and certificates, and the pace."""

    connection_settings: Mapping[str, Any]
    pacer: Pacer


@dataclass(frozen=True)
class _Trouble:
    """Why an attempt failed, how long to wait before the next, and for which hold of the site's that wait counts."""

    error: CssError
    pause: float
    hold: int


class Transport:
    """Sends GET requests for one set of credentials. Safe to share between threads.

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
        self._sleep = sleep
        self._adapter = CuttableAdapter(pool_connections=4, pool_maxsize=pool_size, max_retries=0)
        self._hosts: dict[str, _Host] = {}
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
        """Return a successful answer.

        Args:
            url: the address without a query.
            parameters: the query's parameters.
            auth: signs each attempt.
            deadline: bounds all attempts together, and the waits between them.
            service: which service is asked, for errors.

        Raises:
            CssTimeoutError: the deadline passed.
            CssConnectionError: no connection, or it broke, also after retries.
            ApiError: the server refused, also after retries.
            InvalidResponseError: the body is too large.
        """
        host = self._host(url)
        waited = 0
        for attempt in count(1):
            outcome = self._take_turn(url, parameters, auth, deadline, host, service, attempt, waited)
            if isinstance(outcome, Answer):
                return outcome
            if attempt > self._max_retries or outcome.pause >= deadline.remaining():
                raise _with_attempts(outcome.error, attempt)
            self._sleep(outcome.pause)
            waited = outcome.hold
        raise AssertionError("unreachable: count() has no end")

    def _take_turn(
        self,
        url: str,
        parameters: Mapping[str, str],
        auth: AuthBase,
        deadline: Deadline,
        host: _Host,
        service: str,
        attempt: int,
        waited: int,
    ) -> Answer | _Trouble:
        """Send one request when its turn comes; return its answer, or what may pass when it is tried again."""
        with host.pacer.turn(deadline.remaining, waited) as hold:
            if hold is None:
                raise CssTimeoutError(f"{url} could not be asked within {deadline.seconds:g} s: {service} is throttled")
            try:
                answer = self._attempt(url, parameters, auth, deadline, host)
            except _FinalError as final:
                raise final.error from None
            except CssConnectionError as broken:
                return _Trouble(broken, pause_seconds(attempt, None), hold)
            refusal = self._refusal(answer, service)
            if refusal is None:
                host.pacer.succeeded()
                return answer
            refusal.attempts = attempt
            if not refusal.may_pass:
                raise refusal
            retry_after = answer.headers.get("Retry-After")
            pause = pause_seconds(attempt, retry_after)
            if refusal.status != HTTPStatus.TOO_MANY_REQUESTS:
                return _Trouble(refusal, pause, hold)
            pause = host.pacer.throttled(hold, pause, told=retry_after is not None)
            return _Trouble(refusal, pause, host.pacer.holds)

    def _refusal(self, answer: Answer, service: str) -> ApiError | None:
        return read_refusal(
            answer.status,
            answer.headers,
            answer.body,
            service=service,
            source=self.credentials.source,
            redact=self.credentials.redact,
        )

    def _attempt(
        self, url: str, parameters: Mapping[str, str], auth: AuthBase, deadline: Deadline, host: _Host
    ) -> Answer:
        left = deadline.remaining()
        late = _FinalError(CssTimeoutError(f"no answer from {url} within {deadline.seconds:g} s"))
        if left <= 0:
            raise late
        request = requests.PreparedRequest()
        request.prepare("GET", f"{url}?{urlencode(parameters)}" if parameters else url, headers=_HEADERS, auth=auth)
        with CutOff(left) as cut_off:
            try:
                # The adapter itself, because a session looks into redirects even where it does not follow them.
                with self._adapter.send(
                    request,
                    timeout=(min(_CONNECT_SECONDS, left), min(_READ_SECONDS, left)),
                    **host.connection_settings,
                ) as response:
                    late = _FinalError(_still_arriving(url, deadline))
                    answer = Answer(response.status_code, response.headers, _read_body(response, url, deadline))
            except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                # A read's own limit can be the deadline too, and may be noticed before the cut.
                if cut_off.done or deadline.remaining() <= 0:
                    raise late from None
                broken = connection_error(url, error, self.credentials.redact)
                raise (_FinalError(broken) if is_tls_failure(error) else broken) from None
            if cut_off.done:
                raise late
            return answer

    def _host(self, url: str) -> _Host:
        """Return what is known of a URL's host; looked up in the environment when it is first asked."""
        parts = urlsplit(url)
        name = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            if name not in self._hosts:
                with requests.Session() as session:
                    found = session.merge_environment_settings(url, _proxies(url), True, self._verify, None)
                self._hosts[name] = _Host(dict(found), Pacer())
            return self._hosts[name]


def _proxies(url: str) -> dict[str, Any]:
    """Return no proxy for this machine: proxies are for the world outside. Else the environment decides."""
    return {"http": None, "https": None, "all": None} if is_loopback(url) else {}


class _FinalError(Exception):
    """Carries an error past the retries."""

    def __init__(self, error: CssError) -> None:
        super().__init__(error)
        self.error = error


def _with_attempts(error: CssError, attempts: int) -> CssError:
    """Return the error with the number of attempts in its text (an ApiError has it already)."""
    if isinstance(error, ApiError) or attempts == 1:
        return error
    return type(error)(f"{error} ({attempts} attempts)")


def _read_body(response: requests.Response, url: str, deadline: Deadline) -> bytes:
    """Read the whole body as it arrives, checking its size and the deadline after each piece."""
    chunks: list[bytes] = []
    size = 0
    while True:
        chunk = response.raw.read1(_CHUNK_BYTES, decode_content=True)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise _FinalError(
                InvalidResponseError(f"the answer from {url} is larger than {MAX_BODY_BYTES // 2**20} MiB")
            )
        if deadline.remaining() <= 0:
            raise _FinalError(_still_arriving(url, deadline))


def _still_arriving(url: str, deadline: Deadline) -> CssTimeoutError:
    return CssTimeoutError(f"the answer from {url} was still arriving after {deadline.seconds:g} s")
