"""The cluster list and the log settings: what is in them, their pages, their refusals, and how they change."""

from __future__ import annotations

import json
import threading
import uuid

import pytest
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcss.v1 import CssClient, ListClustersDetailsRequest, ShowGetLogSettingRequest
from pulumi_huaweicloud_css._api.models import parse_page
from pulumi_huaweicloud_css.emulator import Account, Backups, Cluster, Emulator, LogSettings, Project, Quirks, Site
from pulumi_huaweicloud_css.emulator.site import CLUSTER_ID
from pulumi_huaweicloud_css.errors import ArgumentError

MANY = Site.of_clusters(25)


def listed(ask, emulator, **parameters):
    """Return the answer to a request for the cluster list."""
    answer = ask(emulator, f"/v1.0/{emulator.project_id}/clusters", **parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(ask, emulator, **parameters):
    """Return the names in the cluster list."""
    return [cluster["name"] for cluster in listed(ask, emulator, **parameters)["clusters"]]


def with_quirks(site, **quirks):
    """Return the same site with quirks."""
    return Site(projects=site.projects, quirks=Quirks(**quirks))


def settings_of(ask, emulator, cluster_id=CLUSTER_ID):
    """Return the answer to a request for a cluster's log settings."""
    return ask(emulator, f"/v1.0/{emulator.project_id}/clusters/{cluster_id}/logs/settings")


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


PERMISSIONS = [
    ("can_list_clusters", "clusters", "css:cluster:list"),
    ("can_read_log_settings", f"clusters/{CLUSTER_ID}/logs/settings", "css:log:getSetting"),
]


@pytest.mark.parametrize(("right", "path", "action"), PERMISSIONS)
def test_without_the_right(start, ask, right, path, action):
    """Who lacks a right gets 403 APIGW.0302 with its name, and may do all the rest."""
    emulator = start(site=Site(accounts=[Account(**{right: False})]))
    for _, other, _ in PERMISSIONS:
        answer = ask(emulator, f"/v1.0/{emulator.project_id}/{other}")
        assert answer.status_code == (403 if other == path else 200)
        if other == path:
            assert (answer.json()["error_code"], action in answer.json()["error_msg"]) == ("APIGW.0302", True)
    assert ask(emulator).status_code == 200


def test_log_settings(start_emulator, ask):
    """The settings are in the API's names; without automatic backup there is no time for it."""
    settings = LogSettings(period="02:00 GMT+08:00", bucket="bucket", base_path="path", agency="agency")
    emulator = start_emulator(Cluster(created=1_656_042_837, log_settings=settings))
    found = settings_of(ask, emulator).json()["logConfiguration"]
    assert uuid.UUID(found.pop("id"))
    assert found == {
        "clusterId": CLUSTER_ID,
        "obsBucket": "bucket",
        "agency": "agency",
        "updateAt": 1_656_042_837_000,
        "basePath": "path",
        "autoEnable": True,
        "period": "02:00 GMT+08:00",
        "logSwitch": True,
    }
    emulator.set_log_settings(CLUSTER_ID, LogSettings(auto_enable=False))
    changed = settings_of(ask, emulator).json()["logConfiguration"]
    assert (changed["autoEnable"], changed["period"]) == (False, None)
    assert changed["updateAt"] > 1_656_042_837_000
    emulator.set_log_settings(CLUSTER_ID, None)
    assert settings_of(ask, emulator).json() == {"logConfiguration": None}


def test_log_settings_of_an_unknown_cluster(emulator, ask):
    """A cluster that is not there gets 404 CSS.3027."""
    answer = settings_of(ask, emulator, "nowhere")
    assert (answer.status_code, answer.json()["errCode"]) == (404, "CSS.3027")


WRONG_SETTINGS = [
    {"log_switch": "yes"},
    {"auto_enable": 1},
    {"period": "2:00"},
    {"period": "24:00 GMT+08:00"},
    {"period": None},
    {"bucket": None},
    {"base_path": 1},
    {"agency": []},
]


@pytest.mark.parametrize("arguments", WRONG_SETTINGS)
def test_wrong_log_settings(arguments):
    """Settings that CSS could not have are one error that names the argument."""
    with pytest.raises(ArgumentError) as refused:
        LogSettings(**arguments)
    assert refused.value.argument in arguments


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


def test_clusters_come_and_go(start, ask, clock):
    """A cluster that is added is listed as the newest, with its records; one that is removed is known no more."""
    emulator = start(site=Site.of_clusters(2), clock=clock)
    emulator.add_cluster(Cluster(cluster_id="new", name="new", backups=Backups(count=3)))
    found = listed_at(ask, emulator, clock)
    assert found[0]["name"] == "new"
    assert found[0]["created"] == "2027-01-15T08:00:00"
    assert len(emulator.records("new")) == 3
    emulator.remove_cluster("new")
    assert [cluster["name"] for cluster in listed_at(ask, emulator, clock)] == [each["name"] for each in found[1:]]
    for what in ("records", "settings"):
        path = f"/v1.0/{emulator.project_id}/clusters/new/logs/{what}"
        assert ask(emulator, path, at=clock.now).status_code == 404


def listed_at(ask, emulator, clock):
    """Return the clusters in the list, asked by a clock that does not move."""
    return ask(emulator, f"/v1.0/{emulator.project_id}/clusters", at=clock.now).json()["clusters"]


def test_wrong_changes(emulator):
    """A cluster that is there already, or not there, and a project that is not there, are errors that say so."""
    with pytest.raises(ArgumentError, match="already"):
        emulator.add_cluster(Cluster())
    with pytest.raises(ArgumentError, match="no project"):
        emulator.add_cluster(Cluster(cluster_id="new"), project_id="nowhere")
    with pytest.raises(ArgumentError, match=r"clusterLogRecord\.0\.id"):
        emulator.add_cluster(Cluster(cluster_id="new", records=[{}]))
    with pytest.raises(ArgumentError, match="no cluster 'new'"):
        emulator.remove_cluster("new")
    with pytest.raises(ArgumentError, match="no cluster 'new'"):
        emulator.set_log_settings("new", LogSettings())


def test_requests_while_clusters_come_and_go(start, ask):
    """While clusters are added and removed, every page is whole, and what always was there is always there."""
    emulator = start(site=with_quirks(MANY, order="given"))
    done = threading.Event()

    def churn():
        while not done.is_set():
            emulator.add_cluster(Cluster(cluster_id="new"))
            emulator.set_log_settings("new", None)
            emulator.remove_cluster("new")

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for _ in range(30):
            answer = listed(ask, emulator, limit=1000)
            assert [each["id"] for each in answer["clusters"][:25]] == [each.cluster_id for each in MANY.clusters]
            assert len(answer["clusters"]) == answer["totalSize"]
    finally:
        done.set()
        thread.join()


def control(emulator, path, method="GET", **settings):
    """Make a control call."""
    return requests.request(method, f"{emulator.endpoint}/_emulator/{path}", timeout=30, **settings)


def test_control_calls(emulator, ask):
    """Clusters are added, listed with their names, changed and removed over HTTP, in the API's own names."""
    given = {
        "id": "new",
        "name": "orders",
        "status": "100",
        "datastore": {"type": "opensearch", "version": "1.3.6"},
        "tags": [{"key": "team", "value": "a"}],
        "enterpriseProjectId": "1",
        "backupAvailable": False,
    }
    more = {"logConfiguration": {"autoEnable": False}, "records": [], "projectId": emulator.project_id}
    added = control(emulator, "clusters", "POST", json={**given, **more})
    assert added.status_code == 201, added.text
    found = {each["id"]: each for each in listed(ask, emulator)["clusters"]}["new"]
    assert found == added.json()
    assert {name: found[name] for name in given if name != "datastore"} == {
        name: value for name, value in given.items() if name != "datastore"
    }
    assert given["datastore"].items() <= found["datastore"].items()
    assert emulator.records("new") == []
    ids = {"clusters": [CLUSTER_ID, "new"], "names": {CLUSTER_ID: "css-4213d908", "new": "orders"}}
    assert control(emulator, "clusters").json() == ids
    assert settings_of(ask, emulator, "new").json()["logConfiguration"]["autoEnable"] is False
    changed = control(emulator, "clusters/new/log-settings", "POST", json={"logSwitch": False})
    assert (changed.status_code, changed.json()) == (200, settings_of(ask, emulator, "new").json())
    assert changed.json()["logConfiguration"]["autoEnable"] is False
    assert control(emulator, "clusters/new", "DELETE").status_code == 200
    assert control(emulator, "clusters/new", "DELETE").status_code == 404
    assert control(emulator, "clusters").json()["clusters"] == [CLUSTER_ID]


def test_control_call_without_body(emulator):
    """No body at all adds a cluster with made-up everything."""
    added = control(emulator, "clusters", "POST").json()
    assert uuid.UUID(added["id"])
    assert len(emulator.records(added["id"])) == 37


WRONG_CALLS = [
    {"id": CLUSTER_ID},
    {"id": ""},
    {"id": "\ud800"},
    {"id": 1},
    {"name": 1},
    {"colour": "red"},
    {"datastore": "elasticsearch"},
    {"datastore": {"colour": "red"}},
    {"tags": {"a": "b"}},
    {"tags": [{"key": "a"}]},
    {"tags": [{"key": 1, "value": "a"}]},
    {"tags": [{"key": "a", "value": 1}]},
    {"records": {}},
    {"records": [1]},
    {"records": [{}]},
    {"projectId": "nowhere"},
    {"projectId": 1},
    {"logConfiguration": 1},
    {"logConfiguration": {"period": "noon"}},
    {"logConfiguration": {"colour": "red"}},
]


@pytest.mark.parametrize("fields", WRONG_CALLS)
def test_wrong_control_calls(emulator, fields):
    """A cluster that cannot be gets 400 that names the field, and nothing is added."""
    answer = control(emulator, "clusters", "POST", data=json.dumps(fields))
    assert (answer.status_code, answer.json()["error_code"]) == (400, "EMULATOR.0400"), answer.text
    assert control(emulator, "clusters").json()["clusters"] == [CLUSTER_ID]


@pytest.mark.parametrize("fields", [{"period": "noon"}, {"colour": "red"}, {"logSwitch": 1}])
def test_wrong_settings_in_control_calls(emulator, ask, fields):
    """Settings that cannot be get 400, and those of before stay."""
    before = settings_of(ask, emulator).json()
    answer = control(emulator, f"clusters/{CLUSTER_ID}/log-settings", "POST", json=fields)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "EMULATOR.0400")
    assert settings_of(ask, emulator).json() == before


