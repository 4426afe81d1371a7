"""Where the time of a preview goes: imports, requests, and Pulumi's handling of outputs."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
from typing import Any

from pulumi import _types
from pulumi.runtime import rpc
from pulumi_huaweicloud_css import FleetLogRecords, LogRecords
from pulumi_huaweicloud_css._api.client import shared_client
from pulumi_huaweicloud_css._backups.fleet import read_fleet
from pulumi_huaweicloud_css._backups.fleet_query import FleetQuery
from pulumi_huaweicloud_css._backups.open_sites import OpenSite
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery, read
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css._pulumi.outputs import fleet_outputs as as_fleet_outputs
from pulumi_huaweicloud_css._pulumi.outputs import log_records_outputs, plain_records

from benchmarks.emulator_process import serve
from benchmarks.measuring import cpu_milliseconds, wall_seconds

_COUNT = 95
_CLUSTERS = 300
_TIMES = 50
_LOADING = """
import pulumi.dynamic, time
start = time.perf_counter()
import requests
import pydantic_core
between = time.perf_counter()
import pulumi_huaweicloud_css._backups.query, pulumi_huaweicloud_css._pulumi.outputs
print((between - start) * 1000, (time.perf_counter() - between) * 1000)
"""


def measure_handling() -> dict[str, Any]:
    """Return milliseconds: of processor time for the outputs of 95 records, of loading, and of a fleet of 300."""
    with serve(count=_COUNT) as served:
        client, query = shared_client(resolve(environ=served.settings)), LogRecordsQuery(served.cluster_ids()[0])
        outputs = log_records_outputs(read(client, query))
        ours = cpu_milliseconds(lambda: log_records_outputs(read(client, query)), _TIMES)
    with serve(clusters=_CLUSTERS, count=_COUNT) as served:
        client, ids = shared_client(resolve(environ=served.settings)), served.cluster_ids()
        sites = [OpenSite("", client)]
        fleet = FleetQuery(ids, LogRecordsQuery(ids[0], include_records=False))
        fleet_outputs = as_fleet_outputs(read_fleet(sites, fleet, plain_records))
        reading = statistics.median(wall_seconds(lambda: read_fleet(sites, fleet)) for _ in range(7))
    one, many = _handling(outputs, LogRecords), _handling(fleet_outputs, FleetLogRecords)
    loading = [_loading() for _ in range(7)]
    return {
        "records": _COUNT,
        "clusters": _CLUSTERS,
        "ours_ms": round(ours, 2),
        **{f"{name}_ms": round(value, 2) for name, value in one.items()},
        "fleet_reading_ms": round(reading * 1000),
        "fleet_handling_ms": round(sum(many.values())),
        "loading_libraries_ms": round(statistics.median(libraries for libraries, _ in loading)),
        "loading_ours_ms": round(statistics.median(own for _, own in loading)),
    }


def _loading() -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-c", _LOADING], text=True, stdout=subprocess.PIPE, check=True)
    libraries, own = map(float, done.stdout.split())
    return libraries, own


def _handling(outputs: dict[str, Any], kind: type) -> dict[str, float]:
    """Return what Pulumi spends on outputs: in the provider's process to wrap them, in the program's on the rest."""
    loop = asyncio.new_event_loop()
    wrapped = loop.run_until_complete(rpc.serialize_properties(outputs, {}))
    types = _types.resource_types(kind)

    def typed() -> None:
        for name, value in outputs.items():
            rpc.translate_output_properties(value, lambda name: name, types.get(name))

    found = {
        "wrapping": cpu_milliseconds(lambda: loop.run_until_complete(rpc.serialize_properties(outputs, {})), _TIMES),
        "unwrapping": cpu_milliseconds(lambda: rpc.deserialize_properties(wrapped), _TIMES),
        "typing": cpu_milliseconds(typed, _TIMES),
    }
    loop.close()
    return found
