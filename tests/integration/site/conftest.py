"""The documentation as a site, built by make and served to a real browser."""

from __future__ import annotations

import functools
import http.server
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.chromium import axe, browser

__all__ = ("axe", "browser")


@pytest.fixture(scope="session")
def built() -> Path:
    """Build the site, and return its folder."""
    done = subprocess.run(["make", "docs"], cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / "build" / "site"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Print nothing about requests."""


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    """Serve the site on this machine."""
    handler = functools.partial(_Quiet, directory=str(built))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
