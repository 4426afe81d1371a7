"""Many clusters, one answer: what is read, what is kept, and what becomes of the clusters that fail."""

from __future__ import annotations

import asyncio
import pickle
import socket
import threading
import time

import pytest
from pulumi_huaweicloud_css import get_fleet_log_records
from pulumi_huaweicloud_css._backups.evaluate import CheckResult
from pulumi_huaweicloud_css._backups.fleet import ClusterRecords, FleetResult, read_fleet
from pulumi_huaweicloud_css._backups.fleet_query import FleetQuery
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._backups.open_sites import OpenSite
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Emulator, Project, Site
from pulumi_huaweicloud_css.emulator.responses import GatewayRefusedError
from pulumi_huaweicloud_css.errors import ArgumentError, CssConnectionError, FleetError, GateError, SettingsError

from tests.support.reading import read_fleet_outputs, read_outputs

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def fleet(start, monkeypatch):
    """Serve 50 clusters, and take the settings from the environment."""
    emulator = start(site=Site.of_clusters(50, backups=Backups(count=5)))
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    return emulator


def ids(emulator):
    """Return the ids of all clusters."""
    return [cluster.cluster_id for cluster in emulator.site.clusters]


def test_each_cluster_has_the_outputs_of_its_own_question(fleet):
    """A fleet says of each cluster what one question about it says, but for the time of reading and the records."""
    outputs = read_fleet_outputs(cluster_ids=ids(fleet))
    assert list(outputs["clusters"]) == ids(fleet)
    for cluster_id, of_fleet in outputs["clusters"].items():
        alone = read_outputs(cluster_id=cluster_id)
        assert "records" not in of_fleet
        del alone["records"]
        assert {**of_fleet, "read_at": None} == {**alone, "read_at": None}
    assert outputs["failed_cluster_ids"] == []
    assert outputs["errors"] == {}
    assert outputs["verdicts"] is None
    assert outputs["read_at"] >= max(cluster["read_at"] for cluster in outputs["clusters"].values())


def test_records_are_there_when_asked_for(fleet):
    """With include_records each cluster has its records, newest first."""
    outputs = read_fleet_outputs(cluster_ids=ids(fleet)[:3], include_records=True)
    for cluster_id, cluster in outputs["clusters"].items():
        assert cluster["records"] == read_outputs(cluster_id=cluster_id)["records"]


def test_duplicates_are_asked_once(fleet):
    """A cluster that is named three times costs one request and is there once."""
    first, second = ids(fleet)[:2]
    outputs = read_fleet_outputs(cluster_ids=[first, second, first, first])
    assert list(outputs["clusters"]) == [first, second]
    assert len(fleet.requests) == 2


def test_filters_hold_for_each_cluster(fleet):
    """Status and limit are those of every question, on the wire too."""
    outputs = read_fleet_outputs(cluster_ids=ids(fleet)[:4], status="SUCCESS", limit=2)
    assert {cluster["count"] for cluster in outputs["clusters"].values()} == {2}
    assert {request.parameters["status"] for request in fleet.requests} == {"NOT_FAIL"}


def test_no_more_than_parallelism_are_asked_at_once(start, monkeypatch):
    """With parallelism 3, three requests are under way together, and there are three connections."""
    together = threading.Barrier(3)

    async def meet(_):
        await asyncio.to_thread(together.wait, 30)

    emulator = start(site=Site.of_clusters(9, backups=Backups(count=1)), on_request=meet)
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    read_fleet_outputs(cluster_ids=ids(emulator), parallelism=3)
    assert len({request.peer_port for request in emulator.requests}) == 3


def test_all_failures_are_one_error(fleet):
    """By default the clusters that failed are listed in one error, each with its own reason, and others are read."""
    stale = ids(fleet)[7]
    fleet.set_records(stale, [])
    asked = [*ids(fleet)[:10], NOBODY]
    with pytest.raises(FleetError) as failed:
        read_fleet_outputs(cluster_ids=asked, gate=Gate(max_age="24h"))
    assert list(failed.value.errors) == [stale, NOBODY]
    assert isinstance(failed.value.errors[stale], GateError)
    first, *lines = str(failed.value).splitlines()
    assert first == "2 of 11 clusters failed:"
    assert lines[0].startswith(f"- log backups of cluster {stale}: there is none")
    assert "HTTP 404, CSS.3027" in lines[1]
    assert NOBODY in lines[1]
    records = [request for request in fleet.requests if request.path.endswith("/records")]
    assert len(records) in (11, 12, 13)  # what has no record may be asked for twice


