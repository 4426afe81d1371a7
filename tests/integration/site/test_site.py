"""The documentation's pages as readers see them, in a real browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from tests.support import ROOT

# A page of each kind: an overview with a picture, code, wide tables, long words in tables, and generated signatures.
LOOKED_AT = ("", "quickstart/", "settings/", "faults/", "python/")


@pytest.fixture
def tab(browser, request, address):
    """Open a tab in a colour scheme and a width; it may ask nobody but the site, and complain about nothing."""
    scheme, width = request.param
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    wanted, complaints = [], []
    page.on("request", lambda asked: wanted.append(asked.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert wanted
    assert [url for url in wanted if not url.startswith(f"{address}/")] == []
    assert complaints == []


@pytest.mark.parametrize("tab", [("light", 1280), ("dark", 390)], indirect=True, ids=["light, wide", "dark, narrow"])
def test_axe_finds_nothing(tab, address, axe):
    """Contrast, names and structure pass all of axe-core's rules, and no page is wider than the window."""
    for page in LOOKED_AT:
        tab.goto(f"{address}/{page}")
        tab.evaluate(axe)
        found = tab.evaluate("axe.run(document)")
        assert [(page, one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
        assert "color-contrast" in {one["id"] for one in found["passes"]}
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("tab", [("light", 1280)], indirect=True, ids=[""])
@pytest.mark.parametrize(
    ("typed", "title", "page"),
    [("half a key pair", "Errors and troubleshooting", "errors"), ("HW_ACCESS_KEY", "Settings", "settings")],
)
def test_the_search_finds_texts_and_names(tab, address, typed, title, page):
    """A reader who types an error's text or a variable's name gets its page, without a server behind the site."""
    tab.goto(f"{address}/")
    tab.get_by_role("textbox", name="Search").press_sequentially(typed)  # the page listens to keys, not to pasting
    tab.locator(".md-search-result__link", has_text=title).first.click()
    tab.wait_for_url(f"**/{page}/**")


def test_no_page_names_another_host_to_load_from(built):
    """Scripts, styles, pictures and frames of every page are the site's own."""
    pages = list(built.rglob("*.html"))
    assert len(pages) > 20
    loads = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=["']?(?:https?:)?//[^>]*>""")
    assert [(page.name, tag) for page in pages for tag in loads.findall(page.read_text())] == []


def test_a_link_to_a_section_that_is_not_there_is_an_error(built, tmp_path):
    """The build that passed would not have with a wrong anchor, so links of all pages lead somewhere."""
    for name in ("provider", "tools", "DESIGN.md", "CHANGELOG.md"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    with (tmp_path / "docs" / "reports.md").open("a") as page:
        page.write("\n[nowhere](gates.md#nowhere)\n")
    mkdocs = built.parent / "docs" / "venv" / "bin" / "mkdocs"
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run([mkdocs, "build"], cwd=tmp_path, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode != 0
    assert "does not contain an anchor '#nowhere'" in done.stderr
