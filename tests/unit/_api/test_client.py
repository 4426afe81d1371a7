"""The client asks for one page as it is told, finds the project's id, and never repeats a secret."""

from __future__ import annotations

import json
import threading

import pytest
from pulumi_huaweicloud_css._api.client import CssClient
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Cluster, Project, Site
from pulumi_huaweicloud_css.errors import ApiError, CssError, InvalidResponseError, SettingsError

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
GOOD = (200, {"clusterLogRecord": [], "totalSize": 0})


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        ({}, {"offset": "1", "limit": "10"}),
        ({"offset": 11, "limit": 1000}, {"offset": "11", "limit": "1000"}),
        ({"status": "FAIL"}, {"offset": "1", "limit": "10", "status": "FAIL"}),
        ({"status": "NOT_FAIL"}, {"offset": "1", "limit": "10", "status": "NOT_FAIL"}),
        ({"offset": 3, "offset_name": "start"}, {"start": "3", "limit": "10"}),
    ],
)
def test_request_is_the_documented_one(emulator, connect, arguments, parameters):
    """Path and query are those of ListLogsJob, with the API's own defaults and nothing that was not asked for."""
    connect(emulator).list_log_records(CLUSTER, **arguments)
    asked = emulator.requests[0]
    assert (asked.method, asked.path) == ("GET", f"/v1.0/{emulator.project_id}/clusters/{CLUSTER}/logs/records")
    assert asked.parameters == parameters
    assert asked.user_agent.startswith("pulumi-huaweicloud-css/")
    assert (asked.headers["accept"], asked.headers["content-type"]) == ("application/json", "application/json")


def test_page_is_in_the_servers_order(emulator, connect):
    """A page holds the records of its window as the server ordered them, and the total."""
    page = connect(emulator).list_log_records(CLUSTER, offset=31, limit=10)
    assert [record.id for record in page.records] == [record["id"] for record in emulator.records()[30:]]
    assert page.total_size == 37


def test_client_of_the_environment(emulator, monkeypatch):
    """`CssClient()` needs nothing but the environment, and can be used again after it was closed."""
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    with CssClient() as client:
        assert len(client.list_log_records(CLUSTER).records) == 10
    assert len(client.list_log_records(CLUSTER).records) == 10
    client.close()
    assert len({request.peer_port for request in emulator.requests}) == 2


def test_arguments_of_the_client_count_before_the_environment(monkeypatch):
    """Project id, region and endpoint given to the client are used."""
    monkeypatch.setenv("HW_ACCESS_KEY", "AK")
    monkeypatch.setenv("HW_SECRET_KEY", "SK")
    monkeypatch.setenv("HW_REGION_NAME", "cn-south-1")
    with CssClient(project_id="f" * 32, region="cn-east-3", endpoint="a.example.com") as client:
        found = (client.project_id(), client.region, client._settings.endpoint)
    assert found == ("f" * 32, "cn-east-3", "https://a.example.com")


@pytest.mark.parametrize(
    "credentials",
    [Credentials("AK", "SK"), Credentials("AK", "SK", security_token="ST"), Credentials(token="T")],
    ids=["key-pair", "temporary", "token"],
)
def test_every_kind_of_credentials(start, connect, credentials):
    """A server that verifies them accepts a key pair, a temporary one, and a token."""
    emulator = start(site=Site(accounts=[Account(credentials=credentials)]))
    assert connect(emulator).list_log_records(CLUSTER).total_size == 37


@pytest.mark.parametrize(
    ("variables", "status", "code", "words"),
    [
        ({"HW_SECRET_KEY": "wrong"}, 401, "APIGW.0301", "environment (HW_ACCESS_KEY, HW_SECRET_KEY)"),
        ({"HW_ACCESS_KEY": "WRONG"}, 401, "APIGW.0301", "environment (HW_ACCESS_KEY, HW_SECRET_KEY)"),
        ({"HW_AUTH_TOKEN": "wrong"}, 401, "APIGW.0301", "environment (HW_AUTH_TOKEN)"),
        ({"HW_PROJECT_ID": "f" * 32}, 403, "CSS.0015", "project id"),
    ],
)
def test_refusal_says_what_to_check(emulator, connect, variables, status, code, words):
    """The error has the code, the request id that the server gave, and where the keys came from."""
    with pytest.raises(ApiError) as refused:
        connect(emulator, **variables).list_log_records(CLUSTER)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert refused.value.request_id == emulator.requests[0].request_id
    assert words in str(refused.value)
    assert len(emulator.requests) == 1


