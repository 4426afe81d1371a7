"""Makes docs/performance.md, and its chart, of benchmarks/results.json."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from pulumi_huaweicloud_css._validation import DEFAULT_PARALLELISM

from benchmarks.chart import chart
from benchmarks.costs import costs
from benchmarks.measuring import FLOOR, WHOLE_CALL

DOCS = Path(__file__).resolve().parents[1] / "docs"


def write_page(results: dict[str, Any]) -> None:
    """Write the page and its chart."""
    DOCS.mkdir(exist_ok=True)
    (DOCS / "performance.svg").write_text(chart(results["comparisons"]), encoding="utf-8")
    (DOCS / "performance.md").write_text(page(results), encoding="utf-8")


def page(results: dict[str, Any]) -> str:
    """Return the page."""
    machine, beside = results["machine"], results["beside"]
    sections = [
        "# Performance",
        "",
        f"`make bench` writes this page from `benchmarks/results.json`; it takes {results['minutes']:.0f} minutes. Measured on "
        f"{results['date']}: {machine['cpu']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}, pulumi "
        f"{machine['pulumi']} with engine {machine['engine']}, huaweicloudsdkcss {machine['vendor']}{_peer_versions(results['peer'])}. "
        "The server is the emulator, in a process of its own.",
        "",
        *costs(results["ways"]),
        "## Comparisons",
        "",
        "Each row compares two things that run alternately, in one benchmark run. The ratio is the median of the ratios of all pairs, with "
        f"their minimum and maximum. Times are medians. Previews include the log that the engine ({machine['engine']}) automatically writes to "
        "`~/.pulumi/logs`, about half of its processor time; it has no option to disable it.",
        "",
        "![each ratio beside its target](performance.svg)",
        "",
        *_table(results["comparisons"]),
        "",
        f"Reading 999 records takes {results['requests_for_999']} request. The *floor* is a signed call with `requests` over a connection that "
        "is kept open, and `json.loads`. A listing is what the client returns: one page, validated and typed. To read 999 records as the "
        "resource does (filter, sort, summarize, and convert to outputs) takes "
        f"{beside['outputs_999_ms']['median']:.1f} ms of processor time, {beside['outputs_999_of_vendor']['median']:.2f} of what the vendor's "
        f"SDK needs for listing alone. The emulator needs {beside['emulator_999_ms']:.1f} ms for a page of 999, which is not included.",
        "",
        *_plans(results["peer"]),
        *_unreached(results),
        *_fleets(results),
    ]
    return "\n".join(sections) + "\n"


def _peer_versions(peer: dict[str, str] | None) -> str:
    return "" if peer is None else f", {peer['program']} with terraform-provider-huaweicloud {peer['provider']}"


def _table(comparisons: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| what | ours | other | ratio (minimum to maximum) | target | reached |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in comparisons:
        ratio, unit = row["ratio"], row["unit"]
        counted = unit == "connections"
        other = "" if counted else f"{_number(row['other']['median'])} {unit}"
        ours = f"{_number(row['ours']['median'])} {unit}"
        shown = "" if counted else f"{ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f})"
        reached = "yes" if row["reached"] else "no"
        name = row["name"] + (f" ({row['note']})" if row["note"] else "")
        lines.append(f"| {name} | {ours} | {other} | {shown} | ≤ {row['target']:g} | {reached} |")
    return lines


def _plans(peer: dict[str, str] | None) -> list[str]:
    """Return how previews and plans were compared, or how they can be."""
    if peer is None:
        return [
            "Rows that compare previews with `tofu plan` or `terraform plan` are missing: they need `tofu` or `terraform`, and the vendor's "
            "provider (`terraform-provider-huaweicloud`, or `terraform-provider-huaweicloud_v` and its version), on PATH. `make bench` adds "
            "them where both are found.",
            "",
        ]
    return [
        f"The rows with plans: {peer['program']} runs `plan` with one data source `huaweicloud_css_log_backup_records` for each cluster, in "
        "`for_each`; it reads 10 records in each request, and 10 data sources in parallel, which are its defaults. A fleet reads 16 clusters "
        "in parallel. Preview and plan both show the newest path of each cluster, and one that does not is an error of the benchmark.",
        "",
    ]


def _unreached(results: dict[str, Any]) -> list[str]:
    missed = [row["name"] for row in results["comparisons"] if not row["reached"]]
    if not missed:
        return []
    handling = results["handling"]
    pulumis = handling["wrapping_ms"] + handling["unwrapping_ms"] + handling["typing_ms"]
    return [
        f"Not reached: {'; '.join(f'*{name}*' for name in missed)}. What limits them:",
        "",
        *_whole_call(results),
        f"- Imports, once in each provider process: `requests` and the compiled part of `pydantic` take {handling['loading_libraries_ms']} ms, and the modules of "
        f"this package {handling['loading_ours_ms']} ms.",
        f"- Pulumi's handling of outputs. For the {handling['records']} records of one `LogRecords`, the provider's process needs "
        f"{handling['wrapping_ms']:.1f} ms of processor time to serialize them for the engine, and the program's process "
        f"{handling['unwrapping_ms']:.1f} ms to deserialize and {handling['typing_ms']:.1f} ms to type them: {pulumis:.1f} ms in all. The request, "
        f"its response and the conversion to outputs take {handling['ours_ms']:.1f} ms. The row *of 100 read resources that have the same "
        "outputs* shows what remains without Pulumi's part.",
        f"- For a fleet of {handling['clusters']} clusters, the requests take {handling['fleet_reading_ms']} ms, and Pulumi's handling of the "
        f"outputs {handling['fleet_handling_ms']} ms in Python, without the engine's part.",
        "",
    ]


def _whole_call(results: dict[str, Any]) -> list[str]:
    """Return what each part of `get_log_records` takes."""
    rows = {row["name"]: row for row in results["comparisons"]}
    whole, floor = rows[WHOLE_CALL]["ours"]["median"], rows[FLOOR]["other"]["median"]
    listing = rows[FLOOR]["ours"]["median"]
    return [
        f"- A whole `get_log_records` of 999 records takes {whole:.1f} ms of processor time: {listing:.1f} ms to list them, and "
        f"{whole - listing:.1f} ms to find the settings, to sort the records and to convert them to typed outputs. Listing alone cannot take less than the floor, {floor:.1f} ms.",
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _accounts(rows: list[dict[str, Any]]) -> list[str]:
    first, last = rows[0], rows[-1]
    growth = (last["cpu_seconds"] / last["clusters"]) / (first["cpu_seconds"] / first["clusters"])
    return [
        "## A whole account",
        "",
        "One `css-logs gate --all-clusters` over four regions, start included, with 95 records for each cluster, 16 parallel reads in each "
        f"region, and a latency of {first['latency_ms']:.0f} ms:",
        "",
        "| clusters | time | processor time | peak memory of the process |",
        "| --- | --- | --- | --- |",
        *(
            f"| {row['clusters']:,} | {row['seconds']:.1f} s | {row['cpu_seconds']:.1f} s | {row['peak_mib']:.0f} MiB |"
            for row in rows
        ),
        "",
        f"The processor time for each cluster with {last['clusters']:,} clusters is {growth:.2f} times that with {first['clusters']:,}, and each "
        f"cluster adds {(last['peak_mib'] - first['peak_mib']) * 1024 / (last['clusters'] - first['clusters']):.1f} KiB to the peak.",
        "",
    ]


def cpu_of_a_cluster(scale: list[dict[str, Any]]) -> float:
    """Return the seconds of processor time that each cluster of the largest fleet took."""
    largest = max(scale, key=lambda row: row["clusters"])
    return float(largest["cpu_seconds"] / largest["clusters"])


def fleet_seconds(clusters: int, latency: float, cpu: float) -> float:
    """Return about how long it takes to read a fleet.

    Args:
        clusters: how many there are.
        latency: of each request, in seconds.
        cpu: seconds of processor time for each cluster.
    """
    return math.ceil(clusters / DEFAULT_PARALLELISM) * latency + clusters * cpu


def _fleets(results: dict[str, Any]) -> list[str]:
    scale, states, throttled = results["scale"], results["states"], results["throttling"]
    largest, cpu = max(scale, key=lambda row: row["clusters"]), cpu_of_a_cluster(scale)
    slower = max(row["seconds"] / fleet_seconds(row["clusters"], row["latency_ms"] / 1000, cpu) for row in scale)
    state = max(states, key=lambda row: row["clusters"])
    state_each = state["state_bytes"] / state["clusters"]
    output_each = largest["output_bytes"] / largest["clusters"]
    memory_each = largest["memory_mib"] * 1024 / largest["clusters"]
    lines = [
        "## Fleets by size",
        "",
        "One `get_fleet_log_records` of clusters with 95 records each, with 16 parallel reads:",
        "",
        "| clusters | latency | requests | time | processor time | additional memory | outputs |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row['clusters']:,} | {row['latency_ms']:.0f} ms | {row['requests']:,} | {row['seconds']:.2f} s | {row['cpu_seconds']:.2f} s "
        f"| {row['memory_mib']:.0f} MiB | {row['output_bytes'] / 1e6:.2f} MB |"
        for row in scale
    ]
    lines += [
        "",
        "The state of a stack with one `FleetLogRecords`, after an update: "
        + ", ".join(f"{row['state_bytes'] / 1e6:.2f} MB for {row['clusters']:,} clusters" for row in states)
        + ".",
        "",
        f"So each cluster with 95 records costs one request (up to 999 records do), {cpu * 1000:.2f} ms of processor time and about "
        f"{output_each / 1000:.1f} kB of outputs. With p parallel reads and a latency of l, a fleet of n clusters takes about n · l / p, but at least l, and its "
        f"processor time. The runs above took up to {slower:.1f} times as long, for the server has the same processor:",
        "",
        "| clusters | requests | at 10 ms | at 50 ms | at 200 ms | memory | state |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for clusters in (10, 1_000, 100_000):
        times = [_duration(fleet_seconds(clusters, latency, cpu)) for latency in (0.01, 0.05, 0.2)]
        lines.append(
            f"| {clusters:,} | {clusters:,} | {' | '.join(times)} | {_size(clusters * memory_each * 1024)} "
            f"| {_size(clusters * state_each)} |"
        )
    failed = f"{throttled['failed_clusters'] or 'no'} cluster{'' if throttled['failed_clusters'] == 1 else 's'}"
    lines += [
        "",
        f"This table is calculated from the runs above, of which the largest had {largest['clusters']:,} clusters; 100,000 clusters were not run.",
        "",
        f"Throttling: from a server that accepts {throttled['allowed_per_second']} requests per second, and sends no Retry-After, "
        f"{throttled['clusters']} clusters were read in {throttled['seconds']:.1f} s. The server's limit allows {throttled['least_seconds']:.1f} s "
        f"at best. It rejected {throttled['refused_requests']} requests, and {failed} failed.",
        "",
        *_accounts(results["accounts"]),
        "## When to split a fleet",
        "",
        "- Up to about 1,000 clusters: one resource in one stack. A preview takes seconds, and the state has a few megabytes.",
        "- Above that, the size of the state is the first limit, because Pulumi writes the whole state at every update. If only a gate is needed, use "
        "the function or `css-logs gate`, which store nothing in a state.",
        "- Several thousand clusters: one stack with a fleet for each region or project, because each has its own rate limit. Other stacks "
        "read their outputs. The stacks can run on different runners; they share only the backend of the state.",
        "- A higher `parallelism` (at most 64) helps where the latency is high and the API does not throttle. At 10 ms, the processor is the limit.",
    ]
    return lines


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _size(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"
