"""No answer is ever taken for the answer to another question, whatever a server does to its connections."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import warnings
from contextlib import suppress

import pytest
from pulumi_huaweicloud_css._api import client as api_client
from pulumi_huaweicloud_css._api import deadline as cutting
from pulumi_huaweicloud_css.errors import ApiError, CssConnectionError, CssError, InvalidResponseError

A = "4213d908-f5dc-4633-8401-cfd7175fca0c"
B = "f5c4d3b2-0000-4a4a-8b8b-123456789abc"
PATIENCE = 30  # seconds; only a failure ever takes so long
INTERIM = [100, 101, 102, 103, 199]


class RawServer:
    """Gives every connection to a function, with the clusters that are asked about one after the other.

    Args:
        talk: called with a connection (see `Talk`) in a thread of its own; the connection is closed when it returns.
    """

    def __init__(self, talk):
        self.talk = talk
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.connections = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            talk = Talk(connection, len(self.connections))
            self.connections.append(talk)
            threading.Thread(target=self._run, args=(talk,), daemon=True).start()

    def _run(self, talk):
        try:
            self.talk(talk)
        except OSError:
            pass
        finally:
            talk.close()

    def stop(self):
        """Stop, and hang up on everybody: each connection's own thread then closes it."""
        self.listener.close()
        for talk in self.connections:
            with suppress(OSError):  # closed already
                talk.socket.shutdown(socket.SHUT_RDWR)


class Talk:
    """One connection to the server: its number, what was asked on it, and what can be sent."""

    def __init__(self, connection, number):
        self.socket, self.number, self.asked = connection, number, []
        self.reader = connection.makefile("rb")

    def next(self):
        """Return the id of the cluster that is asked about next; None when the client has hung up."""
        first = self.reader.readline()
        while self.reader.readline().strip():
            pass
        found = re.search(rb"/clusters/([0-9a-fA-F-]+)/", first)
        if found is None:
            return None
        self.asked.append(found[1].decode())
        return self.asked[-1]

    def send(self, *pieces):
        """Send pieces in one segment."""
        self.socket.sendall(b"".join(pieces))

    def close(self):
        """Hang up: the socket stays open as long as the reader is."""
        self.reader.close()
        self.socket.close()


def page(cluster_id, status="SUCCESS", **more):
    """Return a body with one record of a cluster."""
    record = {"id": f"of-{cluster_id}", "clusterId": cluster_id, "status": status, **more}
    return json.dumps({"clusterLogRecord": [record], "totalSize": 1}).encode()


def answer(body, status=200, headers=b""):
    """Return a whole answer."""
    return b"HTTP/1.1 %d Said so\r\n%sContent-Length: %d\r\n\r\n" % (status, headers, len(body)) + body


@pytest.fixture
def serving():
    """Start raw servers that are stopped at the end of the test."""
    servers = []

    def serve(talk):
        servers.append(RawServer(talk))
        return servers[-1]

    yield serve
    for server in servers:
        server.stop()


def ids(client, cluster_id):
    """Return the ids of a cluster's records."""
    return [record.id for record in client.list_log_records(cluster_id).records]


def never_wrong(client, rounds=6):
    """Ask about two clusters in turn: every answer is an error, or names the cluster; return how many were answers."""
    answers = 0
    for number in range(rounds):
        cluster_id = (A, B)[number % 2]
        try:
            found = ids(client, cluster_id)
        except CssError:
            continue
        assert found == [f"of-{cluster_id}"]
        answers += 1
    return answers


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


@pytest.mark.parametrize("others", [[B], [A, B], [B, A], [A, None, B], [A, "", B], [A, f" {B} "]])
def test_records_of_another_cluster_are_refused(serving, connect, others):
    """A page with a record that names another cluster is refused whole; the error names both."""
    records = [{"id": str(number), "clusterId": cluster_id} for number, cluster_id in enumerate(others)]

    def talk(connection):
        while connection.next():
            connection.send(answer(json.dumps({"clusterLogRecord": records}).encode()))

    server = serving(talk)
    with pytest.raises(InvalidResponseError, match=f"{A}.*{B}"):
        connect(server.url).list_log_records(A)
    assert len(server.connections) == 1


@pytest.mark.parametrize("others", [[A.upper()], [f" {A}\t"], [A, None], [None, ""], [" "]])
def test_records_of_the_cluster_itself_are_not(serving, connect, others):
    """Ids are compared without regard to case and space, and a record without one is nobody else's."""
    records = [{"id": str(number), "clusterId": cluster_id} for number, cluster_id in enumerate(others)]

    def talk(connection):
        while connection.next():
            connection.send(answer(json.dumps({"clusterLogRecord": records}).encode()))

    assert len(connect(serving(talk).url).list_log_records(A).records) == len(others)


def test_name_of_the_other_cluster_is_safe_to_print(serving, connect):
    """What a server says instead of a cluster's id is shown short, on one line and without secrets."""
    record = {"id": "x", "clusterId": "test-secret-key\x1b[31m\n" + "z" * 9999}

    def talk(connection):
        while connection.next():
            connection.send(answer(json.dumps({"clusterLogRecord": [record]}).encode()))

    with pytest.raises(InvalidResponseError) as refused:
        connect(serving(talk).url).list_log_records(A)
    text = str(refused.value)
    assert "test-secret-key" not in text
    assert len(text) < 400
    assert text.isprintable()


