"""The pictures on their own, in a real browser: whole at any width, and no label is cut."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css.report import ClusterReport
from pulumi_huaweicloud_css.report.render import FORMS

from tests.support.clusters import NOW, called, judged, made_up, record

SVG = "{http://www.w3.org/2000/svg}"
AWAY = ClusterReport("away", "error", "away: CSS returned HTTP 404.")
LONG = "search-platform-production-" * 5 + "replica (project 0123456789abcdef0123456789abcdef)"
NAMES = [
    LONG,
    "W" * 200,
    "O" * 200,
    "#=~w" * 50,
    "b" * 200,
    "\u65e5" * 200,
    "\U0001f600" * 200,
    "i" * 200,
    "4213d908-f5dc-4633-8401-cfd7175fca0c",
]


def picture(*clusters, form="svg"):
    """Return the picture of clusters."""
    return FORMS[form](clusters, Gate(), now=NOW)


def shown_names(text):
    """Return the whole name of each cluster in a picture, put together from its lines."""
    headings = [text for text in ET.fromstring(text).iter(f"{SVG}text") if text.get("class") == "name"]  # noqa: S314
    return ["".join(line.text or "" for line in heading[1:]) for heading in headings]


@pytest.mark.parametrize("form", ["svg", "badge"])
@pytest.mark.parametrize("count", [1, 4])
def test_a_picture_says_how_large_it_is(form, count):
    """Width, height and the box that is drawn agree, so that nobody has to guess the size."""
    clusters = [made_up("one", count=5), judged(name="empty"), AWAY, made_up(LONG, count=3)][:count]
    root = ET.fromstring(picture(*clusters, form=form))  # noqa: S314 - made here
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert int(root.get("height") or 0) > 0


@pytest.mark.parametrize("width", [390, 1280])
def test_a_picture_by_itself_is_whole(look, width):
    """Opened by itself, wide or narrow, the picture keeps its shape, and every label and mark is inside it."""
    clusters = [judged(record("FAIL", 1), record("RUNNING", 5000, None), name="old"), judged(name="empty"), AWAY]
    clusters += [made_up(name, count=30, fail_every=4) for name in NAMES]
    clusters += [called(made_up(count=3), name, region) for name, region in zip(NAMES, ("W" * 50, "b"), strict=False)]
    page = look(picture(*clusters), "picture.svg", viewport={"width": width, "height": 700}).page
    root = page.evaluate("document.documentElement.getBoundingClientRect().toJSON()")
    drawn = page.evaluate("(({ width, height }) => ({ width, height }))(document.documentElement.viewBox.baseVal)")
    assert (root["x"], root["y"], root["width"]) == (0, 0, min(width, drawn["width"]))
    assert root["height"] == pytest.approx(root["width"] * drawn["height"] / drawn["width"], abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    labels = boxes(page, "text, .allowed, .base")  # marks are cut at the chart's edges, on purpose
    assert len(labels) > 40
    assert {box["left"] >= 0 and box["right"] <= root["width"] for box in labels} == {True}
    assert {box["top"] >= 0 and box["bottom"] <= root["height"] for box in labels} == {True}


def boxes(page, selector):
    """Return where elements are."""
    return page.evaluate(f"[...document.querySelectorAll('{selector}')].map((x) => x.getBoundingClientRect().toJSON())")


def test_headings_and_charts_keep_apart(look):
    """However many lines a name takes, nothing of it lies on the chart below or on another cluster."""
    page = look(picture(*(made_up(name, count=30) for name in NAMES)), "picture.svg").page
    headings, charts = boxes(page, "g > .name"), boxes(page, "g > svg > .allowed")
    assert len(headings) == len(charts) == len(NAMES)
    edges = [
        edge for pair in zip(headings, charts, strict=True) for one in pair for edge in (one["top"], one["bottom"])
    ]
    assert edges == sorted(edges)


def test_regions_and_ids_keep_apart_from_charts(look):
    """A region's heading is between the charts of two regions, and an id below its name and above its chart."""
    clusters = [called(made_up(name, count=30), name, f"region-{n % 2}", n) for n, name in enumerate(NAMES)]
    page = look(picture(*clusters), "picture.svg").page
    parts = boxes(page, ".region, g > .name, g > svg > .allowed")
    assert len(parts) == 2 + 2 * len(NAMES)
    edges = [edge for one in sorted(parts, key=lambda one: one["top"]) for edge in (one["top"], one["bottom"])]
    assert edges == sorted(edges)
    ids = [text.rpartition("4213d908")[2] for text in page.locator("g > .name").all_text_contents()]
    assert sorted(ids) == [f"-f5dc-4633-8401-{n:012}" for n in range(len(NAMES))]


def test_the_age_stands_after_the_name_or_below_it(look):
    """The newest success's age has its place: behind the name where there is room, else on a line of its own."""
    page = look(picture(*(made_up(name, count=30) for name in NAMES)), "picture.svg").page
    lines = page.locator(".name > tspan:has(tspan)").all()
    assert len(lines) == len(NAMES)
    for line in lines:
        age = line.locator("tspan").bounding_box()
        before = line.locator("xpath=preceding-sibling::*[1]").bounding_box()
        whole = line.bounding_box()
        beside = age["x"] >= whole["x"] + 20 and age["y"] == whole["y"]
        assert beside or age["y"] >= before["y"] + before["height"] / 2, line.text_content()


@pytest.mark.parametrize("name", NAMES)
def test_names_are_whole(name):
    """A name is there from its first to its last character, on as many lines as it needs."""
    assert shown_names(picture(made_up(name, count=3), judged(name=name))) == [name, name]


def test_sentences_end_once():
    """The label that a screen reader says ends each sentence with one full stop, whatever the reason ends with."""
    label = ET.fromstring(picture(AWAY, judged(name="empty"))).get("aria-label") or ""  # noqa: S314
    assert "HTTP 404. Nothing to draw." in label
    assert "log backup is switched on. Nothing to draw." in label
    assert ".." not in label
