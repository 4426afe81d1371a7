"""A server with a rate limit: how much longer than the limit requires a fleet takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

from pulumi_huaweicloud_css.emulator import Backups, Emulator, Site
from pulumi_huaweicloud_css.emulator.responses import GatewayRefusedError

_CLUSTERS = 100
_PER_SECOND = 20

_ASK = """
import json, os, time
from tests.support.reading import read_fleet_outputs
start = time.perf_counter()
outputs = read_fleet_outputs(cluster_ids=os.environ["CLUSTER_IDS"].split(","), on_error="collect")
print(json.dumps({"seconds": time.perf_counter() - start, "failed": len(outputs["failed_cluster_ids"])}))
"""


class _Bucket:
    """Lets `_PER_SECOND` requests a second through, in bursts of as many at most."""

    def __init__(self) -> None:
        self.tokens, self.at, self.refused = float(_PER_SECOND), time.monotonic(), 0

    def __call__(self, _request: Any) -> None:
        now = time.monotonic()
        self.tokens = min(float(_PER_SECOND), self.tokens + (now - self.at) * _PER_SECOND)
        self.at = now
        if self.tokens < 1:
            self.refused += 1
            raise GatewayRefusedError(429, "APIGW.0308", "Too many requests")
        self.tokens -= 1


def measure_throttling() -> dict[str, Any]:
    """Return how long a fleet took, how much the limit requires, and what failed."""
    bucket = _Bucket()
    with Emulator(site=Site.of_clusters(_CLUSTERS, backups=Backups(count=10)), on_request=bucket) as emulator:
        ids = ",".join(cluster.cluster_id for cluster in emulator.site.clusters)
        environment = {**os.environ, **emulator.environment(), "CLUSTER_IDS": ids}
        done = subprocess.run(
            [sys.executable, "-c", _ASK], env=environment, text=True, stdout=subprocess.PIPE, check=True
        )
    found = json.loads(done.stdout)
    least = (_CLUSTERS - _PER_SECOND) / _PER_SECOND
    return {
        "clusters": _CLUSTERS,
        "allowed_per_second": _PER_SECOND,
        "seconds": round(found["seconds"], 2),
        "least_seconds": least,
        "refused_requests": bucket.refused,
        "failed_clusters": found["failed"],
    }
