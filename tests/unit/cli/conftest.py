"""Records in the API's form, and an account with clusters in two regions."""

from __future__ import annotations

from tests.support.account import account, half, run
from tests.support.css_logs import record

__all__ = ("account", "half", "record", "run")
