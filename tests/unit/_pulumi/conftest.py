"""Pulumi's mocks."""

from __future__ import annotations

from tests.support.pulumi_mocks import mocks

__all__ = ("mocks",)
