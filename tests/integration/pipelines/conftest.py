"""What the tests of pipelines share: emulators to ask."""

from __future__ import annotations

from tests.support.emulators import emulator, start, start_emulator

__all__ = ("emulator", "start", "start_emulator")
