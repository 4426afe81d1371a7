"""What listing records costs in processor time, ours beside the vendor's SDK and the floor.

The floor is the minimum for any client: a signed `requests` call over a connection that is kept open, and `json.loads`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from typing import Any
from unittest.mock import patch

import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcss.v1 import CssClient as VendorClient
from huaweicloudsdkcss.v1 import ListLogsJobRequest
from pulumi_huaweicloud_css import CssClient, get_log_records
from pulumi_huaweicloud_css._api.signing import auth_for
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery, read
from pulumi_huaweicloud_css._config.settings import Settings, resolve

from benchmarks.emulator_process import CSS_LOGS, Served, serve
from benchmarks.measuring import FLOOR, WHOLE_CALL, Comparison, Pairs, cpu_milliseconds, wall_seconds

GATE_LIBRARIES = ("click", "pydantic_core", "requests")  # what `css-logs gate` cannot do without

_ROUNDS = 15
_CALLS = 20


class Contenders:
    """The ways to list one page of a cluster, and to read it whole."""

    def __init__(self, served: Served, size: int) -> None:
        self.settings: Settings = resolve(environ=served.settings)
        self.cluster_id = served.cluster_ids()[0]
        self.size = size
        self.client = CssClient(_settings=self.settings)
        self.session = requests.Session()
        keys, project_id = self.settings.credentials, self.settings.project_id
        self.auth = auth_for(keys, project_id)
        self.url = f"{self.settings.endpoint}/v1.0/{project_id}/clusters/{self.cluster_id}/logs/records"
        basic = BasicCredentials(keys.access_key, keys.secret_key, project_id)
        self.vendor_client = (
            VendorClient.new_builder().with_credentials(basic).with_endpoint(self.settings.endpoint).build()
        )

    def ours(self) -> Any:
        """List a page with `CssClient`."""
        return self.client.list_log_records(self.cluster_id, limit=self.size)

    def vendor(self) -> Any:
        """List a page with the vendor's SDK."""
        request = ListLogsJobRequest()
        request.cluster_id, request.offset, request.limit = self.cluster_id, 1, self.size
        return self.vendor_client.list_logs_job(request)

    def floor(self) -> Any:
        """List a page with as little as possible."""
        response = self.session.get(self.url, params={"offset": "1", "limit": str(self.size)}, auth=self.auth)
        return json.loads(response.content)

    def function(self) -> Any:
        """Read the cluster as a program does; the settings come from the environment."""
        return get_log_records(cluster_id=self.cluster_id)

    def outputs(self) -> Any:
        """Read the cluster as the resource does: filter, sort, summarize, and convert to outputs."""
        return read(self.client, LogRecordsQuery(self.cluster_id)).to_outputs()

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
        self.session.close()


def compare_listing() -> tuple[list[Comparison], dict[str, Any]]:
    """Return the rows for a full page and a small one, and figures beside the table."""
    with serve(count=999) as served:
        large, emulator = _rounds(served, 999)
    with serve(count=10) as served:
        small, _ = _rounds(served, 10)
    rows = [
        large.compare("CPU to list 999 records, ours / vendor SDK", 0.40, "ours", "vendor"),
        large.compare(FLOOR, 1.6, "ours", "floor"),
        small.compare("CPU for one small page (10 records), ours / vendor SDK", 0.8, "ours", "vendor"),
        large.compare(WHOLE_CALL, 0.40, "function", "vendor"),
        small.compare("the same of 10 records", 0.8, "function", "vendor"),
    ]
    whole = large.compare("", 0, "outputs", "vendor")
    beside = {
        "outputs_999_ms": whole.ours.to_dict(),
        "outputs_999_of_vendor": whole.ratio.to_dict(),
        "emulator_999_ms": round(emulator, 3),
    }
    return rows, beside


