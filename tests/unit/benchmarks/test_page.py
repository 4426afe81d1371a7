"""What the page about performance says is what was measured."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

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


def test_each_part_of_a_whole_call_is_told():
    """Where a whole `get_log_records` misses its target, the page says what each part of it takes."""
    text = page.page(RESULTS).partition("- A whole `get_log_records` of 999 records takes ")[2].partition("\n")[0]
    whole, *parts = (float(number) for number in re.findall(r"([\d.]+) ms", text))
    listing, rest, floor = parts
    assert whole == pytest.approx(listing + rest, abs=0.2)
    assert 0 < floor < listing < whole


def test_calculated_times_of_fleets_have_latency_and_processor_time():
    """300 clusters are 19 rounds of 16, and the processor's time comes to the latency: neither hides the other."""
    assert page.fleet_seconds(300, 0.05, 0.002) == pytest.approx(19 * 0.05 + 300 * 0.002)


def test_the_page_says_how_far_off_calculated_times_of_fleets_are():
    """Beside what is calculated for other sizes stands how much longer the measured ones took."""
    scale = RESULTS["scale"]
    cpu = page.cpu_of_a_cluster(scale)
    off = max(row["seconds"] / page.fleet_seconds(row["clusters"], row["latency_ms"] / 1000, cpu) for row in scale)
    assert f"took up to {off:.1f} times as long" in page.page(RESULTS)


@pytest.mark.parametrize(("argument", "code"), [("--help", 0), ("--rows", 2)])
def test_arguments_do_not_start_the_benchmarks(argument, code):
    """A question about `benchmarks.run`, or a wrong argument, is answered: it ran for 24 minutes and wrote the page."""
    command = [sys.executable, "-m", "benchmarks.run", argument]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code
    assert "usage: python -m benchmarks.run" in done.stdout + done.stderr
