"""Several regions and projects in one query: each has a project, a pace and errors of its own."""

from __future__ import annotations

import socket
import threading

import pytest
from pulumi_huaweicloud_css import (
    ArgumentError,
    ClusterSelector,
    CssConnectionError,
    FleetError,
    Gate,
    NoClusterError,
    SettingsError,
    Site,
    SiteError,
)
from pulumi_huaweicloud_css._backups.evaluate import Target, evaluate
from pulumi_huaweicloud_css._backups.fleet import is_gone
from pulumi_huaweicloud_css._config.endpoints import region_variable
from pulumi_huaweicloud_css._pulumi.refresh import keep_unread
from pulumi_huaweicloud_css._threads import in_parallel
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Project
from pulumi_huaweicloud_css.emulator import Site as Served

from tests.support.reading import read_fleet_outputs

NORTH, SOUTH = "cn-north-4", "ap-southeast-3"
REGIONS = [NORTH, SOUTH]
NOBODY = "00000000-0000-4000-8000-000000000000"
ALL = ClusterSelector()


@pytest.fixture
def account(start, monkeypatch):
    """Six clusters with few backups, dealt out to two regions that are served on one port."""
    emulator = start(site=Served.of_clusters(6, backups=Backups(count=3), regions=REGIONS))
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    return emulator


@pytest.fixture
def _south_is_away(account, monkeypatch):  # noqa: ARG001 - which sets other addresses
    """Nothing listens where the second region should be."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        monkeypatch.setenv(region_variable("css", SOUTH), f"http://127.0.0.1:{held.getsockname()[1]}")
        monkeypatch.setenv("HUAWEICLOUD_MAX_RETRIES", "0")
        monkeypatch.setenv("HW_MAX_RETRIES", "0")
        yield


def ids_in(account, region):
    """Return the ids of a region's clusters."""
    return [
        each.cluster_id for project in account.site.projects if project.region == region for each in project.clusters
    ]


def asked_about(account):
    """Return the last parts of the paths that were asked for."""
    return {request.path.rpartition("/")[2] for request in account.requests}


def test_a_selection_is_read_in_every_region(account):
    """Each cluster is read once, in its own region and project, and its outputs say which."""
    outputs = read_fleet_outputs(clusters=ALL, regions=REGIONS, gate=Gate())
    where = {key: (each["region"], each["project_id"]) for key, each in outputs["clusters"].items()}
    projects = {project.region: project.project_id for project in account.site.projects}
    assert where == {each: (region, projects[region]) for region in REGIONS for each in ids_in(account, region)}
    assert all(each["cluster_name"] for each in outputs["clusters"].values())
    assert list(outputs["verdicts"]) == list(outputs["clusters"])


def test_sites_are_regions_with_their_projects(account):
    """A project that is given is not looked up; a site as a mapping is the same."""
    projects = [(project.region, project.project_id) for project in account.site.projects]
    sites = [Site(*each) for each in projects]
    mappings = [{"region": region, "project_id": project_id} for region, project_id in projects]
    outputs = [read_fleet_outputs(clusters=ALL, sites=each)["clusters"] for each in (sites, mappings)]
    assert "projects" not in asked_about(account)
    assert list(outputs[0]) == list(outputs[1]) == list(read_fleet_outputs(clusters=ALL, regions=REGIONS)["clusters"])


def test_ids_are_read_in_the_region_where_they_are(account):
    """Whatever the order and the case, each id is found; the outputs are in the order given."""
    wanted = [ids_in(account, SOUTH)[1], ids_in(account, NORTH)[0].upper(), ids_in(account, SOUTH)[0]]
    outputs = read_fleet_outputs(cluster_ids=wanted, regions=REGIONS)
    assert [each["region"] for each in outputs["clusters"].values()] == [SOUTH, NORTH, SOUTH]
    assert [key.lower() for key in outputs["clusters"]] == [each.lower() for each in wanted]


