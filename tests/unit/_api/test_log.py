"""What the package logs under its own name."""

from __future__ import annotations

import contextlib
import logging
import re
import threading

import pytest
from pulumi_huaweicloud_css import _log
from pulumi_huaweicloud_css._api import attempt, throttle
from pulumi_huaweicloud_css._api import transport as transport_module
from pulumi_huaweicloud_css._api.deadline import Deadline
from pulumi_huaweicloud_css._api.signing import TokenAuth
from pulumi_huaweicloud_css._api.throttle import AdaptiveLimiter
from pulumi_huaweicloud_css._api.transport import Transport
from pulumi_huaweicloud_css._config import temporary
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css.errors import ApiError, CssConnectionError, SettingsError

from tests.support.deadlines import time_is_up
from tests.support.logged import ACCESS_KEY, PASSWORD, PLANTED, SECRET_KEY, SECURITY_TOKEN, TOKEN, matching

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
GOOD = (200, {"clusterLogRecord": [], "totalSize": 0}, {"X-Request-Id": "r-1"})
REGION = {"HW_REGION_NAME": "cn-north-4", temporary.METADATA_VARIABLE: "off"}


def test_silent_by_default(capfd, start, connect):
    """Without a handler of the program's own nothing is printed, not even on standard error."""
    emulator = start(faults=["503:1", "redirect"])
    with pytest.raises(ApiError):
        connect(emulator).list_log_records(CLUSTER)
    assert any(isinstance(handler, logging.NullHandler) for handler in _log.LOGGER.handlers)
    assert capfd.readouterr() == ("", "")


def test_a_good_read(log, start, connect):
    """A request is one line: method, address with the query, attempt, duration, status and request id."""
    emulator = start()
    connect(emulator).list_log_records(CLUSTER, limit=5)
    address = f"{emulator.endpoint}/v1.0/{emulator.site.projects[0].project_id}/clusters/{CLUSTER}/logs/records"
    [line] = matching(log(), "^GET")
    assert re.fullmatch(
        rf"GET {re.escape(address)}\?offset=1&limit=5, attempt 1, \d+ ms: HTTP 200, request id: [0-9a-f]{{32}}", line
    )


def test_a_retry(log, answering, connect, pauses, caplog):
    """Each attempt has its line, with the status or the reason, and each retry one with the reason and the pause."""
    server = answering((503, {"errCode": "CSS.0005"}), b"", GOOD)
    connect(server.url).list_log_records(CLUSTER)
    attempts = matching(log(), r"^GET .*\d ms: ")
    assert [re.search(r"attempt (\d)", line)[1] for line in attempts] == ["1", "2", "3"]
    assert attempts[0].endswith("HTTP 503, request id: none given")
    assert f"the connection to {server.url}" in attempts[1]
    assert attempts[2].endswith("HTTP 200, request id: r-1")
    first, second = matching(log(), "retried in")
    assert re.search(rf"attempt 1 failed: CSS returned HTTP 503, CSS.0005.*; retried in {pauses[0]:.2f} s$", first)
    assert re.search(rf"attempt 2 failed: the connection .*; retried in {pauses[1]:.2f} s$", second)
    assert {record.levelno for record in caplog.records if "retried in" in record.getMessage()} == {logging.INFO}


def test_a_throttled_one(log, answering, connect):
    """The limiter says that it slows down, for how long, and that it recovers."""
    server = answering((429, b"", {"Retry-After": "7"}), GOOD)
    connect(server.url).list_log_records(CLUSTER)
    assert matching(log(), r"^127\.0\.0\.1 (throttles|recovers)") == [
        "127.0.0.1 throttles: nothing is sent for 7.00 s, then at most 1 at once",
        "127.0.0.1 recovers: at most 2 at once",
    ]


def test_a_site_that_throttles_no_longer(log):
    """The end of all holding back is told once."""
    limiter = AdaptiveLimiter(lambda: 0.0, site="css")
    with limiter.acquire(lambda: 0.0) as hold:
        limiter.throttled(hold, 0.0)
    for _ in range(3000):
        limiter.succeeded()
    assert log()[-1] == "css no longer throttles"
    assert len(matching(log(), "no longer")) == 1
    assert len(matching(log(), "recovers")) == throttle.MAX_PARALLELISM - 1


