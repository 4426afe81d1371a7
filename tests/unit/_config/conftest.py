"""What the tests of settings share: the installed command as a real process."""

from __future__ import annotations

from tests.support.css_logs import css_logs

__all__ = ("css_logs",)
