"""What the tests of reports share: a real Chromium that looks at pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.chromium import axe, browser

__all__ = ("Looked", "axe", "browser", "look")


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
