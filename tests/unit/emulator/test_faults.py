"""Faults: each does what its name says, to as many requests as were asked for."""

from __future__ import annotations

import email.utils
import json
import socket
import time

import pytest
from pulumi_huaweicloud_css.emulator import FAULTS, Backups, Quirks, Site

MANY = Site.of_one_cluster(backups=Backups(count=1500))


def open_stream(emulator):
    """Send a request on a bare socket, and return the socket."""
    connection = socket.create_connection(("127.0.0.1", int(emulator.endpoint.rpartition(":")[2])), timeout=30)
    connection.sendall(b"GET /v3/projects HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    return connection


def received(connection):
    """Return all that comes, and whether a reset ended it."""
    pieces = []
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return b"".join(pieces), True
        if not piece:
            return b"".join(pieces), False
        pieces.append(piece)


def page_of(body):
    """Return the records of an answer."""
    return json.loads(body)["clusterLogRecord"]


REFUSED = [
    ("429", 429, "APIGW.0308", None),
    ("429-retry-after", 429, "APIGW.0308", "1"),
    ("500", 500, "CSS.0005", None),
    ("503", 503, "APIGW.0201", None),
    ("202", 202, "CSS.0011", None),
]


@pytest.mark.parametrize(("name", "status", "code", "retry_after"), REFUSED)
def test_refusals(emulator, ask, name, status, code, retry_after):
    """The request is refused with that status, code and Retry-After, and the log has the status."""
    emulator.fault(name)
    answer = ask(emulator)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, retry_after)
    assert code in answer.json().values()
    assert emulator.requests[-1].status == status


def test_no_fault_is_without_words():
    """Every fault says what it is."""
    assert all(fault.says for fault in FAULTS.values())


def test_latency_changes_nothing_else(emulator, ask):
    """A late answer is the same answer."""
    before = ask(emulator).json()
    emulator.fault("latency")
    assert ask(emulator).json() == before


def test_no_answer(emulator):
    """Nothing comes, however long the client waits; other requests are answered meanwhile."""
    emulator.fault("no-answer", times=1)
    with open_stream(emulator) as connection:
        with open_stream(emulator) as other:
            assert other.recv(8) == b"HTTP/1.1"
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)


def test_reset_before_the_answer(emulator):
    """The connection is reset, and not one byte of an answer came."""
    emulator.fault("reset")
    with open_stream(emulator) as connection:
        assert received(connection) == (b"", True)


@pytest.mark.parametrize(("name", "with_reset"), [("reset-in-body", True), ("truncated-body", False)])
def test_half_a_body(emulator, name, with_reset):
    """Fewer bytes come than Content-Length promised, and then a reset, or the end."""
    emulator.fault(name)
    with open_stream(emulator) as connection:
        data, was_reset = received(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    promised = int(head.lower().partition(b"content-length: ")[2].split()[0])
    assert 0 < len(body) < promised
    assert was_reset == with_reset


def test_oversized_body(emulator, ask):
    """The body is over 65 MiB; the right response is at its end."""
    whole = ask(emulator).content
    emulator.fault("oversized-body")
    answer = ask(emulator)
    assert len(answer.content) > 64 * 1024 * 1024
    assert answer.content.strip() == whole


def test_slow_body_goes_on(emulator):
    """Spaces come and come, with no end in sight; a client that hangs up ends it."""
    emulator.fault("slow-body", times=1)
    with open_stream(emulator) as connection:
        data = b""
        while data.count(b"1\r\n \r\n") < 4:
            data += connection.recv(4096)
        assert b"\r\n0\r\n" not in data


def test_html(emulator, ask):
    """A page for people comes with status 200, as from a proxy that wants a login."""
    emulator.fault("html")
    answer = ask(emulator)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<!DOCTYPE html>")


def test_not_utf_8(emulator, ask):
    """The body cannot be decoded, but would be JSON otherwise."""
    emulator.fault("not-utf-8")
    body = ask(emulator).content
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    assert len(page_of(body.decode("utf-8", "replace"))) == 10


def test_wrong_types(emulator, ask):
    """What should be a time is a list."""
    emulator.fault("wrong-types")
    assert {type(record["createAt"]) for record in page_of(ask(emulator).content)} == {list}


def test_unknown_fields(emulator, ask):
    """Records and the page have more fields than before, and those of before."""
    before = page_of(ask(emulator).content)
    emulator.fault("unknown-fields")
    answer = ask(emulator).json()
    assert "nextMarker" in answer
    assert all(more.items() > less.items() for more, less in zip(answer["clusterLogRecord"], before, strict=True))


def test_redirect(emulator, ask):
    """The answer points to another address of the emulator, so that whoever follows is in its log."""
    emulator.fault("redirect", times=1)
    answer = ask(emulator)
    assert [step.status_code for step in answer.history] == [302]
    assert [request.path for request in emulator.requests][1:] == ["/redirected"]


def test_duplicate_ids(emulator, ask):
    """Each record is there twice, one after the other."""
    emulator.fault("duplicate-ids")
    ids = [record["id"] for record in page_of(ask(emulator).content)]
    assert ids[::2] == ids[1::2]
    assert len(ids) == 20


@pytest.mark.parametrize(("name", "changed"), [("seconds", lambda ms: ms // 1000), ("strings", str)])
def test_times(emulator, ask, name, changed):
    """Times are written otherwise, and stand for the same moments."""
    before = [changed(record["createAt"]) for record in page_of(ask(emulator).content)]
    emulator.fault(name)
    assert [record["createAt"] for record in page_of(ask(emulator).content)] == before


def test_offset_ignored(start, ask):
    """Whatever offset is asked for, the first page comes."""
    emulator = start(site=MANY, faults=["offset-ignored"])
    first, second, by_start = (page_of(ask(emulator, **at).content) for at in ({}, {"offset": 11}, {"start": 11}))
    assert first == second == by_start


def test_offset_limit(start, ask):
    """An offset up to 1000 is answered, one over it refused."""
    emulator = start(site=MANY, faults=["offset-limit"])
    assert [ask(emulator, offset=offset).status_code for offset in (1000, 1001)] == [200, 400]


def test_no_total(emulator, ask):
    """There is no totalSize."""
    emulator.fault("no-total")
    assert "totalSize" not in ask(emulator).json()


def test_the_sites_own_quirks_stay(start, ask):
    """A fault that is a quirk comes on top of the site's own ones."""
    site = Site.of_one_cluster(quirks=Quirks(order="oldest"))
    emulator = start(site=site, faults=["seconds"])
    times = [record["createAt"] for record in page_of(ask(emulator).content)]
    assert times == sorted(times)
    assert max(times) < 10_000_000_000


def test_clock_skew(emulator, ask):
    """A right signature is refused as too old, and the Date header says why."""
    emulator.fault("clock-skew")
    answer = ask(emulator)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")
    assert "expired" in answer.json()["error_msg"]
    date = email.utils.parsedate_to_datetime(answer.headers["Date"])
    assert 3500 < date.timestamp() - time.time() < 3700


def test_pages_of_clusters_under_faults(start, ask):
    """The offset is ignored, or limited, in the cluster list as in that of records."""
    emulator = start(site=Site.of_clusters(25))
    path = f"/v1.0/{emulator.project_id}/clusters"
    emulator.fault("offset-ignored")
    assert ask(emulator, path, offset=11).json() == ask(emulator, path).json()
    emulator.clear_faults()
    emulator.fault("offset-limit")
    assert [ask(emulator, path, offset=offset).status_code for offset in (1000, 1001)] == [200, 400]
