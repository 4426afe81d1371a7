"""Several regions and projects in one fleet, on the real engine: preview, update and refresh."""

from __future__ import annotations

import json
import uuid

import pytest
from pulumi_huaweicloud_css._config.endpoints import region_variable
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Emulator, Site

NORTH, SOUTH = "cn-north-4", "ap-southeast-3"
REFRESH = ("refresh", "--stack", "dev", "--yes")
UNCHANGED = ("refresh", "--stack", "dev", "--preview-only", "--expect-no-changes")

FIELDS = """
    import pulumi
    from pulumi_huaweicloud_css import (
        ClusterSelector, FleetLogRecords, Gate, get_fleet_log_records, get_fleet_log_records_output)

    regions = pulumi.Config().require_object("regions")
    asked = {"clusters": ClusterSelector(names=["prod-*"]), "gate": Gate(max_age="26h"), "include_records": True}
    pulumi.export("resource", FleetLogRecords("fleet", regions=regions, **asked))
    pulumi.export("plain", get_fleet_log_records(regions=regions, **asked))
    pulumi.export("output", get_fleet_log_records_output(regions=pulumi.Output.from_input(regions), **asked))
"""
FORMS = """
    import asyncio
    import pulumi
    from pulumi_huaweicloud_css import ClusterSelector, FleetLogRecords, Site, get_fleet_log_records_output

    projects = pulumi.Config().require_object("projects")
    output = pulumi.Output.from_input

    async def later(value):
        await asyncio.sleep(0)
        return value

    mappings = [{"region": region, "project_id": project} for region, project in projects.items()]
    FORMS = {
        "regions": lambda: {"regions": list(projects)},
        "regions of outputs": lambda: {"regions": [output(region) for region in projects]},
        "regions as a coroutine": lambda: {"regions": later(tuple(projects))},
        "sites": lambda: {"sites": [Site(region, project) for region, project in projects.items()]},
        "sites as mappings": lambda: {"sites": mappings},
        "sites of outputs": lambda: {"sites": [
            {"region": output(region), "project_id": pulumi.Output.secret(project)}
            for region, project in projects.items()]},
        "sites, some of which are outputs": lambda: {"sites": [Site(*list(projects.items())[0]), output(mappings[1])]},
        "sites as an output": lambda: {"sites": output([Site(region, None) for region in projects])},
    }
    selectors = {
        "selector": lambda: ClusterSelector(names=["prod-*"]),
        "mapping": lambda: {"names": [output("prod-*")], "allow_empty": later(False)},
        "output": lambda: output({"names": ["prod-*"]}),
    }
    found = {}
    for form, where in FORMS.items():
        for name, selector in selectors.items():
            title = f"{form}, {name}"
            fleet = FleetLogRecords(title, clusters=selector(), **where())
            answer = get_fleet_log_records_output(clusters=selector(), **where())
            for each, clusters in ((title, fleet.clusters), (f"{title}, function", answer.clusters)):
                found[each] = clusters.apply(lambda read: {key: one.region for key, one in read.items()})
    pulumi.export("found", pulumi.Output.unsecret(pulumi.Output.all(**found)))
"""
FLEET = """
    import pulumi
    from pulumi_huaweicloud_css import ClusterSelector, FleetLogRecords, Gate

    config = pulumi.Config()
    fleet = FleetLogRecords(
        "fleet",
        clusters=ClusterSelector(),
        regions=["cn-north-4", "ap-southeast-3"],
        gate=Gate(max_age="26h"),
        on_error=config.get("onError"),
    )
    pulumi.export("names", fleet.clusters.apply(lambda found: sorted(one.cluster_name for one in found.values())))
    pulumi.export("failed", fleet.failed_cluster_ids)
    pulumi.export("errors", fleet.errors)
"""


@pytest.fixture
def emulator():
    """Serve six clusters with a few records, dealt out to two regions on one port."""
    with Emulator(site=Site.of_clusters(6, backups=Backups(count=3), regions=[NORTH, SOUTH])) as emulator:
        yield emulator


@pytest.fixture
def without_south(emulator):
    """Return the environment in which nothing listens where the second region should be."""
    return {**emulator.environment(), region_variable("css", SOUTH): "http://127.0.0.1:1", "HW_MAX_RETRIES": "0"}


def _clusters(emulator, region, name=""):
    """Return the clusters of a region whose names begin with a text."""
    projects = [project for project in emulator.site.projects if project.region == region]
    return [each for project in projects for each in project.clusters if each.name.startswith(name)]


def _where(emulator, name=""):
    """Return the region of each cluster whose name begins with a text, by id."""
    return {each.cluster_id: region for region in (NORTH, SOUTH) for each in _clusters(emulator, region, name)}


def _kept(project):
    """Return the fleet's outputs in the state."""
    [fleet] = [item for item in project.resources() if item["type"].endswith(":FleetLogRecords")]
    return fleet["outputs"]


def _without(value, *names):
    """Return a value without the entries of these names, and without None."""
    if isinstance(value, dict):
        return {key: _without(item, *names) for key, item in value.items() if key not in names and item is not None}
    return [_without(item, *names) for item in value] if isinstance(value, list) else value


