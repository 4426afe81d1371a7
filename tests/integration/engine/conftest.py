"""What the tests on the real engine share."""

from __future__ import annotations

from tests.support.emulators import emulator, start
from tests.support.engine import engine_is_on_path, new_project
from tests.support.ports import closed_port

__all__ = ("closed_port", "emulator", "engine_is_on_path", "new_project", "start")