def test_error_on_a_new_connection_is_asked_once(serving, connect):
    """Only what may be meant for another question is asked for anew."""

    def talk(connection):
        while connection.next():
            connection.send(answer(b'{"errCode":"CSS.3027"}', 404))

    server = serving(talk)
    with pytest.raises(ApiError):
        connect(server.url).list_log_records(A)
    assert [connection.asked for connection in server.connections] == [[A]]


def test_error_on_a_used_connection_is_asked_once_more(serving, connect):
    """An error on a connection that has served another question is believed when a new one brings it too."""

    def talk(connection):
        while cluster_id := connection.next():
            good = cluster_id == A
            connection.send(answer(page(A)) if good else answer(b'{"errCode":"CSS.3027"}', 404))

    server = serving(talk)
    client = connect(server.url)
    client.list_log_records(A)
    with pytest.raises(ApiError):
        client.list_log_records(B)
    assert [connection.asked for connection in server.connections] == [[A, B], [B]]


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
                over.wait(PATIENCE)
                connection.send(whole[sent:])
            else:
                connection.send(whole)

    server = serving(talk)
    client = connect(server.url, timeout=0.3)
    with pytest.raises(CssConnectionError):
        client.list_log_records(A)
    over.set()
    client.timeout = 30.0
    assert ids(client, B) == [f"of-{B}"]
    assert [connection.asked for connection in server.connections] == [[A], [B]]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_forked_processes_get_their_own_answers(serving, connect):
    """Forty children of a process with open connections each get the answer to their own question."""

    def talk(connection):
        while cluster_id := connection.next():
            connection.send(answer(page(cluster_id), headers=b"X-Request-Id: %d\r\n" % len(connection.asked)))

    server = serving(talk)
    client = connect(server.url)
    assert never_wrong(client, 2) == 2
    clusters = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(40)]
    children = {}
    for cluster_id in clusters:
        readable, writable = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # there are threads: that is what this is about
            child = os.fork()
        if child == 0:
            try:
                said = " ".join(each for _ in range(5) for each in ids(client, cluster_id))
            except BaseException as error:
                said = repr(error)
            os.write(writable, said.encode())
            os._exit(0)
        os.close(writable)
        children[cluster_id] = child, readable
    for cluster_id, (child, readable) in children.items():
        with os.fdopen(readable) as said:
            assert said.read() == " ".join([f"of-{cluster_id}"] * 5)
        os.waitpid(child, 0)
    assert never_wrong(client, 4) == 4
    assert len(server.connections[0].asked) == 6


CHILD_THAT_ENDS = """
import gc, os, signal, sys, warnings
from pulumi_huaweicloud_css import CssClient

warnings.simplefilter("ignore", DeprecationWarning)
client = CssClient()
client.list_log_records(os.environ["CLUSTER_ID"])
[pool] = client._transport._adapter.poolmanager.pools._container.values()
pool.pool.mutex.acquire()  # as a thread does for a moment in each request
child = os.fork()
if child == 0:
    signal.alarm(20)
    client.list_log_records(os.environ["CLUSTER_ID"])
    if sys.argv[1] == "collected":
        client.close()
        del client, pool
        gc.collect()
        os._exit(0)
    sys.exit(0)
status = os.waitpid(child, 0)[1]
os._exit(os.waitstatus_to_exitcode(status) and 1)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("way", ["collected", "ended"])
def test_forked_process_comes_to_its_end(emulator, way):
    """Connections of the parent, and a lock that was held there, do not keep a child from collecting or ending."""
    environ = {**os.environ, **emulator.environment(), "CLUSTER_ID": emulator.cluster_id}
    done = subprocess.run([sys.executable, "-c", CHILD_THAT_ENDS, way], env=environ, timeout=PATIENCE * 2, check=False)
    assert done.returncode == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_forked_process_does_not_wait_for_locks_of_its_parent(serving, connect):
    """A lock that another thread held at the moment of the fork does not hold up the child."""

    def talk(connection):
        while cluster_id := connection.next():
            connection.send(answer(page(cluster_id)))

    client = connect(serving(talk).url)
    assert never_wrong(client, 2) == 2
    held, done = threading.Event(), threading.Event()

    def hold():
        [host] = client._transport._hosts.values()
        with (
            client._lock,
            client._transport._lock,
            host.limiter._changed,
            cutting._watch._changed,
            api_client._making_clients,
        ):
            held.set()
            done.wait(PATIENCE)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(PATIENCE)
    readable, writable = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            with api_client._making_clients:
                said = " ".join(ids(client, A))
        except BaseException as error:
            said = repr(error)
        os.write(writable, said.encode())
        os._exit(0)
    os.close(writable)
    watchdog = threading.Timer(PATIENCE, os.kill, (child, 9))
    watchdog.start()
    with os.fdopen(readable) as answered:
        assert answered.read() == f"of-{A}"
    watchdog.cancel()
    os.waitpid(child, 0)
    done.set()
    thread.join()