def test_refusal_with_status_200_is_a_refusal(answering, connect):
    """An error document that comes with status 200 is read as one."""
    server = answering((200, {"errCode": "CSS.0005", "externalMessage": "broken"}, {"X-Request-Id": "r-1"}))
    with pytest.raises(ApiError, match=r"HTTP 200, CSS.0005: broken \(request id: r-1\)"):
        connect(server.url).list_log_records(CLUSTER)


def test_malformed_answer_shows_the_request_id(answering, connect):
    """Nonsense with status 200 is a malformed answer, not tried again, with status and request id."""
    server = answering((200, b"<html>", {"X-Request-Id": "r-\x1b[31m1"}))
    with pytest.raises(InvalidResponseError, match=r"\(HTTP 200, request id: r- \[31m1\)$"):
        connect(server.url).list_log_records(CLUSTER)
    assert len(server.asked) == 1


def projects(*names, site_region="cn-north-4"):
    """Return a site with projects of these names; the first of the region's name has the cluster."""
    return Site(
        region=site_region,
        projects=[
            Project(project_id=f"{number:032x}", name=name, clusters=[Cluster()] if number == 0 else [])
            for number, name in enumerate(names)
        ],
    )


def test_project_is_looked_up_once(start, connect):
    """Without a project id IAM is asked for the region's project, once for all questions and threads."""
    emulator = start(site=projects("cn-north-4", "cn-south-1", "MOS"))
    client = connect(emulator, HW_PROJECT_ID=None)
    threads = [threading.Thread(target=client.list_log_records, args=(CLUSTER,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lookups = [asked for asked in emulator.requests if asked.path == "/v3/projects"]
    assert [asked.parameters for asked in lookups] == [{"name": "cn-north-4"}]
    assert "x-project-id" not in lookups[0].headers
    assert [asked.status for asked in emulator.requests] == [200] * 9
    assert client.project_id() == f"{0:032x}"


def test_known_project_is_not_looked_up(emulator, connect):
    """With a project id in the settings IAM is left alone."""
    connect(emulator).list_log_records(CLUSTER)
    assert [asked.path.startswith("/v1.0/") for asked in emulator.requests] == [True]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["elsewhere"], ["0 projects named 'cn-north-4' (none)"]),
        (["cn-north-4", "cn-north-4"], ["2 projects named 'cn-north-4'", f"({0:032x}, {1:032x})"]),
    ],
    ids=["none", "several"],
)
def test_project_that_is_not_clear(start, connect, names, words):
    """No project, or several, is an error that lists them and says where to give the right one outside a program."""
    emulator = start(site=projects(*names))
    with pytest.raises(SettingsError) as refused:
        connect(emulator, HW_PROJECT_ID=None).list_log_records(CLUSTER)
    words = [*words, "argument project_id", "HW_PROJECT_ID"]
    assert [word for word in words if word not in str(refused.value)] == []
    assert "pulumi config" not in str(refused.value)
    assert len(emulator.requests) == 1


def test_failed_lookup_is_asked_again_next_time(answering, connect):
    """A look-up that failed is not remembered."""
    server = answering((200, {"projects": []}), (200, {"projects": [{"id": "a" * 32}]}), GOOD)
    client = connect(server.url, HW_PROJECT_ID=None, HW_REGION_NAME="cn-north-4")
    with pytest.raises(SettingsError):
        client.project_id()
    assert client.list_log_records(CLUSTER).records == ()


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"<html>", b"[]", b"null", b"{}", b'{"projects": null}', b'{"projects": [5]}', b"[" * 99999),
        *(b'{"projects": [{"name": "x"}]}', b'{"projects": [{"id": 5}]}', b'{"projects": [{"id": "../x"}]}'),
    ],
)
def test_lookup_that_gets_nonsense(answering, connect, body):
    """IAM's nonsense is a malformed answer that names IAM; nothing of it gets into a path."""
    server = answering((200, body, {"X-Request-Id": "r-1"}))
    client = connect(server.url, HW_PROJECT_ID=None, HW_REGION_NAME="cn-north-4")
    with pytest.raises(
        InvalidResponseError, match=r"IAM's response is not a list of projects \(HTTP 200, request id: r-1\)"
    ):
        client.list_log_records(CLUSTER)
    assert len(server.asked) == 1


