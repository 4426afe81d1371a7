"""No secret and no control character is in what the package logs, whatever goes wrong and whatever a server repeats."""

from __future__ import annotations

import contextlib
import logging
import re
import threading

import pytest
from pulumi_huaweicloud_css._api.deadline import Deadline
from pulumi_huaweicloud_css._api.signing import TokenAuth
from pulumi_huaweicloud_css._api.transport import Transport
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Site, sending
from pulumi_huaweicloud_css.emulator.faults import FAULTS
from pulumi_huaweicloud_css.errors import CssError

from tests.support.deadlines import time_is_up
from tests.support.logged import ACCESS_KEY, PASSWORD, PLANTED, SECRET_KEY, SECURITY_TOKEN, TOKEN, matching

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"


def planted():
    """Return credentials of both kinds, all of whose secrets are planted."""
    return [Credentials(ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN), Credentials(token=TOKEN)]


def soon_over(_):
    """Let the time be up a moment after a request has come, when some of the answer may be there."""
    threading.Timer(0.2, time_is_up).start()


VARIABLES = [
    {"HW_ACCESS_KEY": ACCESS_KEY, "HW_SECRET_KEY": SECRET_KEY, "HW_SECURITY_TOKEN": SECURITY_TOKEN},
    {"HW_AUTH_TOKEN": TOKEN, "HW_ACCESS_KEY": None, "HW_SECRET_KEY": None},
]


@pytest.mark.parametrize("variables", VARIABLES, ids=["keys", "token"])
@pytest.mark.parametrize("fault", ["none", *FAULTS])
def test_no_secret_with_any_fault(caplog, start, connect, monkeypatch, variables, fault):
    """Whatever goes wrong, no record, ours or a library's, has a secret or the access key in it."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(sending, "LATE_SECONDS", 0.01)
    emulator = start(
        site=Site(accounts=tuple(Account(credentials=each) for each in planted())),
        faults=[fault] if fault != "none" else [],
        on_request=soon_over if fault in ("no-answer", "slow-body") else None,
    )
    client = connect(emulator, **variables, HW_MAX_RETRIES="1", HW_PROJECT_ID=None)
    with contextlib.suppress(CssError):
        client.list_log_records(CLUSTER)
    assert matching([record.getMessage() for record in caplog.records], "^GET")
    assert not PLANTED.search(caplog.text)


def repeating(asked):
    """Refuse a request with everything that it was sent, in the body and in headers."""
    sent = " ".join([asked.target, *asked.headers.values()])
    header = f"\x1b[31m{sent}<{{%red%}}>\x85"
    headers = {"X-Request-Id": header, "Location": f"http://user:{sent}@{sent}/{sent}", "Content-Type": "text/plain"}
    return 503, f"{sent}\r\n\x1b[2J{sent}\u2028\u202e".encode(), headers


@pytest.mark.parametrize("variables", VARIABLES, ids=["keys", "token"])
@pytest.mark.parametrize("status", [200, 302, 401, 429, 503])
def test_a_server_that_repeats_what_it_was_sent(log, answering, connect, variables, status):
    """What a server says is logged on one line, without its escapes, and without what is secret in it."""
    server = answering(lambda asked: (status, *repeating(asked)[1:]))
    with pytest.raises(CssError):
        connect(server.url, **variables, HW_MAX_RETRIES="1").list_log_records(CLUSTER)
    assert len(matching(log(), "^GET")) >= 1
    text = "".join(log())
    assert not PLANTED.search(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u202e]|<{%", text)


@pytest.mark.parametrize("answer", [repeating, b"", b"this is not HTTP\r\n\r\n", (407, b"")])
def test_no_password_of_a_proxy(caplog, answering, monkeypatch, answer):
    """A proxy that fails, or repeats what it was sent, brings its password into no record."""
    caplog.set_level(logging.DEBUG)
    proxy = answering(answer)
    monkeypatch.setenv("http_proxy", proxy.url.replace("//", f"//us%65r:{PASSWORD}@"))
    monkeypatch.setenv("no_proxy", "")
    credentials = Credentials(ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN, TOKEN)
    transport = Transport(credentials, max_retries=1, sleep=lambda _: None)
    with pytest.raises(CssError):
        transport.get("http://css.example.invalid/x", {"a": SECRET_KEY}, TokenAuth(TOKEN), Deadline())
    transport.close()
    ours = [record for record in caplog.records if record.name == "pulumi_huaweicloud_css"]
    assert len(ours) >= 2
    text = "\n".join(record.getMessage() for record in ours)
    assert not PLANTED.search(text)
    assert "dXNlcjpQdzBQ" not in text  # "user:Pw0P", as Proxy-Authorization has it
