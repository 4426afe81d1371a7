"""The list of a project's clusters: all of it in few requests from sites that page differently, or an error."""

from __future__ import annotations

import json
import uuid

import pytest
from pulumi_huaweicloud_css import ArgumentError, InvalidResponseError, get_clusters
from pulumi_huaweicloud_css._api.clusters import parse_clusters
from pulumi_huaweicloud_css._backups.cluster_list import list_all_clusters
from pulumi_huaweicloud_css.emulator import Account, Cluster, Project, Quirks, Site
from pulumi_huaweicloud_css.errors import ApiError


def site_of(count, **quirks):
    """Return a site with so many clusters, and quirks."""
    return Site(projects=Site.of_clusters(count).projects, quirks=Quirks(**quirks))


def ids(clusters):
    """Return the ids of clusters, sorted."""
    return sorted(cluster.id for cluster in clusters)


def served(emulator):
    """Return the ids of all clusters that an emulator has, sorted."""
    return sorted(cluster.cluster_id for cluster in emulator.site.clusters)


@pytest.mark.parametrize(("count", "requests"), [(1, 1), (999, 1), (1000, 2), (1500, 2)])
def test_as_few_requests_as_it_takes(start, connect, count, requests):
    """Pages are as large as the API allows: up to 999 clusters cost one request, each further 999 one more."""
    emulator = start(site=site_of(count))
    assert ids(list_all_clusters(connect(emulator))) == served(emulator)
    assert [request.parameters["limit"] for request in emulator.requests] == ["1000"] * requests


@pytest.mark.parametrize("order", ["newest", "oldest", "shuffled", "given"])
@pytest.mark.parametrize("names", ["both", "offset", "start"])
def test_sites_that_cap_pages_or_know_another_offset(start, connect, order, names):
    """Capped pages are followed to the end, whatever the offset is called and however the site orders."""
    emulator = start(site=site_of(25, max_page=7, offset_names=names, order=order))
    assert ids(list_all_clusters(connect(emulator))) == served(emulator)


def test_a_site_without_a_total(start, connect):
    """Without a total only a page without new clusters proves the end."""
    emulator = start(site=site_of(25, max_page=7, total_size=False))
    assert ids(list_all_clusters(connect(emulator))) == served(emulator)


@pytest.mark.parametrize(
    "quirks",
    [
        {"max_page": 7, "offset_names": "none"},
        {"max_page": 7, "offset_names": "none", "total_size": False},
        {"offset_names": "none", "total_size": False},
        {"max_page": 600, "max_offset": 1000},
    ],
)
def test_a_list_that_may_be_incomplete_is_an_error(start, connect, quirks):
    """What cannot be known to be all clusters is not taken for all: a gate over it must not pass."""
    emulator = start(site=site_of(2000 if "max_offset" in quirks else 25, **quirks))
    with pytest.raises(InvalidResponseError, match="the list of clusters is incomplete"):
        list_all_clusters(connect(emulator))


def test_an_offset_that_is_not_needed_may_be_ignored(start, connect):
    """A site without offsets is read by its one page if the total says that this is all."""
    emulator = start(site=site_of(25, offset_names="none"))
    assert ids(list_all_clusters(connect(emulator))) == served(emulator)


@pytest.mark.parametrize("changes", [1, 1000])
def test_clusters_that_come_between_two_pages(start, connect, changes):
    """If clusters move, the list is read again; if they never rest, that is an error and not half a list."""
    made = []

    def come(request):
        if int(request.parameters.get("offset", 1)) > 1 and len(made) < changes:
            made.append(str(uuid.uuid4()))
            emulator.add_cluster(Cluster(cluster_id=made[-1]))

    emulator = start(site=site_of(25, max_page=7), on_request=come)
    if changes > 1:
        with pytest.raises(InvalidResponseError, match="changed each time it was read"):
            list_all_clusters(connect(emulator))
    else:
        assert ids(list_all_clusters(connect(emulator))) == sorted([*served(emulator), *made])
    assert made


def test_a_cluster_that_is_listed_twice_is_there_once(answering, connect):
    """A cluster that comes twice in a list, as where a site doubles a page, is one cluster."""
    one = {"id": "4213d908-f5dc-4633-8401-cfd7175fca0c", "name": "a"}
    server = answering((200, {"clusters": [one, one], "totalSize": 1}))
    assert [each.name for each in list_all_clusters(connect(server.url))] == ["a"]


