"""Serves the plugin to the engine on a loopback port, which it writes to standard output."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

import grpc
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from .._pulumi.cancellation import cancel_all
from .provider import CssProvider

# Long enough to return the errors of cancelled calls, too short to keep anyone waiting.
_GRACE_SECONDS = 2.0


def serve_provider() -> None:
    """Serve until SIGINT or SIGTERM, then cancel all calls."""
    # Where the event loop does not support signals (on Windows), Ctrl-C raises Python's own exception.
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve())


async def _serve() -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    server = grpc.aio.server()
    add_ResourceProviderServicer_to_server(CssProvider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await stopping.wait()
    cancel_all()
    await server.stop(_GRACE_SECONDS)
