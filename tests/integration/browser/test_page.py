"""The page in a real browser: what it shows, how it sorts, and that it stays by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect
from pulumi_huaweicloud_css.report import ClusterReport

from tests.support.clusters import NOW, called, judged, made_up, page_of, record

MARKS = ".timeline .marks :is(rect, use)"


def test_headline_and_sentence_of_each_cluster(look):
    """Each cluster has its state as a word and its sentence, the worst first, and the title counts them."""
    clusters = [
        made_up("good", count=5),
        made_up("bad", count=5, newest_age=200_000),
        made_up("busy", count=1, running=True, newest_age=3_600),
        ClusterReport("away", "error", "away: CSS returned HTTP 404."),
    ]
    page = look(page_of(*clusters)).page
    assert page.title() == page.locator("h1").inner_text() == "Log backups: 1 of 4 passed"
    states = [text.split() for text in page.locator("h2").all_inner_texts()]
    assert states == [
        ["✗", "failed", "bad"],
        ["!", "not", "read", "away"],
        ["…", "pending", "busy"],
        ["✓", "passed", "good"],
    ]
    by_name = {cluster.name: cluster.reason for cluster in clusters}
    assert page.locator(".reason").all_text_contents() == [by_name[name] for name in ("bad", "away", "busy", "good")]
    page.locator("nav a", has_text="busy").click()
    expect(page.locator("#c3")).to_be_in_viewport()


def test_a_name_is_the_heading_and_the_id_stands_beneath(look):
    """A cluster is found by its name, and its id is copied with one click; an id alone is the heading."""
    page = look(page_of(called(made_up(count=3), "prod-orders"), made_up(count=3))).page
    assert page.locator("nav a .name").all_inner_texts() == page.locator("h2 .name").all_inner_texts()
    assert page.locator("h2 .name").all_inner_texts() == ["prod-orders", "4213d908-f5dc-4633-8401-cfd7175fca0c"]
    [identity] = page.locator(".id").all()
    name = page.locator("h2 .name").first
    above, below = name.bounding_box(), identity.bounding_box()
    assert below["y"] >= above["y"] + above["height"] / 2
    sizes = [each.evaluate("(x) => parseFloat(getComputedStyle(x).fontSize)") for each in (name, identity)]
    assert sizes[0] > sizes[1]
    identity.click()
    assert page.evaluate("String(getSelection())") == "4213d908-f5dc-4633-8401-000000000001"


@pytest.mark.parametrize("width", [390, 1280])
def test_regions_are_headings(look, width):
    """Clusters of several regions are below their regions, that with the worst cluster first, in the list too."""
    clusters = [
        called(made_up(count=5), "orders", "cn-north-4", 1),
        called(made_up(count=5, fail_every=3, newest_age=200_000), "orders", "ap-southeast-3", 2),
        called(made_up(count=5), "search", "ap-southeast-3", 3),
        called(made_up(count=5), "search", "ap-southeast-3", 4),
        ClusterReport("eu-west-101", "error", "away", region="eu-west-101"),
    ]
    page = look(page_of(*clusters), viewport={"width": width, "height": 900}).page
    headings = page.evaluate(
        "[...document.querySelectorAll('main :is(h1,h2,h3,h4)')]"
        ".map((x) => x.tagName + ' ' + [...x.childNodes].map((y) => y.textContent.trim()).join(' ').trim())"
    )
    assert [" ".join(heading.split()) for heading in headings] == [
        "H2 ap-southeast-3 2 of 3 passed",
        "H3 ✗ failed orders",
        "H4 Why backups failed",
        "H3 ✓ passed search",
        "H3 ✓ passed search",
        "H2 eu-west-101 not read",
        "H3 ! not read eu-west-101",
        "H2 cn-north-4 1 of 1 passed",
        "H3 ✓ passed orders",
    ]
    assert page.locator("nav .region a").all_inner_texts() == ["ap-southeast-3", "eu-west-101", "cn-north-4"]
    # An id stands in the list only where the name does not tell the clusters of a region apart.
    assert page.locator("nav .id").all_inner_texts() == [f"4213d908-f5dc-4633-8401-00000000000{n}" for n in (3, 4)]
    page.locator("nav .region a", has_text="cn-north-4").click()
    expect(page.locator("#g3")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_one_mark_a_backup(look):
    """The timeline has as many marks as there are records, of the shape of their status."""
    records = [
        record("FAIL", 1),
        record("SUCCESS", 2),
        record("SUCCESS", 3),
        record("PAUSED", 4),
        record("RUNNING", 5, None),
    ]
    page = look(page_of(judged(*records))).page
    assert page.locator(MARKS).count() == 5
    shapes = {key: page.locator(f".marks .{key} :is(rect, use)").count() for key in "sfro"}
    assert shapes == {"s": 2, "f": 1, "r": 1, "o": 1}
    assert [use.get_attribute("href") for use in page.locator(".marks use").all()] == ["#o", "#r", "#f"]
    shown = page.locator(".marks .f use").bounding_box()
    assert shown is not None
    assert shown["height"] > 10


def test_chart_in_words(look):
    """The chart is an image with a name, and described by a sentence that says what it shows."""
    records = (record("RUNNING", 2, None), record("FAIL", 1), record("SUCCESS", 25, took=300))
    page = look(page_of(judged(*records))).page
    chart = page.get_by_role("img", name="Timeline of backups")
    said = page.locator(f"#{chart.get_attribute('aria-describedby')}").inner_text()
    assert said.startswith(
        "3 backups, started from 2026-11-23 11:00 UTC to 2026-11-24 11:00 UTC: 1 succeeded, 1 failed, 1 running."
    )
    assert "The longest took 5 min." in said


@pytest.mark.parametrize(
    ("heading", "down"),
    [
        ("Took", ["2 d", "3 h", "10 min", "90 s"]),
        ("Status", ["SUCCESS", "SUCCESS", "RUNNING", "FAIL"]),
        ("Path, or why it failed", ["p10", "p9", "p2", "p1"]),
    ],
)
def test_sorting_by_keyboard(look, heading, down):
    """A heading is a button; it sorts down, then up, by what a column means, and says so."""
    lengths = {1: 600, 2: 90, 9: 3 * 3600, 10: 2 * 86_400}
    statuses = {1: "SUCCESS", 2: "FAIL", 9: "SUCCESS", 10: "RUNNING"}
    records = [record(statuses[hour], hour, lengths[hour], log_path=f"bucket/folder/p{hour}") for hour in (1, 2, 9, 10)]
    page = look(page_of(judged(*records))).page
    head = page.get_by_role("columnheader", name=heading)
    column = page.get_by_role("columnheader").all_inner_texts().index(head.inner_text()) + 1
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert (head.get_attribute("aria-sort"), _column(page, column)) == ("descending", down)
    page.keyboard.press("Space")
    assert (head.get_attribute("aria-sort"), _column(page, column)) == ("ascending", down[::-1])
    assert page.locator("th[aria-sort=none]").count() == page.locator("th").count() - 1


def _column(page, number):
    return page.locator(f"tbody td:nth-child({number})").all_inner_texts()


def test_table_is_there_newest_first_also_without_scripts(look):
    """Without scripts the page has the same headline, marks and rows."""
    page = look(page_of(made_up(count=12, fail_every=4)), java_script_enabled=False).page
    started = _column(page, 1)
    assert started == sorted(started, reverse=True)
    assert len(started) == page.locator(MARKS).count() == 12
    assert page.locator("th button").count() == 0


@pytest.mark.parametrize(
    ("zone", "shown", "other_day"),
    [("Asia/Shanghai", "19:00", "2026-11-24 02:00"), ("America/New_York", "06:00", "13:00")],
)
def test_local_times_stand_beside_utc(look, zone, shown, other_day):
    """Each time is in UTC with the reader's own beside it, with the date where that is another one."""
    page = look(page_of(judged(record(hours_ago=1), record(hours_ago=18))), timezone_id=zone).page
    expected = [
        f"2026-11-24 11:00 {shown}\N{NO-BREAK SPACE}local",
        f"2026-11-23 18:00 {other_day}\N{NO-BREAK SPACE}local",
    ]
    assert _column(page, 1) == expected
    assert f"Local times: {zone}" in page.locator("header").inner_text()


