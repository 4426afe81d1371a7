"""The README's programs run on the real engine, too."""

from __future__ import annotations

from tests.support.emulators import emulator, start
from tests.support.engine import engine_is_on_path, new_project

__all__ = ("emulator", "engine_is_on_path", "new_project", "start")
