"""The control calls, and who is kept away from them."""

from __future__ import annotations

import pytest
import requests
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Backups, Site


@pytest.fixture
def running(start):
    """An emulator whose newest task is running."""
    return start(site=Site.of_one_cluster(backups=Backups(count=3, running=True)))


def control(emulator, path, method="GET", **settings):
    """Make a control call, without any signature."""
    return requests.request(method, f"{emulator.endpoint}/_emulator/{path}", timeout=30, **settings)


def test_health(emulator):
    """The emulator says that it is there."""
    answer = control(emulator, "health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["X-Request-Id"]


def test_add_record(emulator, ask):
    """A partial record is filled in, returned, and served as the newest."""
    answer = control(emulator, f"clusters/{emulator.cluster_id}/records", "POST", json={"status": "FAIL", "extra": 1})
    assert answer.status_code == 201
    record = answer.json()
    assert (record["status"], record["extra"], record["clusterId"]) == ("FAIL", 1, emulator.cluster_id)
    assert ask(emulator, limit=1).json()["clusterLogRecord"] == [record]


def test_add_record_without_body(emulator):
    """No body at all adds a successful backup of this moment."""
    answer = control(emulator, f"clusters/{emulator.cluster_id}/records", "POST")
    assert answer.json()["status"] == "SUCCESS"


@pytest.mark.parametrize("body", [{"status": "FAIL"}, {"status": "SUCCESS"}, {}])
def test_finish(running, ask, body):
    """The running task is ended with the given outcome, SUCCESS if none is given."""
    answer = control(running, f"clusters/{running.cluster_id}/finish", "POST", json=body)
    assert answer.status_code == 200
    (record,) = answer.json()["clusterLogRecord"]
    assert record["status"] == body.get("status", "SUCCESS")
    assert ask(running, limit=1).json()["clusterLogRecord"] == [record]


def test_finish_without_running_task(emulator):
    """When nothing runs, there is nothing to finish: 409."""
    answer = control(emulator, f"clusters/{emulator.cluster_id}/finish", "POST", json={"status": "FAIL"})
    assert answer.status_code == 409
    assert answer.json()["error_code"] == "EMULATOR.0409"
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"createAt": "noon"}'])
def test_wrong_record_is_refused(emulator, body):
    """A body that is no record gets 400, and no record is added."""
    answer = control(emulator, f"clusters/{emulator.cluster_id}/records", "POST", data=body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "EMULATOR.0400")
    assert len(emulator.records()) == 37


@pytest.mark.parametrize("status", ["RUNNING", "", None, 1, ["SUCCESS"]])
def test_wrong_outcome_is_refused(running, status):
    """A task ends as SUCCESS or FAIL only."""
    answer = control(running, f"clusters/{running.cluster_id}/finish", "POST", json={"status": status})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "EMULATOR.0400")
    assert running.records()[0]["status"] == "RUNNING"


@pytest.mark.parametrize("path", ["", "nowhere", "clusters/x", "clusters/x/other", "health/more"])
def test_unknown_control_call(emulator, path):
    """Another path gets 404."""
    answer = control(emulator, path)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "EMULATOR.0404")


