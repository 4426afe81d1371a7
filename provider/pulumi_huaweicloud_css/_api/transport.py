"""Sends requests, each with retries and one deadline; all requests to a site share one rate limit.

Connection errors, timeouts, 429, 5xx and 202 with CSS.0011 ("try again later") are retried with exponential backoff
and jitter, or as the server's Retry-After says; nothing else is. Each attempt is signed anew. A 429 throttles all
requests to the site, see `throttle`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import urlsplit

from requests.auth import AuthBase

from .._config.credentials import Credentials, KnownCredentials
from .._log import LOGGER
from .._text import sanitize
from .._threads import after_fork
from .._validation import MAX_PARALLELISM
from ..errors import ApiError, CssConnectionError, CssError, CssTimeoutError
from .adapter import CuttableAdapter
from .attempt import Attempt, FinalError, Reader, RefusedError, Request, Response
from .deadline import Deadline
from .hosts import Host
from .throttle import pause_seconds

_T = TypeVar("_T")


class _Failure(NamedTuple):
    """Why an attempt failed, how many seconds to wait before the next, and the site's cooldown that this covers."""

    error: CssError
    pause: float
    cooldown: int


@dataclass(frozen=True)
class _Success(Generic[_T]):
    """The parsed response."""

    value: _T


class Transport:
    """Sends requests for one set of credentials. Safe to share between threads, and with forked processes.

    Connections are pooled across threads, which urllib3's pools support. A `requests` session is not documented to be
    thread-safe, and searches the environment for proxies at every request; here that is done once for each host.

    Args:
        credentials: only to redact secrets in errors, and to name their source in hints.
        max_retries: how often a request is retried.
        insecure: True to accept any TLS certificate.
        sleep: waits for a number of seconds between two attempts; replaceable for tests.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        max_retries: int,
        insecure: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.credentials = KnownCredentials(credentials)
        self._max_retries = max_retries
        # None leaves it to the environment (REQUESTS_CA_BUNDLE), which takes precedence over a session's False.
        self._verify = False if insecure else None
        self._sleep = sleep
        self._inherited: list[CuttableAdapter] = []
        self._adapter = self._new_adapter()
        self._hosts: dict[str, Host] = {}
        self._lock = threading.Lock()
        after_fork(self)

    def renew(self) -> None:
        """Replace connections and locks in a forked process; the inherited ones belong to the parent."""
        self._inherited.append(self._adapter)  # not even closed: its locks may be held for ever
        self._adapter = self._new_adapter()
        self._hosts = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the pooled connections."""
        self._adapter.close()

    def get(self, url: str, parameters: Mapping[str, str], auth: AuthBase, deadline: Deadline) -> Response:
        """Return a successful response, and close its connection; see `request`."""
        return self.request(url, parameters, auth, deadline, lambda response: (response, False))

    def request(
        self,
        url: str,
        parameters: Mapping[str, str],
        auth: AuthBase,
        deadline: Deadline,
        read: Reader[_T],
        *,
        service: str = "CSS",
        body: bytes | None = None,
        fresh: bool = False,
        source: str | None = None,
        retry: bool = True,
    ) -> _T:
        """Send a GET request, and return a successful response, parsed.

        Args:
            url: the URL without a query string.
            parameters: the query parameters.
            auth: signs each attempt.
            deadline: bounds all attempts together, and the waits between them.
            read: parses a response; also returns whether it is proved to belong to this request, in which case its
                connection may be reused.
            service: the name of the service, for errors.
            body: what to send by POST, perhaps more than once; None: a GET.
            fresh: whether to use a new connection at once, because `read` cannot prove anything.
            source: where the keys came from that sign it, for hints; None: where the client's current ones did.
            retry: False to send the request once only.

        Raises:
            CssTimeoutError: the deadline passed.
            CssConnectionError: no connection, or it broke, also after retries.
            ApiError: the server returned an error, also after retries.
            InvalidResponseError: the response is incomplete or too large; also what `read` raises.
            SettingsError: the environment's proxy cannot be used.
        """
        request = Request(url, parameters, auth, deadline, read, service, body, fresh, source)
        waited = 0
        for attempt in count(1):
            outcome = self._attempt(request, attempt, waited)
            if isinstance(outcome, _Success):
                return outcome.value
            if not retry or attempt > self._max_retries or outcome.pause >= deadline.remaining():
                raise _with_attempts(outcome.error, attempt)
            if LOGGER.isEnabledFor(logging.INFO):
                self._log_retry(request, attempt, outcome)
            self._sleep(outcome.pause)
            waited = outcome.cooldown
        raise AssertionError("unreachable: count() has no end")

    def _attempt(self, request: Request[_T], attempt: int, waited: int) -> _Success[_T] | _Failure:
        """Send the request as soon as the limiter allows; return the response, or a failure that can be retried."""
        host, deadline = self._host(request.url), request.deadline
        with host.limiter.acquire(deadline.remaining, waited) as cooldown:
            if cooldown is None:
                raise CssTimeoutError(
                    f"{request.url} could not be requested within {deadline.seconds:g} s: "
                    f"{request.service} throttles requests"
                )
            try:
                value = Attempt(request, attempt, host, self._adapter, self.credentials).run()
            except FinalError as final:
                raise final.error from None
            except CssConnectionError as broken:
                return _Failure(broken, pause_seconds(attempt, None), cooldown)
            except RefusedError as refused:
                error, retry_after = refused.error, refused.retry_after
                error.attempts = attempt
                if not error.retryable:
                    raise error from None
                pause = pause_seconds(attempt, retry_after)
                if error.status != HTTPStatus.TOO_MANY_REQUESTS:
                    return _Failure(error, pause, cooldown)
                pause = host.limiter.throttled(cooldown, pause, by_server=retry_after is not None)
                return _Failure(error, pause, host.limiter.cooldowns)
            host.limiter.succeeded()
            return _Success(value)

    def _log_retry(self, request: Request[_T], attempt: int, failure: _Failure) -> None:
        url, reason = (
            sanitize(self._host(request.url).redact(self.credentials.redact_wholly(text)))
            for text in (request.url, str(failure.error))
        )
        LOGGER.info(
            "%s %s, attempt %d failed: %s; retried in %.2f s", request.method, url, attempt, reason, failure.pause
        )

    def _new_adapter(self) -> CuttableAdapter:
        return CuttableAdapter(pool_connections=4, pool_maxsize=MAX_PARALLELISM, max_retries=0)

    def _host(self, url: str) -> Host:
        """Return the settings of a URL's host, read from the environment once."""
        parts = urlsplit(url)
        name = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            if name not in self._hosts:
                self._hosts[name] = Host.of(url, verify=self._verify, redact=self.credentials.redact)
            return self._hosts[name]


def _with_attempts(error: CssError, attempts: int) -> CssError:
    """Return the error with the number of attempts in its text (an ApiError has it already)."""
    if isinstance(error, ApiError) or attempts == 1:
        return error
    return type(error)(f"{error} ({attempts} attempts)")
