"""The emulator as a pytest fixture.

In the root `conftest.py` of your tests:

    pytest_plugins = ["pulumi_huaweicloud_css.emulator.pytest_plugin"]

or, in any `conftest.py`, ``from pulumi_huaweicloud_css.emulator.pytest_plugin import css_emulator``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .._config.table import AGENCY_VARIABLES, SETTINGS
from . import Emulator

__all__ = ["css_emulator"]


@pytest.fixture
def css_emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """Serve the API on this machine for one test, and point the environment's settings at it.

    The test's own settings are set aside, so that no request goes anywhere else. A test that needs other clusters
    or records calls `Emulator.set_records` and the like, or starts an `Emulator` of its own.
    """
    names = {name for setting in SETTINGS for name in (setting.terraform, setting.sdk, setting.sample) if name}
    for name in names | set(AGENCY_VARIABLES.values()):
        monkeypatch.delenv(name, raising=False)
    with Emulator() as emulator:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        yield emulator
