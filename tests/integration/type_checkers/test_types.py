"""What type checkers say of a user's program: nothing of a right one, and each mistake of a wrong one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

RIGHT = """\
from typing import Literal

import pulumi
from pulumi_huaweicloud_css import (
    ClusterSelector, Duration, FleetLogRecords, Gate, GateError, GateInput, GateVerdict, JobType, LogRecord, LogRecords,
    OnError, Outcome, Record, SelectorInput, Site, SitesInput, State, Status,
    get_clusters, get_fleet_log_records, get_fleet_log_records_output, get_log_records, get_log_records_output)


async def later() -> str:
    return "4213d908-f5dc-4633-8401-cfd7175fca0c"


age = pulumi.Config().require_secret("maxAge")
logs = LogRecords("logs", cluster_id=later(), status="SUCCESS", job_type="Auto", limit=pulumi.Output.from_input(3),
                  gate={"max_age": age, "max_consecutive_failures": 1})
other = LogRecords("other", cluster_id=logs.cluster_id, gate=age.apply(lambda value: Gate(max_age=value)))
path: pulumi.Output[str | None] = logs.latest_log_path
by_record = logs.latest.log_path
newest: pulumi.Output[str | None] = logs.latest.apply(lambda record: record.log_path if record else None)
as_key: pulumi.Output[str] = logs.records.apply(lambda records: str(records[0]["log_path"]))
verdict: pulumi.Output[Literal["passed", "pending", "failed"] | None] = logs.verdict.apply(
    lambda it: it.state if it else None)
fleet = FleetLogRecords("fleet", cluster_ids=[later(), logs.cluster_id], on_error="collect", gate=Gate(max_age="2h"))
paths = fleet.clusters.apply(lambda clusters: {key: one.latest_log_path for key, one in clusters.items()})

try:
    answer = get_log_records(cluster_id="4213d908-f5dc-4633-8401-cfd7175fca0c", status="FAIL", gate=Gate(max_age="2h"))
    first: LogRecord | None = answer.latest
    messages: list[str | None] = [record.failed_msg for record in answer.records]
    said: GateVerdict | None = answer.verdict
except GateError as error:
    state: Literal["passed", "pending", "failed"] = error.verdict.state
many = get_fleet_log_records(cluster_ids=["4213d908-f5dc-4633-8401-cfd7175fca0c"], on_error="collect")
lifted = get_log_records_output(cluster_id=later(), gate=Gate()).latest_success_log_path
names: list[str] = [cluster.name for cluster in get_clusters(names=["prod-*"]).clusters]
region = pulumi.Output.from_input("cn-north-4")
FleetLogRecords("prod", clusters=ClusterSelector(names=["prod-*"]), regions=["cn-north-4", region])
FleetLogRecords("sites", clusters={"names": [later()], "tags": {"a": region}}, sites=[Site("a"), {"region": region}])
get_fleet_log_records(clusters=ClusterSelector(), sites=[Site("cn-north-4", "0" * 32)])
get_fleet_log_records_output(clusters={}, sites=[{"region": region}, region.apply(Site)])


def passed_on(name: str, status: Status, job_type: JobType, gate: GateInput, max_age: Duration) -> LogRecords:
    return LogRecords(name, cluster_id=later(), status=status, job_type=job_type, gate=gate or Gate(max_age=max_age))


def fleet_of(clusters: SelectorInput, sites: SitesInput, on_error: OnError) -> FleetLogRecords:
    return FleetLogRecords("passed", clusters=clusters, sites=sites, on_error=on_error)


def meaning(error: GateError, record: Record) -> tuple[State, Outcome]:
    return error.verdict.state, record.outcome


pulumi.export("all", pulumi.Output.json_dumps([logs.records, many.errors, lifted]))
"""
WRONG = """\
from pulumi_huaweicloud_css import ClusterSelector, FleetLogRecords, LogRecords, get_fleet_log_records, get_log_records

ID = "4213d908-f5dc-4633-8401-cfd7175fca0c"
LogRecords("a", cluster_id=ID, status="DONE")  # wrong
LogRecords("b", cluster_id=ID, job_type="auto")  # wrong
LogRecords("c", cluster_id=ID, gate={"maxAge": "2h"})  # wrong
FleetLogRecords("d", cluster_ids=[ID], on_error="ignore")  # wrong
get_log_records(cluster_id=ID, status="success")  # wrong
get_fleet_log_records(cluster_ids=[ID], on_error="collet")  # wrong
FleetLogRecords("e", clusters={"name": ["prod-*"]})  # wrong
FleetLogRecords("f", clusters={}, sites=[{"regin": "cn-north-4"}])  # wrong
get_fleet_log_records(clusters=ClusterSelector(), regions="cn-north-4", sites=["cn-north-4"])  # wrong
print(get_log_records(cluster_id=ID).latest.log_path)  # wrong
print(get_log_records(cluster_id=ID).newest)  # wrong
from pulumi_huaweicloud_css import get_log_record  # wrong
"""


@pytest.fixture
def programs(tmp_path):
    """Write both programs, outside this repository and so without its settings."""
    (tmp_path / "right.py").write_text(RIGHT)
    (tmp_path / "wrong.py").write_text(WRONG)
    return tmp_path


def _run(folder, *command):
    environment = {**os.environ, "MYPYPATH": "", "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, text=True, capture_output=True, check=False
    ).stdout


def _wrong_lines():
    return [number for number, line in enumerate(WRONG.splitlines(), 1) if line.endswith("# wrong")]


def test_mypy_finds_the_mistakes_and_nothing_else(programs):
    """Strict mypy takes every kind of input, typed outputs and guards, and refuses values that are not allowed."""
    printed = _run(programs, "mypy", "--strict", "--no-error-summary", "right.py", "wrong.py")
    assert [int(line) for line in re.findall(r"^wrong\.py:(\d+): error: ", printed, re.MULTILINE)] == _wrong_lines()
    assert "right.py" not in printed


def test_pyright_finds_the_mistakes_and_nothing_else(programs):
    """The same holds for pyright, which editors use."""
    if shutil.which("npm") is None and not os.environ.get("CI"):
        pytest.skip("pyright needs Node and npm")
    printed = _run(programs, "pyright", "--outputjson", "--pythonpath", sys.executable, "right.py", "wrong.py")
    found = json.loads(printed)["generalDiagnostics"]
    assert [(item["file"][-8:], item["range"]["start"]["line"] + 1) for item in found] == [
        ("wrong.py", line) for line in _wrong_lines()
    ]
