"""What the tests of reports share: a real Chromium that looks at pages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tools.machinery.axe import NoAxeError, axe_script
from tools.machinery.browser import NoBrowserError, chromium


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


@dataclass
class Looked:
    """A page in a tab, what it wanted to load, and what it complained about."""

    page: Page
    wanted: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def look(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Looked]]:
    """Open texts as pages; keywords are those of a browser's context. Nothing may be loaded or complained about."""
    opened: list[Looked] = []

    def open_text(text: str, name: str = "report.html", **context: Any) -> Looked:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        page = browser.new_page(**{"timezone_id": "UTC", "viewport": {"width": 1280, "height": 900}, **context})
        looked = Looked(page)
        page.on("request", lambda request: looked.wanted.append(request.url))
        page.on("console", lambda message: looked.complaints.append(message.text))
        page.on("pageerror", lambda error: looked.complaints.append(str(error)))
        page.on("dialog", lambda dialog: looked.complaints.append(dialog.message))
        page.goto(path.as_uri())
        opened.append(looked)
        return looked

    yield open_text
    for looked in opened:
        looked.page.close()
        assert looked.complaints == []
        assert [url for url in looked.wanted if not url.endswith((".html", ".svg")) and url != "data:,"] == []
