"""One HTTP conversation with one deadline: retries, and one pace for all that ask the same site.

Retried: connection errors, timeouts, 429, 5xx, and 202 with CSS.0011 ("try again later"); with exponential backoff
and jitter, or as the server's Retry-After says. Each attempt is signed afresh. Nothing else is tried again. A 429
holds back all requests to the site, see `throttle`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from requests.auth import AuthBase

from .._config.credentials import Credentials
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
    """Sends requests for one set of credentials. Safe to share between threads, and with forked processes.

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
    ) -> Response:
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
        body: bytes | None = None,
        fresh: bool = False,
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
            body: what to send by POST; None: a GET. It may be sent more than once.
            fresh: whether to use a new connection at once, because `read` can prove nothing.

        Raises:
            CssTimeoutError: the deadline passed.
            CssConnectionError: no connection, or it broke, also after retries.
            ApiError: the server refused, also after retries.
            InvalidResponseError: the answer is not a whole one, too large, or what `read` raised.
            SettingsError: the environment's proxy cannot be used.
        """
        asked = Request(url, parameters, auth, deadline, read, service, body, fresh)
        waited = 0
        for attempt in count(1):
            outcome = self._take_turn(asked, attempt, waited)
            if isinstance(outcome, _Success):
                return outcome.value
            if attempt > self._max_retries or outcome.pause >= deadline.remaining():
                raise _with_attempts(outcome.error, attempt)
            if LOGGER.isEnabledFor(logging.INFO):
                self._log_retry(asked, attempt, outcome)
            self._sleep(outcome.pause)
            waited = outcome.hold
        raise AssertionError("unreachable: count() has no end")

    def _take_turn(self, asked: Request[_T], attempt: int, waited: int) -> _Success[_T] | _Trouble:
        """Ask when the question's turn comes; return what was read, or what may pass when it is asked again."""
        host, deadline = self._host(asked.url), asked.deadline
        with host.limiter.acquire(deadline.remaining, waited) as hold:
            if hold is None:
                raise CssTimeoutError(
                    f"{asked.url} could not be asked within {deadline.seconds:g} s: {asked.service} is throttled"
                )
            try:
                value = Attempt(asked, attempt, host, self._adapter, self.credentials).run()
            except FinalError as final:
                raise final.error from None
            except CssConnectionError as broken:
                return _Trouble(broken, pause_seconds(attempt, None), hold)
            except RefusedError as refused:
                refusal, retry_after = refused.error, refused.retry_after
                refusal.attempts = attempt
                if not refusal.retryable:
                    raise refusal from None
                pause = pause_seconds(attempt, retry_after)
                if refusal.status != HTTPStatus.TOO_MANY_REQUESTS:
                    return _Trouble(refusal, pause, hold)
                pause = host.limiter.throttled(hold, pause, told=retry_after is not None)
                return _Trouble(refusal, pause, host.limiter.cooldowns)
            host.limiter.succeeded()
            return _Success(value)

    def _log_retry(self, asked: Request[_T], attempt: int, trouble: _Trouble) -> None:
        url, reason = (
            sanitize(self._host(asked.url).redact(self.credentials.redact_wholly(text)))
            for text in (asked.url, str(trouble.error))
        )
        LOGGER.info(
            "%s %s, attempt %d failed: %s; retried in %.2f s", asked.method, url, attempt, reason, trouble.pause
        )

    def _new_adapter(self) -> CuttableAdapter:
        return CuttableAdapter(pool_connections=4, pool_maxsize=self._pool_size, max_retries=0)

    def _host(self, url: str) -> Host:
        """Return what is known of a URL's host; looked up in the environment when it is first asked."""
        parts = urlsplit(url)
        name = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            if name not in self._hosts:
                self._hosts[name] = Host.of(url, verify=self._verify)
            return self._hosts[name]


def _with_attempts(error: CssError, attempts: int) -> CssError:
    """Return the error with the number of attempts in its text (an ApiError has it already)."""
    if isinstance(error, ApiError) or attempts == 1:
        return error
    return type(error)(f"{error} ({attempts} attempts)")
