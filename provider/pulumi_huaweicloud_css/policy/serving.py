"""Serves the pack to the engine on a loopback port, which it writes to standard output."""

from __future__ import annotations

import contextlib
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto.analyzer_pb2_grpc import add_AnalyzerServicer_to_server

from .analyzer import PackAnalyzer

# As in Pulumi's own SDKs: a stack policy is sent all resources of the stack in one message.
_LARGEST_MESSAGE = 400 * 1024 * 1024


def serve_analyzer() -> None:
    """Serve until the process is ended."""
    server = grpc.server(
        ThreadPoolExecutor(max_workers=4), options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE)]
    )
    add_AnalyzerServicer_to_server(PackAnalyzer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        server.wait_for_termination()
