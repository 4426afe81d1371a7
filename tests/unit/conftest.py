"""What unit tests share: emulators, a server for odd answers, clients that do not wait, and `css-logs`."""

from __future__ import annotations

from tests.support.clients import connect, make_transport, no_client_is_left_over, pauses, transport
from tests.support.css_logs import css_logs_forks, forked_css_logs
from tests.support.emulators import emulator, start, start_emulator
from tests.support.odd_server import answering
from tests.support.ports import closed_port
from tests.support.raw_server import serving

__all__ = (
    "answering",
    "closed_port",
    "connect",
    "css_logs_forks",
    "emulator",
    "forked_css_logs",
    "make_transport",
    "no_client_is_left_over",
    "pauses",
    "serving",
    "start",
    "start_emulator",
    "transport",
)
