"""Starting and stopping: on a thread, in the foreground, over TLS, and when it cannot be."""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import pytest
import requests
from pulumi_huaweicloud_css._api.signing import AkSkAuth
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Backups, Emulator, EmulatorError, Site, serve
from pulumi_huaweicloud_css.errors import ArgumentError, CssError


def test_start_and_stop_leave_nothing_behind(ask):
    """After the end there is no thread, no listening port, and the same emulator can be started again."""
    before = threading.enumerate()
    emulator = Emulator(host="127.0.0.77")  # an address of its own, where no other test gets the port meanwhile
    for _ in range(3):
        with emulator:
            endpoint = emulator.endpoint
            assert ask(emulator).status_code == 200
        assert _new_threads(before) == []
        with pytest.raises(requests.ConnectionError):
            requests.get(endpoint, timeout=30)
    emulator.stop()


def _new_threads(before):
    """Return the threads that were not there before; of other tests' threads, some may have ended since."""
    return [thread for thread in threading.enumerate() if thread not in before]


def test_stop_does_not_wait_for_idle_connections(ask):
    """A client that keeps its connection open does not keep the emulator from stopping."""
    with Emulator() as emulator, socket.create_connection(("127.0.0.1", int(emulator.endpoint.rsplit(":", 1)[1]))):
        assert ask(emulator).status_code == 200
    assert "css-logs-emulator" not in {thread.name for thread in threading.enumerate()}


def test_stop_closes_a_connection_that_was_just_accepted(recwarn):
    """A client that connects while the emulator stops leaves no socket open behind it."""
    gc.collect()  # what other tests left
    recwarn.clear()
    for _ in range(20):
        emulator = Emulator().start()
        address = urlsplit(emulator.endpoint)
        with socket.create_connection((address.hostname, address.port)):
            emulator.stop()
    gc.collect()  # an open one warns when it is collected
    assert [str(warning.message) for warning in recwarn] == []


def test_stop_ends_a_request_that_waits_for_ever(ask):
    """A hook that never returns does not keep the emulator from stopping; its client sees the connection end."""
    reached = threading.Event()

    async def on_request(_):
        reached.set()
        await asyncio.Event().wait()

    outcome = []

    def client(emulator):
        try:
            ask(emulator)
        except requests.ConnectionError as error:
            outcome.append(error)

    with Emulator(on_request=on_request) as emulator:
        asking = threading.Thread(target=client, args=[emulator])
        asking.start()
        assert reached.wait(30)
    asking.join(30)
    assert len(outcome) == 1


def test_stopped_from_its_own_thread(ask):
    """A hook may stop the emulator: it ends after that answer, and the thread is joined by the one who started it."""
    with Emulator(on_request=lambda _: emulator.stop()) as emulator:
        thread = next(thread for thread in threading.enumerate() if thread.name == "css-logs-emulator")
        ask(emulator)
        thread.join(30)
        assert not thread.is_alive()
    with pytest.raises(EmulatorError, match="not running"):
        _ = emulator.endpoint


