"""The section of docs/performance.md on what each way to read clusters costs, and which one to choose."""

from __future__ import annotations

from typing import Any

_NAMES = {
    "function": "`get_log_records`, one call for each cluster",
    "resource": "`LogRecords`, one for each cluster",
    "resource without records": "`LogRecords` with `include_records=False`, one for each cluster",
    "fleet": "one `FleetLogRecords` of all clusters",
}
_ADVICE = (
    "- One cluster: `LogRecords` if the result should be visible in the stack's state, otherwise `get_log_records`, which stores nothing.",
    "- Several clusters: one `FleetLogRecords`. It is one resource, and reads 16 clusters in parallel.",
    "- Single values of several clusters: `get_log_records`. Each call waits for its response, so where the latency is high, prefer "
    "`get_fleet_log_records`, which reads in parallel.",
    "- A `LogRecords` for each of many clusters costs most, because the engine and the program process every value of every record. Where "
    "it must be a resource, and only the newest record counts, set `include_records=False`.",
)


def costs(rows: list[dict[str, Any]]) -> list[str]:
    """Return the section.

    Args:
        rows: as of `measure_ways`.
    """
    sizes = sorted({row["clusters"] for row in rows})
    seconds = {(row["way"], row["clusters"]): row["seconds"] for row in rows}
    states = {row["way"]: (row["clusters"], row["state_bytes"]) for row in rows if row["state_bytes"] is not None}
    stored = next(iter(states.values()))[0]
    heads = [f"{size:,} cluster{'' if size == 1 else 's'}" for size in sizes]
    lines = [
        "## Choosing an integration",
        "",
        f"The time of one `pulumi preview` whose program reads clusters with {rows[0]['records']} records each, and exports the newest path of "
        "each; an empty preview is included.",
        "",
        f"| way | {' | '.join(heads)} | state of {stored:,} clusters |",
        f"| --- |{' --- |' * (len(sizes) + 1)}",
    ]
    for way, (_, size) in states.items():
        times = [f"{seconds[way, clusters]:.1f} s" for clusters in sizes]
        lines.append(f"| {_NAMES[way]} | {' | '.join(times)} | {size / 1e6:.2f} MB |")
    return [*lines, "", *_ADVICE, ""]
