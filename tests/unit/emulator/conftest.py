"""Emulators to ask, a clock to move, and a signed question to ask with."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from pulumi_huaweicloud_css._api.signing import DATE_FORMAT, DATE_HEADER, auth_for
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Emulator

Ask = Callable[..., requests.Response]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time, Unix time in seconds."""
        return self.now


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach this machine directly, whatever proxy is set on it."""
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at a fixed time."""
    return Clock(1_800_000_000.0)


@pytest.fixture
def start() -> Iterator[Callable[..., Emulator]]:
    """Start emulators that are stopped at the end of the test."""
    with contextlib.ExitStack() as stack:
        yield lambda **settings: stack.enter_context(Emulator(**settings))


@pytest.fixture
def emulator(start: Callable[..., Emulator]) -> Emulator:
    """An emulator as it is by default."""
    return start()


@pytest.fixture
def ask() -> Iterator[Ask]:
    """Ask an emulator with a signed request: for a page of the first cluster, unless another path is given."""
    with requests.Session() as session:
        # What is set on this machine (proxies, .netrc) is no part of the test.
        session.trust_env = False

        def ask(
            emulator: Emulator,
            path: str | None = None,
            *,
            method: str = "GET",
            credentials: Credentials | None = None,
            at: float | None = None,
            headers: dict[str, str] | None = None,
            **parameters: Any,
        ) -> requests.Response:
            path = path or f"/v1.0/{emulator.project_id}/clusters/{emulator.cluster_id}/logs/records"
            date = datetime.fromtimestamp(time.time() if at is None else at, UTC).strftime(DATE_FORMAT)
            return session.request(
                method,
                emulator.endpoint + path,
                params=parameters,
                headers={DATE_HEADER: date, **(headers or {})},
                auth=auth_for(credentials or Credentials(emulator.access_key, emulator.secret_key)),
                timeout=30,
            )

        yield ask
