"""Ten thousand clusters: nothing is made up before somebody asks for it, and little is kept afterwards."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Emulator, Project, Site, records
from pulumi_huaweicloud_css.emulator.registry import _MOST_MADE_UP
from pulumi_huaweicloud_css.errors import ArgumentError

RUNNING = Backups(count=3, running=True)


@pytest.fixture
def made_up(monkeypatch):
    """Count how many times the records of a cluster are made up."""
    seen = []
    generate = records.generate

    def counting(backups, cluster_id, now):
        seen.append(cluster_id)
        return generate(backups, cluster_id, now)

    monkeypatch.setattr(records, "generate", counting)
    return seen


def in_memory(emulator):
    """Return how many records are in memory."""
    return sum(len(registered.records._tasks) for registered in emulator._records._clusters.values())


def test_nothing_is_made_up_before_it_is_asked_for(made_up):
    """An emulator of ten thousand clusters starts without records, and makes those of one when they are asked for."""
    emulator = Emulator(site=Site.of_clusters(10_000))
    assert made_up == []
    emulator.records()
    emulator.records()
    assert made_up == [emulator.cluster_id]


def test_little_is_kept_in_memory():
    """However many clusters are asked for, the records of a few hundred are kept, and those of others come back."""
    site = Site.of_clusters(_MOST_MADE_UP + 50, backups=Backups(count=2))
    emulator = Emulator(site=site)
    before = {cluster.cluster_id: emulator.records(cluster.cluster_id) for cluster in site.clusters}
    assert in_memory(emulator) <= 2 * _MOST_MADE_UP
    assert {cluster_id: emulator.records(cluster_id) for cluster_id in before} == before
    assert in_memory(emulator) <= 2 * _MOST_MADE_UP


def others(emulator):
    """Ask for so many other clusters that the first one is forgotten."""
    for registered in list(emulator._records._clusters)[1:]:
        emulator.records(registered)


def test_what_was_changed_is_never_forgotten(clock):
    """Records that were added, replaced or ended by hand are there after many other clusters were asked for."""
    emulator = Emulator(site=Site.of_clusters(_MOST_MADE_UP + 10, backups=RUNNING), clock=clock)
    added = emulator.add_record(status="FAIL")
    clock.move(10)
    others(emulator)
    assert emulator.records()[0] == added
    assert len(emulator.records()) == 4
    emulator.finish_running(status="FAIL")
    ended = emulator.records()
    assert {record["status"] for record in ended[:2]} == {"FAIL"}
    others(emulator)
    assert emulator.records() == ended
    emulator.set_records(None, [])
    others(emulator)
    assert emulator.records() == []


def test_what_ended_by_itself_comes_back_as_it_was(clock):
    """A task that ended by itself has the same end when its records were forgotten and are made up again."""
    site = Site.of_clusters(_MOST_MADE_UP + 10, backups=RUNNING, finish_after=60)
    emulator = Emulator(site=site, clock=clock)
    assert emulator.records()[0]["status"] == "RUNNING"
    clock.move(59)
    others(emulator)
    assert emulator.records()[0]["status"] == "RUNNING"
    clock.move(1)
    ended = emulator.records()
    assert ended[0]["status"] == "SUCCESS"
    clock.move(1000)
    others(emulator)
    assert emulator.records() == ended


def test_ages_are_counted_from_the_start(clock):
    """Records that are made up late are as old as if they had been made up at the start."""
    emulator = Emulator(site=Site.of_clusters(1), clock=clock)
    clock.move(5000)
    assert emulator.records()[0]["createAt"] == 1_800_000_000_000 - 3_600_000


def test_what_cannot_be_made_up_is_refused_at_the_start():
    """Backups that would reach back too far are an error of the constructor, not of the first question."""
    cluster = Cluster(backups=Backups(count=10_000, cadence=86_400 * 365))
    with pytest.raises(ArgumentError, match="before 1980"):
        Emulator(site=Site(projects=[Project(clusters=[cluster])]))
