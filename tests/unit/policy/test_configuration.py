"""The properties of `log-backup-fresh`: what says which clusters are judged, and where they are."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css import ArgumentError, ClusterSelector, Site
from pulumi_huaweicloud_css.policy.configuration import backup_rule

A_CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
NORTH, SOUTH = "cn-north-4", "ap-southeast-3"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    """The environment says nothing but where the API is."""
    for name in ("HW_REGION_NAME", "HW_PROJECT_ID", "HW_ACCESS_KEY", "HW_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


def rule(**given):
    """Return what the properties say, where the stack's configuration says nothing."""
    return backup_rule(given, lambda _key: None)


SELECTIONS = [
    ({"allClusters": True}, ClusterSelector()),
    ({"clusterNames": ["prod-*", "audit"]}, ClusterSelector(names=["prod-*", "audit"])),
    ({"tags": {"stage": "prod", "owner": ""}}, ClusterSelector(tags={"stage": "prod", "owner": ""})),
    ({"clusterNames": ["a"], "tags": {"b": "c"}}, ClusterSelector(names=["a"], tags={"b": "c"})),
    ({"clusterIds": [A_CLUSTER], "clusterNames": None, "tags": None, "allClusters": None}, None),
]


@pytest.mark.parametrize(("given", "selector"), SELECTIONS, ids=range(len(SELECTIONS)))
def test_what_is_judged(given, selector):
    """Clusters are given by their ids, or selected: all of them, or by name, by tags, or both; null is not given."""
    assert rule(**given, region=NORTH).selector == selector


def test_regions():
    """Regions are sites without a project; without them there is none but the settings' own."""
    assert rule(allClusters=True, regions=[NORTH, SOUTH]).sites == (Site(NORTH), Site(SOUTH))
    assert rule(allClusters=True, region=NORTH, projectId="0" * 32).sites == ()


def test_nothing_to_judge():
    """Defaults, which the engine fills in, are no configuration."""
    assert rule() is None
    assert rule(maxAge="26h", maxConsecutiveFailures=0, regions=None, allClusters=None) is None


IDS, ALL, NAMES, TAGS = (
    {"clusterIds": [A_CLUSTER]},
    {"allClusters": True},
    {"clusterNames": ["a"]},
    {"tags": {"a": "b"}},
)
WRONG = [
    ({**IDS, **ALL}, "allClusters: it does not go together with clusterIds"),
    ({**IDS, **NAMES}, "clusterNames: it does not go together with clusterIds"),
    ({**IDS, **TAGS}, "tags: it does not go together with clusterIds"),
    ({**ALL, **NAMES}, "clusterNames: it does not go together with allClusters"),
    ({**ALL, **TAGS}, "tags: it does not go together with allClusters"),
    ({**ALL, **NAMES, **TAGS}, "clusterNames: it does not go together with allClusters"),
    ({"allClusters": False}, "allClusters: it can only be true"),
    ({**IDS, "allClusters": False}, "allClusters: it can only be true"),
    ({"allClusters": "true"}, "allClusters: it can only be true"),
    ({"allClusters": 1}, "allClusters: it can only be true"),
    ({"clusterNames": []}, "clusterNames: [] is not a list of at least one name or pattern"),
    ({"clusterNames": "prod-*"}, "clusterNames: 'prod-*' is not a list of at least one name or pattern"),
    ({"clusterNames": ["a", " "]}, "clusterNames[1]: ' ' is not a name or a pattern such as prod-*"),
    ({"clusterNames": [4.0]}, "clusterNames[0]: 4 is not a name or a pattern"),
    ({"clusterNames": [None]}, "clusterNames[0]: null is not a name or a pattern"),
    ({"clusterNames": 4.0}, "clusterNames: 4 is not a list of at least one name or pattern"),
    ({"clusterIds": [1.0]}, "clusterIds[0]: 1 is not a CSS cluster's id"),
    ({**ALL, "maxAge": True}, "maxAge: true is not a duration"),
    ({**ALL, "maxAge": -1.0}, "maxAge: -1 is not a duration"),
    ({**ALL, "maxConsecutiveFailures": False}, "maxConsecutiveFailures: false is not an integer of at least 0"),
    ({**ALL, "projectId": {"a": 1.0}}, "projectId: {a: 1} is not a text"),
    ({**ALL, "project_id": "a"}, "project_id: there is no such property; there are clusterIds, "),
    ({"tags": {}}, "tags: {} is not an object of at least one tag"),
    ({"tags": ["a=b"]}, "tags: ['a=b'] is not an object"),
    ({"tags": {"stage": 4}}, "tags: the value of stage, 4, is not text"),
    ({"tags": {" ": "a"}}, "tags: ' ' is not a tag's key"),
    ({**ALL, "regions": []}, "regions: [] is not a list of at least one region"),
    ({**ALL, "regions": NORTH}, f"regions: '{NORTH}' is not a list of at least one region"),
    ({**ALL, "regions": [NORTH, ""]}, "regions[1]: '' is not a text"),
    ({**ALL, "regions": [NORTH, SOUTH, NORTH]}, f"regions: {NORTH} is given twice"),
    ({**ALL, "regions": ["cn-north-5"]}, "regions: CSS has no known endpoint in 'cn-north-5'; did you mean"),
    ({**ALL, "regions": [NORTH], "region": SOUTH}, "regions: it does not go together with region, which is of one"),
    ({**ALL, "regions": [NORTH], "projectId": "0" * 32}, "regions: it does not go together with projectId"),
    ({"regions": [NORTH]}, "clusterIds: not given, though regions is; say what to judge"),
    ({"clusters": []}, "clusters: there is no such property; there are clusterIds, clusterNames, tags, allClusters, "),
]


@pytest.mark.parametrize(("given", "text"), WRONG, ids=range(len(WRONG)))
def test_wrong_properties(given, text):
    """What is wrong or contradicts itself is one error in the policy's own names."""
    with pytest.raises(ArgumentError) as refused:
        rule(**given)
    assert str(refused.value).startswith(text)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(("name", "meant"), [("cluster_names", "clusterNames"), ("maxage", "maxAge")])
def test_a_name_near_to_a_property(name, meant):
    """The property that was perhaps meant is named."""
    with pytest.raises(ArgumentError, match=f"; did you mean {meant}\\?$"):
        rule(**IDS, **{name: "a"})


def test_a_wrong_setting_that_is_no_property_is_no_error_of_the_configuration(monkeypatch):
    """A wrong variable is reported when clusters are read; with regions, the variable's region does not count."""
    monkeypatch.setenv("HW_REGION_NAME", "cn-north-5")
    assert rule(allClusters=True) is not None
    assert rule(allClusters=True, regions=[NORTH]).sites == (Site(NORTH),)
