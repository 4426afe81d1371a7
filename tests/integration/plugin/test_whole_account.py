"""Clusters by name, by selection and in several regions, from TypeScript: the same answers as the Python functions'."""

from __future__ import annotations

import json

import pytest
from pulumi_huaweicloud_css._config.endpoints import region_variable
from pulumi_huaweicloud_css._text import camel
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Emulator, Site

from tests.support.pulumi_project import PulumiProject, engine_is_there

NORTH, SOUTH = "cn-north-4", "ap-southeast-3"
NEW = "ffffffff-0000-4000-8000-000000000000"
PROGRAM = "ask/bin/account.js"
PYTHON = """
    import pulumi
    from pulumi_huaweicloud_css import (
        ClusterSelector, Gate, Site, get_clusters, get_fleet_log_records, get_log_records)

    projects = pulumi.Config().require_object("projects")
    prod = ClusterSelector(names=["prod-*"], tags={"environment": "prod"}, allow_empty=True)
    pulumi.export("clusters", get_clusters(names=["prod-*"]))
    pulumi.export("named", get_log_records(cluster_name="prod-search-1", include_records=False, gate=Gate()))
    pulumi.export("regions", get_fleet_log_records(
        clusters=prod, regions=list(projects), gate=Gate(max_age="26h"), include_records=True, on_error="collect"))
    pulumi.export("sites", get_fleet_log_records(
        clusters=ClusterSelector(), sites=[Site(region, project) for region, project in projects.items()]))
"""


@pytest.fixture(autouse=True, scope="session")
def _engine():
    engine_is_there()


@pytest.fixture
def emulator():
    """Serve six clusters in two regions, and one that is being created."""
    with Emulator(site=Site.of_clusters(6, backups=Backups(count=3), regions=[NORTH, SOUTH])) as emulator:
        south = next(each for each in emulator.site.projects if each.region == SOUTH)
        new = Cluster(cluster_id=NEW, name="prod-new", status="100", tags={"environment": "prod", "cost_unit": "x"})
        emulator.add_cluster(new, project_id=south.project_id)
        yield emulator


@pytest.fixture
def projects(emulator):
    """Return the project of each region."""
    return {each.region: each.project_id for each in emulator.site.projects}


@pytest.fixture
def asked(projects):
    """Return what the TypeScript program asks: the same as the Python program."""
    selector = {"names": ["prod-*"], "tags": {"environment": "prod"}, "allowEmpty": True}
    return {
        "clusters": {"names": ["prod-*"]},
        "named": {"clusterName": "prod-search-1", "includeRecords": False, "gate": {}},
        "regions": {
            "clusters": selector,
            "regions": list(projects),
            "gate": {"maxAge": "26h"},
            "includeRecords": True,
            "onError": "collect",
        },
        "sites": {"clusters": {}, "sites": [{"region": key, "projectId": value} for key, value in projects.items()]},
    }


@pytest.fixture
def project(tmp_path, emulator, projects):
    """A Python project whose stack is made."""
    made = PulumiProject(tmp_path / "python", tmp_path / "home", emulator.environment(), "producer")
    made.write(PYTHON)
    made.init(projects=json.dumps(projects))
    return made


def _in_camel_case(value, path=""):
    """Return Python's outputs as TypeScript has them; tags' keys stay as they are."""
    if isinstance(value, dict):
        keep = path == "tags"
        return {key if keep else camel(key): _in_camel_case(item, key) for key, item in value.items()}
    return [_in_camel_case(item) for item in value] if isinstance(value, list) else value


def _lasting(value):
    """Return an answer without what depends on when it was given, in whole seconds."""
    if isinstance(value, dict):
        return {key: _lasting(item) for key, item in value.items() if key not in ("readAt", "age", "reason")}
    return [_lasting(item) for item in value] if isinstance(value, list) else value