def test_failures_are_collected_when_asked_for(fleet):
    """With on_error="collect" the others' answers are there, beside the errors and the verdicts."""
    stale, pending = ids(fleet)[3:5]
    fleet.set_records(stale, [])
    fleet.set_records(pending, [])
    fleet.add_record(cluster_id=pending, status="RUNNING")
    outputs = read_fleet_outputs(cluster_ids=[*ids(fleet)[:6], NOBODY], gate={"max_age": "24h"}, on_error="collect")
    assert outputs["failed_cluster_ids"] == list(outputs["errors"]) == [stale, pending, NOBODY]
    assert list(outputs["clusters"]) == ids(fleet)[:6]
    states = {cluster_id: verdict["state"] for cluster_id, verdict in outputs["verdicts"].items()}
    assert states == {**dict.fromkeys(ids(fleet)[:6], "passed"), stale: "failed", pending: "pending"}
    assert outputs["errors"][stale] == outputs["verdicts"][stale]["reason"]
    assert "CSS.3027" in outputs["errors"][NOBODY]


def test_the_oldest_success_is_that_of_the_stalest_cluster(fleet):
    """Of the newest successes the oldest; failures, and clusters without a success, do not count."""
    first, stalest, none = ids(fleet)[:3]
    fleet.set_records(none, [])
    fleet.set_records(stalest, [])
    day = 86_400_000
    now = round(time.time() * 1000)
    old = fleet.add_record(cluster_id=stalest, status="SUCCESS", createAt=now - 3 * day, finishedAt=now - 3 * day)
    fleet.add_record(cluster_id=stalest, status="SUCCESS", createAt=now - 4 * day, finishedAt=now - 4 * day)
    fleet.add_record(cluster_id=stalest, status="FAIL", createAt=now - 2 * day)
    outputs = read_fleet_outputs(cluster_ids=[first, stalest, none])
    assert outputs["oldest_success"]["id"] == old["id"]
    assert outputs["oldest_success"]["cluster_id"] == stalest
    assert read_fleet_outputs(cluster_ids=[none])["oldest_success"] is None


@pytest.mark.parametrize(
    ("successes", "oldest"),
    [
        ([("a", 1, 9), ("b", 2, 8)], "b"),  # its end counts, not its start, nor its id
        ([("a", 2, None), ("b", 1, 9)], "a"),  # its start, where it has no end
        ([("b", 5, 5), ("c", None, None), ("a", 4, 4)], "c"),  # without times it may be older than all
        ([("b", None, 3), ("a", 9, 3), ("c", 3, None)], "a"),  # of the same moment the smallest id
        ([("b", 1, 1), None], "b"),
        ([None, None], None),
        ([], None),
    ],
)
def test_oldest_of_the_newest_successes(successes, oldest):
    """The end counts, else the start; what has no time is the oldest, and clusters without a success do not count."""
    for given in (successes, successes[::-1]):
        records = [each and Record(id=each[0], created_at=each[1], finished_at=each[2]) for each in given]
        results = tuple(CheckResult(f"{place}", ClusterRecords({}, each)) for place, each in enumerate(records))
        found = FleetResult(results, gated=False, read_at=1).oldest_success
        assert (found and found.id) == oldest


def test_a_gate_sees_everything_however_the_question_was_made(fleet, connect):
    """A fleet with a gate reads each cluster whole, whatever the window that its questions ask for."""
    (cluster_id, *_) = ids(fleet)
    fleet.set_records(cluster_id, [])
    now = round(time.time() * 1000)
    fleet.add_record(cluster_id=cluster_id, status="SUCCESS", createAt=now - 2000, finishedAt=now - 2000, id="good")
    fleet.add_record(cluster_id=cluster_id, status="FAIL", createAt=now - 1000, finishedAt=now - 1000, id="bad")
    answer = read_fleet(
        [OpenSite("", connect(fleet))], FleetQuery([cluster_id], LogRecordsQuery(cluster_id, offset=2, gate=Gate()))
    )
    assert answer.results[0].verdict.record.id == "bad"
    assert answer.results[0].kept.outputs["count"] == 1


def test_the_typed_answer_has_the_same(fleet):
    """`get_fleet_log_records` gives typed objects, with None where there are no records and no verdicts."""
    first, second = ids(fleet)[:2]
    result = get_fleet_log_records(cluster_ids=[first, second], gate=Gate())
    assert result.clusters[second].latest.log_path == result.clusters[second].latest_log_path
    assert result.clusters[first].records is None
    assert result.verdicts[first].state == "passed"
    assert result.verdicts[first].record.id == result.clusters[first].latest_success.id
    assert result.oldest_success.cluster_id in (first, second)
    assert get_fleet_log_records(cluster_ids=[first]).verdicts is None


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"cluster_ids": []}, "cluster_ids: the list is empty"),
        ({"cluster_ids": NOBODY}, "is not a list of cluster ids"),
        ({"cluster_ids": None}, "cluster_ids: give cluster_ids or clusters"),
        ({"cluster_ids": [NOBODY, "logs"]}, "cluster_ids: 'logs' is not a CSS cluster's id"),
        ({"parallelism": 0}, "parallelism: 0 is not an integer from 1 to 64"),
        ({"parallelism": 65}, "parallelism: 65 is not an integer"),
        ({"on_error": "ignore"}, "on_error: 'ignore' is not one of fail, collect"),
        ({"include_records": "yes"}, "include_records: 'yes' is neither True nor False"),
        ({"status": "DONE"}, "status: 'DONE' is not one of"),
        ({"limit": 0}, "limit: 0 is not an integer"),
        ({"gate": {"max_age": "soon"}}, "max_age: 'soon'"),
    ],
)
def test_a_wrong_argument_is_one_error_before_any_request(fleet, arguments, text):
    """Every argument is checked first; the error names it and its value."""
    with pytest.raises(ArgumentError) as wrong:
        read_fleet_outputs(**{"cluster_ids": [NOBODY], **arguments})
    assert text in str(wrong.value)
    assert fleet.requests == []


