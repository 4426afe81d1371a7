"""Clusters that come and go, and the control calls that make them."""

from __future__ import annotations

import json
import threading
import uuid

import pytest
import requests
from pulumi_huaweicloud_css.emulator import Backups, Cluster, LogSettings, Site
from pulumi_huaweicloud_css.emulator.site import CLUSTER_ID
from pulumi_huaweicloud_css.errors import ArgumentError

from tests.support.cluster_calls import MANY, listed, settings_of, with_quirks


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