@pytest.mark.parametrize("other", [{"status": "303"}, {"name": "b"}, {"id": "4213D908-F5DC-4633-8401-CFD7175FCA0C"}])
def test_two_clusters_of_one_id_are_an_error(answering, connect, other):
    """Of two that differ and have one id, in whatever case, nobody knows which is right: one might be skipped."""
    one = {"id": "4213d908-f5dc-4633-8401-cfd7175fca0c", "name": "a", "status": "200"}
    server = answering((200, {"clusters": [one, {**one, **other}], "totalSize": 2}))
    with pytest.raises(InvalidResponseError, match="the list of clusters is incomplete, or changed"):
        list_all_clusters(connect(server.url))


@pytest.mark.parametrize("error", [{"errCode": "CSS.0015", "externalMessage": "no"}, {"error_code": "APIGW.0301"}])
def test_an_error_with_an_empty_list_is_no_account_without_clusters(answering, connect, error):
    """A success that has an error's code is refused: taken for an empty list, a gate could pass over nothing."""
    server = answering((200, {**error, "clusters": []}))
    with pytest.raises(ApiError, match="CSS returned HTTP 200"):
        list_all_clusters(connect(server.url))


@pytest.fixture
def environ(start, monkeypatch):
    """Serve a few clusters, and take the settings from the environment."""
    clusters = [
        Cluster(cluster_id=str(uuid.uuid4()), name=name, engine=engine, tags=tags, enterprise_project_id=project)
        for name, engine, tags, project in (
            ("prod-b", "opensearch", {"team": "a", "stage": "prod"}, "0"),
            ("prod-a", "elasticsearch", {"team": "b", "stage": "prod"}, "0"),
            ("test-a", "elasticsearch", {"team": "a"}, "e1"),
        )
    ]
    emulator = start(site=Site(projects=[Project(clusters=clusters)]))
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    return emulator


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({}, ["prod-a", "prod-b", "test-a"]),
        ({"names": ["prod-*"]}, ["prod-a", "prod-b"]),
        ({"names": ["PROD-*"]}, []),
        ({"names": ["test-a", "*-b"]}, ["prod-b", "test-a"]),
        ({"tags": {"team": "a"}}, ["prod-b", "test-a"]),
        ({"tags": {"team": "a", "stage": "prod"}}, ["prod-b"]),
        ({"tags": {"team": ""}}, []),
        ({"engine": "Elasticsearch"}, ["prod-a", "test-a"]),
        ({"enterprise_project_id": "e1"}, ["test-a"]),
        ({"names": ["prod-*"], "engine": "opensearch"}, ["prod-b"]),
    ],
)
def test_get_clusters(environ, arguments, names):
    """Each filter leaves the clusters that it says, by name, with all that is known of each; none is a result, too."""
    result = get_clusters(**arguments)
    assert [cluster.name for cluster in result.clusters] == names
    assert result.project_id == environ.project_id
    assert result.region == environ.site.region
    for cluster in result.clusters:
        assert cluster.status == "200"
        assert cluster.created_at.endswith(".000Z")
    assert len(environ.requests) == 1


def test_what_get_clusters_gives(environ):
    """Every output of a cluster has the value of the API, under its Python name."""
    [found] = get_clusters(names=["test-a"]).clusters
    given = next(each for each in environ.site.clusters if each.name == "test-a")
    assert {**found, "created_at": None} == {
        "id": given.cluster_id,
        "name": "test-a",
        "status": "200",
        "engine": "elasticsearch",
        "version": "7.10.2",
        "tags": {"team": "a"},
        "enterprise_project_id": "e1",
        "created_at": None,
    }


def test_a_wrong_filter_is_refused_before_any_request(environ):
    """The error names the argument, and nothing is sent."""
    with pytest.raises(ArgumentError, match=r"\Anames: 'prod-\*' is not a list of names"):
        get_clusters(names="prod-*")
    assert environ.requests == []


def test_without_the_right_to_list(start, connect):
    """A refusal of the API is the error, as it came."""
    emulator = start(site=Site(accounts=[Account(can_list_clusters=False)]))
    with pytest.raises(ApiError, match="403"):
        list_all_clusters(connect(emulator))


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ("2022-06-24T03:53:57", "2022-06-24T03:53:57.000Z"),
        ("2022-06-24T11:53:57+08:00", "2022-06-24T03:53:57.000Z"),
        ("2022-06-24T11:53:57+0800", "2022-06-24T03:53:57.000Z"),
        ("9999-12-31T23:59:59-14:00", None),
        ("0001-01-01T00:00:00+1400", None),
        ("noon", None),
        (1656042837000, None),
    ],
)
def test_when_a_cluster_was_created(created, expected):
    """A time without its zone is in UTC, one with a zone is converted, and what is no time is None, not an error."""
    entry = {"id": str(uuid.UUID(int=1)), "created": created}
    [cluster] = parse_clusters(json.dumps({"clusters": [entry]}).encode(), str).clusters
    assert cluster.to_outputs()["created_at"] == expected