def sdk(emulator, project_id=None):
    """Return the vendor's SDK for an emulator."""
    keys = BasicCredentials(emulator.access_key, emulator.secret_key, project_id or emulator.project_id)
    return CssClient.new_builder().with_credentials(keys).with_endpoint(emulator.endpoint).build()


def test_sdk_reads_all_clusters(start):
    """The vendor's SDK, walking through the pages, finds each cluster once, with all that was given of it."""
    clusters = [
        Cluster(cluster_id=f"c{number}", status=status, tags={"n": str(number)}, engine=engine, version="1.3.6")
        for number, (status, engine) in enumerate([("100", "opensearch"), ("200", "logstash"), ("303", "x")] * 8)
    ]
    emulator = start(site=Site(projects=[Project(clusters=clusters)], quirks=Quirks(order="given")))
    found = []
    for offset in (1, 11, 21):
        answer = sdk(emulator).list_clusters_details(ListClustersDetailsRequest(offset=offset, limit=10))
        assert answer.total_size == 24
        found += answer.clusters
    assert [(each.id, each.status, each.datastore.type, each.datastore.version) for each in found] == [
        (each.cluster_id, each.status, each.engine, each.version) for each in clusters
    ]
    assert [{tag.key: tag.value for tag in each.tags} for each in found] == [each.tags for each in clusters]
    assert {type(each.backup_available) for each in found} == {bool}
    assert found[2].failed_reason.error_code
    only = sdk(emulator).list_clusters_details(ListClustersDetailsRequest(datastore_type="logstash", limit=1000))
    assert len(only.clusters) == 8


