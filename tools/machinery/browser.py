"""Opens reports in a real headless Chromium, for the tests and for the README's picture; Debian's package will do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

# No sandbox, because root has none; and nothing of what a browser does by itself, for it would reach for the network.
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowserError(Exception):
    """There is no Chromium on this machine."""


def find_chromium() -> str:
    """Return the path of a Chromium.

    Raises:
        NoBrowserError: there is none; the text says how to get one.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise NoBrowserError("no Chromium on PATH; install Debian's package chromium")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a Chromium with an empty profile of its own.

    Raises:
        NoBrowserError: there is none.
    """
    path = find_chromium()
    # Keys and proxies of whoever runs this are no business of a browser.
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_OPTIONS), env={**environment})
        try:
            yield browser
        finally:
            browser.close()