def test_a_redirect(log, answering, connect):
    """A redirect says where it would have led, without what may be secret in an address."""
    place = "https://user:Planted@elsewhere.example/login;x?state=Planted#Planted"
    server = answering((302, b"", {"Location": place}))
    with pytest.raises(ApiError):
        connect(server.url).list_log_records(CLUSTER)
    [line] = matching(log(), "redirects")
    assert line.endswith("/logs/records redirects to https://elsewhere.example/login;x: not followed")


def test_an_answer_that_is_not_believed(log, answering, connect):
    """A request that is sent again on a new connection is told, and is the same attempt."""
    page = (200, {"clusterLogRecord": [{"id": "r", "clusterId": CLUSTER}], "totalSize": 1})
    client = connect(answering(page, GOOD).url)
    for _ in range(2):
        client.list_log_records(CLUSTER)
    assert len(matching(log(), "retrying on a new connection")) == 1
    assert [re.search(r"attempt (\d)", line)[1] for line in matching(log(), "^GET")] == ["1", "1", "1"]


def test_the_project_of_a_region(log, emulator, connect):
    """A project id that was looked up is told, with the region whose name it was found by."""
    project_id = connect(emulator, HW_PROJECT_ID=None).project_id()
    assert f"project id {project_id} found at IAM by the name cn-north-4" in log()
    assert len(matching(log(), r"^GET .*/v3/projects\?name=cn-north-4, attempt 1")) == 1


def test_where_settings_came_from(log):
    """Every setting is told with its source, the credentials by their source alone."""
    resolve(
        region="cn-east-3",
        environ={
            "HW_ACCESS_KEY": ACCESS_KEY,
            "HW_SECRET_KEY": SECRET_KEY,
            "HUAWEICLOUD_SDK_PROJECT_ID": "0123456789abcdef" * 2,
            "HW_MAX_RETRIES": "3",
        },
    )
    assert matching(log(), "^settings") == [
        (
            "settings: credentials from environment (HW_ACCESS_KEY, HW_SECRET_KEY); "
            "region cn-east-3 from the argument region; "
            f"project_id {'0123456789abcdef' * 2} from HUAWEICLOUD_SDK_PROJECT_ID; "
            "project_name not given; "
            "endpoint https://css.cn-east-3.myhuaweicloud.com from the region; "
            "iam_endpoint https://iam.cn-east-3.myhuaweicloud.com from the region; "
            "agencies () from not given; max_retries 3 from HW_MAX_RETRIES; insecure False from the default"
        )
    ]


def test_the_variable_of_a_security_token(log):
    """Temporary keys are told with the variable of their token; nothing of the token is."""
    keys = {"HW_ACCESS_KEY": ACCESS_KEY, "HW_SECRET_KEY": SECRET_KEY, "HW_SECURITY_TOKEN": SECURITY_TOKEN}
    resolve(region="cn-east-3", environ=keys)
    [line] = matching(log(), "^settings")
    assert "credentials from environment (HW_ACCESS_KEY, HW_SECRET_KEY, HW_SECURITY_TOKEN); " in line
    assert not PLANTED.search(line)


def test_a_secret_of_a_place_that_is_not_used(log):
    """A key that is not signed with, because a token counts before it, is masked where it was pasted, too."""
    environ = {"HW_AUTH_TOKEN": "hush-token", "HW_SECRET_KEY": "hush-secret", "HW_REGION_NAME": "cn-north-4"}
    resolve(environ={**environ, "HW_ASSUME_ROLE_AGENCY_NAME": "hush-secret", "HW_ASSUME_ROLE_DOMAIN_NAME": "them"})
    assert matching(log(), "HW_ASSUME_ROLE_AGENCY_NAME")
    assert not matching(log(), "hush")


