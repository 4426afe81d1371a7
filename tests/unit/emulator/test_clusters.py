"""The cluster list and the log settings: what is in them, their pages, their refusals, and how they change."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css.emulator import Cluster, Emulator, Project, Quirks, Site
from pulumi_huaweicloud_css.emulator.site import CLUSTER_ID
from pulumi_huaweicloud_css.errors import ArgumentError

from tests.support.cluster_calls import MANY, listed, names, with_quirks


def test_a_cluster_looks_like_css(start_emulator, ask):
    """All that was given of a cluster is in the list, in the API's names and forms."""
    cluster = Cluster(
        name="orders",
        status="303",
        engine="opensearch",
        version="1.3.6",
        tags={"team": "a", "empty": ""},
        enterprise_project_id="e" * 36,
        created=1_656_042_837,
        backup_available=False,
    )
    answer = listed(ask, start_emulator(cluster))
    assert answer["totalSize"] == 1
    (found,) = answer["clusters"]
    assert found["id"] == CLUSTER_ID
    assert found["name"] == "orders"
    assert found["status"] == "303"
    assert (found["datastore"]["type"], found["datastore"]["version"]) == ("opensearch", "1.3.6")
    assert found["tags"] == [{"key": "team", "value": "a"}, {"key": "empty", "value": ""}]
    assert found["enterpriseProjectId"] == "e" * 36
    assert found["created"] == found["updated"] == "2022-06-24T03:53:57"
    assert found["backupAvailable"] is False
    assert found["failedReason"]["errorCode"]
    assert (found["actions"], found["actionProgress"]) == ([], {})


def test_what_is_not_given_is_made_up_and_stays(ask):
    """A cluster without a name and a time has the same ones in every run; other clusters have others."""
    seen = []
    for _ in range(2):
        with Emulator(site=Site(projects=[Project(clusters=[Cluster(), Cluster(cluster_id="other")])])) as emulator:
            seen.append([(each["name"], each["created"]) for each in listed(ask, emulator)["clusters"]])
    assert seen[0] == seen[1]
    assert {name for name, _ in seen[0]} == {"css-4213d908", "css-other"}
    assert len({created for _, created in seen[0]}) == 2


def test_a_cluster_that_is_being_created(start_emulator, ask):
    """A cluster with status 100 says how far it is."""
    (found,) = listed(ask, start_emulator(Cluster(status="100")))["clusters"]
    assert (found["actions"], found["actionProgress"]) == (["CREATING"], {"CREATING": "30%"})


@pytest.mark.parametrize("name", ["offset", "start"])
@pytest.mark.parametrize(("first", "limit"), [(1, 1), (2, 10), (25, 1000), (26, 10), (2_147_483_647, 1)])
def test_window(start, ask, name, first, limit):
    """The window begins at a 1-based number, under its newer or older name, and may lie past the end."""
    emulator = start(site=MANY)
    whole = names(ask, emulator, limit=1000)
    assert len(set(whole)) == 25
    answer = listed(ask, emulator, limit=limit, **{name: first})
    assert [cluster["name"] for cluster in answer["clusters"]] == whole[first - 1 : first - 1 + limit]
    assert answer["totalSize"] == 25


def test_ten_by_default(start, ask):
    """Without parameters the first ten clusters come, the newest first."""
    created = [cluster["created"] for cluster in listed(ask, start(site=MANY))["clusters"]]
    assert len(created) == 10
    assert created == sorted(created, reverse=True)


def test_engine_filter(start_emulator, ask):
    """With datastoreType there are the clusters of that engine only; totalSize counts what matches."""
    emulator = start_emulator(Cluster(), *(Cluster(cluster_id=each, engine="logstash") for each in "abc"))
    answer = listed(ask, emulator, datastoreType="logstash", limit=2)
    assert ([cluster["datastore"]["type"] for cluster in answer["clusters"]], answer["totalSize"]) == (
        ["logstash"] * 2,
        3,
    )
    assert listed(ask, emulator, datastoreType="")["totalSize"] == 4


@pytest.mark.parametrize("parameters", [{"offset": 0}, {"start": "x"}, {"limit": 0}, {"limit": 1001}])
def test_wrong_parameters(emulator, ask, parameters):
    """A number that is none, or out of its range, gets 400 CSS.0001."""
    answer = ask(emulator, f"/v1.0/{emulator.project_id}/clusters", **parameters)
    assert (answer.status_code, answer.json()["errCode"]) == (400, "CSS.0001")


