"""A server for the worst bodies."""

from __future__ import annotations

from tests.support.odd_server import answering

__all__ = ("answering",)
