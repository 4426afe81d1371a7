"""A real Chromium and axe-core, as fixtures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tools.machinery.axe import NoAxeError, axe_script
from tools.machinery.browser import NoBrowserError, chromium

PATIENCE_MS = 120_000  # only a failure ever takes so long; Playwright's own 5 s are little where a machine is slow

expect.set_options(timeout=PATIENCE_MS)


def _missing(error: Exception) -> None:
    """Skip where somebody's machine has no browser; in CI that is a failure, or nobody would notice."""
    if os.environ.get("CI") == "true":
        pytest.fail(str(error))
    pytest.skip(str(error))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run one Chromium for the tests of a file; no longer, for Playwright has an event loop that others would meet."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(chromium())
        except NoBrowserError as error:
            _missing(error)
        yield running


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the source of axe-core."""
    try:
        return axe_script()
    except NoAxeError as error:
        _missing(error)
        raise
