"""`log-backup-fresh` with a selection of clusters, in several regions: who is judged, and what is said of them."""

from __future__ import annotations

import socket

import pytest
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi_huaweicloud_css._config.endpoints import region_variable
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Emulator, Project, Site

BACKUP = "log-backup-fresh"
NORTH, SOUTH = "cn-north-4", "ap-southeast-3"
STALE = Backups(count=3, newest_age=10 * 86_400.0)
PROD, DEV = {"stage": "prod"}, {"stage": "dev"}
ORDERS, SEARCH, NEW, AUDIT, METRICS = (f"{n}1111111-0000-4000-8000-000000000001" for n in range(5))
NOBODY = "ffffffff-0000-4000-8000-00000000000f"


@pytest.fixture
def emulator():
    """Serve two regions: a fresh, a stale and a new cluster in one; a fresh and a stale one in the other."""
    north = (
        Cluster(cluster_id=ORDERS, name="prod-orders", tags=PROD),
        Cluster(cluster_id=SEARCH, name="prod-search", tags=PROD, backups=STALE),
        Cluster(cluster_id=NEW, name="prod-new", tags=PROD, status="100"),
    )
    south = (
        Cluster(cluster_id=AUDIT, name="prod-audit", tags=PROD),
        Cluster(cluster_id=METRICS, name="dev-metrics", tags=DEV, backups=STALE),
    )
    projects = (
        Project(clusters=north, region=NORTH),
        Project(project_id="5" * 32, clusters=south, region=SOUTH),
    )
    with Emulator(site=Site(region=NORTH, projects=projects)) as emulator:
        yield emulator


@pytest.fixture
def judge(pack):
    """Return a function that configures the policy and returns the violations, and what else is said."""

    def findings(**properties):
        assert pack.configure({BACKUP: properties}) is None
        diagnostics = pack.analyze().diagnostics
        assert all(len(item.message.splitlines()) == 1 for item in diagnostics)
        by_level = {messages.MANDATORY: [], messages.ADVISORY: []}
        for item in diagnostics:
            by_level[item.enforcementLevel].append(item.message)
        return tuple(by_level.values())

    return findings


def _judged(emulator):
    return sorted(request.path.split("/")[4] for request in emulator.requests if request.path.endswith("/records"))


def test_all_clusters_of_several_regions(judge, emulator):
    """Every cluster is judged, in its own region; findings name it, and one that is being created stops nothing."""
    violations, said = judge(allClusters=True, regions=[NORTH, SOUTH])
    search, metrics = violations
    assert search.startswith(f"log backups of cluster prod-search ({SEARCH}) are stale: ")
    assert metrics.startswith(f"log backups of cluster dev-metrics ({METRICS}) are stale: ")
    assert said == [f"cluster prod-new ({NEW}) is not judged: the cluster is being created"]
    assert _judged(emulator) == sorted([ORDERS, SEARCH, AUDIT, METRICS])


SELECTIONS = [
    ({"clusterNames": ["prod-*"]}, [SEARCH], [ORDERS, SEARCH, AUDIT]),
    ({"clusterNames": ["prod-o*", "dev-metrics"]}, [METRICS], [ORDERS, METRICS]),
    ({"tags": DEV}, [METRICS], [METRICS]),
    ({"tags": PROD, "clusterNames": ["*-search", "*-audit"]}, [SEARCH], [SEARCH, AUDIT]),
    ({"clusterIds": [METRICS, ORDERS.upper(), NOBODY]}, [METRICS, NOBODY], [METRICS, ORDERS]),
]


@pytest.mark.parametrize(("properties", "failed", "judged"), SELECTIONS, ids=range(len(SELECTIONS)))
def test_what_is_selected_is_judged(judge, emulator, properties, failed, judged):
    """Names are shell patterns, tags must all be there, both narrow; ids are found in the region where they are."""
    violations, _ = judge(**properties, regions=[NORTH, SOUTH])
    assert [next(each for each in failed if each in text) for text in violations] == failed
    assert _judged(emulator) == sorted(judged)


