"""Nothing that a server, a proxy or the environment says ends in anything but one of our errors, without secrets."""

from __future__ import annotations

import base64
import json

import pytest
from pulumi_huaweicloud_css._api.deadline import Deadline
from pulumi_huaweicloud_css._api.models import parse_page
from pulumi_huaweicloud_css._api.signing import TokenAuth
from pulumi_huaweicloud_css._api.transport import Transport
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.errors import ApiError, CssConnectionError, CssError, InvalidResponseError, SettingsError

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
BODY = json.dumps({"clusterLogRecord": [{"id": "a", "clusterId": CLUSTER}]}).encode()
DATES = [
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "Mon, 01 Jan 0001 00:00:00 +2359",
    "Fri, 31 Dec 9999 23:59:59 -0000",
    "Mon, 01 Jan 0001 00:00:00 -0000",
    "Fri, 31 Dec 99999999999999999999 23:59:59 GMT",
    "Fri, 31 Dec 2026 23:59:59 +99999999999999999999",
    "\xff\x00",
    "9" * 5000,
]


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize("status", [200, 401, 403, 429, 503])
@pytest.mark.parametrize("name", ["Date", "Retry-After"])
def test_dates_that_nobody_has(answering, connect, date, status, name):
    """A date beyond any calendar, in either header, changes nothing about the answer or the error."""
    raw = b"HTTP/1.1 %d Said so\r\n%s: %s\r\nContent-Length: %d\r\n\r\n" % (
        status,
        name.encode(),
        date.encode("latin-1").replace(b"\0", b"?"),
        len(BODY),
    )
    client = connect(answering(raw + BODY).url, HW_MAX_RETRIES="1")
    if status == 200:
        assert [record.id for record in client.list_log_records(CLUSTER).records] == ["a"]
        return
    with pytest.raises(ApiError) as refused:
        client.list_log_records(CLUSTER)
    assert refused.value.status == status


