"""Refreshes on the real engine: they take what changed, never fail, and report no change of their own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from pulumi_huaweicloud_css.emulator import Backups, Emulator, Project, Site
from pulumi_huaweicloud_css.emulator.responses import GatewayRefusedError

from tests.support.reading import without_none

ONE = """
    import pulumi
    from pulumi_huaweicloud_css import LogRecords, Gate

    config = pulumi.Config()
    age = config.get("maxAge")
    logs = LogRecords("logs", cluster_id=config.require("clusterId"), gate=Gate(max_age=age) if age else None)
    pulumi.export("latest", logs.latest_log_path)
"""
FLEET = """
    import pulumi
    from pulumi_huaweicloud_css import FleetLogRecords, Gate

    config = pulumi.Config()
    age = config.get("maxAge")
    logs = FleetLogRecords(
        "logs",
        cluster_ids=config.require_object("clusterIds"),
        gate=Gate(max_age=age) if age else None,
        on_error=config.get("onError"),
    )
    pulumi.export("failed", logs.failed_cluster_ids)
"""
REFRESH = ("refresh", "--yes")
UP = ("up", "--refresh", "--yes", "--skip-preview")
DESTROY = ("destroy", "--refresh", "--yes", "--skip-preview")
NO_CHANGES = ("refresh", "--preview-only", "--expect-no-changes")
UNREACHABLE = {"HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4": "http://127.0.0.1:1", "HW_MAX_RETRIES": "0"}


class _Refusals:
    """Refuses every request to the API for a cluster."""

    def __init__(self, cluster_id=None):
        self.cluster_id = cluster_id

    def __call__(self, request):
        if self.cluster_id and self.cluster_id in request.path:
            raise GatewayRefusedError(403, "APIGW.0302", "No permission", {})


@pytest.fixture
def refusals():
    """Refuse the requests for one cluster, once it is set."""
    return _Refusals()


@pytest.fixture
def emulator(refusals):
    """Serve three clusters."""
    with Emulator(site=Site.of_clusters(3, backups=Backups(count=3)), on_request=refusals) as emulator:
        yield emulator


@pytest.fixture
def ids(emulator):
    """Return the clusters' ids."""
    return [cluster.cluster_id for cluster in emulator.site.clusters]


@pytest.fixture
def without_clusters():
    """Serve the same project after its clusters were deleted."""
    with Emulator(site=Site(projects=(Project(clusters=()),))) as emulator:
        yield emulator


@pytest.fixture
def one(new_project, emulator):
    """Return a stack with the records of one cluster, whose gate passed."""
    project = new_project(ONE, clusterId=emulator.cluster_id, maxAge="7d")
    project.up().ok()
    return project


@pytest.fixture
def fleet(new_project, ids):
    """Return a stack with the records of three clusters, all of whose gates passed."""
    project = new_project(FLEET, clusterIds=json.dumps(ids), maxAge="7d")
    project.up().ok()
    return project


@pytest.fixture(params=["one", "fleet"])
def project(request):
    """Return either stack."""
    return request.getfixturevalue(request.param)


def _run(project, command):
    name, *options = command
    return project.run(name, "--stack", "dev", *options)


def _kept(project):
    """Return the outputs in the state, without entries of None, which come and go there; None if it has none."""
    resources = json.loads(project.state())["deployment"].get("resources", [])
    found = [item["outputs"] for item in resources if item["type"].endswith("LogRecords")]
    return without_none(found[0]) if found else None


def test_a_gate_that_the_program_has_no_more_does_not_block(project, emulator, ids):
    """With the gate removed from the program, backups that would fail it in the state stop no refresh."""
    emulator.set_records(ids[0], [])
    project.run("config", "rm", "--stack", "dev", "maxAge").ok()
    for command in (REFRESH, UP, DESTROY):
        _run(project, command).ok()


