"""No forked process takes the answer to another one's question for its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import warnings

import pytest
from pulumi_huaweicloud_css._api import client as api_client
from pulumi_huaweicloud_css._api import deadline as cutting

from tests.support.raw_server import PATIENCE, A, answer, ids, never_wrong, page


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
