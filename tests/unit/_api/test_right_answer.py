"""No answer is ever taken for the answer to another question, whatever a server does to its connections."""

from __future__ import annotations

import socket
import threading

import pytest
from pulumi_huaweicloud_css.errors import CssConnectionError, InvalidResponseError

from tests.support.deadlines import time_is_up
from tests.support.raw_server import PATIENCE, A, B, answer, ids, never_wrong, page

INTERIM = [100, 101, 102, 103, 199]


def test_connection_is_shared_where_answers_name_their_cluster(serving, connect):
    """Questions about two clusters go over one connection, for their answers prove to be the right ones."""

    def talk(connection):
        while cluster_id := connection.next():
            connection.send(answer(page(cluster_id.upper())))

    server = serving(talk)
    client = connect(server.url)
    for cluster_id in (A, B, A, B):
        assert ids(client, cluster_id) == [f"of-{cluster_id.upper()}"]
    assert len(server.connections) <= 3  # the second answer about A is the first one, byte for byte


def test_unique_answers_share_one_connection(serving, connect):
    """Where answers differ, as real ones do by their request ids, ten questions take one connection."""

    def talk(connection):
        while cluster_id := connection.next():
            connection.send(answer(page(cluster_id), headers=b"X-Request-Id: %d\r\n" % len(connection.asked)))

    server = serving(talk)
    client = connect(server.url)
    assert never_wrong(client, 10) == 10
    assert len(server.connections) == 1


@pytest.mark.parametrize("status", INTERIM)
@pytest.mark.parametrize("headers", [b"", b"Content-Length: 7\r\n", b"Link: </x>\r\n"])
def test_interim_answers(serving, connect, status, headers):
    """After an interim answer the connection is not used again: the answer itself would be the next question's."""

    def talk(connection):
        while cluster_id := connection.next():
            connection.send(b"HTTP/1.1 %d Wait\r\n%s\r\n" % (status, headers), answer(page(cluster_id)))

    server = serving(talk)
    answers = never_wrong(connect(server.url))
    assert answers == (6 if status == 100 else 0)


def test_interim_answer_is_an_error_that_says_so(serving, connect):
    """What was not a whole answer is named with its status."""

    def talk(connection):
        connection.next()
        connection.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        connection.next()

    with pytest.raises(InvalidResponseError, match="CSS returned HTTP 103, which is not a complete response"):
        connect(serving(talk).url).list_log_records(A)


@pytest.mark.parametrize("status", [201, 203, 204, 205, 206, 207, 226, 299])
def test_other_successes_are_no_answers(serving, connect, status):
    """Only a 200 is a whole answer: a 206 may be a part of one, a 203 somebody else's."""

    def talk(connection):
        while cluster_id := connection.next():
            connection.send(answer(page(cluster_id), status))

    server = serving(talk)
    with pytest.raises(InvalidResponseError, match=f"HTTP {status}"):
        connect(server.url).list_log_records(A)
    assert len(server.connections) == 1


@pytest.mark.parametrize("second", [page(A), page(A, "FAIL"), b"", b'{"clusterLogRecord":[],"totalSize":0}'])
@pytest.mark.parametrize("cut", [0, 1, 20])
def test_second_answer_in_the_same_segment(serving, connect, second, cut):
    """What comes right behind an answer, whole or in part, makes its connection useless."""

    def talk(connection):
        while cluster_id := connection.next():
            behind = answer(second)
            connection.send(answer(page(cluster_id)), behind[: -cut or None])

    server = serving(talk)
    assert never_wrong(connect(server.url)) == 6
    assert all(len(connection.asked) == 1 for connection in server.connections)


LATE = {
    "again": None,
    "done again": None,
    "empty": answer(b'{"clusterLogRecord":[],"totalSize":0}'),
    "nameless": answer(b'{"clusterLogRecord":[{"id":"nobody"}],"totalSize":1}'),
    "404": answer(b'{"errCode":"CSS.3027"}', 404),
    "408": answer(b"", 408),
    "206": answer(b"", 206),
    "html": answer(b"<html>"),
    "202": answer(b'{"errCode":"CSS.0011"}', 202),
    "503": answer(b"", 503),
    "103": answer(b"", 103),
}


@pytest.mark.parametrize("late", LATE)
def test_answer_that_comes_late(serving, connect, late):
    """An answer that comes when the next question was sent already is not believed: it is asked for anew."""

    def talk(connection):
        before = None
        while cluster_id := connection.next():
            if before is not None:
                headers = b"X-Request-Id: again\r\n" if late == "done again" else b""
                connection.send(LATE[late] or answer(page(before), headers=headers))
            connection.send(answer(page(cluster_id)))
            before = cluster_id

    server = serving(talk)
    client = connect(server.url)
    assert never_wrong(client) == 6
    assert any(len(connection.asked) == 2 for connection in server.connections)


