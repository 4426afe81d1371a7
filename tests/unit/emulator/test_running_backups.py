"""Backups that run: when they begin and end, by themselves or when told to."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Site
from pulumi_huaweicloud_css.errors import ArgumentError

EXAMPLE = {"id": "d455a541-597e-4846-a6be-baad0ea361b1", "createAt": 1_656_042_837_000, "status": "RUNNING"}


@pytest.mark.parametrize("wrong", [{"finish_as": "RUNNING"}, {"finish_after": -1.0}])
def test_impossible_end_is_refused(wrong):
    """A running task ends as SUCCESS or FAIL, and not before it began."""
    with pytest.raises(ArgumentError, match=next(iter(wrong))):
        Cluster(**wrong)


def test_two_running_tasks_are_served_as_given(start, ask):
    """More than one running task is not normal, but given records are not judged."""
    emulator = start(site=Site.of_one_cluster(records=[EXAMPLE, EXAMPLE | {"id": "other"}]))
    assert [record["status"] for record in ask(emulator).json()["clusterLogRecord"]] == ["RUNNING", "RUNNING"]


@pytest.mark.parametrize("outcome", ["SUCCESS", "FAIL"])
def test_running_task_ends_when_its_time_is_over(start, ask, clock, outcome):
    """A task that runs since a minute and takes ten ends nine minutes from now, at exactly that time."""
    backups = Backups(count=3, running=True, newest_age=60)
    emulator = start(site=Site.of_one_cluster(backups=backups, finish_after=600, finish_as=outcome), clock=clock)

    def newest():
        return ask(emulator, limit=1, at=clock.now).json()["clusterLogRecord"][0]

    running = newest()
    clock.now += 539
    assert newest() == running
    assert ask(emulator, status="FAIL", at=clock.now).json()["totalSize"] == 0
    clock.now += 1
    ended = newest()
    assert ended["status"] == outcome
    assert ended["finishedAt"] == running["createAt"] + 600_000
    assert bool(ended["failedMsg"]) is (outcome == "FAIL")
    assert ended["id"] == running["id"]
    assert ask(emulator, status="FAIL", at=clock.now).json()["totalSize"] == (outcome == "FAIL")
    clock.now += 10_000
    assert newest() == ended


def test_made_up_running_task_begins_now(start, clock):
    """A running task that is made up begins now, so that it is served for as long as it is said to run."""
    emulator = start(site=Site.of_one_cluster(backups=Backups(running=True), finish_after=60), clock=clock)
    newest, older, *_ = emulator.records()
    assert (newest["status"], newest["createAt"]) == ("RUNNING", 1_800_000_000_000)
    assert older["createAt"] == newest["createAt"] - 86_400_000
    assert older["createAt"] < older["finishedAt"] < newest["createAt"]
    clock.now += 59
    assert emulator.records()[0]["status"] == "RUNNING"
    clock.now += 1
    ended = emulator.records()[0]
    assert (ended["status"], ended["finishedAt"]) == ("SUCCESS", 1_800_000_060_000)


@pytest.mark.parametrize(
    "cluster",
    [
        {"backups": Backups(running=True, newest_age=60)},
        {"backups": Backups(running=True, newest_age=3600)},
        {"records": [EXAMPLE]},
        {"records": [EXAMPLE | {"id": "other", "createAt": 1_799_999_999_999}, EXAMPLE]},
    ],
    ids=["just over", "long ago", "file", "two"],
)
def test_running_task_of_long_ago_is_served_before_it_ends(start, clock, cluster):
    """A task whose time was over before it was served runs for that time from when it is served first."""
    emulator = start(site=Site.of_one_cluster(**cluster, finish_after=60), clock=clock)
    (index,) = [number for number, each in enumerate(emulator.records()) if each["createAt"] < 1_799_999_999_000
                and each["status"] == "RUNNING"]  # fmt: skip
    clock.now += 59
    assert emulator.records()[index]["status"] == "RUNNING"
    clock.now += 1
    ended = emulator.records()[index]
    assert (ended["status"], ended["finishedAt"]) == ("SUCCESS", 1_800_000_060_000)


def test_running_task_that_is_set_later_counts_from_then(start, clock):
    """Records that are exchanged while the emulator runs are counted from when they were given."""
    emulator = start(site=Site.of_one_cluster(backups=Backups(count=0), finish_after=60), clock=clock)
    clock.now += 1000
    emulator.set_records(None, [EXAMPLE])
    clock.now += 59
    assert emulator.records()[0]["status"] == "RUNNING"
    clock.now += 1
    assert emulator.records()[0]["finishedAt"] == 1_800_001_060_000


def test_running_task_never_ends_by_itself_by_default(start, clock):
    """Without a set time a running task runs on."""
    emulator = start(site=Site.of_one_cluster(backups=Backups(running=True)), clock=clock)
    clock.now += 10**8
    assert emulator.records()[0]["status"] == "RUNNING"


def test_added_running_task_ends_as_well(start, clock):
    """A task that was added later ends after the same time, counted from when it was added."""
    emulator = start(site=Site.of_one_cluster(backups=Backups(count=0), finish_after=60), clock=clock)
    clock.now += 1000
    emulator.add_record(status="RUNNING")
    clock.now += 59
    assert emulator.records()[0]["status"] == "RUNNING"
    clock.now += 1
    assert emulator.records()[0]["status"] == "SUCCESS"


def test_finish_running(start, clock):
    """The running task can be ended at once; when there is none, nothing happens."""
    emulator = start(site=Site.of_one_cluster(backups=Backups(running=True)), clock=clock)
    (ended,) = emulator.finish_running(status="FAIL")
    assert (ended["status"], ended["finishedAt"]) == ("FAIL", 1_800_000_000_000)
    assert emulator.records()[0] == ended
    assert emulator.finish_running() == []


def test_wrong_outcome_is_refused(emulator):
    """A task cannot be ended as RUNNING."""
    with pytest.raises(ArgumentError, match="status: must be one of SUCCESS, FAIL"):
        emulator.finish_running(status="RUNNING")