def test_lookup_that_is_refused(answering, connect):
    """A refusal by IAM says that it was IAM."""
    server = answering((401, {"error": {"code": 401, "message": "Unauthorized", "title": "x"}}))
    client = connect(server.url, HW_PROJECT_ID=None, HW_REGION_NAME="cn-north-4")
    with pytest.raises(ApiError, match="IAM returned HTTP 401, 401: Unauthorized"):
        client.list_log_records(CLUSTER)


@pytest.mark.parametrize("project_id", ["", "a" * 32], ids=["IAM", "CSS"])
def test_a_token_that_is_refused(emulator, connect, project_id):
    """Who gave a token, which lasts a day, is told to get a new one, and not to check keys that nobody gave."""
    client = connect(emulator, HW_AUTH_TOKEN="hush-old", HW_PROJECT_ID=project_id)
    with pytest.raises(ApiError) as error:
        client.list_log_records(CLUSTER)
    assert error.value.status == 401
    assert error.value.hint.startswith("The token has expired")
    assert error.value.hint.endswith("get a new one (source: environment (HW_AUTH_TOKEN)).")


SECRET = "hush+" + "c2VjcmV0/" * 40 + "=="  # as long as real security tokens are, with base64's own characters
HTML_SAFE = SECRET.replace("+", "\\u002b").replace("/", "\\/").replace("=", "\\u003d")

ECHOES = {
    "message": (400, {"error_code": "X", "error_msg": f"bad {SECRET}"}),
    "code": (400, {"error_code": SECRET, "error_msg": "bad"}),
    "css shape": (404, {"errCode": "CSS.3027", "externalMessage": f"CSS.3027 : {SECRET}"}),
    "escaped": (400, f'{{"error_code": "X", "error_msg": "bad {HTML_SAFE}"}}'.encode()),
    "retried": (503, {"errCode": "CSS.0005", "externalMessage": SECRET}),
    "later": (202, {"errCode": "CSS.0011", "externalMessage": SECRET}),
    "plain text": (400, f"bad {SECRET}".encode(), {"Content-Type": "text/plain"}),
    "request id": (400, {}, {"X-Request-Id": SECRET}),
    "redirect": (302, b"", {"Location": f"https://example.com/?token={SECRET}"}),
    "not JSON": (200, f"bad {SECRET}".encode()),
    "refusal with 200": (200, {"errCode": "X", "externalMessage": f"bad {SECRET}"}),
    "escaped refusal with 200": (200, f'{{"errCode": "X", "externalMessage": "bad {HTML_SAFE}"}}'.encode()),
    "malformed list": (200, {"clusterLogRecord": SECRET}),
    "malformed time": (200, {"clusterLogRecord": [{"id": "a", "createAt": SECRET}]}),
    "malformed record": (200, {"clusterLogRecord": [{"logPath": SECRET}]}),
    "malformed with request id": (200, b"<html>", {"X-Request-Id": SECRET}),
    "status line": f"HTTP/1.1 {SECRET}\r\n\r\n".encode(),
    "header": f"HTTP/1.1 200 OK\r\nContent-Length: {SECRET}\r\nContent-Length: 7\r\n\r\n".encode(),
    "chunk": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{SECRET}\r\n".encode(),
}


@pytest.mark.parametrize(
    "variables", [{"HW_AUTH_TOKEN": SECRET}, {"HW_SECURITY_TOKEN": SECRET}, {"HW_SECRET_KEY": SECRET}]
)
@pytest.mark.parametrize("echo", ECHOES.values(), ids=list(ECHOES))
def test_secret_that_a_server_repeats_is_not_shown(answering, connect, variables, echo):
    """Wherever a server puts a secret that it was sent, no part of it is in the error, nor in what caused it."""
    with pytest.raises(CssError) as refused:
        connect(answering(echo).url, HW_MAX_RETRIES="1", **variables).list_log_records(CLUSTER)
    shown = f"{refused.value!s} {refused.value!r} {json.dumps(vars(refused.value))} {refused.value.__cause__!r}"
    assert "hush" not in shown
    assert "c2VjcmV0" not in shown


def test_client_does_not_show_secrets(connect, emulator):
    """Neither the client's settings nor their credentials show a secret when they are printed."""
    client = connect(emulator, HW_SECURITY_TOKEN="hush")
    shown = f"{client!r} {client._settings!r} {client._settings!s}"
    assert "hush" not in shown
    assert emulator.secret_key not in shown
    assert emulator.access_key in shown
