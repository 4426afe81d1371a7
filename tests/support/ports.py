"""A port that refuses connections."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port where nobody listens; it is held, so that the system gives it to no other test.

    On Linux a server of the test itself can still take it: while nobody listens, addresses may be shared by those who
    ask for it, as servers do.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
