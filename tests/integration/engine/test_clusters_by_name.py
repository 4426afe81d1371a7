"""Clusters by name on the real engine: a selection finds what is made later, and a name is looked up at each read."""

from __future__ import annotations

import uuid

import pytest
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Emulator, Project, Site

FLEET = """
    import pulumi
    from pulumi_huaweicloud_css import ClusterSelector, FleetLogRecords, Gate

    fleet = FleetLogRecords("fleet", clusters=ClusterSelector(names=["prod-*"]), gate=Gate(max_age="26h"))
    pulumi.export("names", fleet.clusters.apply(lambda found: sorted(one.cluster_name for one in found.values())))
    pulumi.export("skipped", fleet.skipped.apply(lambda skipped: [one.cluster_name for one in skipped]))
"""
ONE = """
    import pulumi
    from pulumi_huaweicloud_css import LogRecords, get_clusters, get_clusters_output

    name = pulumi.Config().require("clusterName")
    logs = LogRecords("logs", cluster_name=name)
    pulumi.export("cluster_id", logs.cluster_id)
    pulumi.export("cluster_name", logs.cluster_name)
    by_id = LogRecords("by-id", cluster_id=logs.cluster_id)
    pulumi.export("no_name", by_id.cluster_name.apply(str))
    pulumi.export("all", [each.name for each in get_clusters().clusters])
    pulumi.export("some", get_clusters_output(names=[logs.cluster_name]).clusters[0].id)
"""


def _cluster(name, status="200"):
    return Cluster(cluster_id=str(uuid.uuid4()), name=name, status=status, backups=Backups(count=3))


@pytest.fixture
def emulator():
    """Serve a few clusters with names."""
    site = Site(projects=[Project(clusters=[_cluster("prod-a"), _cluster("test-a")])])
    with Emulator(site=site) as emulator:
        yield emulator


def _outputs(project, kind):
    [resource] = [item for item in project.resources() if item["type"].endswith(f":{kind}")]
    return resource["outputs"]


def test_a_selection_shows_a_new_cluster_in_the_next_preview(new_project, emulator):
    """The program does not change: what was made meanwhile is read, and what cannot have backups is listed apart."""
    project = new_project(FLEET)
    assert '[0]: "prod-a"' in project.preview().ok().output
    project.up().ok()
    project.preview("--expect-no-changes").ok()
    new = _cluster("prod-b")
    emulator.add_cluster(new)
    emulator.add_cluster(_cluster("prod-c", "100"))
    preview = project.preview().ok().output
    assert '+ [1]: "prod-b"' in preview
    assert '+ [0]: "prod-c"' in preview
    project.run("refresh", "--stack", "dev", "--yes").ok()
    assert new.cluster_id in _outputs(project, "FleetLogRecords")["clusters"]
    assert [each["cluster_name"] for each in _outputs(project, "FleetLogRecords")["skipped"]] == ["prod-c"]
    project.up().ok()
    assert project.outputs() == {"names": ["prod-a", "prod-b"], "skipped": ["prod-c"]}
    emulator.set_records(new.cluster_id, [])
    stopped = project.preview()
    assert stopped.exit_code != 0
    assert f"log backups of cluster prod-b ({new.cluster_id}): there is none" in stopped.output


def test_a_cluster_by_name(new_project, emulator):
    """The id is an output, also in the preview; a refresh looks the name up again, which may be another cluster's."""
    project = new_project(ONE, clusterName="prod-a")
    first = emulator.site.clusters[0].cluster_id
    assert f'cluster_id  : "{first}"' in project.preview().ok().output
    project.up().ok()
    outputs = {"cluster_id": first, "cluster_name": "prod-a", "no_name": "None", "some": first}
    assert project.outputs() == {**outputs, "all": ["prod-a", "test-a"]}
    project.preview("--expect-no-changes").ok()
    project.run("refresh", "--stack", "dev", "--yes", "--expect-no-changes").ok()
    successor = _cluster("prod-a")
    emulator.remove_cluster(first)
    emulator.add_cluster(successor)
    project.run("refresh", "--stack", "dev", "--yes").ok()
    [by_name] = [item for item in project.resources() if item.get("id") == "prod-a"]
    assert by_name["outputs"]["cluster_id"] == successor.cluster_id


def test_a_wrong_name_is_one_line(new_project):
    """The error shows the names that there are, and no traceback."""
    run = new_project(ONE, clusterName="prod").preview()
    assert run.exit_code != 0
    [line] = run.diagnostics("LogRecords (logs)")
    assert line.endswith("cluster_name: no cluster is called prod; there are prod-a, test-a")
