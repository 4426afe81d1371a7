"""Outputs and results are dictionaries with attributes, as in the SDKs that Pulumi generates."""

from __future__ import annotations

import copy
import json
import pickle

import pulumi
import pytest
from pulumi_huaweicloud_css._pulumi import types as outputs
from pulumi_huaweicloud_css._pulumi.types import LogRecord

PROGRAM = """
    import json
    import pulumi
    from pulumi_huaweicloud_css import (
        FleetLogRecords, Gate, LogRecord, LogRecords, get_fleet_log_records, get_log_records)

    cluster_id = pulumi.Config().require("clusterId")
    gate = Gate(max_age="7d")
    logs = LogRecords("logs", cluster_id=cluster_id, gate=gate)
    fleet = FleetLogRecords("fleet", cluster_ids=[cluster_id], gate=gate, include_records=True)
    answer = get_log_records(cluster_id=cluster_id, gate=gate)
    many = get_fleet_log_records(cluster_ids=[cluster_id], gate=gate)

    pulumi.export("json", pulumi.Output.json_dumps(logs.records).apply(lambda text: json.loads(text)[0]["log_path"]))
    pulumi.export("paths", [
        logs.latest.log_path,
        logs.latest["log_path"],
        logs.latest.apply(lambda record: record.get("log_path", "none")),
        logs.latest.apply(lambda record: json.loads(json.dumps(record))["log_path"]),
        logs.records[0]["log_path"],
        logs.records[0].log_path,
        logs.latest.apply(lambda record: {**record}["log_path"]),
        pulumi.Output.all(logs.latest, logs.count).apply(lambda values: values[0]["log_path"]),
        pulumi.Output.format("{0}", logs.latest["log_path"]),
        fleet.clusters[cluster_id].latest["log_path"],
        fleet.clusters[cluster_id].records[0].log_path,
        fleet.clusters.apply(lambda found: json.loads(json.dumps(found))[cluster_id]["latest"]["log_path"]),
        answer["latest"]["log_path"],
        answer.latest.log_path,
        json.loads(json.dumps(answer))["latest"]["log_path"],
        many["clusters"][cluster_id]["latest_log_path"],
        many.clusters[cluster_id].latest.get("log_path"),
    ])
    pulumi.export("states", [logs.verdict["state"], fleet.verdicts[cluster_id].state, answer["verdict"]["state"]])
    pulumi.export("typed", logs.latest.apply(lambda record: isinstance(record, LogRecord)))
    print("printed:", answer.latest)
"""


def test_records_are_read_as_attributes_and_as_keys(new_project, emulator):
    """`json_dumps`, `["log_path"]`, `.get`, attributes and `print` work on outputs and on results."""
    newest = emulator.add_record(logPath="bucket/newest")["logPath"]
    project = new_project(PROGRAM, clusterId=emulator.cluster_id)
    preview = project.preview().ok().output
    assert "unknown" not in preview
    assert f"'log_path': '{newest}'" in preview.partition("printed: ")[2].splitlines()[0]
    project.up().ok()
    told = project.outputs()
    assert told["json"] == newest
    assert set(told["paths"]) == {newest}
    assert set(told["states"]) == {"passed"}
    assert told["typed"] is True


TYPES = [each for each in vars(outputs).values() if isinstance(each, type) and issubclass(each, dict)]


@pytest.mark.parametrize("cls", TYPES)
def test_every_output_type_is_a_dictionary_with_its_attributes(cls):
    """Each part of each type is an attribute and a key, None or not, and can be copied, pickled and written as JSON."""
    parts = dict.fromkeys(cls.__annotations__)
    value = cls(**parts)
    assert pulumi._types.is_output_type(cls)
    assert json.loads(json.dumps(value)) == parts
    for name in parts:
        assert getattr(value, name) is None
        assert value[name] is None
    assert copy.deepcopy(value) == pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - our own
    assert repr(value) == repr(parts)


def test_there_are_eight_types():
    """The test above looks at all of them."""
    assert len(TYPES) == 8
    assert LogRecord in TYPES
