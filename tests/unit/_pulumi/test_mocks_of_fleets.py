"""Programs that read several clusters, under Pulumi's own mocks."""

from __future__ import annotations

import pulumi
import pytest
from pulumi_huaweicloud_css import (
    ArgumentError,
    ClusterSelector,
    FleetLogRecords,
    Site,
    get_clusters,
    get_clusters_output,
    get_fleet_log_records,
    get_fleet_log_records_output,
)

from tests.support.pulumi_mocks import CAMEL, OTHER, SNAKE, value

# Pulumi's mocks leave an event loop open in each thread in which they answer.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize("answer", [SNAKE, CAMEL])
def test_the_fleets_functions_are_answered_by_the_mocks(mocks, answer):
    """Clusters' ids, which are keys of the answer, stay as they are."""
    named = ("failed_cluster_ids", "oldest_success") if answer is SNAKE else ("failedClusterIds", "oldestSuccess")
    verdicts = {OTHER: {"state": "failed"}}
    cluster = {name: value for name, value in answer.items() if name != "verdict"}
    mocks.answer = {"clusters": {OTHER: cluster}, named[0]: [OTHER], named[1]: answer["latest"], "verdicts": verdicts}
    for result in (
        get_fleet_log_records(cluster_ids=[OTHER], on_error="collect", include_records=True),
        value(get_fleet_log_records_output(cluster_ids=[OTHER], on_error="collect", include_records=True)),
    ):
        assert result.clusters[OTHER].latest.log_path == "bucket/new"
        assert result.failed_cluster_ids == [OTHER]
        assert result.oldest_success.log_path == "bucket/new"
        assert result.verdicts[OTHER].state == "failed"
        assert result.errors is None
    call = (
        "huaweicloud-css:index:getFleetLogRecords",
        {"clusterIds": [OTHER], "onError": "collect", "includeRecords": True},
    )
    assert mocks.calls == [call, call]


def test_clusters_are_answered_by_the_mocks(mocks):
    """`get_clusters` has the plugin's token; tags' keys stay as they are."""
    mocks.answer = {"clusters": [{"id": OTHER, "name": "prod", "enterpriseProjectId": "0", "tags": {"cost_unit": "x"}}]}
    arguments = {"names": ["prod-*"], "tags": {"cost_unit": "x"}, "enterprise_project_id": "0"}
    for result in (get_clusters(**arguments), value(get_clusters_output(**arguments))):
        assert result.clusters[0].id == OTHER
        assert result.clusters[0].tags == {"cost_unit": "x"}
        assert result.clusters[0].enterprise_project_id == "0"
    call = {"names": ["prod-*"], "tags": {"cost_unit": "x"}, "enterpriseProjectId": "0"}
    assert mocks.calls == [("huaweicloud-css:index:getClusters", call)] * 2


def test_a_selection_reaches_the_mocks(mocks):
    """Functions hand it over in camelCase, a resource in Python's style as `selector`; outputs are awaited."""
    mocks.answer = {"skipped": [{"clusterName": "new", "reason": "the cluster is being created"}]}
    selector = ClusterSelector(names=["prod-*"], tags={"cost_unit": "x"}, enterprise_project_id="0")
    mapping = {"names": [pulumi.Output.from_input("prod-*")], "tags": {"cost_unit": "x"}, "enterprise_project_id": "0"}
    for result in (
        get_fleet_log_records(clusters=selector),
        value(get_fleet_log_records_output(clusters=selector)),
        value(get_fleet_log_records_output(clusters=mapping)),
    ):
        assert result.skipped[0].cluster_name == "new"
    given = {"names": ["prod-*"], "tags": {"cost_unit": "x"}, "enterpriseProjectId": "0", "allowEmpty": False}
    assert [arguments for _, arguments in mocks.calls] == [{"clusters": given}] * 3
    mocks.answer = {}
    fleets = [FleetLogRecords(f"fleet-{number}", clusters=each) for number, each in enumerate((selector, mapping))]
    first, second = (value(fleet.id) for fleet in fleets)
    assert first == second
    assert [asked.inputs["selector"] for asked in mocks.resources] == [selector.to_dict()] * 2


