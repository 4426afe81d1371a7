"""Runs all comparisons, prints the table, and writes results.json and docs/performance.md; run by `make bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.handling import measure_handling
from benchmarks.listing import compare_gate, compare_growth, compare_imports, compare_listing, count_requests
from benchmarks.measuring import Comparison
from benchmarks.page import write_page
from benchmarks.previewing import compare_previews
from benchmarks.scaling import measure_accounts, measure_scale, measure_states
from benchmarks.terraform import compare_terraform, find_peer
from benchmarks.throttling import measure_throttling
from benchmarks.ways import measure_ways

RESULTS = Path(__file__).with_name("results.json")


def main() -> int:
    """Measure everything and return the exit code: 0, whether or not the targets are reached."""
    argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__).parse_args()
    started = time.monotonic()
    # The measurements must not depend on the caller's settings, or use their keys.
    for name in [name for name in os.environ if name.startswith(("HW_", "HUAWEICLOUD_", "CLOUD_SDK_", "PULUMI_"))]:
        del os.environ[name]
    listing, beside = _step("listing", compare_listing)
    growth = _step("growth", compare_growth)
    imports = _step("imports", compare_imports)
    previews, preview_beside = _step("previews", compare_previews)
    gate = _step("gate", compare_gate)
    peer = find_peer()
    plans = [] if peer is None else _step("terraform", lambda: compare_terraform(peer))
    comparisons: list[Comparison] = [*listing, imports, gate, *previews, *plans, *growth]
    results = {
        "comparisons": [row.to_dict() for row in comparisons],
        "requests_for_999": count_requests(),
        "beside": {**beside, **preview_beside},
        "peer": None if peer is None else peer.versions,
        "ways": _step("ways", measure_ways),
        "handling": _step("handling", measure_handling),
        "scale": _step("scale", measure_scale),
        "accounts": _step("accounts", measure_accounts),
        "states": _step("states", measure_states),
        "throttling": _step("throttling", measure_throttling),
        "machine": _machine(),
        "date": datetime.now(UTC).date().isoformat(),
        "minutes": round((time.monotonic() - started) / 60, 1),
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    write_page(results)
    _print_table(comparisons, results)
    return 0


def _step(name: str, measure: Any) -> Any:
    print(f"bench: {name} ", end="", file=sys.stderr, flush=True)
    started = time.monotonic()
    found = measure()
    print(f" {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return found


def _machine() -> dict[str, Any]:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    cpu = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    engine = subprocess.run(["pulumi", "version"], text=True, stdout=subprocess.PIPE, check=True).stdout.strip()
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "pulumi": version("pulumi"),
        "engine": engine,
        "vendor": version("huaweicloudsdkcss"),
    }


def _print_table(comparisons: list[Comparison], results: dict[str, Any]) -> None:
    table = Table(title="Medians of paired runs", title_justify="left", caption_justify="left")
    for heading in ("what", "ours", "other", "ratio (minimum-maximum)", "target", "reached"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for row in comparisons:
        shown = f"{row.ratio.median:.2f} ({min(row.ratio.values):.2f}-{max(row.ratio.values):.2f})"
        ours, other = (f"{series.median:.4g} {row.unit}" for series in (row.ours, row.other))
        table.add_row(row.name, ours, other, shown, f"<= {row.target:g}", "yes" if row.reached else "no")
    table.add_row("requests for 999 records", str(results["requests_for_999"]), "", "", "1", "")
    if results["peer"] is None:
        table.caption = "Without rows beside Terraform: tofu or terraform, and the vendor's provider, are not on PATH."
    console = Console()
    if not console.is_terminal:
        console.width = 200
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
