"""`FleetLogRecords` and its function on the real engine: 50 clusters, some of which fail."""

from __future__ import annotations

import json
import shutil

import pytest
from pulumi_huaweicloud_css.emulator import Backups, Emulator, Site
from pulumi_huaweicloud_css.emulator.responses import GatewayRefusedError

from tests.support import ROOT
from tests.support.pulumi_project import PulumiProject

EXAMPLE = ROOT / "examples" / "fleet"
CLUSTERS = 50
NOBODY = "00000000-0000-4000-8000-000000000000"
PROGRAM = """
    import pulumi
    from pulumi_huaweicloud_css import FleetLogRecords, Gate

    config = pulumi.Config()
    max_age = config.get("maxAge")
    fleet = FleetLogRecords(
        "fleet",
        cluster_ids=config.require_object("clusterIds"),
        on_error=config.get("onError"),
        gate=Gate(max_age=max_age) if max_age else None,
    )
    pulumi.export("count", fleet.clusters.apply(len))
    pulumi.export("paths", fleet.clusters.apply(
        lambda clusters: {key: value.latest.log_path for key, value in clusters.items()}))
    pulumi.export("failed", fleet.failed_cluster_ids)
    pulumi.export("errors", fleet.errors)
    pulumi.export("oldest", fleet.oldest_success.apply(lambda record: record.cluster_id))
    pulumi.export("states", fleet.verdicts.apply(
        lambda verdicts: verdicts and {key: value.state for key, value in verdicts.items()}))
"""


class _Throttle:
    """Refuses the requests whose numbers are in a set, once each."""

    def __init__(self):
        self.refusals = 0

    def __call__(self, _request):
        if self.refusals:
            self.refusals -= 1
            raise GatewayRefusedError(429, "APIGW.0308", "Too many requests", {"Retry-After": "0"})


@pytest.fixture
def throttle():
    """Refuse so many of the next requests."""
    return _Throttle()


@pytest.fixture
def emulator(throttle):
    """Serve 50 clusters."""
    site = Site.of_clusters(CLUSTERS, backups=Backups(count=3))
    with Emulator(site=site, on_request=throttle) as emulator:
        yield emulator


@pytest.fixture
def ids(emulator):
    """Return the ids of all clusters."""
    return [cluster.cluster_id for cluster in emulator.site.clusters]


def _newest_paths(emulator, ids):
    return {each: max(emulator.records(each), key=lambda record: record["createAt"])["logPath"] for each in ids}


def test_a_preview_shows_the_newest_path_of_every_cluster(new_project, emulator, ids):
    """One read resource reads all clusters, a duplicate once; nothing changes after, and no key is in the state."""
    project = new_project(PROGRAM, clusterIds=json.dumps([*ids, ids[0]]))
    preview = project.preview().ok().output
    assert f"count : {CLUSTERS}" in preview
    assert len(emulator.requests) == CLUSTERS
    assert len({request.peer_port for request in emulator.requests}) <= 16

    project.up().ok()
    outputs = project.outputs()
    assert outputs["paths"] == _newest_paths(emulator, ids)
    assert outputs["failed"] == []
    assert outputs["oldest"] in ids
    assert project.preview("--expect-no-changes").exit_code == 0
    [resource] = [item for item in project.resources() if item["type"].endswith(":FleetLogRecords")]
    assert resource["external"] is True
    assert len(resource["outputs"]["__provider"]) < 200
    assert emulator.secret_key not in project.state()


def test_by_default_all_failures_stop_the_preview_in_one_error(new_project, emulator, ids):
    """An unknown cluster and a stale one are two lines of one error, and there is no traceback."""
    emulator.set_records(ids[7], [])
    project = new_project(PROGRAM, clusterIds=json.dumps([*ids, NOBODY]), maxAge="24h")
    for run in (project.preview(), project.up()):
        assert run.exit_code != 0
        first, *lines = run.diagnostics("FleetLogRecords (fleet)")
        assert first.endswith("errors.FleetError: 2 of 51 clusters failed:")
        assert len(lines) == 2
        assert f"log backups of cluster {ids[7]}: there is none" in lines[0]
        assert "HTTP 404, CSS.3027" in lines[1]


