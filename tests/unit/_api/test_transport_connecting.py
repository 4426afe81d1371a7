"""Connecting is bounded by the deadline, too: names, addresses and handshakes that take too long."""

from __future__ import annotations

import socket
import threading

import pytest
from pulumi_huaweicloud_css._api import attempt
from pulumi_huaweicloud_css._api import deadline as cutting
from pulumi_huaweicloud_css._api.deadline import Deadline
from pulumi_huaweicloud_css._api.signing import TokenAuth
from pulumi_huaweicloud_css.errors import CssConnectionError, CssTimeoutError

GOOD = (200, {"clusterLogRecord": [], "totalSize": 0})


@pytest.fixture
def unresponsive():
    """Addresses of this machine at which a connection is never made: nobody takes one, and the queue is full."""
    opened = []
    addresses = []
    for number in range(8):
        listener = socket.socket()
        listener.bind((f"127.0.0.{number + 2}", 0))
        listener.listen(0)
        opened.append(listener)
        addresses.append(listener.getsockname())
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
            opened.append(filler)
    yield [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]
    for each in opened:
        each.close()


@pytest.fixture
def outside(monkeypatch):
    """A URL of the world outside, which no proxy is for, and a way to say what its name resolves to."""
    monkeypatch.setenv("no_proxy", "*")

    def resolves(answer):
        monkeypatch.setattr(socket, "getaddrinfo", answer)
        return "http://css.example.invalid/x"

    return resolves


def ends(transport, url, seconds):
    """Return the error of a request with such a deadline; a watchdog ends a test that would last longer."""
    raised = []

    def ask():
        try:
            transport.get(url, {}, TokenAuth("t"), Deadline(seconds))
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    return raised[0]


@pytest.mark.parametrize("many", [1, 4, 8])
def test_addresses_that_do_not_answer(outside, make_transport, unresponsive, many):
    """However many addresses a name has, one deadline holds for the tries of all of them."""
    url = outside(lambda *_, **__: unresponsive[:many])
    seconds = 2.8 if many == 8 else 0.8  # as much for each address would be longer than is waited for
    assert isinstance(ends(make_transport(100), url, seconds), CssTimeoutError)


def test_the_one_address_that_answers(outside, answering, transport, unresponsive, monkeypatch):
    """Behind addresses that do not answer, the one that does is reached within the time for a connection."""
    monkeypatch.setattr(attempt, "_CONNECT_SECONDS", 0.9)
    server = answering(GOOD)
    alive = (socket.AF_INET, socket.SOCK_STREAM, 6, "", server.server_address)
    url = outside(lambda *_, **__: [*unresponsive[:2], alive])
    assert transport.get(url, {}, TokenAuth("t"), Deadline(60)).status == 200


def test_name_that_is_never_resolved(outside, make_transport):
    """A name resolution that hangs is left alone at the deadline."""
    over = threading.Event()

    def hang(*_, **__):
        over.wait(60)
        return []

    assert isinstance(ends(make_transport(100), outside(hang), 0.3), CssTimeoutError)
    over.set()


@pytest.mark.parametrize("answer", [lambda *_, **__: [], lambda *_, **__: 1 / 0])
def test_name_with_nothing_behind_it(outside, make_transport, answer):
    """No address, or whatever else comes of a resolution, is a connection error."""
    assert isinstance(ends(make_transport(0), outside(answer), 5), CssConnectionError)


def test_slow_handshake_is_cut_at_the_deadline(make_transport):
    """A server whose TLS handshake trickles does not outlast the deadline."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def trickle():
        connection, _ = listener.accept()
        with connection:
            try:
                connection.sendall(b"\x16\x03\x03\x3f\xff")
                while not over.wait(0.1):
                    connection.sendall(b"\x02")
            except OSError:
                pass

    threading.Thread(target=trickle, daemon=True).start()
    url = f"https://127.0.0.1:{listener.getsockname()[1]}/x"
    assert isinstance(ends(make_transport(0), url, 0.5), CssTimeoutError)
    over.set()
    listener.close()


@pytest.mark.parametrize("where", ["connecting", "resolving", "waiting"])
def test_everything_is_cut_when_the_process_ends(outside, make_transport, answering, unresponsive, monkeypatch, where):
    """Whatever a request waits for, `cut_all` ends it at once, and what begins after that does not wait either."""
    monkeypatch.setattr(cutting, "_watch", cutting._Watch())
    over, begun, raised = threading.Event(), threading.Event(), []

    def resolve(*_, **__):
        begun.set()
        if where == "resolving":
            over.wait(60)
        return unresponsive

    def silence(_):
        begun.set()
        yield b""
        over.wait(60)

    url = f"{answering(silence).url}/x" if where == "waiting" else outside(resolve)
    transport = make_transport(0)

    def ask():
        try:
            transport.get(url, {}, TokenAuth("t"), Deadline(50))
        except CssTimeoutError as error:
            raised.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    assert begun.wait(20)
    cutting.cut_all()
    thread.join(20)
    assert not thread.is_alive()
    assert isinstance(ends(transport, url, 50), CssTimeoutError)
    assert len(raised) == 1
    over.set()