def test_resource_and_functions_read_the_same_in_every_region(new_project, emulator):
    """Field by field, the resource and both functions give the same clusters, each with its region and project."""
    project = new_project(FIELDS, regions=json.dumps([NORTH, SOUTH]))
    project.up().ok()
    outputs = project.outputs()
    resource, plain, output = (
        _without(outputs[way], "read_at", "age", "reason") for way in ("resource", "plain", "output")
    )
    assert plain == output
    assert {name: resource[name] for name in plain} == plain
    wanted = _where(emulator, "prod-")
    assert {key: one["region"] for key, one in plain["clusters"].items()} == wanted
    projects = {each.region: each.project_id for each in emulator.site.projects}
    assert all(one["project_id"] == projects[one["region"]] for one in plain["clusters"].values())
    assert all(len(one["records"]) == 3 for one in plain["clusters"].values())
    assert plain["verdicts"].keys() == wanted.keys()


def test_every_form_of_regions_and_sites_is_taken(new_project, emulator):
    """Lists, mappings, outputs, coroutines and secrets say the same; nothing changes after, in preview and refresh."""
    projects = {each.region: each.project_id for each in emulator.site.projects}
    project = new_project(FORMS, projects=json.dumps(projects))
    preview = project.preview().ok().output
    assert "unknown" not in preview
    assert "warning" not in preview
    project.up().ok()
    found = project.outputs()["found"]
    assert len(found) == 8 * 3 * 2
    assert all(clusters == _where(emulator, "prod-") for clusters in found.values())
    project.preview("--expect-no-changes").ok()
    project.run(*UNCHANGED).ok()


def test_a_region_out_of_reach_fails_its_clusters_and_no_others(new_project, emulator, without_south):
    """With "collect" the other region's clusters are outputs; with "fail" one error names the region."""
    project = new_project(FLEET, environment=without_south, onError="collect")
    assert f'[0]: "{SOUTH}"' in project.preview().ok().output
    project.up().ok()
    outputs = project.outputs()
    assert outputs["names"] == sorted(each.name for each in _clusters(emulator, NORTH))
    assert outputs["failed"] == list(outputs["errors"]) == [SOUTH]
    assert outputs["errors"][SOUTH].startswith(f"the clusters in {SOUTH} are not known, and none of them was read: ")
    project.run(*UNCHANGED).ok()
    project.run("config", "rm", "--stack", "dev", "onError").ok()
    stopped = project.preview()
    assert stopped.exit_code != 0
    first, *lines = stopped.diagnostics("FleetLogRecords (fleet)")
    assert first.endswith("errors.FleetError: 1 of 4 clusters failed:")
    [line] = lines
    assert line.startswith(f"- the clusters in {SOUTH} are not known")


def test_a_refresh_keeps_the_clusters_of_a_region_out_of_reach(new_project, emulator, without_south):
    """They stay as they were, with a warning; the other region is read, and what has not changed is no change."""
    stale = _clusters(emulator, SOUTH)[1].cluster_id
    emulator.set_records(stale, [])
    project = new_project(FLEET, onError="collect")
    project.up().ok()
    before = _kept(project)
    assert before["failed_cluster_ids"] == [stale]
    project.environment = without_south
    output = project.run(*UNCHANGED).ok().output
    assert "warning: FleetLogRecords" in output
    assert f"keep their last known values: 1 of 4 clusters failed: - the clusters in {SOUTH} are not known" in output
    new = Cluster(cluster_id=str(uuid.uuid4()), name="prod-new", backups=Backups(count=3))
    emulator.add_cluster(new, project_id=emulator.project_id)
    emulator.add_record(cluster_id=_clusters(emulator, NORTH)[0].cluster_id, logPath="bucket/new")
    project.run(*REFRESH).ok()
    after = _kept(project)
    assert after["clusters"].keys() == {*_where(emulator), new.cluster_id}
    assert after["clusters"][_clusters(emulator, NORTH)[0].cluster_id]["latest_log_path"] == "bucket/new"
    for each in _clusters(emulator, SOUTH):
        for name in ("clusters", "verdicts", "errors"):
            assert _without(after[name].get(each.cluster_id)) == _without(before[name].get(each.cluster_id))
    assert after["failed_cluster_ids"] == list(after["errors"]) == [stale]
    project.environment = emulator.environment()
    project.run(*UNCHANGED).ok()


def test_a_new_cluster_of_any_region_is_in_the_next_preview(new_project, emulator):
    """The program does not change; its clusters are found in each region, by id as well as by selection."""
    project = new_project(FLEET)
    project.up().ok()
    south = next(each for each in emulator.site.projects if each.region == SOUTH)
    new = Cluster(cluster_id=str(uuid.uuid4()), name="zz-new", backups=Backups(count=3))
    emulator.add_cluster(new, project_id=south.project_id)
    assert '+ [6]: "zz-new"' in project.preview().ok().output
    given = [new.cluster_id, _clusters(emulator, NORTH)[0].cluster_id]
    project.write(FLEET.replace("clusters=ClusterSelector(),", f"cluster_ids={given},"))
    project.up().ok()
    assert project.outputs()["names"] == sorted(["zz-new", _clusters(emulator, NORTH)[0].name])
