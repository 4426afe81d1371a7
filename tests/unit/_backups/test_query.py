"""A question's answer, against real servers: every record once, newest first, filtered, summed up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pulumi_huaweicloud_css._api.deadline import Deadline
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery, read
from pulumi_huaweicloud_css.emulator import Backups, Quirks, Site
from pulumi_huaweicloud_css.errors import ApiError, CssTimeoutError

from tests.support.reading import log_records

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)


def outputs(client, **question):
    """Return the outputs of a question."""
    return read(client, LogRecordsQuery(CLUSTER, **question), now=NOW).to_outputs()


def ids(records):
    """Return the ids of records in the API's form, newest first."""
    return [each["id"] for each in sorted(records, key=lambda each: (each["createAt"], each["id"]), reverse=True)]


def site(count=37, backups=None, **quirks):
    """Return a site of one cluster with so many records, odd as told."""
    return Site.of_one_cluster(backups=backups or Backups(count=count, running=count > 0), quirks=Quirks(**quirks))


@pytest.mark.parametrize("count", [37, 2500])
def test_order_of_the_server_does_not_matter(start, connect, count):
    """Newest first, oldest first or in no order at all: the same records have the same outputs."""
    answers = [outputs(connect(start(site=site(count, order=order)))) for order in ("newest", "oldest", "shuffled")]
    emulators_agree = [[each["id"] for each in answer["records"]] for answer in answers]
    assert emulators_agree[0] == emulators_agree[1] == emulators_agree[2]
    assert [answer["count"] for answer in answers] == [count] * 3
    assert [answer["truncated"] for answer in answers] == [False] * 3
    assert {answer["latest"]["status"] for answer in answers} == {"RUNNING"}


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (999, 1), (1000, 2), (2500, 3)])
def test_number_of_requests(start, connect, count, requests):
    """999 records cost one request, 1,000 cost two, 2,500 are all read in three; an empty page is asked for twice."""
    emulator = start(site=site(count))
    answer = outputs(connect(emulator))
    assert [each["id"] for each in answer["records"]] == ids(emulator.records())
    assert (answer["count"], answer["total_size"], answer["truncated"]) == (count, count, False)
    assert [asked.parameters for asked in emulator.requests] == [
        {"offset": str(1 + 999 * number), "limit": "1000"} for number in range(requests)
    ]


@pytest.mark.parametrize("total_size", [True, False])
@pytest.mark.parametrize(("names", "read", "truncated", "starts"), [("start", 2500, False, 2), ("none", 1000, True, 1)])
def test_site_that_ignores_offset(start, connect, names, read, truncated, starts, total_size):
    """Such a site is asked with `start` once, and it is said if records stay unread."""
    emulator = start(site=site(2500, offset_names=names, total_size=total_size))
    answer = outputs(connect(emulator))
    assert [each["id"] for each in answer["records"]] == ids(emulator.records())[:read]
    assert (answer["total_size"], answer["truncated"]) == (2500 if total_size else None, truncated)
    past_the_end = [True] if names == "start" and not total_size else []
    asked = [asked.parameters for asked in emulator.requests]
    once = [
        each for number, each in enumerate(asked) if asked.index(each) == number
    ]  # a repeated page is asked for anew
    assert ["start" in each for each in once] == [False] * 2 + [True] * starts + past_the_end


@pytest.mark.parametrize(("count", "read", "truncated"), [(2500, 1999, True), (1500, 1500, False)])
def test_site_that_refuses_offsets_over_1000(start, connect, count, read, truncated):
    """All that can be reached is read, and it is said if there is more."""
    emulator = start(site=site(count, max_offset=1000))
    answer = outputs(connect(emulator))
    assert [each["id"] for each in answer["records"]] == ids(emulator.records())[:read]
    assert (answer["total_size"], answer["truncated"]) == (count, truncated)
    refused = ["1999"] * 2 if truncated else []  # asked for anew, for it came on a connection that was used before
    assert [asked.parameters["offset"] for asked in emulator.requests] == ["1", "1000", *refused]


@pytest.mark.parametrize("order", ["newest", "oldest", "shuffled"])
@pytest.mark.parametrize("total_size", [True, False])
def test_record_added_while_paging(start, connect, order, total_size):
    """A backup that starts between two pages hides and doubles no other."""
    emulators = []

    def add(asked):
        if asked.number == 2:
            emulators[0].add_record(status="RUNNING", id="added")

    emulators.append(start(site=site(2500, order=order, total_size=total_size), on_request=add))
    before = ids(emulators[0].records())
    read = [each["id"] for each in outputs(connect(emulators[0]))["records"]]
    assert [each for each in read if each != "added"] == before
    assert read.count("added") <= 1


def test_records_removed_while_paging(start, connect):
    """Records that the site clears away between two pages take no other ones with them."""
    emulators = []

    def remove(asked):
        if asked.number == 2:
            emulators[0].set_records(None, emulators[0].records()[5:])

    emulators.append(start(site=site(2500), on_request=remove))
    answer = outputs(connect(emulators[0]))
    assert {each["id"] for each in answer["records"]} >= set(ids(emulators[0].records()))
    assert (answer["truncated"], answer["total_size"]) == (False, 2495)


