"""The forms of a report without a browser: sizes, the page's policy, charts and badges, and the facts in them."""

from __future__ import annotations

import base64
import hashlib
import re
import xml.etree.ElementTree as ET

import pytest
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css.report import ClusterReport
from pulumi_huaweicloud_css.report.render import as_badge, as_charts

from tests.support.clusters import NOW, called, judged, made_up, page_of, record

AWAY = ClusterReport("away", "error", "away: CSS returned HTTP 404.")


def test_size_of_a_fleet():
    """Ten clusters with 1,000 records each, each with a path of its own, make less than a megabyte."""
    clusters = [made_up(f"cluster-{n}", count=1000, failure_share=0.05, seed=n, running=n == 3) for n in range(10)]
    text = page_of(*clusters)
    assert len(text.encode()) < 1_000_000
    assert text.count("<tr") == 10_000 + 10
    assert len(re.findall(r"<(?:rect|use)[^>]* x=\"[\d.]+%\" y=", text)) == 10_000
    assert "css-logs list has them" in text


def test_page_names_no_address_and_allows_only_itself():
    """The page's policy lets run only the script and style in it, by their hashes, and nothing refers elsewhere."""
    text = page_of(made_up(count=20, fail_every=5), AWAY)
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for element in ("script", "style"):
        [body] = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
    assert "://" not in text
    assert not re.search(r"\b(src|srcset|action|data)=|@import|url\(|\son\w+=|\sstyle=", text)


def test_details_are_kept_where_there_is_room():
    """A page about few records has types and ids, and says once what all of them have in common."""
    text = page_of(judged(record(hours_ago=1), record(hours_ago=2)))
    assert "<td>r1" in text
    assert "All were started as Auto. All paths begin with bucket/css/log/" in text
    assert "<td>Auto" not in text


def test_charts():
    """The charts alone are one picture: a timeline a cluster, the worst first, with everything said in its label."""
    picture = as_charts([made_up("good", count=7), made_up("bad", count=3, newest_age=200_000), AWAY], Gate(), now=NOW)
    tree = ET.fromstring(picture)  # noqa: S314 - made here
    names = [text[1].text for text in tree.iter("{http://www.w3.org/2000/svg}text") if len(text) > 1]
    assert names == ["bad", "away", "good"]
    assert len(re.findall(r"<rect x=\"[\d.]+%\" y=", picture)) == 10
    label = tree.get("aria-label") or ""
    assert "Log backups failed: log backups of cluster bad are stale" in label
    assert "7 backups, started from" in label
    assert "://" not in picture.replace("http://www.w3.org/2000/svg", "")


def test_charts_of_several_regions():
    """Regions are headings in the picture and in its label; a name is followed by its id, if that is another text."""
    clusters = [
        called(made_up(count=3), "good", "cn-north-4", 1),
        called(made_up(count=3, newest_age=200_000), "bad", "ap-southeast-3", 2),
        made_up(count=3),
    ]
    tree = ET.fromstring(as_charts(clusters, Gate(), now=NOW))  # noqa: S314 - made here
    texts = list(tree.iter("{http://www.w3.org/2000/svg}text"))
    said = ["".join(text.itertext()) for text in texts if text.get("class") in ("region", "name")]
    assert [text.partition("newest success")[0] for text in said] == [
        "ap-southeast-3",
        "\N{BALLOT X} failedbad",
        "cn-north-4",
        "\N{CHECK MARK} passedgood",
        "Region not known",
        "\N{CHECK MARK} passed4213d908-f5dc-4633-8401-cfd7175fca0c",
    ]
    assert said[1].endswith("4213d908-f5dc-4633-8401-000000000002")
    label = tree.get("aria-label") or ""
    assert label.startswith("ap-southeast-3, 0 of 1 passed. Log backups failed: ")
    assert "cn-north-4, 1 of 1 passed. Log backups passed: " in label


BADGES = [
    ([judged(record(hours_ago=2))], "passed, 118 min old"),
    ([judged(record("FAIL"))], "failed"),
    ([judged(record("RUNNING", took=None))], "pending"),
    ([AWAY], "not read"),
    ([judged(record()), AWAY, judged(record("FAIL"))], "1 of 3 passed"),
]


@pytest.mark.parametrize(("clusters", "said"), BADGES, ids=[said for _, said in BADGES])
def test_badge(clusters, said):
    """A badge says the state of one cluster, or how many of several passed, also to a screen reader."""
    tree = ET.fromstring(as_badge(clusters, Gate(), now=NOW))  # noqa: S314 - made here
    assert tree.get("aria-label") == f"log backups: {said}"
    assert [text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")] == ["log backups", said]


def test_gate_in_words():
    """The page says by which rule it judges."""
    text = page_of(judged(record()), gate=Gate("7d", "30m", 2))
    assert "at most 7 d old, at most 2 failed since, and none runs for more than 30 min" in text
