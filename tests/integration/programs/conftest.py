"""An emulator for programs to ask."""

from __future__ import annotations

from tests.support.emulators import emulator, start

__all__ = ("emulator", "start")