def test_the_file_and_section_of_a_profile(log, tmp_path):
    """The profile file is told with the section that was taken."""
    file = tmp_path / "keys"
    file.write_text(f"[basic]\nak={ACCESS_KEY}\nsk={SECRET_KEY}\n", encoding="utf-8")
    environ = {**REGION, "HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(file)}
    resolve(environ=environ)
    assert f"profile: {file}, section [basic]" in log()
    assert matching(log(), rf"credentials from profile file {file} \(ak, sk\);")
    file.write_text("[other]\n")
    with pytest.raises(SettingsError):
        resolve(environ=environ)
    assert f"profile: {file} has no section [basic]" in log()
    with pytest.raises(SettingsError):
        resolve(environ={**REGION, "HOME": str(tmp_path)})
    assert f"profile: there is no file {tmp_path}/.huaweicloud/credentials" in log()


@pytest.mark.parametrize("failing", [False, True])
def test_temporary_credentials(log, caplog, monkeypatch, answering, tmp_path, failing):
    """Temporary credentials are told by their way; of what the vendor's SDK says of it nothing is."""
    monkeypatch.setattr(temporary, "_kept", {})
    keys = {"access": ACCESS_KEY, "secret": SECRET_KEY, "securitytoken": SECURITY_TOKEN}
    credential = {"credential": {**keys, "expires_at": "2099-01-01T00:00:00.000000Z"}}
    service = answering(b"" if failing else (200, credential))
    (tmp_path / "token").write_text(TOKEN)
    environ = {
        **REGION,
        "HC_CONTAINER_CREDENTIALS_FULL_URI": service.url.replace("//", f"//user:{PASSWORD}@") + "/pod",
        "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) if failing else contextlib.nullcontext():
        resolve(environ=environ)
    assert bool(matching(log(), "^credentials: pod identity gave temporary ones")) != failing
    assert not [record for record in caplog.records if record.name.startswith("huawei")]
    assert not PLANTED.search("\n".join(log()))


def test_the_proxy_by_its_variable(log, answering, monkeypatch):
    """A proxy is named by its variable, never by its address."""
    proxy = answering(GOOD)
    monkeypatch.setenv("http_proxy", proxy.url.replace("//", f"//user:{PASSWORD}@"))
    monkeypatch.setenv("no_proxy", "")
    transport = Transport(Credentials(token="t"), max_retries=0)
    transport.get("http://css.example.invalid/x", {}, TokenAuth("t"), Deadline())
    transport.close()
    [line] = matching(log(), "proxy")
    assert line.startswith("css.example.invalid: proxy from http_proxy; certificates: ")


class Told:
    """A logger that listens to nothing; whatever else than that it is asked is a failure."""

    def __init__(self):
        self.levels = []

    def isEnabledFor(self, level):  # noqa: N802 - as the standard library has it
        """Count the question, and listen to nothing."""
        self.levels.append(level)
        return False


def test_a_request_costs_one_question(start, connect, monkeypatch):
    """Where nobody listens, a request asks that once, and makes no text and takes no time."""
    client = connect(start())
    client.list_log_records(CLUSTER)
    told = Told()
    for module in (attempt, transport_module, throttle):
        monkeypatch.setattr(module, "LOGGER", told)
    for _ in range(10):
        client.list_log_records(CLUSTER)
    assert told.levels == [logging.DEBUG] * 10


def test_records_from_many_threads(log, start, connect):
    """Threads that share a client log whole lines."""
    client = connect(start())
    threads = [threading.Thread(target=client.list_log_records, args=(CLUSTER,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(matching(log(), r"^GET .* ms: HTTP 200, request id: [0-9a-f]{32}$")) == 8


def test_a_deadline(log, answering, connect):
    """An answer that does not come has a line that says so."""
    waiting = threading.Event()

    def late(_):
        time_is_up()
        waiting.wait(30)
        return b""

    server = answering(late)
    with pytest.raises(CssConnectionError):
        connect(server.url).list_log_records(CLUSTER)
    waiting.set()
    [line] = matching(log(), "^GET")
    assert re.search(r"attempt 1, \d+ ms: no response from .* within 60 s$", line)
