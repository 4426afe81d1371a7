"""What a fleet costs as it grows: requests, time, memory, and the size of the state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from benchmarks.emulator_process import serve
from benchmarks.previewing import fleet_stack, stacks

_RUNS = ((10, 0.01), (300, 0.01), (1000, 0.01), (3000, 0.01), (300, 0.05), (1000, 0.05), (300, 0.2))
_STATES = (10, 300, 1000)
_COUNT = 95

_ASK = """
import json, os, time
from pathlib import Path
from tests.support.reading import read_fleet_outputs

def kib(name):  # Linux; what getrusage says is inherited from the process that started this one
    return int(Path("/proc/self/status").read_text().partition(name + ":")[2].split()[0])

ids = os.environ["CLUSTER_IDS"].split(",")
read_fleet_outputs(cluster_ids=ids[:1])
before = kib("VmRSS")
start, cpu = time.perf_counter(), time.process_time()
outputs = read_fleet_outputs(cluster_ids=ids)
print(json.dumps({
    "seconds": time.perf_counter() - start,
    "cpu_seconds": time.process_time() - cpu,
    "memory_mib": max(0, kib("VmHWM") - before) / 1024,
    "output_bytes": len(json.dumps(outputs)),
}))
"""


def measure_scale() -> list[dict[str, Any]]:
    """Return a row for each fleet: clusters, latency, requests, seconds, memory, bytes of outputs."""
    rows = []
    for clusters, latency in _RUNS:
        with serve(clusters=clusters, count=_COUNT, latency=latency) as served:
            ids = served.cluster_ids()
            environment = {**os.environ, **served.settings, "CLUSTER_IDS": ",".join(ids)}
            done = subprocess.run(
                [sys.executable, "-c", _ASK], env=environment, text=True, stdout=subprocess.PIPE, check=True
            )
            found = {name: round(value, 3) for name, value in json.loads(done.stdout).items()}
            requests = len(served.requests()) - 1
            rows.append({"clusters": clusters, "latency_ms": latency * 1000, "requests": requests, **found})
            print(".", end="", file=sys.stderr, flush=True)
    return rows


_ACCOUNTS = (100, 1000, 10_000)
_REGIONS = ("cn-north-4", "cn-east-3", "ap-southeast-3", "eu-west-101")
_ACCOUNT_LATENCY = 0.02

_GATE = """
import json, resource, sys, time
from pathlib import Path
start = time.perf_counter()
from pulumi_huaweicloud_css.cli.main import run
code = run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
print(json.dumps({
    "exit_code": code,
    "seconds": time.perf_counter() - start,
    "cpu_seconds": used.ru_utime + used.ru_stime,
    "peak_mib": peak / 1024,
}))
"""


def measure_accounts() -> list[dict[str, Any]]:
    """Return a row for each size of an account in four regions, of which one `css-logs gate` judges every cluster."""
    rows = []
    regions = [text for region in _REGIONS for text in ("--region", region)]
    for clusters in _ACCOUNTS:
        with serve(clusters=clusters, count=_COUNT, latency=_ACCOUNT_LATENCY, regions=_REGIONS) as served:
            command = [sys.executable, "-c", _GATE, "gate", "--all-clusters", *regions, "--max-age", "7d"]
            command += ["--quiet"]
            environment = {**os.environ, **served.settings}
            done = subprocess.run(command, env=environment, text=True, stdout=subprocess.PIPE, check=True)
            found = {name: round(value, 3) for name, value in json.loads(done.stdout).items()}
            if found["exit_code"]:
                raise RuntimeError(f"the gate over {clusters} clusters ended with {found['exit_code']}")
            rows.append({"clusters": clusters, "latency_ms": _ACCOUNT_LATENCY * 1000, **found})
            print(".", end="", file=sys.stderr, flush=True)
    return rows


def measure_states() -> list[dict[str, Any]]:
    """Return how large the state of a stack with one fleet is."""
    rows = []
    for clusters in _STATES:
        with serve(clusters=clusters, count=_COUNT) as served, stacks() as make:
            rows.append({"clusters": clusters, "state_bytes": fleet_stack(make, served).state_bytes()})
    return rows