def _rounds(served: Served, size: int) -> tuple[Pairs, float]:
    contenders = Contenders(served, size)
    names = ("ours", "vendor", "floor", "function", "outputs")
    assert len(contenders.ours().records) == len(contenders.vendor().cluster_log_record) == size
    assert len(contenders.floor()["clusterLogRecord"]) == contenders.outputs()["count"] == size
    pairs = Pairs()
    before = served.cpu_seconds()
    with patch.dict(os.environ, served.settings):
        assert len(contenders.function().records) == size
        for _ in range(_ROUNDS):
            for name in names:
                pairs.add(name, cpu_milliseconds(getattr(contenders, name), _CALLS))
    spent = (served.cpu_seconds() - before) * 1000 / (_ROUNDS * _CALLS * len(names))
    contenders.close()
    return pairs, spent


def count_requests() -> int:
    """Return how many requests it takes to read 999 records."""
    with serve(count=999) as served:
        client = CssClient(_settings=resolve(environ=served.settings))
        before = len(served.requests())
        result = read(client, LogRecordsQuery(served.cluster_ids()[0]))
        assert len(result.records) == 999
        client.close()
        return len(served.requests()) - before


_GROWTH = """
import os, time, tracemalloc
from pulumi_huaweicloud_css import CssClient
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery, read
client = CssClient()
question = LogRecordsQuery(os.environ["CLUSTER_ID"])
read(client, question).to_outputs()
start = time.process_time()
for _ in range(int(os.environ["TIMES"])):
    outputs = read(client, question).to_outputs()
spent = (time.process_time() - start) / int(os.environ["TIMES"]) / len(outputs["records"])
del outputs
tracemalloc.start()
outputs = read(client, question).to_outputs()
print(spent * 1e6, tracemalloc.get_traced_memory()[1] / len(outputs["records"]))
"""


def compare_growth() -> list[Comparison]:
    """Return the rows for time and memory a record, 10,000 records against 1,000."""
    pairs = Pairs()
    with serve(count=10_000) as many, serve(count=1_000) as few:
        for _ in range(7):
            for name, served, times in (("many", many, 2), ("few", few, 20)):
                environment = {**os.environ, **served.settings}
                environment.update(CLUSTER_ID=served.cluster_ids()[0], TIMES=str(times))
                done = subprocess.run(
                    [sys.executable, "-c", _GROWTH], env=environment, text=True, stdout=subprocess.PIPE, check=True
                )
                microseconds, size = map(float, done.stdout.split())
                pairs.add(f"{name} time", microseconds)
                pairs.add(f"{name} memory", size)
    return [
        pairs.compare("CPU a record, 10,000 records / 1,000", 1.3, "many time", "few time", "µs"),
        pairs.compare("peak memory a record, 10,000 records / 1,000", 1.3, "many memory", "few memory", "bytes"),
    ]


def compare_gate() -> Comparison:
    """Return the row for `css-logs gate` of one cluster, start included, beside loading the libraries that it needs."""
    pairs = Pairs()
    with serve(count=95) as served:
        environment = {**os.environ, **served.settings}
        gate = [str(CSS_LOGS), "gate", "--cluster-id", served.cluster_ids()[0]]
        commands = {"gate": gate, "libraries": [sys.executable, "-c", f"import {', '.join(GATE_LIBRARIES)}"]}
        for _ in range(15):
            for name, command in commands.items():
                run = partial(subprocess.run, command, env=environment, stdout=subprocess.DEVNULL, check=True)
                pairs.add(name, wall_seconds(run))
    return pairs.compare(
        f"`css-logs gate` of one cluster, start included / Python that imports {', '.join(GATE_LIBRARIES)}",
        2.0,
        "gate",
        "libraries",
        "s",
        note="the time itself, with an aim of 0.25 s, is not judged: it is the machine's",
    )


def compare_imports() -> Comparison:
    """Return the row for importing the package, beside importing pulumi alone."""
    pairs = Pairs()
    statements = {"ours": "from pulumi_huaweicloud_css import LogRecords, get_log_records", "pulumi": "import pulumi"}
    for _ in range(15):
        for name, statement in statements.items():
            code = f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
            done = subprocess.run([sys.executable, "-c", code], text=True, stdout=subprocess.PIPE, check=True)
            pairs.add(name, float(done.stdout) * 1000)
    return pairs.compare(
        "import of `LogRecords` and `get_log_records` / import pulumi, wall",
        1.10,
        "ours",
        "pulumi",
        note="importing the package alone loads nothing else",
    )