def test_late_answer_about_the_same_cluster(serving, connect):
    """The answer that a connection has brought already is not taken for a newer one about the same cluster."""

    def talk(connection):
        before = None
        while cluster_id := connection.next():
            status = b"SUCCESS" if before is None and connection.number == 0 else b"FAIL"
            body = page(cluster_id, status.decode())
            if before is not None:
                connection.send(before)
            before = answer(body, headers=b"X-Request-Id: %d\r\n" % len(connection.asked))
            connection.send(before)

    client = connect(serving(talk).url)
    assert [client.list_log_records(A).records[0].status for _ in range(3)] == ["SUCCESS", "FAIL", "FAIL"]


def test_late_page_is_not_taken_for_another_page(serving, connect):
    """The body of one page, come again with other headers, is not taken for another page."""

    def talk(connection):
        first = None
        while cluster_id := connection.next():
            if first is None:
                first = page(cluster_id, jobId=str(connection.number))
            connection.send(answer(first, headers=b"X-Request-Id: %d\r\n" % len(connection.asked)))

    client = connect(serving(talk).url)
    pages = [client.list_log_records(A, offset).records[0].job_id for offset in (1, 2)]
    assert pages == ["0", "1"]


def test_bytes_that_come_while_nobody_asks(serving, connect):
    """A connection on which something arrived while it waited in the pool is not used."""
    sent, asked_for = threading.Event(), threading.Event()

    def talk(connection):
        while cluster_id := connection.next():
            connection.send(answer(page(cluster_id)))
            if connection.number == 0:
                assert asked_for.wait(PATIENCE)
                connection.send(answer(page(cluster_id)))
                sent.set()

    server = serving(talk)
    client = connect(server.url)
    assert ids(client, A) == [f"of-{A}"]
    asked_for.set()
    assert sent.wait(PATIENCE)
    assert ids(client, B) == [f"of-{B}"]
    assert [connection.asked for connection in server.connections] == [[A], [B]]


def test_half_closed_connection(serving, connect):
    """A server that has closed its direction is asked on a new connection."""

    def talk(connection):
        if cluster_id := connection.next():
            connection.send(answer(page(cluster_id)))
            connection.socket.shutdown(socket.SHUT_WR)
            connection.next()

    server = serving(talk)
    assert never_wrong(connect(server.url)) == 6


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: +%d\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Length: %d\r\n\r\n",
    ],
)
def test_connection_without_a_sure_end_is_not_used_again(serving, connect, head):
    """Where an answer's end is not certain, its connection serves nobody else."""

    def talk(connection):
        while cluster_id := connection.next():
            body = page(cluster_id)
            connection.send(head % ((len(body),) * head.count(b"%d")), body)

    server = serving(talk)
    client = connect(server.url)
    never_wrong(client)
    assert all(len(connection.asked) <= 1 for connection in server.connections)


@pytest.mark.parametrize(
    "body",
    [b'{"clusterLogRecord":[],"totalSize":0}', b'{"clusterLogRecord":[{"id":"x"}],"totalSize":1}'],
    ids=["empty", "nameless"],
)
def test_answer_that_proves_nothing_closes_its_connection(serving, connect, body):
    """An answer that names no cluster is believed on a new connection only, and ends it."""

    def talk(connection):
        while connection.next():
            connection.send(answer(body))

    server = serving(talk)
    client = connect(server.url)
    for cluster_id in (A, B, A):
        client.list_log_records(cluster_id)
    assert [connection.asked for connection in server.connections] == [[A], [B], [A]]


def test_retries_use_new_connections(serving, connect):
    """What is tried again is not sent where something may have been left behind."""

    def talk(connection):
        while cluster_id := connection.next():
            connection.send(answer(b"", 503) if len(connection.asked) == 2 else answer(page(cluster_id)))

    server = serving(talk)
    client = connect(server.url)
    assert never_wrong(client, 3) == 3
    assert max(len(connection.asked) for connection in server.connections) == 2


@pytest.mark.parametrize("slow", ["nothing", "headers", "body", "end"])
def test_answer_that_comes_after_the_deadline(serving, connect, slow):
    """What one question did not wait for is not the answer to the next."""
    over = threading.Event()

    def talk(connection):
        while cluster_id := connection.next():
            whole = answer(page(cluster_id))
            if cluster_id == A:
                sent = {"nothing": 0, "headers": 30, "body": len(whole) - 9, "end": len(whole) - 1}[slow]
                connection.send(whole[:sent])
                time_is_up()
                over.wait(PATIENCE)
                connection.send(whole[sent:])
            else:
                connection.send(whole)

    server = serving(talk)
    client = connect(server.url)
    with pytest.raises(CssConnectionError):
        client.list_log_records(A)
    over.set()
    assert ids(client, B) == [f"of-{B}"]
    assert [connection.asked for connection in server.connections] == [[A], [B]]
