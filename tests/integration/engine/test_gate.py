"""The gate in programs, on the real engine: what it stops, and what it lets pass."""

from __future__ import annotations

import shutil

import pytest

from tests.support import ROOT
from tests.support.pulumi_project import PulumiProject

EXAMPLE = ROOT / "examples" / "gate"


@pytest.fixture
def release(tmp_path, emulator):
    """Return the example's project, with its stack."""
    shutil.copytree(EXAMPLE, tmp_path / "gate")
    project = PulumiProject(tmp_path / "gate", tmp_path / "home", emulator.environment(), "css-release")
    project.init(clusterId=emulator.cluster_id)
    return project


def _make_stale(emulator):
    records = [record for record in emulator.records() if record["status"] == "SUCCESS"]
    emulator.set_records(None, records[5:])  # one a day: the newest left is five days old


def test_a_failing_gate_stops_preview_and_up_with_its_reason_and_touches_nothing(release, emulator):
    """The reason is the diagnostic's last line, and the dependent resource is not created."""
    _make_stale(emulator)
    for run in (release.preview(), release.up()):
        assert run.exit_code != 0
        [*_, last] = run.diagnostics("LogRecords (logs)")
        assert "GateError: " in last
        assert f"log backups of cluster {emulator.cluster_id} are stale: the newest success, " in last
        assert "allowed 26 h" in last
    assert "Stash" not in release.state()


def test_a_pending_gate_stops_too_and_says_what_runs(release, emulator):
    """While only a running backup could make it pass, the gate does not."""
    running = emulator.add_record(status="RUNNING")
    emulator.set_records(None, [running])
    run = release.preview()
    assert run.exit_code != 0
    assert f"are not settled: {running['id']}" in run.diagnostics("LogRecords (logs)")[-1]


def test_a_passing_gate_lets_both_go_on_and_then_guards_the_next_change(release, emulator):
    """With fresh backups the dependent is created, with the verdict in the outputs; later staleness stops a change."""
    release.preview().ok()
    release.up().ok()
    outputs = release.outputs()
    assert outputs["released"] == "v1"
    assert "are fresh: " in outputs["log_backups"]

    _make_stale(emulator)
    release.run("config", "set", "--stack", "dev", "release", "v2").ok()
    assert release.up().exit_code != 0
    assert release.outputs()["released"] == "v1"


def test_the_functions_gate_fails_the_program_with_the_same_reason(new_project, emulator):
    """`get_log_records` and its output form raise GateError; a passing one carries the verdict, typed."""
    program = """
        import pulumi
        from pulumi_huaweicloud_css import Gate, GateError, get_log_records, get_log_records_output

        cluster_id = pulumi.Config().require("clusterId")
        try:
            get_log_records(cluster_id=cluster_id, gate=Gate(max_age="1m"))
        except GateError as error:
            pulumi.export("refused", str(error))
            pulumi.export("state", error.verdict.state)
        passed = get_log_records(cluster_id=cluster_id, gate=Gate(max_age="7d"))
        pulumi.export("passed", [passed.verdict.state, passed.verdict.record.status, passed.verdict.age > 0])
        limit = pulumi.Config().require("maxAge")
        pulumi.export("age", get_log_records_output(
            cluster_id=cluster_id, gate=pulumi.Output.from_input(limit).apply(lambda it: Gate(max_age=it))).verdict.age)
    """
    project = new_project(program, clusterId=emulator.cluster_id, maxAge="7d")
    project.up().ok()
    outputs = project.outputs()
    assert "are stale" in outputs["refused"]
    assert outputs["state"] == "failed"
    assert outputs["passed"] == ["passed", "SUCCESS", True]
    assert outputs["age"] > 0

    project.run("config", "set", "--stack", "dev", "maxAge", "1m").ok()
    run = project.preview()
    assert run.exit_code != 0
    assert "error: log backups of cluster" in run.output
    assert "Traceback" not in run.output


def test_a_gate_of_an_output_is_judged_once_it_is_known(new_project, emulator):
    """A resource takes its gate from an output, as plain values or as a Gate, and refuses one that is neither."""
    program = """
        import pulumi
        from pulumi_huaweicloud_css import LogRecords

        config = pulumi.Config()
        gate = pulumi.Output.from_input(config.require("maxAge")).apply(lambda it: {"max_age": it})
        logs = LogRecords("logs", cluster_id=config.require("clusterId"), gate=gate)
        pulumi.export("state", logs.verdict.state)
    """
    project = new_project(program, clusterId=emulator.cluster_id, maxAge="7d")
    project.up().ok()
    assert project.outputs() == {"state": "passed"}
    before = len(emulator.requests)
    project.run("config", "set", "--stack", "dev", "maxAge", "a while").ok()
    run = project.preview()
    assert run.exit_code != 0
    assert "max_age: 'a while' is not a duration" in run.output
    assert len(emulator.requests) == before