HEADS = {
    "negative length": b"Content-Length: -5\r\n",
    "huge length": b"Content-Length: 99999999999999999999\r\n",
    "length of many digits": b"Content-Length: " + b"9" * 9999 + b"\r\n",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 50\r\n",
    "no number": b"Content-Length: five\r\n",
    "short length": b"Content-Length: 5\r\n",
    "empty length": b"Content-Length:\r\n",
    "header without a colon": b"nonsense\r\n",
    "header without a name": b": x\r\n",
    "header that is no text": b"X-\xff\xfe\x00: \x80\x81\r\n",
    "header of a megabyte": b"X: " + b"x" * 1_000_000 + b"\r\n",
    "thousand headers": b"X: y\r\n" * 1000,
    "folded header": b"X: y\r\n  z\r\n\t\r\n",
    "cookie": b"Set-Cookie: " + b"a=b; expires=Fri, 31 Dec 9999 23:59:59 -2359; " * 50 + b"\r\n",
    "type": b"Content-Type: text/html; charset=\xff\xff; " + b"x" * 5000 + b"\r\n",
    "unknown transfer coding": b"Transfer-Encoding: gzip\r\n",
    "unknown content coding": b"Content-Encoding: \xff\r\n",
    "upgrade": b"Upgrade: websocket\r\nConnection: Upgrade\r\n",
    "location": b"Location: http://[\r\n",
    "keep alive": b"Keep-Alive: timeout=-1, max=x\r\nConnection: keep-alive, close, \xff\r\n",
}
CHUNKS = {
    "negative size": b"-5\r\nabcde\r\n0\r\n\r\n",
    "size of many digits": b"f" * 9999 + b"\r\nabc",
    "huge size": b"fffffffffffffffffff\r\nabc",
    "no size": b"\r\nabc\r\n",
    "no number": b"xyz\r\nabc\r\n0\r\n\r\n",
    "no line end": b"5" * 70_000,
    "extension": b"5;" + b"x" * 70_000 + b"\r\nabcde\r\n0\r\n\r\n",
    "trailer": b"0\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
    "endless trailer": b"0\r\nX: " + b"y" * 100_000,
    "no line end after a chunk": b"2\r\nabcde\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=list(HEADS))
@pytest.mark.parametrize("status", [b"200 OK", b"404 No", b"503 Later", b"302 Found", b"204 Nothing", b"304 Same"])
def test_odd_headers(answering, connect, head, status):
    """Whatever the headers are, there is the answer or one of our errors of one line."""
    check(connect(answering(b"HTTP/1.1 " + status + b"\r\n" + head + b"\r\n" + BODY).url, HW_MAX_RETRIES="0"))


@pytest.mark.parametrize("chunks", CHUNKS.values(), ids=list(CHUNKS))
def test_odd_chunks(answering, connect, chunks):
    """Whatever the chunks are, there is one of our errors of one line."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert check(connect(answering(head + chunks).url, HW_MAX_RETRIES="0")) is None


@pytest.mark.parametrize(
    "line",
    [
        *(b"HTTP/1.1 99 Low", b"HTTP/1.1 1000 High", b"HTTP/1.1 -200 Neg", b"HTTP/1.1 2OO OK", b"HTTP/9.9 200 OK"),
        *(
            b"HTTP/2 200",
            b"HTTP/1.1",
            b"",
            b"ICY 200 OK",
            b"HTTP/1.1 200 " + b"x" * 100_000,
            b"\x16\x03\x01\x00",
            b"\xff",
        ),
    ],
)
def test_odd_status_lines(answering, connect, line):
    """Whatever the first line is, there is the answer or one of our errors of one line."""
    check(connect(answering(line + b"\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY).url, HW_MAX_RETRIES="0"))


def check(client):
    """Ask; return the ids, or None if there was one of our errors."""
    try:
        return [record.id for record in client.list_log_records(CLUSTER).records]
    except CssError as error:
        text = str(error)
    assert len(text.splitlines()) == 1
    assert len(text) < 1500
    return None


def test_anything_unexpected_is_an_error_of_ours(answering, connect, monkeypatch):
    """What nobody knew that the HTTP libraries may raise is a connection error, too."""

    def send(*_arguments, **_options):
        raise AssertionError("surprise: test-secret-key")

    client = connect(answering((200, BODY)).url, HW_MAX_RETRIES="0")
    monkeypatch.setattr(client._transport._adapter, "send", send)
    with pytest.raises(CssConnectionError, match=r"surprise: \*\*\*"):
        client.list_log_records(CLUSTER)


PROXIES = [
    "http://u:hush-hush@",
    "http://u:hush-hush@[",
    "u:hush-hush@",
    "http://u:hush-hush@h:port",
    "://u:hush-hush@h",
]
PROXIES += ["http://u:hush-hush@h:99999999", "ftp://u:hush-hush@h", "http://:hush-hush@:80", "http://u:hush-hush@h o"]


@pytest.mark.parametrize("proxy", PROXIES)
@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_proxy_that_cannot_be_read(monkeypatch, proxy, variable):
    """The error names the variable, and shows nothing of the password."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, proxy)
    transport = Transport(Credentials(token="t"), max_retries=0)
    with pytest.raises(CssError) as refused:
        transport.get("https://css.example.invalid/x", {}, TokenAuth("t"), Deadline())
    transport.close()
    assert isinstance(refused.value, SettingsError)
    assert variable.lower() in str(refused.value).lower()
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_password_of_a_proxy_is_never_shown(answering, monkeypatch, scheme):
    """A proxy that repeats what it was sent, in any form, or that is not there, does not make an error show it."""
    basic = base64.b64encode(b"user:hush+hush").decode()
    echo = f"no user:hush+hush, user:hush%2Bhush, {basic}"
    raw = f"HTTP/1.1 407 {echo}\r\nContent-Type: text/plain\r\nContent-Length: {len(echo)}\r\n\r\n{echo}".encode()
    proxy = answering(raw)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for stopped in (False, True):
        monkeypatch.setenv(f"{scheme}_proxy", proxy.url.replace("//", "//user:hush%2Bhush@"))
        transport = Transport(Credentials(token="t"), max_retries=0)
        with pytest.raises((ApiError, CssConnectionError)) as refused:
            transport.get(f"{scheme}://css.example.invalid/x", {}, TokenAuth("t"), Deadline())
        transport.close()
        assert "hush" not in str(refused.value)
        assert basic not in str(refused.value)
        if not stopped:
            proxy.stop()


SECRET = 'hush/+"=' + "c2VjcmV0" * 5
FORMS = {
    "plain": SECRET,
    "in JSON": json.dumps({"token": SECRET}),
    "in an address": "https://x/?t=hush%2F%2B%22%3D" + "c2VjcmV0" * 5,
    "in an address, small": "https://x/?t=hush%2f%2b%22%3d" + "c2VjcmV0" * 5,
    "in JSON of another": json.dumps(SECRET).replace("/", "\\/"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("field", ["id", "status", "logPath", "failedMsg", "jobId", "jobTypes"])
@pytest.mark.parametrize("variable", ["HW_AUTH_TOKEN", "HW_SECURITY_TOKEN", "HW_SECRET_KEY"])
def test_secret_in_a_record(answering, connect, form, field, variable):
    """A secret that a server puts into a record, in whatever form, does not reach outputs."""
    record = {"id": "a", "clusterId": CLUSTER, field: f"got {FORMS[form]}!"}
    server = answering((200, {"clusterLogRecord": [record, {"id": "b", "failedMsg": "a\nb"}]}))
    first, second = connect(server.url, **{variable: SECRET}).list_log_records(CLUSTER).records
    shown = json.dumps(first.to_outputs())
    assert "c2VjcmV0" not in shown
    assert "***" in shown
    assert second.failed_msg == "a\nb"


TWICE = {
    "record": b'{"clusterLogRecord":[{"id":"a","status":"FAIL","status":"SUCCESS"}]}',
    "spaced": b'{"clusterLogRecord":[{"id":"a","status":"FAIL","status" \t:"SUCCESS"}]}',
    "escaped": b'{"clusterLogRecord":[{"id":"a","status":"FAIL","st\\u0061tus":"SUCCESS"}]}',
    "hidden by an escaped colon": b'{"clusterLogRecord":[{"id":"a\\u003a","status":"FAIL","status":"SUCCESS"}]}',
    "list": b'{"clusterLogRecord":[{"id":"a","status":"FAIL"}],"clusterLogRecord":[]}',
    "total": b'{"clusterLogRecord":[],"totalSize":5,"totalSize":0}',
    "unknown": b'{"clusterLogRecord":[{"id":"a","x":1,"x":1}]}',
    "deep": b'{"clusterLogRecord":[{"id":"a","x":[{"y":{"z":1,"z":2}}]}]}',
    "beside": b'{"clusterLogRecord":[],"x":{"y":1,"y":1}}',
    "with a colon in a text": b'{"clusterLogRecord":[{"id":"a:b","failedMsg":":::","status":"FAIL","status":"FAIL"}]}',
}


@pytest.mark.parametrize("body", TWICE.values(), ids=list(TWICE))
def test_key_that_is_there_twice(answering, connect, body):
    """An object with a key twice is refused, wherever it is and however the key is written."""
    with pytest.raises(InvalidResponseError, match="has a duplicate key"):
        parse_page(body)
    with pytest.raises(InvalidResponseError, match="has a duplicate key"):
        connect(answering((200, body)).url).list_log_records(CLUSTER)


@pytest.mark.parametrize(
    "body",
    [
        b'{"clusterLogRecord":[],"cluster_log_record":[{"id":"a","status":"FAIL"}]}',
        b'{"cluster_log_record":[{"id":"a","status":"FAIL"}],"clusterLogRecord":[]}',
        b'{"clusterLogRecord":[],"totalSize":0,"total_size":5}',
        b'{"clusterLogRecord":[{"id":"a","createAt":1656042837000,"created_at":1656042837001}]}',
        b'{"clusterLogRecord":[{"id":"a"},{"id":"b","clusterId":"a","cluster_id":"b"}]}',
    ],
)
def test_key_in_two_spellings(answering, connect, body):
    """An object that has one key by the API's name and by the field's is refused: one of the values would be lost."""
    with pytest.raises(InvalidResponseError, match="in two spellings"):
        parse_page(body)
    with pytest.raises(InvalidResponseError, match="in two spellings"):
        connect(answering((200, body)).url).list_log_records(CLUSTER)


@pytest.mark.parametrize(
    "body",
    [
        b'{"clusterLogRecord":[{"id":"a:b","failedMsg":": \\"id\\": \\"id\\":","status":"FAIL"}]}',
        b'{"clusterLogRecord":[{"id":"a","failedMsg":":::"}],"totalSize":"1"}',
        b'{"clusterLogRecord":[{"id":"a","x":{"x":{"x":1}}},{"id":"a"}],"x":[{"id":1},{"id":1}]}',
        b'{"clusterLogRecord":[{"id":"a","cluster_id":"b"}], "y": ":"}',
    ],
)
def test_colons_and_equal_keys_of_different_objects(body):
    """Colons in texts, and one key in several objects, are no keys twice."""
    assert parse_page(body).records[0].id.startswith("a")


@pytest.mark.parametrize("key", ["errCode", "error_code", "errorCode", "error", "code"])
@pytest.mark.parametrize("value", ["CSS.0005", 7, {"code": "X"}, ["x"], True])
def test_error_beside_records(answering, connect, key, value):
    """A body with an error in it is no answer, whatever records it has, too."""
    server = answering((200, {"clusterLogRecord": [{"id": "a", "clusterId": CLUSTER}], "totalSize": 1, key: value}))
    with pytest.raises((ApiError, InvalidResponseError)):
        connect(server.url).list_log_records(CLUSTER)


@pytest.mark.parametrize("key", ["errCode", "error_code", "errorCode", "error", "code", "message"])
@pytest.mark.parametrize("value", [None, "", 0])
def test_no_error_beside_records(answering, connect, key, value):
    """A place for an error with nothing in it is no error."""
    server = answering((200, {"clusterLogRecord": [{"id": "a"}], "totalSize": 1, key: value}))
    assert len(connect(server.url).list_log_records(CLUSTER).records) == 1


OURS = {"id": "a" * 32, "name": "cn-north-4", "enabled": True}


@pytest.mark.parametrize(
    ("projects", "words"),
    [
        ([{**OURS, "enabled": False}], ["IAM lists 0 projects", "'cn-north-4' (disabled)"]),
        ([{**OURS, "enabled": "false"}], ["IAM lists 0 projects"]),
        ([{**OURS, "enabled": None}], ["IAM lists 0 projects"]),
        ([{**OURS, "name": "cn-north-4_sub"}], ["IAM lists 0 projects", "'cn-north-4_sub'"]),
        ([{**OURS, "name": "CN-NORTH-4"}], ["IAM lists 0 projects"]),
        ([{**OURS, "name": ""}], ["IAM lists 0 projects"]),
        ([{**OURS, "name": "x\x1b[31m\n" * 999}], ["IAM lists 0 projects"]),
        ([OURS, {**OURS, "id": "b" * 32}], ["IAM lists 2 projects", "a" * 32 + ", " + "b" * 32]),
        ([{**OURS, "id": f"{n:032x}"} for n in range(9000)], ["IAM lists 9000 projects", "and 8995 more"]),
        ([{**OURS, "enabled": False}] * 9000, ["IAM lists 0 projects", "and 8995 more"]),
    ],
)
def test_projects_that_are_not_the_one(answering, connect, projects, words):
    """A project that is disabled or has another name is not taken, also where it is the only one."""
    server = answering((200, {"projects": projects}))
    with pytest.raises(SettingsError) as refused:
        connect(server.url, HW_PROJECT_ID=None, HW_REGION_NAME="cn-north-4").project_id()
    assert [word for word in words if word not in str(refused.value)] == []
    assert len(str(refused.value)) < 800
    assert str(refused.value).isprintable()


def test_the_one_project_among_others(answering, connect):
    """What is disabled or has another name does not stand in the way of the one that was asked for."""
    others = [{**OURS, "id": "b" * 32, "enabled": False}, {**OURS, "id": "c" * 32, "name": "x"}]
    server = answering((200, {"projects": [*others, OURS]}))
    assert connect(server.url, HW_PROJECT_ID=None, HW_REGION_NAME="cn-north-4").project_id() == "a" * 32