def test_a_new_cluster_is_judged_without_a_change_of_the_configuration(judge, emulator):
    """The selection is evaluated at each run, in the settings' own region if no other is given."""
    assert len(judge(allClusters=True)[0]) == 1
    made = "91111111-0000-4000-8000-000000000001"
    emulator.add_cluster(Cluster(cluster_id=made, name="prod-late", backups=STALE))
    violations, _ = judge(allClusters=True)
    assert [made in text for text in violations] == [True, False]


NOTHING = [
    ({"clusterNames": ["prod-serach"]}, "no cluster matches the name prod-serach; there are prod-search, prod-"),
    ({"clusterNames": ["prod-*", "audit"]}, "no cluster matches the name audit; there are prod-audit, "),
    ({"tags": {"stage": "test"}}, "no cluster matches the tag stage=test; there are "),
    ({"clusterNames": ["prod-new"]}, "none of the clusters that it matches (1) can be judged; of prod-new: the "),
]


@pytest.mark.parametrize(("properties", "text"), NOTHING, ids=range(len(NOTHING)))
def test_a_selection_of_nothing_is_a_violation(judge, emulator, properties, text):
    """A gate over nothing does not pass: not where nothing matches, and not where all that matches is skipped."""
    [violation], said = judge(**properties, regions=[NORTH, SOUTH])
    assert violation.startswith(f"log backups cannot be judged: {text}")
    assert said == []
    assert _judged(emulator) == []


def test_a_region_out_of_reach_is_a_violation_and_the_others_are_judged(start_pack, emulator):
    """One line names the region and why; the clusters of the other one have their own findings."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{held.getsockname()[1]}"
        environment = {**emulator.environment(), region_variable("css", SOUTH): away, "HW_MAX_RETRIES": "0"}
        pack = start_pack(environment=environment)
        assert pack.configure({BACKUP: {"clusterNames": ["*-search", "*-metrics"], "regions": [NORTH, SOUTH]}}) is None
        search, region = pack.analyze().diagnostics
    assert f"prod-search ({SEARCH}) are stale" in search.message
    assert region.message.startswith(f"the clusters in {SOUTH} are not known, and none of them was read: ")
    assert region.enforcementLevel == messages.MANDATORY


def test_a_region_that_the_account_does_not_have(judge, emulator):
    """A region without a project is one violation, in the policy's own names, before any record is asked for."""
    [violation], _ = judge(allClusters=True, regions=[NORTH, "cn-east-3"], endpoint=emulator.endpoint)
    assert violation.startswith("log backups cannot be judged: projectId: IAM lists 0 projects named 'cn-east-3'")
    assert "the property projectId" not in violation  # it does not go together with regions
    assert _judged(emulator) == []


def test_findings_are_advice_where_the_policy_is(pack):
    """An advisory policy shows the same findings, and stops nothing."""
    pack.configure({BACKUP: {"allClusters": True, "enforcementLevel": "advisory"}})
    diagnostics = pack.analyze().diagnostics
    assert [item.enforcementLevel for item in diagnostics] == [messages.ADVISORY] * 2


@pytest.mark.parametrize("name", ["a<{%reset%}>b", "a\x1b[2J\nb\u202e", "::error::a", "a" * 300])
def test_a_hostile_name_is_shown_as_text(judge, emulator, name):
    """Whatever a cluster is called, its findings are one line, in which the engine finds no colours."""
    emulator.add_cluster(Cluster(cluster_id=NOBODY, name=name, backups=STALE))
    emulator.add_cluster(Cluster(cluster_id=NOBODY[:-1] + "e", name=name, status="303"))
    violations, said = judge(allClusters=True)
    texts = [text for text in [*violations, *said] if NOBODY[:-1] in text]
    assert len(texts) == 2
    assert not [text for text in texts if "<{%" in text or not text.isprintable() or "a" * 100 in text]