def test_numbers_that_went_through_pulumi_are_taken(fleet):
    """Pulumi hands whole numbers over as floats."""
    assert len(read_fleet_outputs(cluster_ids=ids(fleet)[:2], parallelism=2.0)["clusters"]) == 2


def test_a_project_that_is_not_found_is_said_once(start, monkeypatch):
    """The project is looked up once for all clusters, and if that fails, it is one error and not one for each."""
    site = Site(projects=(Project(name="another", clusters=(Cluster(),)),))
    emulator = start(site=site)
    for name, value in emulator.environment().items():
        if name != "HW_PROJECT_ID":
            monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match="IAM lists 0 projects"):
        read_fleet_outputs(cluster_ids=[emulator.cluster_id, NOBODY])
    assert len(emulator.requests) == 1


def test_an_api_out_of_reach_is_not_waited_for_by_each(fleet, monkeypatch):
    """After as many failures in a row as there are workers, the rest is not asked; every cluster still has an error."""
    monkeypatch.setenv("HW_MAX_RETRIES", "0")
    fleet.fault("503")
    with pytest.raises(FleetError) as failed:
        read_fleet_outputs(cluster_ids=ids(fleet), parallelism=8)
    assert len(failed.value.errors) == 50
    assert 8 <= len(fleet.requests) < 24
    last = failed.value.errors[ids(fleet)[-1]]
    assert isinstance(last, CssConnectionError)
    assert "not read, after 8 clusters in a row failed: CSS returned HTTP 503" in str(last)
    assert failed.value.retryable


def test_clusters_that_do_not_exist_do_not_stop_the_others(fleet):
    """Refusals that are final for one cluster say nothing of the others: all of them are asked about."""
    unknown = [f"00000000-0000-4000-8000-{number:012}" for number in range(30)]
    outputs = read_fleet_outputs(cluster_ids=[*unknown, *ids(fleet)], on_error="collect")
    assert outputs["failed_cluster_ids"] == unknown
    assert len(outputs["clusters"]) == 50


def test_a_throttled_site_is_read_whole(start, monkeypatch):
    """A site that lets two requests at a time through is read whole, for the workers slow down together."""
    under_way = set()
    refused = []

    def throttle(request):
        under_way.add(request.number)
        if len(under_way) > 2:
            under_way.discard(request.number)
            refused.append(request.number)
            raise GatewayRefusedError(429, "APIGW.0308", "Too many requests", {"Retry-After": "0"})

    async def slowly(request):
        try:
            throttle(request)
            await asyncio.sleep(0.002)
        finally:
            under_way.discard(request.number)

    emulator = start(site=Site.of_clusters(60, backups=Backups(count=2)), on_request=slowly)
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HW_MAX_RETRIES", "50")
    outputs = read_fleet_outputs(cluster_ids=ids(emulator))
    assert len(outputs["clusters"]) == 60
    assert refused
    # Alone, each of 16 workers would be refused most of the time: 173 to 325 times, as measured, and together 15 to 47.
    assert len(refused) < 110


def test_a_fleet_error_can_be_pickled_and_shows_no_secret(fleet):
    """The error goes through processes with its text and its parts, and no key is in it."""
    with pytest.raises(FleetError) as failed:
        read_fleet_outputs(cluster_ids=[NOBODY])
    again = pickle.loads(pickle.dumps(failed.value))  # noqa: S301 - our own
    assert str(again) == str(failed.value)
    assert list(again.errors) == [NOBODY]
    assert fleet.secret_key not in repr(failed.value) + str(failed.value)


def test_a_refused_connection_is_the_error_of_each_cluster(monkeypatch):
    """Where nobody listens, each cluster's error says so."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with Emulator() as emulator:
            environment = emulator.environment()
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("HW_MAX_RETRIES", "0")
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(FleetError, match="Connection refused"):
            read_fleet_outputs(cluster_ids=[NOBODY], endpoint=address)
