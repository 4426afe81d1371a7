"""The page for readers with disabilities, as axe-core judges it in a real browser: contrast, names, structure."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css.report import ClusterReport

from tests.support.clusters import called, judged, made_up, page_of, record


@pytest.fixture(scope="module")
def clusters():
    """Return clusters of every state, with every kind of backup, failures and tables."""
    return (
        made_up("good", count=20, fail_every=6),
        made_up("busy", count=1, running=True, newest_age=3_600),
        judged(record("FAIL", 1, failed_msg="no bucket"), record("PAUSED", 2), record("RUNNING", 40, None), name="bad"),
        ClusterReport("away", "error", "away: CSS returned HTTP 404."),
        judged(name="empty"),
    )


@pytest.fixture(scope="module")
def text(clusters):
    """Return the page about them."""
    return page_of(*clusters)


@pytest.fixture(scope="module")
def text_of_regions(clusters):
    """Return the page about them with names, of which some are alike, in three regions."""
    regions = ("cn-north-4", "ap-southeast-3", None)
    return page_of(*(called(one, f"prod-{n % 2}", regions[n % 3], n) for n, one in enumerate([*clusters, *clusters])))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("which", ["text", "text_of_regions"])
def test_axe_finds_nothing(look, axe, request, which, scheme, width):
    """Contrast, names and structure pass all of axe-core's rules, in light and dark, wide and narrow."""
    page = look(request.getfixturevalue(which), color_scheme=scheme, viewport={"width": width, "height": 900}).page
    for summary in page.locator("summary").all():
        summary.click()
    page.evaluate(axe)
    found = page.evaluate("axe.run(document)")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert "color-contrast" in {one["id"] for one in found["passes"]}


def test_axe_would_find_something(look, axe):
    """A page with an unnamed button and faint text does not pass, so that passing means something."""
    page = look("<!doctype html><title>x</title><button></button><p style='color:#ddd;background:#fff'>faint").page
    page.evaluate(axe)
    found = {one["id"] for one in page.evaluate("axe.run(document)")["violations"]}
    assert {"button-name", "color-contrast", "html-has-lang"} <= found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_stand_out_from_the_paper(look, text, scheme):
    """Each kind of mark has a contrast of 3:1 or more with the paper (WCAG 1.4.11), which axe does not check."""
    page = look(text, color_scheme=scheme).page
    colours = page.evaluate(
        "['--paper', '--band', '--s', '--f', '--r', '--o']"
        ".map((name) => getComputedStyle(document.body).getPropertyValue(name))"
    )
    behind, marks = colours[:2], colours[2:]
    assert all(_contrast(mark, paper) >= 3 for mark in marks for paper in behind)


def _contrast(one, other):
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour):
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
