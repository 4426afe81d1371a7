"""The small machine on which the engine's tool runs."""

from __future__ import annotations

from tests.support.engine_machine import machine
from tests.support.release_server import certificate, release_server

__all__ = ("certificate", "machine", "release_server")
