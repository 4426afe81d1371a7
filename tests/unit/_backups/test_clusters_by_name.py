"""Clusters by name and by selection: they are looked up at each read, and outputs say both names and ids."""

from __future__ import annotations

import re
import uuid

import pytest
from pulumi_huaweicloud_css import ArgumentError, ClusterSelector, FleetError, Gate, GateError, NoClusterError
from pulumi_huaweicloud_css._backups.cluster_search import find_clusters
from pulumi_huaweicloud_css._backups.evaluate import evaluate
from pulumi_huaweicloud_css._backups.fleet import is_gone
from pulumi_huaweicloud_css._backups.open_sites import open_sites
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Project, Site

from tests.support.reading import read_fleet_outputs, read_outputs


def cluster(name, status="200"):
    """Return a cluster of this name with few backups."""
    return Cluster(cluster_id=str(uuid.uuid4()), name=name, status=status, backups=Backups(count=3))


@pytest.fixture
def account(start, monkeypatch):
    """Serve clusters, of which one is being created and one is unavailable; take the settings from the environment."""
    clusters = [cluster("test-a"), cluster("prod-b"), cluster("prod-a"), cluster("prod-c", "100"), cluster("d", "303")]
    emulator = start(site=Site(projects=[Project(clusters=[*clusters, cluster("twin"), cluster("twin")])]))
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    return emulator


def id_of(emulator, name):
    """Return the id of the first cluster that has this name."""
    return next(each.cluster_id for each in emulator.site.clusters if each.name == name)


def test_a_cluster_by_name_has_the_outputs_of_its_id(account):
    """The name costs one request, and adds itself to the outputs; by id it is not known."""
    by_id = read_outputs(cluster_id=id_of(account, "prod-a"))
    by_name = read_outputs(cluster_name="prod-a")
    assert by_id.pop("cluster_name") is None
    assert by_name.pop("cluster_name") == "prod-a"
    assert {**by_name, "read_at": None} == {**by_id, "read_at": None}
    assert len(account.requests) == 3


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({}, "cluster_id: give cluster_id or cluster_name"),
        (
            {"cluster_id": str(uuid.UUID(int=1)), "cluster_name": "a"},
            "cluster_name: it does not go together with cluster_id; give cluster_id or cluster_name",
        ),
        ({"cluster_name": ""}, "cluster_name: '' is not a cluster's name"),
        ({"cluster_name": 1}, "cluster_name: 1 is not a cluster's name"),
        ({"cluster_name": "prod-a", "limit": 0}, "limit: 0 is not"),
    ],
)
def test_a_cluster_is_given_in_one_way(account, arguments, text):
    """Both, neither, or what is no name is one error that names both arguments, before anything is sent."""
    with pytest.raises(ArgumentError) as wrong:
        read_outputs(**arguments)
    assert str(wrong.value).startswith(text)
    assert account.requests == []


def test_a_name_that_is_not_one_cluster_s(account):
    """No cluster of the name, or several, is one error, and no record is asked for."""
    with pytest.raises(NoClusterError, match=r"no cluster is called prod_a; there are prod-a, prod-") as gone:
        read_outputs(cluster_name="prod_a")
    assert is_gone(gone.value)
    with pytest.raises(ArgumentError, match="2 clusters are called twin") as several:
        read_outputs(cluster_name="twin")
    assert not is_gone(several.value)
    assert {request.path.rpartition("/")[2] for request in account.requests} == {"clusters"}


def test_reasons_name_the_cluster(account):
    """Of a selected cluster, and of one by name, the reason has its name and its id; by id, the id alone."""
    cluster_id = id_of(account, "prod-a")
    account.set_records(cluster_id, [])
    title = f"prod-a ({cluster_id})"
    with pytest.raises(GateError, match=rf"^log backups of cluster {re.escape(title)}: there is none"):
        read_outputs(cluster_name="prod-a", gate=Gate())
    with pytest.raises(GateError, match=rf"^log backups of cluster {cluster_id}: there is none"):
        read_outputs(cluster_id=cluster_id, gate=Gate())
    with pytest.raises(FleetError) as failed:
        read_fleet_outputs(clusters=ClusterSelector(names=["prod-a"]), gate=Gate())
    assert f"\n- log backups of cluster {title}: there is none" in str(failed.value)


@pytest.mark.parametrize("enforce_gate", [True, False])
def test_errors_name_the_cluster(account, enforce_gate):
    """Clusters that cannot be read are named in a fleet's error, one line each; in a refresh, too, if none can be."""
    account.fault("unknown-fields", 1)  # the list of clusters, which is read all the same
    account.fault("html")
    with pytest.raises(FleetError) as failed:
        read_fleet_outputs(clusters=ClusterSelector(names=["prod-[ab]"]), enforce_gate=enforce_gate)
    titles = [f"- prod-{letter} ({id_of(account, f'prod-{letter}')})" for letter in "ab"]
    assert [line.partition(": ")[0] for line in str(failed.value).splitlines()[1:]] == titles


