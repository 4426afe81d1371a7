"""What the tests of `css-logs` share: the installed command as a real process, and emulators to ask."""

from __future__ import annotations

from tests.support.css_logs import css_logs, record
from tests.support.emulators import start, start_emulator

__all__ = ("css_logs", "record", "start", "start_emulator")