def test_regions_and_sites_reach_the_mocks(mocks):
    """Functions hand sites over in camelCase, a resource in Python's style; outputs are awaited, also inside."""
    later = pulumi.Output.from_input
    sites = [Site("cn-north-4", "0" * 32), Site("ap-southeast-3")]
    mappings = [each.to_dict() for each in sites]
    parts = [{name: later(value) for name, value in each.items()} for each in mappings]
    forms = [sites, mappings, parts, [sites[0], later(mappings[1])], later(mappings), later(sites)]
    get_fleet_log_records(clusters=ClusterSelector(), sites=sites)
    get_fleet_log_records(clusters=ClusterSelector(), sites=mappings)
    for each in forms:
        value(get_fleet_log_records_output(clusters=ClusterSelector(), sites=each))
    given = [{"region": "cn-north-4", "projectId": "0" * 32}, {"region": "ap-southeast-3"}]
    everything = {"clusters": {"allowEmpty": False}, "sites": given}
    assert [arguments for _, arguments in mocks.calls] == [everything] * (2 + len(forms))
    fleets = [
        FleetLogRecords(f"fleet-{number}", clusters=ClusterSelector(), sites=each) for number, each in enumerate(forms)
    ]
    assert len({value(fleet.id) for fleet in fleets}) == 1
    assert [asked.inputs["sites"] for asked in mocks.resources] == [mappings] * len(forms)
    mocks.calls.clear()
    get_fleet_log_records(clusters=ClusterSelector(), regions=["cn-north-4", "ap-southeast-3"])
    value(get_fleet_log_records_output(clusters={}, regions=[later("cn-north-4"), "ap-southeast-3"]))
    everything = {"clusters": {"allowEmpty": False}, "regions": ["cn-north-4", "ap-southeast-3"]}
    assert [arguments for _, arguments in mocks.calls] == [everything] * 2


def test_the_id_of_a_fleet_tells_where_it_is(mocks):
    """Fleets with one selection in other regions have other ids, whatever the order of the regions is."""
    wheres = [{}, {"regions": ["a", "b"]}, {"regions": ("b", "a")}, {"regions": ["a"]}, {"sites": [Site("a")]}]
    fleets = [FleetLogRecords(f"fleet-{number}", clusters={}, **where) for number, where in enumerate(wheres)]
    first, both, turned, one, site = (value(fleet.id) for fleet in fleets)
    assert both == turned
    assert len({first, both, one, site}) == len(mocks.resources) - 1


def test_wrong_sites_are_refused_by_a_function_and_reach_the_mocks_of_a_resource(mocks):
    """A function's arguments are checked in the program; a resource's where it is read, which mocks do not."""
    wrong = {"clusters": {"name": "prod"}, "sites": [{"regin": "cn-north-4"}], "gate": {"max_age": "soon"}}
    for name, given in wrong.items():
        with pytest.raises(ArgumentError):
            get_fleet_log_records(**{"clusters": {}, name: given})
    fleet = FleetLogRecords("fleet", **wrong)
    assert value(fleet.id).startswith("fleet-")
    [asked] = mocks.resources
    given = [asked.inputs[name] for name in ("selector", "sites", "gate")]
    assert given == list(wrong.values())


def test_a_misspelt_output_of_a_fleets_mock_is_an_error(mocks):
    """Clusters' ids may be anything; what is said of a cluster may not."""
    mocks.answer = {"clusters": {"myCluster": {"count": 1}}, "errors": {"an_id": "gone", "anId": "gone"}}
    result = get_fleet_log_records(cluster_ids=[OTHER])
    assert result.clusters["myCluster"].count == 1
    assert result.errors == {"an_id": "gone", "anId": "gone"}
    mocks.answer = {"clusters": {"myCluster": {"counts": 1}}}
    with pytest.raises(ArgumentError, match=r"'clusters\.myCluster\.counts'.*getFleetLogRecords.*did you mean count\?"):
        get_fleet_log_records(cluster_ids=[OTHER])