@pytest.mark.parametrize("action", ["records", "finish"])
def test_unknown_cluster(emulator, action):
    """A cluster that is not there gets 404."""
    answer = control(emulator, f"clusters/nowhere/{action}", "POST")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "EMULATOR.0404")


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [("health", "POST", "GET"), ("requests", "DELETE", "GET"), ("clusters/x/records", "GET", "POST"),
     ("clusters/x/finish", "PUT", "POST")],
)  # fmt: skip
def test_wrong_method(emulator, path, method, allowed):
    """Each control call has one method; another gets 405 and its name."""
    answer = control(emulator, path, method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


CALLS = [("health", "GET"), ("requests", "GET"), ("clusters/{}/records", "POST"), ("clusters/{}/finish", "POST")]


@pytest.mark.parametrize(("path", "method"), CALLS)
@pytest.mark.parametrize(
    "host", ["example.com", "example.com:{port}", "127.0.0.1.example.com", "localhost.example.com", "192.168.0.1", "",
             "[::2]", "[", "localhost@example.com"],
)  # fmt: skip
def test_foreign_host_is_refused(running, path, method, host):
    """A name that somebody else made resolve to this machine opens no control call."""
    port = running.endpoint.rsplit(":", 1)[1]
    before = running.records()
    answer = control(running, path.format(running.cluster_id), method, headers={"Host": host.format(port=port)})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "EMULATOR.0403")
    assert running.records() == before


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "LOCALHOST", "127.0.0.1", "127.0.0.1:1", "[::1]:1"])
def test_names_of_this_machine_are_accepted(emulator, host):
    """Every usual name of this machine is accepted, whatever the port: a tunnel may change it."""
    assert control(emulator, "health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(("path", "method"), CALLS)
@pytest.mark.parametrize("origin", ["https://example.com", "null", "http://localhost:1", "http://127.0.0.1", ""])
def test_foreign_origin_is_refused(running, path, method, origin):
    """A web page from anywhere else, another port of this machine included, opens no control call."""
    before = running.records()
    answer = control(running, path.format(running.cluster_id), method, headers={"Origin": origin})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "EMULATOR.0403")
    assert running.records() == before


def test_own_origin_is_accepted(emulator):
    """The emulator's own origin is not foreign."""
    assert control(emulator, "health", headers={"Origin": emulator.endpoint}).status_code == 200


def test_request_log(emulator, ask):
    """The log has each request to the API with its answer's status and id, and no control call."""
    answers = [ask(emulator, limit=5, headers={"User-Agent": "me/1"}), ask(emulator, limit=0)]
    control(emulator, "health")
    logged = control(emulator, "requests").json()["requests"]
    assert [entry["status"] for entry in logged] == [200, 400]
    assert [entry["query"] for entry in logged] == ["limit=5", "limit=0"]
    assert [entry["request_id"] for entry in logged] == [answer.headers["X-Request-Id"] for answer in answers]
    assert logged[0]["user_agent"] == "me/1"
    assert {entry["method"] for entry in logged} == {"GET"}
    assert all(emulator.cluster_id in entry["path"] for entry in logged)


def test_no_secret_is_in_any_log(start, ask):
    """Keys, tokens and signatures stay out of the log, wherever a client may have put them."""
    lines = []
    accounts = [
        Account(credentials=Credentials("PERMANENT", "the-secret-key")),
        Account(credentials=Credentials("TEMPORARY", "the-other-key", security_token="the-security-token")),
        Account(credentials=Credentials(token="the-token")),
    ]
    emulator = start(site=Site(accounts=accounts), access_log=lines.append)
    for account in accounts:
        secret = account.credentials.secret_key or account.credentials.token
        answer = ask(emulator, credentials=account.credentials, sk=secret, headers={"User-Agent": f"me/{secret}"})
        assert answer.status_code == 200
        ask(emulator, f"/{secret}", credentials=account.credentials)
    shown = control(emulator, "requests").text + repr([vars(entry) for entry in emulator.requests]) + repr(lines)
    for secret in ("the-secret-key", "the-other-key", "the-security-token", "the-token", "Signature="):
        assert secret not in shown
    assert len(lines) == 7


def test_access_log_that_fails(start, ask, caplog):
    """When the access line cannot be written, the client gets its answer all the same."""

    def access_log(_):
        raise BrokenPipeError("nobody reads")

    assert ask(start(access_log=access_log)).status_code == 200
    assert "nobody reads" in caplog.text


def test_access_line(start, ask):
    """The access line has method, path, query, status and request id, for control calls as well."""
    lines = []
    emulator = start(access_log=lines.append)
    answer = ask(emulator, "/v3/projects", name="cn-north-4")
    health = control(emulator, "health")
    assert lines == [
        f"GET /v3/projects?name=cn-north-4 200 {answer.headers['X-Request-Id']}",
        f"GET /_emulator/health 200 {health.headers['X-Request-Id']}",
    ]
