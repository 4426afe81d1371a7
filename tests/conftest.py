"""What all tests share: an environment without anybody's own settings."""

from __future__ import annotations

import os

import hypothesis
import pytest

# A time limit on each example would be a timed assertion.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

_OURS = ("HW_", "HUAWEICLOUD_", "CLOUD_SDK_", "PULUMI_")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the caller's keys and regions out of every test."""
    for name in list(os.environ):
        if name.startswith(_OURS):
            monkeypatch.delenv(name)
