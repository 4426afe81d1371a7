"""Where the tests of the engine's tool take releases from."""

from __future__ import annotations

from tests.support.release_server import certificate, release_server

__all__ = ("certificate", "release_server")