def test_an_id_that_no_region_has(account):
    """It is that cluster's own error, which names the regions; the others are read."""
    known = ids_in(account, SOUTH)[0]
    outputs = read_fleet_outputs(cluster_ids=[NOBODY, known], regions=REGIONS, on_error="collect")
    assert list(outputs["clusters"]) == [known]
    assert outputs["failed_cluster_ids"] == [NOBODY]
    assert f"there is no cluster {NOBODY} in {NORTH} or {SOUTH}" in outputs["errors"][NOBODY]
    with pytest.raises(FleetError) as gone:
        read_fleet_outputs(cluster_ids=[NOBODY], regions=REGIONS)
    assert is_gone(gone.value)


@pytest.mark.usefixtures("_south_is_away")
def test_a_region_out_of_reach_fails_its_clusters_and_no_others(account):
    """The other region is read; what is not known is an error under the region's name, and the whole fails."""
    outputs = read_fleet_outputs(clusters=ALL, regions=REGIONS, gate=Gate(), on_error="collect")
    assert list(outputs["clusters"]) == sorted(
        outputs["clusters"], key=lambda each: outputs["clusters"][each]["cluster_name"]
    )
    assert set(outputs["clusters"]) == set(ids_in(account, NORTH))
    assert outputs["failed_cluster_ids"] == [SOUTH]
    assert outputs["errors"][SOUTH].startswith(f"the clusters in {SOUTH} are not known, and none of them was read")
    with pytest.raises(FleetError, match=f"1 of 4 clusters failed:\n- the clusters in {SOUTH} are not known"):
        read_fleet_outputs(clusters=ALL, regions=REGIONS, gate=Gate())


@pytest.mark.usefixtures("_south_is_away")
def test_an_id_that_may_be_in_the_region_out_of_reach(account):
    """It is not said to be gone, for nobody knows; one that was found is read."""
    known, other = ids_in(account, NORTH)[0], ids_in(account, SOUTH)[0]
    outputs = read_fleet_outputs(cluster_ids=[other, known], regions=REGIONS, on_error="collect")
    assert list(outputs["clusters"]) == [known]
    assert f"cluster {other} was not read: it is not in {NORTH}, and" in outputs["errors"][other]
    with pytest.raises(FleetError) as failed:
        read_fleet_outputs(cluster_ids=[other], regions=REGIONS)
    assert not is_gone(failed.value)


@pytest.mark.usefixtures("_south_is_away", "account")
def test_a_selection_that_may_match_in_the_region_out_of_reach():
    """No selection is said to match nothing while a region is not known; it fails all the same."""
    with pytest.raises(FleetError, match=f"the clusters in {SOUTH} are not known"):
        read_fleet_outputs(clusters=ClusterSelector(names=["nobody-*"]), regions=REGIONS)


@pytest.mark.usefixtures("_south_is_away")
def test_the_only_region_out_of_reach_is_the_whole_error():
    """With a single region the error is the API's own, as without `regions`."""
    with pytest.raises(CssConnectionError):
        read_fleet_outputs(clusters=ALL, regions=[SOUTH])


@pytest.mark.usefixtures("_south_is_away")
def test_a_refresh_keeps_what_is_known_of_a_region_out_of_reach(account):
    """Clusters, verdicts, errors and skipped ones of the region stay as they were; the other region is read."""
    north, south = ids_in(account, NORTH), ids_in(account, SOUTH)
    read = read_fleet_outputs(clusters=ALL, regions=REGIONS, gate=Gate(), on_error="collect")
    new = {"cluster_id": NOBODY, "cluster_name": "new", "reason": "the cluster is being created"}
    of_south = {"region": SOUTH, "project_id": "f" * 32, "latest_success": None}
    known = {
        **read,
        "clusters": {north[0]: {**read["clusters"][north[0]], "count": 0}, **dict.fromkeys(south, of_south)},
        "verdicts": {key: {"state": "failed"} for key in [north[0], *south]},
        "errors": dict.fromkeys([north[0], south[1]], "stale"),
        "failed_cluster_ids": [north[0], south[1]],
        "skipped": [new, {**new, "cluster_id": north[1]}],
    }
    unread = {SOUTH: SiteError(SOUTH, CssConnectionError("away"))}
    kept = keep_unread(known, read, unread)
    assert kept["clusters"] == {**read["clusters"], **dict.fromkeys(south, of_south)}
    assert kept["verdicts"] == {**read["verdicts"], **{key: {"state": "failed"} for key in south}}
    assert (kept["errors"], kept["failed_cluster_ids"]) == ({south[1]: "stale"}, [south[1]])
    assert kept["skipped"] == [new]
    of_project = {f"{SOUTH}/{'0' * 32}": SiteError(f"{SOUTH}/{'0' * 32}", CssConnectionError("away"))}
    assert keep_unread(known, read, of_project)["clusters"] == read["clusters"]