@pytest.mark.skipif(shutil.which("openssl") is None, reason="a certificate is made with openssl")
def test_https(start, tmp_path):
    """With an SSL context it serves https, with signatures checked as ever, and its answers name https."""
    certificate, key = str(tmp_path / "certificate.pem"), str(tmp_path / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=emulator", "-days", "2",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    emulator = start(ssl_context=context)
    assert emulator.endpoint.startswith("https://127.0.0.1:")
    auth = AkSkAuth(emulator.access_key, emulator.secret_key)
    answer = requests.get(f"{emulator.endpoint}/v3/projects", auth=auth, verify=certificate, timeout=30)
    assert answer.status_code == 200
    assert answer.json()["links"]["self"] == answer.url
    own = {"Origin": emulator.endpoint}
    health = requests.get(f"{emulator.endpoint}/_emulator/health", headers=own, verify=certificate, timeout=30)
    assert health.status_code == 200


def test_two_at_once(start, ask):
    """Several emulators run side by side, each on its own port with its own records."""
    one = start(site=Site.of_one_cluster(backups=Backups(count=1)))
    two = start(site=Site.of_one_cluster(backups=Backups(count=2)))
    assert [ask(emulator).json()["totalSize"] for emulator in (one, two)] == [1, 2]


def test_started_twice_is_refused(emulator):
    """An emulator that runs cannot be started once more."""
    with pytest.raises(EmulatorError, match="running already"):
        emulator.start()


def test_port_in_use_is_one_clear_error(emulator):
    """A port that somebody else has is an error that names it, and leaves no thread."""
    port = int(emulator.endpoint.rsplit(":", 1)[1])
    before = threading.enumerate()
    with pytest.raises(EmulatorError, match=f"cannot listen on port {port} of 127.0.0.1: .+") as refused:
        Emulator(port=port).start()
    assert isinstance(refused.value, CssError)
    assert _new_threads(before) == []


@pytest.mark.parametrize("port", [-1, 65_536])
def test_impossible_port_is_refused(port):
    """A number that is no port is an error that names it."""
    with pytest.raises(ArgumentError, match=str(port)):
        Emulator(port=port)


def test_failure_on_the_thread_is_raised_in_the_caller(monkeypatch):
    """What goes wrong while the server starts is raised where it was started, and leaves no thread."""

    async def broken(_):
        raise RuntimeError("no server today")

    monkeypatch.setattr("aiohttp.web.ServerRunner.setup", broken)
    before = threading.enumerate()
    with pytest.raises(EmulatorError, match="could not be started: no server today"):
        Emulator().start()
    assert _new_threads(before) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.com", "", "127.0.0.1:80"])  # noqa: S104
def test_other_hosts_than_loopback_are_refused(host):
    """The control calls ask for no signature, so nobody else may reach the emulator."""
    with pytest.raises(ArgumentError, match="loopback only"):
        Emulator(host=host)


@pytest.mark.parametrize(("host", "shown"), [("localhost", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
def test_loopback_hosts(start, ask, host, shown):
    """Every loopback address will do, and the endpoint says which it is."""
    if host == "::1" and not _has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    emulator = start(host=host)
    assert emulator.endpoint.startswith(f"http://{shown}:")
    assert ask(emulator).status_code == 200


def _has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_wrong_records_are_refused_before_the_start():
    """Given records that are not of this API are an error of the constructor."""
    with pytest.raises(ArgumentError, match=r"clusterLogRecord\.0\.id"):
        Emulator(site=Site.of_one_cluster(records=[{}]))


def test_environment_points_a_program_at_it(start):
    """The environment has the names under which the Terraform provider and the vendor's SDK look.

    What would lead elsewhere, such as a profile that the user's own shell names, is set to nothing.
    """
    emulator = start(site=Site(region="cn-east-3"))
    environment = emulator.environment()
    unset = {name for name, value in environment.items() if not value}
    assert unset >= {"HW_PROFILE", "HW_AUTH_URL", "HW_AUTH_TOKEN", "HW_PROJECT_NAME", "HW_ASSUME_ROLE_AGENCY_NAME"}
    assert {name: value for name, value in environment.items() if value} == {
        "HW_ACCESS_KEY": emulator.access_key,
        "HW_SECRET_KEY": emulator.secret_key,
        "HW_PROJECT_ID": emulator.project_id,
        "HW_REGION_NAME": "cn-east-3",
        "HUAWEICLOUD_SDK_REGION_CSS_CN_EAST_3": emulator.endpoint,
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": emulator.endpoint,
        "HUAWEICLOUD_SDK_STS_ENDPOINT": emulator.endpoint,
    }


def test_environment_of_other_credentials(start):
    """A temporary key comes with its security token, and a token under its own name."""
    temporary = start(site=Site(accounts=[Account(credentials=Credentials("AK", "SK", security_token="ST"))]))
    assert temporary.environment()["HW_SECURITY_TOKEN"] == "ST"
    token = start(site=Site(accounts=[Account(credentials=Credentials(token="T"))]))
    assert token.environment()["HW_AUTH_TOKEN"] == "T"
    assert token.environment()["HW_ACCESS_KEY"] == ""


def test_connections_can_be_counted(emulator, ask):
    """Requests over one connection have one peer port; another client has another."""
    ask(emulator)
    ask(emulator)
    requests.get(emulator.endpoint, timeout=30)
    ports = [recorded.peer_port for recorded in emulator.requests]
    assert len(ports) == 3
    assert len(set(ports)) == len(set(ports[:2])) + 1 == 2
    assert [recorded.number for recorded in emulator.requests] == [1, 2, 3]
    emulator.clear_requests()
    assert emulator.requests == []


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_hook_sees_the_request_before_it_is_answered(start, ask, kind):
    """A hook, plain or async, gets the request when it has no status yet."""
    seen = []

    async def asynchronous(recorded):
        await asyncio.sleep(0)
        seen.append(recorded)

    emulator = start(on_request=seen.append if kind == "plain" else asynchronous)
    answer = ask(emulator, limit=1)
    (recorded,) = seen
    assert (recorded.status, recorded.query, recorded.parameters) == (None, "limit=1", {"limit": "1"})
    assert recorded.request_id == answer.headers["X-Request-Id"]
    assert emulator.requests[0].status == 200


def test_broken_hook_is_an_internal_error(start, ask, caplog):
    """A mistake in a hook is answered as a broken service would, and its traceback is logged."""

    def on_request(_):
        raise RuntimeError("a mistake")

    answer = ask(start(on_request=on_request))
    assert (answer.status_code, answer.json()["errCode"]) == (500, "CSS.0005")
    assert "a mistake" not in answer.text
    assert "a mistake" in caplog.text


def test_many_clients_at_once(start):
    """Questions and changes from several threads at the same time neither fail nor lose a record."""
    emulator = start(site=Site.of_one_cluster(backups=Backups(count=0)))
    threads = [threading.Thread(target=lambda: [emulator.add_record() for _ in range(25)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({record["id"] for record in emulator.records()}) == 200


SCRIPT = """
import sys
from pulumi_huaweicloud_css.emulator import Site, serve
serve(Site(), on_ready=lambda endpoint: print(endpoint, flush=True), access_log=lambda line: print(line, flush=True))
print("stopped", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind cannot be sent there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_on_a_signal(number):
    """In the foreground it says where it is, logs what it answers, and ends with exit code 0 on a signal."""
    command = [sys.executable, "-W", "error", "-c", SCRIPT]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as child:
        try:
            endpoint = child.stdout.readline().strip()
            assert requests.get(f"{endpoint}/_emulator/health", timeout=30).status_code == 200
            assert child.stdout.readline().startswith("GET /_emulator/health 200 ")
            child.send_signal(number)
            output, errors = child.communicate(timeout=30)
        finally:
            child.kill()
    assert (child.returncode, output, errors) == (0, "stopped\n", "")


def test_serve_on_a_used_port_is_one_clear_error(emulator):
    """The foreground server raises the same error, and leaves the signal handlers as they were."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(EmulatorError, match="cannot listen on port"):
        serve(port=int(emulator.endpoint.rsplit(":", 1)[1]))
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_start_error_can_be_pickled():
    """The error carries text only."""
    error = pickle.loads(pickle.dumps(EmulatorError("why")))  # noqa: S301 - our own
    assert str(error) == "why"
