"""Numbers that are none, and errors that nobody expected: one line each, and the plugin goes on."""

from __future__ import annotations

import json
import math
import sys

import grpc
import pytest

NUMBERS = [math.nan, math.inf, -math.inf, float("1e400")]
A_CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
ARGUMENTS = [
    "clusterId", "projectId", "region", "endpoint", "status", "jobId", "jobType", "offset", "limit", "gate",
]  # fmt: skip
FLEET_ARGUMENTS = ["clusterIds", "parallelism", "onError", "includeRecords"]


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_each_argument_s_number_that_is_none_is_its_failure(plugin, emulator, number):
    """NaN and infinity are refused for the argument that has them, also inside a gate or a list."""
    given = {"clusterId": A_CLUSTER}
    for name in ARGUMENTS:
        named, reason = plugin.failure(**{**given, name: number})
        assert named == name
        assert len(reason.splitlines()) == 1
    for name in FLEET_ARGUMENTS:
        named, _ = plugin.failure("getFleetLogRecords", **{"clusterIds": [A_CLUSTER], name: number})
        assert named == name
    assert plugin.failure("getFleetLogRecords", clusterIds=[A_CLUSTER, number])[0] == "clusterIds[1]"
    for name in ("maxAge", "maxRunning", "maxConsecutiveFailures"):
        assert plugin.failure(**given, gate={name: number})[0] == f"gate.{name}"
    assert emulator.requests == []
    assert plugin.invoke(clusterId=emulator.cluster_id)["count"] == 37
    assert plugin.stop() == ("", "")


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_a_setting_s_number_that_is_none_is_one_line(plugin, emulator, number):
    """The plugin's configuration is judged when a question is asked, and names the key."""
    plugin.configure({"maxRetries": number})
    assert plugin.error(clusterId=emulator.cluster_id).startswith("maxRetries: ")
    plugin.configure({"endpoints": {"css": number}})
    assert plugin.error(clusterId=emulator.cluster_id).startswith("endpoints: ")
    assert plugin.stop() == ("", "")


def _defective(where: str) -> list[str]:
    """Return the command of a plugin in which one function raises what no caller expects."""
    text = f"""
import {where.rpartition(".")[0]} as changed
def defect(*_, **__):
    raise KeyError("hush", "<{{%boom%}}>", "\\n")
changed.{where.rpartition(".")[2]} = defect
from pulumi_huaweicloud_css.plugin import serve
serve()
"""
    return [sys.executable, "-u", "-c", text]


@pytest.mark.parametrize(
    "where",
    ["pulumi_huaweicloud_css._backups.query.log_records", "pulumi_huaweicloud_css.plugin.provider.values_of"],
)
def test_an_error_that_nobody_expected_is_one_line(start_plugin, emulator, where):
    """It names the error's kind, shows neither its text nor a traceback, and later calls are answered."""
    plugin = start_plugin(command=_defective(where))
    error = plugin.start(clusterId=emulator.cluster_id).exception()
    assert error.code() == grpc.StatusCode.INTERNAL
    assert error.details().startswith("unexpected error KeyError; ")
    assert "hush" not in error.details()
    if where.endswith("log_records"):
        assert plugin.invoke("getFleetLogRecords", clusterIds=[emulator.cluster_id])["clusters"]
    assert json.loads(plugin.schema())["name"] == "huaweicloud-css"
    assert plugin.stop() == ("", "")
