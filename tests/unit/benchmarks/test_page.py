"""What the page about performance says is what was measured."""

from __future__ import annotations

import json

from benchmarks import chart, page
from tests.support import ROOT

RESULTS = json.loads((ROOT / "benchmarks" / "results.json").read_text())


def test_the_page_and_its_chart_are_made_of_the_results():
    """docs/performance.md agrees with benchmarks/results.json; `make bench` writes both."""
    assert (ROOT / "docs" / "performance.md").read_text(encoding="utf-8") == page.page(RESULTS)
    assert (ROOT / "docs" / "performance.svg").read_text(encoding="utf-8") == chart.chart(RESULTS["comparisons"])


def test_a_row_that_is_not_reached_is_said_to_be_so():
    """The page tells of every row whether it was reached, and names those that were not."""
    text = page.page(RESULTS)
    for row in RESULTS["comparisons"]:
        assert row["reached"] == (row["ratio"]["median"] <= row["target"])
        if not row["reached"]:
            assert f"*{row['name']}*" in text.partition("Not reached: ")[2]
