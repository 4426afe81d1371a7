"""Running the emulator in the foreground, for the command line, until SIGINT or SIGTERM comes."""

from __future__ import annotations

import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .running import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .server import AccessLog
    from .site import Site

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def serve(
    site: Site | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    on_ready: Callable[[str], None] | None = None,
    access_log: AccessLog | None = None,
    faults: Sequence[str] = (),
    latency: float = 0.0,
) -> None:
    """Serve until SIGINT (Ctrl-C) or SIGTERM, then stop and return. Call it on the main thread.

    Args:
        site: what is served; None: the default project and cluster with made-up records.
        host: a loopback address, or ``localhost``.
        port: the TCP port; 0: any free one.
        on_ready: called once, with the endpoint, when requests are accepted.
        access_log: called on another thread with one line for each response: method, path, query, status, request id.
        faults: faults to inject, each as ``NAME`` or ``NAME:TIMES``; see `Emulator`.
        latency: seconds by which each response of the API is delayed.

    Raises:
        ArgumentError: the host is not loopback, the site's records are not records of this API, or a fault is unknown.
        EmulatorError: the port is not available.
    """
    emulator = Emulator(site=site, host=host, port=port, access_log=access_log, faults=faults, latency=latency)
    with _signals() as received, emulator:
        if on_ready is not None:
            on_ready(emulator.endpoint)
        while received.recv(1)[0] not in _SIGNALS:
            pass  # it is another one that the program handles


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """Have the signals written into a socket while inside.

    A handler that sets an Event could find the main thread in the middle of waiting for it, holding its lock; and
    on Windows such a wait would not end at all.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    handlers = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
    descriptor = signal.set_wakeup_fd(writer.fileno())
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(descriptor)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        reader.close()
        writer.close()
