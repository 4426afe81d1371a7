"""A stack that version 0.1.0 made, before outputs of None were known: this version finds nothing to change in it."""

from __future__ import annotations

from pathlib import Path

STATE = Path(__file__).with_name("state_of_0_1.json")
PROGRAM = """
    import pulumi
    from pulumi_huaweicloud_css import FleetLogRecords, Gate, LogRecords

    cluster_id = pulumi.Config().require("clusterId")
    logs = LogRecords("logs", cluster_id=cluster_id, status="NOT_FAIL")
    gated = LogRecords("gated", cluster_id=cluster_id, gate=Gate(max_age="3650d"))
    fleet = FleetLogRecords("fleet", cluster_ids=[cluster_id], gate=Gate(max_age="3650d"), on_error="collect")
    pulumi.export("path", logs.latest_log_path)
    pulumi.export("finished", logs.latest_finished_at)
    pulumi.export("state", gated.verdict.state)
    pulumi.export("paths", fleet.clusters.apply(lambda found: {key: one.latest_log_path for key, one in found.items()}))
"""


def _record(cluster_id, number, status):
    """Return the record of which the state tells, in the API's form."""
    start = 1_700_000_000_000 + number * 1000
    return {
        "id": f"record-{number}",
        "clusterId": cluster_id,
        "createAt": start,
        "finishedAt": start + 500,
        "logPath": f"bucket/{number}",
        "status": status,
        "jobTypes": "Auto",
        "jobId": "job",
        **({"failedMsg": "no space"} if status == "FAIL" else {}),
    }


def test_the_state_of_an_older_version_has_no_changes(new_project, emulator):
    """Preview, refresh and update find nothing to change, and the provider is referred to by the same name."""
    statuses = ("SUCCESS", "FAIL", "SUCCESS")
    emulator.set_records(None, [_record(emulator.cluster_id, *each) for each in enumerate(statuses)])
    project = new_project(PROGRAM, clusterId=emulator.cluster_id)
    project.run("stack", "import", "--stack", "dev", "--file", str(STATE)).ok()
    before = project.resources()
    assert len(before) == 5
    project.preview("--expect-no-changes").ok()
    project.run("refresh", "--stack", "dev", "--preview-only", "--expect-no-changes").ok()
    project.up("--expect-no-changes").ok()
    providers = {item["urn"]: item["inputs"]["__provider"] for item in before if "__provider" in item.get("inputs", {})}
    assert len(providers) == 3
    assert providers == {
        item["urn"]: item["inputs"]["__provider"]
        for item in project.resources()
        if "__provider" in item.get("inputs", {})
    }
    assert project.outputs()["path"] == "bucket/2"