@pytest.mark.parametrize("unknown", ["cn-nowhere-9", "ap-southeast-99"])
def test_a_region_that_the_account_does_not_have(account, monkeypatch, unknown):
    """It is one error that names it, before any record is asked for."""
    monkeypatch.setenv(region_variable("css", unknown), account.endpoint)
    with pytest.raises(SettingsError, match=unknown):
        read_fleet_outputs(clusters=ALL, regions=[NORTH, unknown, SOUTH], on_error="collect")
    assert "records" not in asked_about(account)


def test_the_advice_for_a_region_without_a_project(account, monkeypatch):
    """Settings are of one region: for another one, a site is the only way to give its project's id."""
    monkeypatch.setenv(region_variable("css", "cn-nowhere-9"), account.endpoint)
    with pytest.raises(SettingsError, match=r"give the one you mean by the argument sites\Z"):
        read_fleet_outputs(clusters=ALL, regions=[NORTH, "cn-nowhere-9"])
    with pytest.raises(ArgumentError, match=r"^sites: 'x' .*; give it by the argument sites\Z"):
        read_fleet_outputs(clusters=ALL, sites=[{"region": SOUTH, "project_id": "x"}])
    with pytest.raises(ArgumentError, match=r"give it by the argument sites, or the environment \(HW_PROJECT_ID, "):
        read_fleet_outputs(clusters=ALL, sites=[{"region": NORTH, "project_id": "x"}])


def test_a_region_that_nobody_knows(account):
    """Without an address for it, it is one error before anything is sent."""
    with pytest.raises(ArgumentError, match=r"^regions: .* 'cn-nowhere-9'"):
        read_fleet_outputs(clusters=ALL, regions=[NORTH, "cn-nowhere-9"])
    assert account.requests == []


@pytest.mark.parametrize("by", ["selection", "ids"])
@pytest.mark.parametrize("given_as", ["sites", "regions"])
def test_a_cluster_in_two_sites(start, monkeypatch, by, given_as):
    """Two sites that list one cluster are one error that names both, before any record is asked for."""
    both = Cluster(cluster_id=NOBODY, name="twice", backups=Backups(count=3))
    other = "f" * 32
    empty = Project(project_id=other, clusters=[], region=SOUTH)
    first = start(site=Served(projects=[Project(clusters=[both]), empty]))
    for name, value in first.environment().items():
        monkeypatch.setenv(name, value)
    second = start(site=Served(region=SOUTH, projects=[Project(project_id=other, clusters=[both], region=SOUTH)]))
    monkeypatch.setenv(region_variable("css", SOUTH), second.endpoint)
    asked = {"clusters": ALL} if by == "selection" else {"cluster_ids": [NOBODY]}
    sites = [Site(first.site.region, first.site.projects[0].project_id), Site(SOUTH, other)]
    asked[given_as] = sites if given_as == "sites" else REGIONS
    with pytest.raises(ArgumentError, match=rf"^{given_as}: cluster {NOBODY} is in {NORTH}.* and in {SOUTH}"):
        read_fleet_outputs(**asked)
    assert "records" not in asked_about(first) | asked_about(second)


