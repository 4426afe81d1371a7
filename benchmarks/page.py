"""Makes docs/performance.md, and its chart, of benchmarks/results.json."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[1] / "docs"
_BAR, _ROW, _LABELS, _FULL = 16, 30, 560, 300  # pixels; _FULL is the length of a bar that just reaches its target


def write_page(results: dict[str, Any]) -> None:
    """Write the page and its chart."""
    DOCS.mkdir(exist_ok=True)
    (DOCS / "performance.svg").write_text(chart(results["comparisons"]), encoding="utf-8")
    (DOCS / "performance.md").write_text(page(results), encoding="utf-8")


def page(results: dict[str, Any]) -> str:
    """Return the page."""
    machine, beside = results["machine"], results["beside"]
    sections = [
        "# What it costs",
        "",
        f"Written by `make bench`, which takes {results['minutes']:.0f} minutes, of its results in `benchmarks/results.json`. "
        f"Measured on {results['date']}: {machine['cpu']}, {machine['cores']} cores, {machine['system']}, "
        f"Python {machine['python']}, pulumi {machine['pulumi']} with engine {machine['engine']}, huaweicloudsdkcss "
        f"{machine['vendor']}.",
        "",
        "Each row compares two things that were run in turn, pair by pair, in one run; the ratio is the median of the pairs' ratios, "
        "with the least and the greatest behind it. Times are medians. The server is the emulator, in another process.",
        "",
        "![each ratio beside what was to be reached](performance.svg)",
        "",
        *_table(results["comparisons"]),
        "",
        f"Reading 999 records takes {results['requests_for_999']} request. The *floor* is a signed call with `requests` over a kept "
        "connection, and `json.loads`. A listing is what the client returns: one page, checked and typed. The whole answer of 999 records "
        f"(filtered, ordered, summed up, and written as outputs) takes {beside['whole_answer_999_ms']['median']:.1f} ms of processor "
        f"time, {beside['whole_answer_999_of_vendor']['median']:.2f} of what the vendor's SDK spends on listing alone. The emulator's own "
        f"work, which is in none of these, is {beside['emulator_999_ms']:.1f} ms for a page of 999.",
        "",
        *_unreached(results),
        *_fleets(results),
    ]
    return "\n".join(sections) + "\n"


def _table(comparisons: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| what | ours | other | ratio (least to greatest) | to reach | reached |",
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


def _unreached(results: dict[str, Any]) -> list[str]:
    missed = [row["name"] for row in results["comparisons"] if not row["reached"]]
    if not missed:
        return []
    handling = results["handling"]
    pulumis = handling["wrapping_ms"] + handling["unwrapping_ms"] + handling["typing_ms"]
    return [
        f"Not reached: {'; '.join(f'*{name}*' for name in missed)}. What bounds previews:",
        "",
        f"- Once in each provider process, loading `requests` and `pydantic` takes {handling['loading_libraries_ms']} ms, and loading the "
        f"rest of this package {handling['loading_ours_ms']} ms.",
        f"- Pulumi's own handling of outputs. For the {handling['records']} records of one `LogRecords` the provider's process spends "
        f"{handling['wrapping_ms']:.1f} ms of processor time to wrap them for the engine, and the program's {handling['unwrapping_ms']:.1f} ms to "
        f"unwrap them and {handling['typing_ms']:.1f} ms to type them: {pulumis:.1f} ms, where asking, reading and writing the outputs takes us "
        f"{handling['ours_ms']:.1f} ms. The row *of 100 read resources that have the same outputs* shows what is left when that is taken out.",
        f"- Of a fleet of {handling['clusters']}, asking takes {handling['fleet_asking_ms']} ms, and Pulumi's handling of its outputs "
        f"{handling['fleet_handling_ms']} ms in Python, besides what the engine does with them.",
        "",
        "Where only the newest record of many clusters counts, one `FleetLogRecords` is the way: it leaves the records out, and is one resource.",
        "",
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _accounts(rows: list[dict[str, Any]]) -> list[str]:
    first, last = rows[0], rows[-1]
    growth = (last["cpu_seconds"] / last["clusters"]) / (first["cpu_seconds"] / first["clusters"])
    return [
        "## A whole account",
        "",
        "One `css-logs gate --all-clusters` over four regions, start included, 95 records a cluster, 16 clusters read at once in each region, "
        f"the server's responses late by {first['latency_ms']:.0f} ms:",
        "",
        "| clusters | time | processor time | peak memory of the process |",
        "| --- | --- | --- | --- |",
        *(
            f"| {row['clusters']:,} | {row['seconds']:.1f} s | {row['cpu_seconds']:.1f} s | {row['peak_mib']:.0f} MiB |"
            for row in rows
        ),
        "",
        f"From {first['clusters']:,} to {last['clusters']:,} clusters the processor time of one cluster is {growth:.2f} times what it was, "
        f"and a cluster adds {(last['peak_mib'] - first['peak_mib']) * 1024 / (last['clusters'] - first['clusters']):.1f} KiB to the peak.",
        "",
    ]


def _fleets(results: dict[str, Any]) -> list[str]:
    scale, states, throttled = results["scale"], results["states"], results["throttling"]
    largest = max(scale, key=lambda row: row["clusters"])
    cpu = largest["cpu_seconds"] / largest["clusters"]
    state = max(states, key=lambda row: row["clusters"])
    state_each = state["state_bytes"] / state["clusters"]
    answer_each = largest["answer_bytes"] / largest["clusters"]
    memory_each = largest["memory_mib"] * 1024 / largest["clusters"]
    lines = [
        "## How a fleet grows",
        "",
        "One `get_fleet_log_records` of clusters with 95 records each, 16 asked at once, the server's answers late by so much:",
        "",
        "| clusters | late by | requests | time | processor time | memory more | answer |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row['clusters']:,} | {row['latency_ms']:.0f} ms | {row['requests']:,} | {row['seconds']:.2f} s | {row['cpu_seconds']:.2f} s "
        f"| {row['memory_mib']:.0f} MiB | {row['answer_bytes'] / 1e6:.2f} MB |"
        for row in scale
    ]
    lines += [
        "",
        "Stacks with one `FleetLogRecords`, after an update: "
        + ", ".join(f"{row['clusters']:,} clusters, {row['state_bytes'] / 1e6:.2f} MB of state" for row in states)
        + ".",
        "",
        "So a cluster of up to 999 records costs one request, "
        f"{cpu * 1000:.2f} ms of processor time and about {answer_each / 1000:.1f} kB of outputs, and a fleet of n clusters, "
        "asked p at once at a latency of l, takes the longer of n · l / p and its processor time:",
        "",
        "| clusters | requests | at 10 ms | at 50 ms | at 200 ms | memory | state |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for clusters in (10, 1_000, 100_000):
        times = [_duration(max(clusters * latency / 16, clusters * cpu)) for latency in (0.01, 0.05, 0.2)]
        lines.append(
            f"| {clusters:,} | {clusters:,} | {' | '.join(times)} | {_size(clusters * memory_each * 1024)} "
            f"| {_size(clusters * state_each)} |"
        )
    lines += [
        "",
        f"These follow from the runs above (the largest had {largest['clusters']:,} clusters); 100,000 clusters were not run.",
        "",
        f"Throttled: of a site that lets {throttled['allowed_per_second']} requests a second through, without a Retry-After, "
        f"{throttled['clusters']} clusters were read in {throttled['seconds']:.1f} s, where {throttled['least_seconds']:.1f} s is the least "
        f"that the limit allows; {throttled['refused_requests']} requests were refused on the way, and "
        f"{throttled['failed_clusters'] or 'no'} cluster{'' if throttled['failed_clusters'] == 1 else 's'} failed.",
        "",
        *_accounts(results["accounts"]),
        "## When to split a fleet",
        "",
        "- Up to about 1,000 clusters, one resource in one stack: a preview stays at seconds, the state at some megabytes.",
        "- From there on the state is what hurts first: Pulumi writes it whole at every update. Where only a gate is wanted, ask with the "
        "function or with `css-logs gate`, which leave nothing in a state.",
        "- Several thousand clusters: a stack for each region or project, which throttle apart anyway, each with a fleet of its own; "
        "other stacks read their outputs. The stacks run on as many runners as there are; what they share is the state's place, PostgreSQL or "
        "object storage.",
        "- A larger `parallelism` (64 at most) pays where the latency is large and the site does not throttle; at 10 ms the processor is the "
        "limit already.",
    ]
    return lines


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _size(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"


def chart(comparisons: list[dict[str, Any]]) -> str:
    """Return bars, each as long as its ratio is beside what was to be reached: at most up to the line."""
    height = _ROW * len(comparisons) + 40
    longest = max([1.0, *(row["ratio"]["median"] / row["target"] for row in comparisons)])
    width = round(_LABELS + _FULL * longest + 90)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'role="img" aria-label="each ratio beside what was to be reached" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, row in enumerate(comparisons):
        top, share = 10 + number * _ROW, row["ratio"]["median"] / row["target"]
        colour = "#2b6cb0" if row["reached"] else "#c05621"
        name = escape(row["name"].replace("`", ""))
        parts.append(f'<text x="{_LABELS - 10}" y="{top + 13}" text-anchor="end" fill="#222">{_short(name)}</text>')
        parts.append(f'<rect x="{_LABELS}" y="{top}" width="{_FULL * share:.1f}" height="{_BAR}" fill="{colour}"/>')
        value = f"{row['ratio']['median']:.2f} of {row['target']:g}"
        parts.append(f'<text x="{_LABELS + _FULL * max(share, 1.0) + 6:.1f}" y="{top + 13}" fill="#222">{value}</text>')
    line = _LABELS + _FULL
    parts.append(f'<line x1="{line}" y1="4" x2="{line}" y2="{height - 30}" stroke="#222" stroke-dasharray="3 3"/>')
    parts.append(f'<text x="{line}" y="{height - 12}" text-anchor="middle" fill="#222">to reach</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _short(name: str) -> str:
    return name if len(name) <= 92 else name[:89] + "..."
