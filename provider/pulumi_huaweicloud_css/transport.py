"""One HTTP conversation with one deadline: retries, time limits, a limit on the body, no redirects.

Retried: connection errors, timeouts, 429, 5xx, and 202 with CSS.0011 ("try again later"); with exponential backoff
and jitter, or as the server's Retry-After says. Each attempt is signed afresh. Nothing else is tried again.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.auth import AuthBase
from urllib3.util.retry import Retry

from ._version import __version__
from .credentials import Credentials
from .cutting import CutOff, CuttableAdapter
from .endpoints import is_loopback
from .errors import ApiError, CssConnectionError, CssError, CssTimeoutError, MalformedAnswerError
from .printable import clean
from .refusal import RETRY_LATER_CODE, read_refusal

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
_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 10.0


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
        pool_size: int = 16,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.credentials = credentials
        self._max_retries = max_retries
        # None leaves it to the environment (REQUESTS_CA_BUNDLE), which counts before a False of the session's.
        self._verify = False if insecure else None
        self._sleep = sleep
        self._adapter = CuttableAdapter(pool_connections=4, pool_maxsize=pool_size, max_retries=0)
        self._by_host: dict[str, dict[str, Any]] = {}

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
            MalformedAnswerError: the body is too large.
        """
        for attempt in count(1):
            retry_after: str | None = None
            error: CssError
            try:
                answer = self._attempt(url, parameters, auth, deadline)
            except _FinalError as final:
                raise final.error from None
            except CssConnectionError as broken:
                error = broken
            else:
                refusal = self._refusal(answer, service)
                if refusal is None:
                    return answer
                refusal.attempts = attempt
                if not _is_transient(refusal):
                    raise refusal
                error, retry_after = refusal, answer.headers.get("Retry-After")
            seconds = _pause_seconds(attempt, retry_after)
            if attempt > self._max_retries or seconds >= deadline.remaining():
                raise _with_attempts(error, attempt)
            self._sleep(seconds)
        raise AssertionError("unreachable: count() has no end")

    def _refusal(self, answer: Answer, service: str) -> ApiError | None:
        return read_refusal(
            answer.status,
            answer.headers,
            answer.body,
            service=service,
            source=self.credentials.source,
            redact=self.credentials.redact,
        )

    def _attempt(self, url: str, parameters: Mapping[str, str], auth: AuthBase, deadline: Deadline) -> Answer:
        left = deadline.remaining()
        late = _FinalError(CssTimeoutError(f"no answer from {url} within {deadline.seconds:g} s"))
        if left <= 0:
            raise late
        request = requests.PreparedRequest()
        request.prepare("GET", url, headers=_HEADERS, params=parameters, auth=auth)
        with CutOff(left) as cut_off:
            try:
                # The adapter itself, because a session looks into redirects even where it does not follow them.
                with self._adapter.send(
                    request,
                    timeout=(min(_CONNECT_SECONDS, left), min(_READ_SECONDS, left)),
                    **self._connection_settings(url),
                ) as response:
                    late = _FinalError(_still_arriving(url, deadline))
                    answer = Answer(response.status_code, response.headers, _read_body(response, url, deadline))
            except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                # A read's own limit can be the deadline too, and may be noticed before the cut.
                if cut_off.done or deadline.remaining() <= 0:
                    raise late from None
                raise self._failure(url, error) from None
            if cut_off.done:
                raise late
            return answer

    def _connection_settings(self, url: str) -> dict[str, Any]:
        """Return the proxies and certificates that the environment names for a URL's host."""
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._by_host:
            with requests.Session() as session:
                found = session.merge_environment_settings(url, _proxies(url), True, self._verify, None)
            self._by_host[host] = dict(found)
        return self._by_host[host]

    def _failure(self, url: str, error: Exception) -> Exception:
        """Return our error for one of the HTTP libraries'."""
        if isinstance(error, requests.exceptions.SSLError | urllib3.exceptions.SSLError):
            return _FinalError(
                CssConnectionError(
                    f"TLS to {url} failed: {self._plain(error)}. Check the endpoint and the certificate authorities "
                    "(REQUESTS_CA_BUNDLE); huaweicloud:insecure or HW_INSECURE=true accepts any certificate."
                )
            )
        if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
            return CssTimeoutError(f"no answer from {url} in time")
        return CssConnectionError(f"the connection to {url} failed: {self._plain(error)}")

    def _plain(self, error: BaseException) -> str:
        """Return the innermost reason of an HTTP library's error, without secrets."""
        seen = error
        while True:
            inner = getattr(seen, "reason", None)
            inner = (
                inner
                if isinstance(inner, BaseException)
                else next((part for part in seen.args if isinstance(part, BaseException)), None)
            )
            if inner is None:
                break
            seen = inner
        text = str(seen) or type(seen).__name__
        text = re.sub(r"^\w+\(host=[^()]*\): ", "", text)  # urllib3's way to say which connection
        return clean(self.credentials.redact(text.rpartition(">: ")[2] or text), 300)


def _proxies(url: str) -> dict[str, Any]:
    """Return no proxy for this machine: proxies are for the world outside. Else the environment decides."""
    return {"http": None, "https": None, "all": None} if is_loopback(url) else {}


class _FinalError(Exception):
    """Carries an error past the retries."""

    def __init__(self, error: CssError) -> None:
        super().__init__(error)
        self.error = error


def _is_transient(refusal: ApiError) -> bool:
    busy = refusal.status == 202 and refusal.code == RETRY_LATER_CODE
    return busy or refusal.status == 429 or refusal.status >= 500


def _with_attempts(error: CssError, attempts: int) -> CssError:
    """Return the error with the number of attempts in its text (an ApiError has it already)."""
    if isinstance(error, ApiError) or attempts == 1:
        return error
    return type(error)(f"{error} ({attempts} attempts)")


def _pause_seconds(attempt: int, retry_after: str | None) -> float:
    """Return how long to wait after an attempt: what Retry-After says (seconds or a date), else the backoff."""
    if retry_after:
        try:
            seconds: float = Retry().parse_retry_after(retry_after)
            return max(0.0, seconds)
        except (urllib3.exceptions.InvalidHeader, OverflowError, ValueError):
            pass  # one that cannot be read is as good as none
    longest: float = min(_LONGEST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2 ** (attempt - 1))
    return random.uniform(0.5, 1.0) * longest  # noqa: S311 - jitter, not a secret


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
                MalformedAnswerError(f"the answer from {url} is larger than {MAX_BODY_BYTES // 2**20} MiB")
            )
        if deadline.remaining() <= 0:
            raise _FinalError(_still_arriving(url, deadline))


def _still_arriving(url: str, deadline: Deadline) -> CssTimeoutError:
    return CssTimeoutError(f"the answer from {url} was still arriving after {deadline.seconds:g} s")
