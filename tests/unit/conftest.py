"""What unit tests share: emulators, a server for odd answers, and clients that do not wait."""

from __future__ import annotations

from tests.support.clients import connect, make_transport, no_client_is_left_over, pauses, transport
from tests.support.emulators import emulator, start, start_emulator
from tests.support.odd_server import answering

__all__ = (
    "answering",
    "connect",
    "emulator",
    "make_transport",
    "no_client_is_left_over",
    "pauses",
    "start",
    "start_emulator",
    "transport",
)