def test_typescript_gets_the_answers_of_the_python_functions(project, node, emulator, asked):
    """Field by field: the list of clusters, one by its name, a selection in two regions, and all of two sites."""
    project.up().ok()
    python = _lasting(_in_camel_case(project.outputs()))
    outputs = _lasting(node.run(project, "account", "up", program=PROGRAM, asked=asked).ok().outputs)
    for name in ("clusters", "named", "regions", "sites"):
        assert outputs[name] == python[name], name
        assert outputs[f"{name}Output"] == python[name], name
    assert {each["name"] for each in outputs["clusters"]["clusters"]} >= {"prod-search-1"}
    assert outputs["named"]["clusterName"] == "prod-search-1"
    assert "records" not in outputs["named"]
    found = outputs["regions"]["clusters"].values()
    assert {each["region"] for each in found} == {NORTH, SOUTH}
    assert all(len(each["records"]) == 3 for each in found)
    assert [each["clusterName"] for each in outputs["regions"]["skipped"]] == ["prod-new"]
    assert len(outputs["sites"]["clusters"]) == len(emulator.site.clusters)
    assert outputs["later"] == []


def test_a_preview_asks_nothing_with_a_selection_that_is_not_known(project, node, asked):
    """The output is unknown; the other calls are answered in the preview, too."""
    run = node.run(project, "account", "preview", program=PROGRAM, asked=asked).ok()
    assert any(line.split() == ["later", ":", "[unknown]"] for line in run.log.splitlines()), run.log
    assert "prod-search-1" in run.log


def test_a_region_out_of_reach_is_an_error_under_its_name(project, node, emulator, asked):
    """With "collect" the other region's clusters are there, and the region is among those that failed."""
    project.environment = {
        **emulator.environment(),
        region_variable("css", SOUTH): "http://127.0.0.1:1",
        "HW_MAX_RETRIES": "0",
    }
    asked["sites"] = asked["regions"]
    outputs = node.run(project, "account", "up", program=PROGRAM, asked=asked).ok().outputs
    assert outputs["regions"]["failedClusterIds"] == [SOUTH]
    assert outputs["regions"]["errors"][SOUTH].startswith(f"the clusters in {SOUTH} are not known")
    assert {each["region"] for each in outputs["regions"]["clusters"].values()} == {NORTH}


WRONG = [
    pytest.param({"region": NORTH}, "it does not go together with region, which is of one region only (regions)"),
    pytest.param({"projectId": "0" * 32}, "it does not go together with projectId, which is of one region only"),
    pytest.param({"sites": [{"region": NORTH}]}, "it does not go together with regions, for a site has its region"),
    pytest.param({"clusterIds": [NEW]}, "it does not go together with clusterIds; give clusterIds or clusters"),
    pytest.param({"regions": [NORTH, "cn-north-44"]}, "in 'cn-north-44'; did you mean"),
    pytest.param({"clusters": {"name": "prod-*"}}, "there is no such argument; there are names, tags, engine, enter"),
    pytest.param(
        {"regions": None, "sites": [{"projectID": "x"}]},
        "there are region, projectId; did you mean projectId? (sites[0].projectID)",
    ),
    pytest.param({"regions": None, "sites": [{"projectId": "x"}]}, "not given, but it must be (sites[0].region)"),
    pytest.param({"clusters": {"names": ["prd-*"]}}, "no cluster matches the name prd-*; there are prod-"),
]


@pytest.mark.parametrize(("wrong", "text"), WRONG)
def test_a_wrong_argument_is_a_message_in_camel_case(project, node, emulator, asked, wrong, text):
    """The message names arguments as TypeScript writes them, and no record was asked for on its behalf."""
    asked["regions"] |= {"onError": "fail", **wrong}
    error = node.run(project, "account", "preview", program=PROGRAM, asked=asked).error
    assert text in error
    assert "Traceback" not in error
    assert "_" not in error.partition("error:")[2].partition("at ")[0].replace("HUAWEICLOUD_SDK_REGION_CSS_", "")
    records = [request for request in emulator.requests if request.path.endswith("/records")]
    assert len(records) <= 2  # of the calls of the cluster by its name