@pytest.mark.parametrize("order", ["newest", "oldest", "shuffled", "given"])
def test_orders(start, ask, order):
    """The site's order is that of the cluster list, too, and one order for all pages."""
    emulator = start(site=with_quirks(MANY, order=order))
    whole = listed(ask, emulator, limit=1000)["clusters"]
    paged = [cluster for first in (1, 11, 21) for cluster in listed(ask, emulator, offset=first)["clusters"]]
    assert paged == whole
    created, ids = [each["created"] for each in whole], [each["id"] for each in whole]
    assert (created == sorted(created, reverse=True)) == (order == "newest")
    assert (created == sorted(created)) == (order == "oldest")
    assert (ids == [cluster.cluster_id for cluster in MANY.clusters]) == (order == "given")


def test_quirks_of_pages(start, ask):
    """Pages are capped, offset is not known, and there is no totalSize, where the site is so."""
    emulator = start(site=with_quirks(MANY, max_page=7, offset_names="start", total_size=False))
    answer = listed(ask, emulator, limit=1000, offset=5)
    assert len(answer["clusters"]) == 7
    assert "totalSize" not in answer
    assert names(ask, emulator, limit=1000, start=5)[:3] == [each["name"] for each in answer["clusters"]][4:]
    limited = start(site=with_quirks(MANY, max_offset=20))
    assert len(names(ask, limited, offset=20)) == 6
    assert ask(limited, f"/v1.0/{limited.project_id}/clusters", offset=21).status_code == 400


def test_pages_of_records_are_capped_too(start, ask):
    """The same cap is on pages of records."""
    emulator = start(site=Site.of_one_cluster(quirks=Quirks(max_page=7)))
    answer = ask(emulator, limit=1000).json()
    assert (len(answer["clusterLogRecord"]), answer["totalSize"]) == (7, 37)


def test_each_project_has_its_own_clusters(start, ask):
    """A cluster is in the list of its project, and nowhere else; an unknown project gets 403 CSS.0015."""
    site = Site.of_clusters(5, regions=["cn-north-4", "ap-southeast-3"])
    emulator = start(site=site)
    first, second = (
        [cluster["id"] for cluster in ask(emulator, f"/v1.0/{project.project_id}/clusters").json()["clusters"]]
        for project in site.projects
    )
    assert sorted(first + second) == sorted(cluster.cluster_id for cluster in Site.of_clusters(5).clusters)
    assert (len(first), len(second)) == (3, 2)
    elsewhere = f"/v1.0/{site.projects[0].project_id}/clusters/{second[0]}/logs/"
    for what in ("records", "settings"):
        assert ask(emulator, elsewhere + what).json()["errCode"] == "CSS.3027"
    unknown = ask(emulator, f"/v1.0/{'9' * 32}/clusters")
    assert (unknown.status_code, unknown.json()["errCode"]) == (403, "CSS.0015")


@pytest.mark.parametrize("regions", [["nowhere"], ["cn-north-4", "cn-north-4"], [""], ["A-B"]])
def test_wrong_regions(regions):
    """What is no region's name, and a region that is there twice, is one error."""
    with pytest.raises(ArgumentError) as refused:
        Site.of_clusters(2, regions=regions)
    assert refused.value.argument == "region"


def test_of_clusters_keeps_its_ids_and_gives_names():
    """The clusters of so many are those of more, each with a name of its own and tags."""
    few, many = Site.of_clusters(3).clusters, Site.of_clusters(30).clusters
    assert few == many[:3]
    assert [cluster.name for cluster in few] == ["prod-search-1", "test-search-2", "dev-search-3"]
    assert few[1].tags == {"environment": "test", "purpose": "search"}
    assert len({cluster.name for cluster in many}) == 30


WRONG_CLUSTERS = [
    {"name": ""},
    {"name": 1},
    {"status": 200},
    {"engine": ""},
    {"version": None},
    {"tags": ["a"]},
    {"tags": {"a": 1}},
    {"tags": {"": "a"}},
    {"created": -1},
    {"created": float("nan")},
    {"created": 1e18},
    {"backup_available": "yes"},
]


@pytest.mark.parametrize("arguments", WRONG_CLUSTERS)
def test_wrong_clusters(arguments):
    """A cluster that cannot be is one error that names the argument."""
    with pytest.raises(ArgumentError) as refused:
        Cluster(**arguments)
    assert refused.value.argument in arguments
