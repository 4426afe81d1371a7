"""Records in the API's form."""

from __future__ import annotations

from tests.support.css_logs import record

__all__ = ("record",)
