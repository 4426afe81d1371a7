"""What the tests of `css-logs` share: the installed command as a real process, and records."""

from __future__ import annotations

from tests.support.css_logs import css_logs, record

__all__ = ("css_logs", "record")