def test_local_time_is_not_repeated_where_it_is_utc(look):
    """For a reader in UTC no time stands there twice."""
    page = look(page_of(made_up(count=3))).page
    assert page.locator(".local").count() == 0
    assert "Your local time is UTC." in page.locator("header").inner_text()


def test_age_of_the_newest_success(look):
    """The age of the newest success stands beside the allowed one, also where a failure is newer."""
    page = look(page_of(judged(record("FAIL", 1), record("SUCCESS", 30)))).page
    assert "Newest success: 29 h 58 min old, 26 h allowed" in page.locator(".fresh.old").inner_text()


def test_failure_messages(look):
    """Each reason for failures is there once, with how often and when last."""
    records = [record("FAIL", hour, failed_msg="no bucket" if hour % 2 else "no space") for hour in range(1, 6)]
    page = look(page_of(judged(*records))).page
    causes = page.locator(".causes li").all_inner_texts()
    assert [cause.split("\n")[0] for cause in causes] == ["no bucket", "no space"]
    assert "3 times, last: r1, 2026-11-24 11:02:00 UTC" in causes[0]


def test_pointer_reads_out_a_backup(look):
    """With the pointer over a mark, its row is named below the chart and lit in the table."""
    page = look(page_of(judged(record("FAIL", 2, failed_msg="no bucket"), record(hours_ago=40)))).page
    box = page.locator(".marks .f use").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    expect(page.locator(".readout")).to_contain_text("no bucket")
    assert page.locator("tr.at").inner_text().startswith("2026-11-24 10:00")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_window(look, width):
    """On a phone only the table's own frame scrolls sideways, whatever the server's text."""
    long = record("FAIL", 1, id="i" * 10_000, failed_msg="m" * 10_000, log_path="p" * 10_000, job_type="t" * 10_000)
    text = page_of(judged(long, record(hours_ago=2), name="n" * 10_000), made_up(count=3))
    page = look(text, viewport={"width": width, "height": 800}).page
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_usual_table_is_not_cut_on_a_desk(look):
    """At 1280 pixels all columns of usual records are seen, also with local times on another day."""
    text = page_of(made_up(count=40, fail_every=3, newest_age=60_000, running=True))
    page = look(text, timezone_id="Pacific/Kiritimati").page
    assert page.locator("td .local").first.inner_text().startswith("2026-11-")
    assert (
        page.evaluate("(([frame]) => frame.scrollWidth - frame.clientWidth)(document.querySelectorAll('.scroll'))") == 0
    )


