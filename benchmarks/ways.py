"""The ways to read clusters in a Pulumi program, and what a preview costs with each: for 1, 100 and 1,000 clusters."""

from __future__ import annotations

import statistics
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pulumi_huaweicloud_css._api.client import shared_client
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery, read
from pulumi_huaweicloud_css._config.settings import resolve

from benchmarks.emulator_process import Served, serve
from benchmarks.measuring import wall_seconds
from benchmarks.previewing import Stack, stacks

_CLUSTERS = (1, 100, 1000)
_ROUNDS = 3
_COUNT = 95

_PROGRAM = """
    import os
    import pulumi
    from pulumi_huaweicloud_css import FleetLogRecords, LogRecords, get_log_records

    ids = os.environ["CLUSTER_IDS"].split(",")
"""
_EXPORTS = {
    "function": "[get_log_records(cluster_id=each).latest_log_path for each in ids]",
    "resource": "[LogRecords(f'logs-{each}', cluster_id=each).latest_log_path for each in ids]",
    "resource without records": (
        "[LogRecords(f'logs-{each}', cluster_id=each, include_records=False).latest_log_path for each in ids]"
    ),
    "fleet": (
        "FleetLogRecords('fleet', cluster_ids=ids)"
        ".clusters.apply(lambda clusters: [each.latest_log_path for each in clusters.values()])"
    ),
}
WAYS = tuple(_EXPORTS)


def newest_paths(served: Served) -> dict[str, str]:
    """Return the path of the newest backup of each cluster, which a preview and a plan must show."""
    client = shared_client(resolve(environ=served.settings))
    return {each: str(read(client, LogRecordsQuery(each)).records[0].log_path) for each in served.cluster_ids()}


class Way:
    """A stack that reads clusters in one of the ways, and exports the newest path of each.

    Args:
        make: makes stacks.
        way: one of `WAYS`.
        served: the server.
        paths: the newest path of each cluster that is read, by its id.
    """

    def __init__(self, make: Any, way: str, served: Served, paths: Mapping[str, str]) -> None:
        program = f"{textwrap.dedent(_PROGRAM)}pulumi.export('paths', {_EXPORTS[way]})\n"
        self._stack: Stack = make(program, CLUSTER_IDS=",".join(paths), **served.settings)
        self._paths = paths

    def preview(self) -> None:
        """Preview the stack.

        Raises:
            RuntimeError: it failed, or shows another path than the newest one of a cluster.
        """
        check_paths(self._stack.preview(), self._paths.values())

    def state_bytes(self) -> int:
        """Update the stack, and return how large its state is."""
        return self._stack.state_bytes()


def check_paths(shown: str, paths: Iterable[str]) -> None:
    """Refuse to measure what was not read: a failed or partial run would be the fastest.

    Raises:
        RuntimeError: a path is shown less often than there are clusters with it.
    """
    for path, clusters in Counter(paths).items():
        if (found := shown.count(f'"{path}"')) < clusters:
            raise RuntimeError(f"{path} is shown {found} times instead of {clusters}: {shown[-2000:]}")


def measure_ways() -> list[dict[str, Any]]:
    """Return a row for each way and number of clusters: seconds of a preview, and bytes of state for 100 clusters."""
    rows = []
    with serve(clusters=max(_CLUSTERS), count=_COUNT) as served, stacks() as make:
        paths = newest_paths(served)
        for clusters in _CLUSTERS:
            some = dict(list(paths.items())[:clusters])
            ways = {way: Way(make, way, served, some) for way in _EXPORTS}
            seconds: dict[str, list[float]] = {way: [] for way in ways}
            for _ in range(_ROUNDS):
                for name, way in ways.items():
                    seconds[name].append(wall_seconds(way.preview))
                    print(".", end="", file=sys.stderr, flush=True)
            rows += [
                {
                    "way": name,
                    "clusters": clusters,
                    "records": _COUNT,
                    "seconds": round(statistics.median(seconds[name]), 2),
                    "state_bytes": way.state_bytes() if clusters == 100 else None,
                }
                for name, way in ways.items()
            ]
    return rows
