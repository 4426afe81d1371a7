"""What the package logs, as lines."""

from __future__ import annotations

from tests.support.logged import log

__all__ = ("log",)