def test_a_failing_gate_does_not_block_a_refresh_but_the_next_preview(one, emulator):
    """A refresh takes the records, with the verdict as it is now; the preview enforces the program's gate."""
    emulator.set_records(None, [])
    _run(one, REFRESH).ok()
    assert _kept(one)["count"] == 0
    assert _kept(one)["verdict"]["state"] == "failed"
    for run in (one.preview(), one.preview("--refresh"), one.up("--refresh")):
        assert run.exit_code != 0
        assert "GateError: log backups of cluster" in run.output
    _run(one, DESTROY).ok()


def test_a_failing_gate_of_a_fleet_does_not_block_a_refresh_but_the_next_preview(fleet, emulator, ids):
    """The same for a fleet, with the cluster among its errors in the state."""
    emulator.set_records(ids[1], [])
    _run(fleet, REFRESH).ok()
    assert _kept(fleet)["failed_cluster_ids"] == [ids[1]]
    assert _kept(fleet)["verdicts"][ids[1]]["state"] == "failed"
    assert fleet.preview().exit_code != 0
    _run(fleet, DESTROY).ok()


def test_a_refresh_that_runs_the_program_enforces_its_gates(one, emulator):
    """`refresh --run-program` reads as the program says, so a gate that fails stops it."""
    assert _run(one, (*REFRESH, "--run-program")).ok()
    emulator.set_records(None, [])
    run = _run(one, (*REFRESH, "--run-program"))
    assert run.exit_code != 0
    assert "GateError: log backups of cluster" in run.output


def test_a_deleted_cluster_is_dropped_from_the_state(project, without_clusters):
    """A refresh takes the 404 for a deletion; the program itself still fails on it."""
    project.environment = without_clusters.environment()
    assert "1 to delete" in _run(project, ("refresh", "--preview-only")).ok().output
    _run(project, REFRESH).ok()
    assert _kept(project) is None
    run = project.up("--refresh")
    assert run.exit_code != 0
    assert "CSS.3027" in run.output


def test_a_deleted_cluster_does_not_block_a_destroy(project, without_clusters):
    """`destroy --refresh` goes through where the cluster is gone."""
    project.environment = without_clusters.environment()
    _run(project, DESTROY).ok()
    assert _kept(project) is None


def test_an_api_that_is_down_is_a_warning_and_the_state_stays(project):
    """A warning says what went wrong and that the state stays; `up --refresh` then fails at the program's own read."""
    before = _kept(project)
    project.environment = {**project.environment, **UNREACHABLE}
    runs = [_run(project, REFRESH).ok()]
    assert _kept(project) == before
    runs.append(_run(project, UP))
    assert runs[-1].exit_code != 0
    assert "error: update failed" in runs[-1].output
    runs.append(_run(project, DESTROY).ok())
    for run in runs:
        diagnostics = run.output.partition("Diagnostics:")[2]
        assert "warning: " in diagnostics
        assert "was not refreshed, and its state is left as it was: " in diagnostics
        assert "Connection refused" in diagnostics


@pytest.mark.parametrize("on_error", ["fail", "collect"])
def test_what_was_known_of_a_cluster_that_cannot_be_read_is_kept(new_project, emulator, refusals, ids, on_error):
    """One cluster that is refused stays as it was, whatever on_error is, with a warning; the others are read."""
    project = new_project(FLEET, clusterIds=json.dumps(ids), maxAge="7d", onError=on_error)
    project.up().ok()
    before = _kept(project)
    emulator.add_record(cluster_id=ids[0], logPath="bucket/new")
    refusals.cluster_id = ids[2]
    output = _run(project, REFRESH).ok().output
    assert "warning: FleetLogRecords" in output
    assert f"keep their last known values: 1 of 3 clusters failed: - {ids[2]}: " in output
    assert "APIGW.0302" in output
    after = _kept(project)
    assert after["clusters"][ids[0]]["latest_log_path"] == "bucket/new"
    for name in ("clusters", "verdicts"):
        assert after[name][ids[2]] == before[name][ids[2]]
    assert (after["errors"], after["failed_cluster_ids"]) == ({}, [])
    assert _run(project, NO_CHANGES).ok()