def test_the_settings_project_is_of_the_settings_region_only(account, monkeypatch):
    """A project's id in the environment counts in the environment's region; elsewhere the project is looked up."""
    projects = {project.region: project.project_id for project in account.site.projects}
    monkeypatch.setenv("HW_REGION_NAME", NORTH)
    monkeypatch.setenv("HW_PROJECT_ID", projects[NORTH])
    outputs = read_fleet_outputs(clusters=ALL, regions=REGIONS)
    assert {each["project_id"] for each in outputs["clusters"].values()} == set(projects.values())
    assert len([request for request in account.requests if request.path.endswith("/projects")]) == 1


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"regions": []}, "regions: the list has 0 entries"),
        ({"regions": "cn-north-4"}, "regions: 'cn-north-4' is not a list"),
        ({"regions": [NORTH, NORTH]}, f"regions: {NORTH} is given twice"),
        ({"regions": [NORTH, 5]}, "regions: 5 is not a region's name"),
        ({"regions": [NORTH, " "]}, "regions: ' ' is not a region's name"),
        ({"regions": [NORTH] * 101}, "regions: the list has 101 entries; give from 1 to 100"),
        ({"regions": REGIONS, "region": NORTH}, "regions: it does not go together with region"),
        ({"regions": REGIONS, "project_id": "0" * 32}, "regions: it does not go together with project_id"),
        ({"regions": REGIONS, "sites": [Site(NORTH)]}, "sites: it does not go together with regions"),
        ({"sites": [Site(NORTH), {"region": NORTH}]}, f"sites: {NORTH} is given twice"),
        ({"sites": [{"project_id": "0" * 32}]}, "sites: {'project_id': '"),
        ({"sites": [{"region": NORTH, "projectId": "1"}]}, "sites: {'region': 'cn-north-4', 'projectId': '1'} is not"),
        ({"sites": [NORTH]}, "sites: 'cn-north-4' is not a Site"),
        ({"sites": [{"region": NORTH, "project_id": 5}]}, "sites: 5 is not a project's id"),
        ({"sites": [{"region": 5}]}, "sites: 5 is not a region's name"),
        ({"sites": [Site("Beijing 4")]}, "sites: 'Beijing 4' is not a region's name"),
        ({"sites": [Site(NORTH, "shop")]}, "sites: 'shop' is not a project's id"),
        ({"regions": ["Beijing 4"]}, "regions: 'Beijing 4' is not a region's name"),
    ],
)
def test_wrong_sites(account, given, text):
    """Each is one error that shows the value, before anything is sent."""
    with pytest.raises(ArgumentError) as wrong:
        read_fleet_outputs(clusters=ALL, **given)
    assert str(wrong.value).startswith(text)
    assert account.requests == []


@pytest.mark.usefixtures("account")
def test_a_name_that_finds_nothing_beside_one_that_does():
    """Each name has to find a cluster: a misspelled one would leave its clusters unread, and the gate would pass."""
    with pytest.raises(NoClusterError, match=r"no cluster matches the name prdo-\*; there are prod-"):
        read_fleet_outputs(clusters=ClusterSelector(names=["*", "prdo-*"]), regions=REGIONS, gate=Gate())
    lenient = ClusterSelector(names=["*", "prdo-*"], allow_empty=True)
    assert len(read_fleet_outputs(clusters=lenient, regions=REGIONS, gate=Gate())["clusters"]) == 6


def test_a_site_that_waits_holds_up_no_other():
    """Targets of another site are read while every reader of the first one waits."""
    others_done = threading.Event()

    def slow():
        assert others_done.wait(30)
        raise CssConnectionError("slow")

    def quick():
        others_done.set()
        raise CssConnectionError("quick")

    targets = [Target(f"slow{n}", slow, site="a") for n in range(3)] + [Target("quick", quick, site="b")]
    results = evaluate(targets, None, lambda read: read, parallelism=1)
    assert [str(result.error) for result in results] == ["slow"] * 3 + ["quick"]


def test_lanes_have_their_own_workers():
    """So many items of each lane are done at once, not of all together; results are in the items' order."""
    both = threading.Barrier(2, timeout=30)

    def do(item):
        if item in (0, 3):
            both.wait()
        return item * 2

    assert in_parallel(do, range(6), 1, lambda item: item % 3 == 0 and item) == [0, 2, 4, 6, 8, 10]