def test_collected_failures_are_outputs(new_project, emulator, ids):
    """With on_error="collect" the update goes through; errors, failed clusters and verdicts are outputs."""
    emulator.set_records(ids[7], [])
    emulator.add_record(cluster_id=ids[7], status="FAIL")
    project = new_project(PROGRAM, clusterIds=json.dumps([*ids, NOBODY]), maxAge="24h", onError="collect")
    project.up().ok()
    outputs = project.outputs()
    assert outputs["failed"] == [ids[7], NOBODY]
    assert sorted(outputs["errors"]) == sorted([ids[7], NOBODY])
    assert "CSS.3027" in outputs["errors"][NOBODY]
    assert outputs["states"] == {**dict.fromkeys(ids, "passed"), ids[7]: "failed"}
    assert outputs["count"] == CLUSTERS


def test_a_throttled_site_is_read_whole(new_project, emulator, throttle, ids):
    """Refusals with 429 cost a retry each and nothing else."""
    throttle.refusals = 5
    project = new_project(PROGRAM, clusterIds=json.dumps(ids))
    project.up().ok()
    assert project.outputs()["count"] == CLUSTERS
    assert len(emulator.requests) == CLUSTERS + 5


def test_a_wrong_argument_is_one_line(new_project, emulator):
    """An empty list is said to be one, before any request."""
    run = new_project(PROGRAM, clusterIds="[]").preview()
    assert run.exit_code != 0
    [line] = run.diagnostics("FleetLogRecords (fleet)")
    assert line.endswith("ArgumentError: cluster_ids: the list is empty; give at least one cluster's id")
    assert emulator.requests == []


def test_the_function_gives_the_same_and_waits_for_unknown_clusters(new_project, emulator, ids):
    """`get_fleet_log_records` and its output form; ids made in the same run are unknown in the preview, then read."""
    program = """
        import pulumi
        from pulumi.dynamic import CreateResult, Resource, ResourceProvider
        from pulumi_huaweicloud_css import FleetLogRecords, get_fleet_log_records, get_fleet_log_records_output

        ids = pulumi.Config().require_object("clusterIds")

        class ClusterProvider(ResourceProvider):
            def create(self, props):
                return CreateResult(props["is"], {})

        class Cluster(Resource):
            def __init__(self, name, known):
                super().__init__(ClusterProvider(), name, {"is": known})

        now = get_fleet_log_records(cluster_ids=ids[:2], include_records=True)
        pulumi.export("records", [len(now.clusters[each].records) for each in ids[:2]])
        made = Cluster("made", ids[2])
        later = get_fleet_log_records_output(cluster_ids=[ids[0], made.id])
        pulumi.export("later", later.clusters.apply(lambda clusters: sorted(clusters)))
        fleet = FleetLogRecords("fleet", cluster_ids=[ids[0], made.id], parallelism=2)
        pulumi.export("fleet", fleet.clusters.apply(lambda clusters: sorted(clusters)))
    """
    project = new_project(program, clusterIds=json.dumps(ids[:3]))
    preview = project.preview().ok().output
    assert "records: [" in preview
    assert len(emulator.requests) == 2
    project.up().ok()
    assert project.outputs() == {
        "records": [3, 3],
        "later": sorted([ids[0], ids[2]]),
        "fleet": sorted([ids[0], ids[2]]),
    }


def test_the_example_tells_paths_and_who_needs_attention(tmp_path, emulator, ids):
    """`examples/fleet` finds clusters by their names, goes through with a stale one among them, and names it."""
    emulator.set_records(ids[1], [])
    shutil.copytree(EXAMPLE, tmp_path / "fleet")
    project = PulumiProject(tmp_path / "fleet", tmp_path / "home", emulator.environment(), "css-fleet")
    project.init()
    names = {cluster.cluster_id: cluster.name for cluster in emulator.site.clusters[:5]}
    for number, name in enumerate(names.values()):
        project.run("config", "set", "--stack", "dev", "--path", f"clusterNames[{number}]", name).ok()
    project.up().ok()
    outputs = project.outputs()
    healthy = [each for each in ids[:5] if each != ids[1]]
    assert {key: value for key, value in outputs["latest_log_paths"].items() if value} == {
        names[cluster_id]: path for cluster_id, path in _newest_paths(emulator, healthy).items()
    }
    assert outputs["failed_cluster_ids"] == [ids[1]]
    assert "there is none" in outputs["errors"][ids[1]]
    assert outputs["backed_up_until"].endswith("Z")