@pytest.mark.parametrize("on_error", ["fail", "collect"])
def test_a_cluster_of_a_fleet_that_is_gone_is_no_more_known(new_project, emulator, ids, on_error):
    """It leaves the clusters and verdicts, its error says why, and a warning names it; the fleet itself stays."""
    project = new_project(FLEET, clusterIds=json.dumps(ids), maxAge="7d", onError=on_error)
    project.up().ok()
    clusters = emulator.site.clusters[:2]
    with Emulator(site=Site(projects=(Project(clusters=clusters),))) as later:
        project.environment = later.environment()
        output = _run(project, REFRESH).ok().output
        assert "warning: FleetLogRecords" in output
        assert f"of 3 clusters, 1 is gone, and no longer among its clusters and verdicts: {ids[2]}" in output
        after = _kept(project)
        assert list(after["clusters"]) == list(after["verdicts"]) == sorted(ids[:2])
        assert after["failed_cluster_ids"] == list(after["errors"]) == [ids[2]]
        assert "CSS.3027" in after["errors"][ids[2]]
        assert _run(project, NO_CHANGES).ok()


def test_nothing_changed_is_no_change(project, emulator, ids):
    """`refresh --expect-no-changes` is clean, again and again, and sees a new backup; the time of reading stays."""
    before = _kept(project)
    assert _run(project, NO_CHANGES).ok()
    _run(project, REFRESH).ok()
    assert _kept(project) == before
    assert _run(project, NO_CHANGES).ok()
    assert project.preview("--expect-no-changes").ok()
    emulator.add_record(cluster_id=ids[0], logPath="bucket/new")
    assert _run(project, NO_CHANGES).exit_code != 0
    _run(project, REFRESH).ok()
    assert _kept(project)["read_at"] > before["read_at"]


def test_nothing_changed_where_gates_fail_is_no_change(new_project, emulator, ids):
    """Verdicts that failed, and errors that tell an age, are no change of their own."""
    for cluster_id in ids:
        emulator.add_record(cluster_id=cluster_id, status="FAIL")
    project = new_project(FLEET, clusterIds=json.dumps([*ids, ids[0]]), maxAge="7d", onError="collect")
    project.up().ok()
    assert project.outputs()["failed"] == ids
    assert _run(project, NO_CHANGES).ok()


def test_a_program_cannot_have_its_read_taken_for_a_refresh(new_project, emulator):
    """A transformation that adds `read_at` to the inputs, as a state has it, still has its gate enforced."""
    emulator.set_records(None, [])
    program = ONE.replace(
        "    config = pulumi.Config()\n",
        """    config = pulumi.Config()

    def add(args):
        return pulumi.ResourceTransformationResult({**args.props, "read_at": "2026-01-01T00:00:00.000Z"}, args.opts)

    pulumi.runtime.register_stack_transformation(add)
""",
    )
    run = new_project(program, clusterId=emulator.cluster_id, maxAge="7d").preview()
    assert run.exit_code != 0
    assert "GateError" in run.output


def test_a_verdict_that_changes_by_time_alone_is_a_change(one, emulator):
    """A backup that has become stale since shows in the refresh, though the records are the same."""
    old = datetime.now(UTC) - timedelta(days=6)
    moment = round(old.timestamp() * 1000)
    emulator.set_records(None, [])
    emulator.add_record(createAt=moment, finishedAt=moment)
    one.up().ok()
    assert _run(one, NO_CHANGES).ok()
    state = json.loads(one.state())
    [logs] = [item for item in state["deployment"]["resources"] if item["type"].endswith("LogRecords")]
    logs["outputs"]["gate"]["max_age"] = 3600  # as if days had gone by
    path = one.folder / "state.json"
    path.write_text(json.dumps(state))
    one.run("stack", "import", "--stack", "dev", "--file", str(path)).ok()
    assert _run(one, NO_CHANGES).exit_code != 0
