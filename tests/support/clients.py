"""Clients and transports that do not wait, and the ones that the package keeps for itself, closed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pulumi_huaweicloud_css._api import client as api_client
from pulumi_huaweicloud_css._api.client import CssClient
from pulumi_huaweicloud_css._api.transport import Transport
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css.emulator import Emulator

KEYS = {"HW_ACCESS_KEY": "TESTACCESSKEY", "HW_SECRET_KEY": "test-secret-key", "HW_PROJECT_ID": "0123456789abcdef" * 2}


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that clients of `connect` would have waited between attempts."""
    return []


@pytest.fixture
def connect(pauses: list[float]) -> Iterator[Callable[..., CssClient]]:
    """Make clients of an emulator, or of an address; they do not wait, and are closed at the end of the test.

    Besides the settings' environment variables, ``timeout`` and ``sleep`` may be given.
    """
    with contextlib.ExitStack() as stack:

        def connect(where: Any, *, timeout: float = 60.0, sleep: Any = None, **variables: str | None) -> CssClient:
            given = where.environment() if isinstance(where, Emulator) else KEYS
            environ = {name: value for name, value in {**given, **variables}.items() if value is not None}
            endpoint = None if isinstance(where, Emulator) else str(where)
            settings = resolve(endpoint=endpoint, environ=environ)
            transport = Transport(
                settings.credentials,
                max_retries=settings.max_retries,
                insecure=settings.insecure,
                sleep=sleep or pauses.append,
            )
            return stack.enter_context(CssClient(timeout=timeout, _settings=settings, _transport=transport))

        yield connect


@pytest.fixture
def make_transport(pauses: list[float]) -> Iterator[Callable[..., Transport]]:
    """Make transports that do not wait between their retries; they are closed at the end of the test."""
    with contextlib.ExitStack() as stack:

        def make(max_retries: int, sleep: Callable[[float], None] = pauses.append) -> Transport:
            transport = Transport(Credentials(token="t"), max_retries=max_retries, sleep=sleep)
            stack.callback(transport.close)
            return transport

        yield make


@pytest.fixture
def transport(make_transport: Callable[..., Transport]) -> Transport:
    """A transport with five retries."""
    return make_transport(5)


@contextmanager
def fresh_clients(**arguments: Any) -> Iterator[None]:
    """Have queries of this block make clients of their own, which are closed at its end.

    The package keeps its clients for all queries of a process; so no test meets the connections of another.

    Args:
        arguments: given to each client beside its settings, such as ``timeout``.
    """
    made: list[CssClient] = []

    class Noted(CssClient):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **{**arguments, **named})
            made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api_client, "CssClient", Noted)
        api_client._shared_client.cache_clear()
        try:
            yield
        finally:
            api_client._shared_client.cache_clear()
            for client in made:
                client.close()


@pytest.fixture(autouse=True)
def no_client_is_left_over() -> Iterator[None]:
    """Give each test clients of its own."""
    with fresh_clients():
        yield