def test_sdk_reads_log_settings(start):
    """The vendor's SDK reads the settings in the types that its models have."""
    emulator = start()
    found = sdk(emulator).show_get_log_setting(ShowGetLogSettingRequest(CLUSTER_ID)).log_configuration
    assert (found.cluster_id, found.obs_bucket, found.base_path) == (CLUSTER_ID, "css-backup-1610678043608", "css/log")
    assert (found.auto_enable, found.log_switch, found.period) == (True, True, "00:00 GMT+08:00")
    assert isinstance(found.update_at, int)
    emulator.set_log_settings(CLUSTER_ID, None)
    assert sdk(emulator).show_get_log_setting(ShowGetLogSettingRequest(CLUSTER_ID)).log_configuration is None
    with pytest.raises(ClientRequestException) as refused:
        sdk(emulator).show_get_log_setting(ShowGetLogSettingRequest("nowhere"))
    assert refused.value.status_code == 404


def test_our_models_read_the_records_of_every_cluster(start, ask):
    """Each cluster of a site has records of its own, made up when they are asked for."""
    emulator = start(site=MANY)
    seen = set()
    for cluster in MANY.clusters:
        page = ask(emulator, f"/v1.0/{emulator.project_id}/clusters/{cluster.cluster_id}/logs/records").content
        records = parse_page(page, what="it").records
        assert {record.cluster_id for record in records} == {cluster.cluster_id}
        seen |= {record.id for record in records}
    assert len(seen) == 250
