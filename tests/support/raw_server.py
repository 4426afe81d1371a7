"""Servers that speak through raw sockets, and what tests ask them about two clusters."""

from __future__ import annotations

import json
import re
import socket
import threading
from contextlib import suppress

import pytest
from pulumi_huaweicloud_css.errors import CssError

A = "4213d908-f5dc-4633-8401-cfd7175fca0c"
B = "f5c4d3b2-0000-4a4a-8b8b-123456789abc"
PATIENCE = 30  # seconds; only a failure ever takes so long


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
        with suppress(OSError):  # macOS: it is not connected
            self.listener.shutdown(socket.SHUT_RDWR)  # else its thread would accept connections for ever
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