def test_results_say_which_cluster_they_are_of(account):
    """Whether it was read, judged, or neither, a result has its cluster's name, region and project."""
    [site] = open_sites((), {"region": None, "project_id": None, "endpoint": None})
    found = find_clusters([site], (), ClusterSelector(names=["prod-a"]))
    [(_, cluster)] = found.clusters
    assert (cluster.name, cluster.region, cluster.project_id) == ("prod-a", "cn-north-4", account.project_id)
    targets = found.targets(LogRecordsQuery(cluster.id), 1)
    results = [evaluate(targets, gate, lambda read: read, parallelism=1)[0] for gate in (None, Gate())]
    account.fault("html")
    results += evaluate(targets, None, lambda read: read, parallelism=1)
    assert [result.cluster for result in results] == [cluster] * 3
    assert results[2].error is not None


@pytest.mark.parametrize("clusters", [ClusterSelector(names=["prod-*"]), {"names": ["prod-*"]}])
def test_a_selection_is_evaluated_at_each_read(account, clusters):
    """What matches is read, with names in the outputs; a cluster that is made later is read the next time."""
    outputs = read_fleet_outputs(clusters=clusters, gate=Gate())
    assert [each["cluster_name"] for each in outputs["clusters"].values()] == ["prod-a", "prod-b"]
    assert list(outputs["clusters"]) == [id_of(account, "prod-a"), id_of(account, "prod-b")]
    account.add_cluster(cluster("prod-ab"))
    again = read_fleet_outputs(clusters=clusters, gate=Gate())
    assert [each["cluster_name"] for each in again["clusters"].values()] == ["prod-a", "prod-ab", "prod-b"]


def test_clusters_that_can_have_no_backups_are_listed_apart(account):
    """One that is being created, or unavailable, is not read and has not failed; it is said why."""
    outputs = read_fleet_outputs(clusters=ClusterSelector(), gate=Gate())
    assert outputs["skipped"] == [
        {"cluster_id": id_of(account, "d"), "cluster_name": "d", "reason": "the cluster is unavailable"},
        {"cluster_id": id_of(account, "prod-c"), "cluster_name": "prod-c", "reason": "the cluster is being created"},
    ]
    assert outputs["errors"] == {}
    assert len(outputs["clusters"]) == 5


@pytest.mark.usefixtures("account")
def test_a_gate_over_skipped_clusters_only_does_not_pass():
    """If nothing can be judged, the gate is an error whatever `on_error` is; without a gate, or in a refresh, none."""
    given = {"clusters": ClusterSelector(names=["prod-c"])}
    for on_error in ("fail", "collect"):
        with pytest.raises(
            ArgumentError, match=r"\Aclusters: none of .+ \(1\) can be judged; of prod-c: the cluster is being created"
        ):
            read_fleet_outputs(**given, gate=Gate(), on_error=on_error)
    for outputs in (read_fleet_outputs(**given), read_fleet_outputs(**given, gate=Gate(), enforce_gate=False)):
        assert outputs["clusters"] == {}
        assert [each["cluster_name"] for each in outputs["skipped"]] == ["prod-c"]


@pytest.mark.usefixtures("account")
def test_a_selection_of_nothing():
    """It is an error, with a gate or without, unless it may be empty."""
    for arguments in ({}, {"gate": Gate()}, {"on_error": "collect"}):
        with pytest.raises(NoClusterError, match=r"no cluster matches the name x-\*"):
            read_fleet_outputs(clusters=ClusterSelector(names=["x-*"]), **arguments)
    empty = read_fleet_outputs(clusters=ClusterSelector(names=["x-*"], allow_empty=True), gate=Gate())
    assert (empty["clusters"], empty["verdicts"], empty["skipped"]) == ({}, {}, [])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({}, "cluster_ids: give cluster_ids or clusters"),
        ({"cluster_ids": [], "clusters": {}}, "clusters: it does not go together with cluster_ids"),
        ({"clusters": {"names": "prod-*"}}, "names: 'prod-*' is not a list"),
        ({"clusters": ClusterSelector(), "limit": 0}, "limit: 0 is not"),
    ],
)
def test_a_fleet_is_given_in_one_way(account, arguments, text):
    """Both, neither, or a wrong selector is one error before anything is sent."""
    with pytest.raises(ArgumentError) as wrong:
        read_fleet_outputs(**arguments)
    assert str(wrong.value).startswith(text)
    assert account.requests == []


def test_clusters_by_id_are_not_listed(account):
    """With ids there is one request for each cluster, no name, and nothing is skipped."""
    outputs = read_fleet_outputs(cluster_ids=[id_of(account, "prod-c")])
    assert [each["cluster_name"] for each in outputs["clusters"].values()] == [None]
    assert outputs["skipped"] == []
    assert len(account.requests) == 1