def test_labels_do_not_overlap(look):
    """The labels of an axis keep apart, on a phone too, for spans from an hour to ten years."""
    for span in (1, 30, 24 * 8, 24 * 45, 24 * 365, 24 * 3650):
        text = page_of(judged(record(hours_ago=0.1), record("RUNNING", span, None)))
        for width in (390, 1280):
            page = look(text, viewport={"width": width, "height": 800}).page
            boxes = [box for text in page.locator(".timeline text").all() if (box := text.bounding_box())]
            boxes = [box for box in boxes if box["width"]]
            for number, one in enumerate(boxes):
                for other in boxes[number + 1 :]:
                    apart_x = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
                    apart_y = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
                    assert apart_x or apart_y, (span, width, one, other)
            assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes), (span, width)


def test_print_shows_verdicts_and_charts(look):
    """On paper the page is black on white, also for a reader of the dark one."""
    page = look(page_of(made_up(count=3)), color_scheme="dark").page
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 28)"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".timeline").is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_a_cluster_without_records(look):
    """Without records there is the sentence, and neither chart nor table."""
    page = look(page_of(judged())).page
    assert "there is none" in page.locator(".reason").inner_text()
    assert page.locator("table, .timeline").count() == 0


def test_records_without_a_time(look):
    """A record without a time is in the table, not in the chart, and the sentence says so."""
    untimed = replace(record(hours_ago=3), created_at=None)
    page = look(page_of(judged(record(), untimed))).page
    assert (page.locator(MARKS).count(), page.locator("tbody tr").count()) == (1, 2)
    assert "1 without a time cannot be drawn" in page.locator("figcaption").inner_text()


def test_large_page_opens_and_sorts(look):
    """A page about 1,000 records shows all of them, sorted by a click."""
    page = look(page_of(made_up(count=1000, failure_share=0.1), made_up("b", count=1001))).page
    page.locator("summary").first.click()
    page.get_by_role("columnheader", name="Status").first.get_by_role("button").click()
    assert page.locator("table").first.locator("tbody tr").count() == 1000
    assert page.locator(MARKS).count() == 2001
    assert NOW.isoformat()[:10] in page.locator("header").inner_text()