@pytest.mark.parametrize(
    ("total_size", "window", "numbers", "truncated", "requests"),
    [
        (True, {"limit": 10}, (0, 10), True, 1),
        (False, {"limit": 10}, (0, 10), True, 2),
        (True, {"limit": 37}, (0, 37), False, 1),
        (False, {"limit": 37}, (0, 37), False, 3),
        (True, {"offset": 11, "limit": 10}, (10, 20), True, 1),
        (True, {"offset": 30}, (29, 37), False, 1),
        (True, {"offset": 38}, (37, 37), False, 1),
        (False, {"offset": 28, "limit": 10}, (27, 37), False, 3),
    ],
)
def test_window(start, connect, total_size, window, numbers, truncated, requests):
    """`offset` and `limit` cut a window out of the server's order; what is past it makes the answer truncated."""
    emulator = start(site=site(total_size=total_size))
    answer = outputs(connect(emulator), **window)
    assert [each["id"] for each in answer["records"]] == ids(emulator.records())[slice(*numbers)]
    assert (answer["truncated"], len(emulator.requests)) == (truncated, requests)
    assert answer["total_size"] == (37 if total_size else None)


def test_site_that_caps_its_pages(answering, connect):
    """A site that sends 100 records a page, whatever it is asked for, is read whole by its total."""

    def page(asked):
        first = int(asked.target.partition("offset=")[2].partition("&")[0])
        records = [
            {"id": f"{number:03}", "createAt": 10**12 - number} for number in range(first, min(first + 100, 251))
        ]
        return (200, {"clusterLogRecord": records, "totalSize": 250})

    server = answering(page)
    answer = outputs(connect(server.url))
    assert [each["id"] for each in answer["records"]] == [f"{number:03}" for number in range(1, 251)]
    assert (len(server.asked), answer["truncated"]) == (3, False)


@pytest.mark.parametrize(("limit", "count", "truncated"), [(None, 37, False), (5, 5, True)])
def test_site_that_ignores_limit(answering, connect, limit, count, truncated):
    """A site that always sends everything is cut to the limit here."""
    records = [{"id": f"{number:02}", "createAt": 10**12 - number} for number in range(37)]
    page = {"clusterLogRecord": records, "totalSize": 37}
    answer = outputs(connect(answering((200, page)).url), limit=limit)
    assert [each["id"] for each in answer["records"]] == [f"{number:02}" for number in range(count)]
    assert answer["truncated"] == truncated


def test_region_given_as_an_argument_is_the_one_asked(emulator):
    """The argument counts before the environment, and the answer says where it comes from."""
    environ = {**emulator.environment(), "HW_REGION": "cn-south-1"}
    answer = log_records(cluster_id=CLUSTER, region="eu-west-101", endpoint=emulator.endpoint, environ=environ)
    assert answer.to_outputs()["region"] == "eu-west-101"


def test_project_given_as_an_argument_is_the_one_asked(emulator):
    """The argument counts before the environment: the other project would be refused."""
    environ = {**emulator.environment(), "HW_PROJECT_ID": "f" * 32}
    answer = log_records(cluster_id=CLUSTER, project_id=emulator.project_id, environ=environ)
    assert answer.to_outputs()["project_id"] == emulator.project_id


def test_same_settings_share_a_client(emulator):
    """Questions with the same settings go over the same connection."""
    for _ in range(3):
        log_records(cluster_id=CLUSTER, environ=emulator.environment())
    assert len({asked.peer_port for asked in emulator.requests}) == 1


def test_stack_configuration_is_used(emulator):
    """The settings of a stack's configuration reach the server."""
    environ = emulator.environment()
    config = {"accessKey": environ.pop("HW_ACCESS_KEY"), "secretKey": environ.pop("HW_SECRET_KEY")}
    assert log_records(cluster_id=CLUSTER, config=config.get, environ=environ).to_outputs()["count"] == 37


def test_failed_page_fails_the_question(answering, connect):
    """A part of the records is never given out for the whole."""
    full = [{"id": str(number)} for number in range(1000)]
    server = answering((200, {"clusterLogRecord": full}), (403, {"error_code": "APIGW.0302"}))
    with pytest.raises(ApiError, match=r"APIGW\.0302"):
        outputs(connect(server.url))


def test_pages_share_one_deadline(answering, connect, monkeypatch):
    """The deadline is the question's, not each page's: two pages of 6 seconds are too slow for 10 seconds."""
    time = [0.0]

    def page(_):
        time[0] += 6
        size = 1000 if time[0] < 20 else 0
        return (200, {"clusterLogRecord": [{"id": f"{time[0]}-{number}"} for number in range(size)]})

    server = answering(page)
    client = connect(server.url)
    monkeypatch.setattr("pulumi_huaweicloud_css._backups.query.Deadline", lambda _: Deadline(10, lambda: time[0]))
    with pytest.raises(CssTimeoutError):
        outputs(client)
    assert len(server.asked) == 2
