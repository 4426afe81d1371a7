"""A clock to move, and a signed question to ask with."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from pulumi_huaweicloud_css._api.signing import DATE_FORMAT, DATE_HEADER, auth_for
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Emulator

from tests.support.clock import Clock

Ask = Callable[..., requests.Response]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach this machine directly, whatever proxy is set on it."""
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at a fixed time."""
    return Clock(1_800_000_000.0)


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
            data: bytes | None = None,
            **parameters: Any,
        ) -> requests.Response:
            path = path or f"/v1.0/{emulator.project_id}/clusters/{emulator.cluster_id}/logs/records"
            date = datetime.fromtimestamp(time.time() if at is None else at, UTC).strftime(DATE_FORMAT)
            return session.request(
                method,
                emulator.endpoint + path,
                params=parameters,
                data=data,
                headers={DATE_HEADER: date, **(headers or {})},
                auth=auth_for(credentials or Credentials(emulator.access_key, emulator.secret_key)),
                timeout=30,
            )

        yield ask
