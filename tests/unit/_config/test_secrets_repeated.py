"""Servers that repeat the secrets that they were sent: whichever keys signed the request, none is shown or logged."""

from __future__ import annotations

import logging
import threading
import time

import pytest
from pulumi_huaweicloud_css import CssClient
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css.errors import CssError

OWN = "a" * 32
CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
ROLE = {"agencyName": "readers", "domainName": "emulated-account"}
NONE = {"clusterLogRecord": [], "totalSize": 0}


def keys(number, seconds=3600):
    """Return IAM's answer with temporary keys that last so long."""
    ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
    secrets = {"secret": f"hush-key-{number}", "securitytoken": f"hush-token-{number}"}
    return 201, {"credential": {"access": f"A{number}", **secrets, "expires_at": ends}}


def echo(asked, status=400):
    """Refuse a request by repeating its headers."""
    return status, {"errCode": "CSS.0001", "externalMessage": f"you sent {asked.headers}"}


def echo_busy(asked):
    """Refuse a request for now by repeating its headers."""
    return echo(asked, 503)


def client_of(server, *roles):
    """Return a client that acts as these agencies with temporary keys of its own."""
    environ = {
        "HW_ACCESS_KEY": "AK",
        "HW_SECRET_KEY": "hush-own",
        "HW_SECURITY_TOKEN": "hush-session",
        "HW_REGION_NAME": "cn-north-4",
        "HW_PROJECT_ID": OWN,
        "HW_MAX_RETRIES": "1",
        "HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4": server.url,
    }
    return CssClient(_settings=resolve(environ=environ, config={"assumeRole": list(roles)}.get))


@pytest.mark.parametrize("says", [echo, echo_busy])
def test_a_renewal_that_repeats_what_it_was_sent(answering, caplog, says):
    """When keys are renewed, IAM gets the caller's own security token again, and its echo of it is not shown."""
    caplog.set_level(logging.DEBUG)
    server = answering(keys(1, seconds=-1), (200, NONE), says)
    with client_of(server, ROLE) as client:
        client.list_log_records(CLUSTER)
        with pytest.raises(CssError) as error:
            client.list_log_records(CLUSTER)
    assert "you sent" in str(error.value)
    assert "hush" not in str(error.value) + repr(error.value) + caplog.text


def test_a_renewal_after_a_401_that_repeats_what_it_was_sent(answering):
    """When keys are refused and asked for anew, the echo of the caller's own security token is not shown either."""
    asked_for = []

    def answer(asked):
        if "securitytokens" not in asked.target:
            return 401, {"error_code": "APIGW.0301", "error_msg": "expired"}
        asked_for.append(asked)
        return keys(1) if len(asked_for) == 1 else echo(asked)

    with client_of(answering(answer), ROLE) as client, pytest.raises(CssError) as error:
        client.list_log_records(CLUSTER)
    assert "you sent" in str(error.value)
    assert "hush" not in str(error.value)


@pytest.mark.parametrize("says", [echo, echo_busy])
def test_a_chain_that_repeats_what_it_was_sent(answering, caplog, says):
    """The keys of an agency in the middle of a chain are shown by no error and no log, though a server repeats them."""
    caplog.set_level(logging.DEBUG)
    second = {**ROLE, "agencyName": "second"}
    with client_of(answering(keys(1), says), ROLE, second) as client, pytest.raises(CssError) as error:
        client.list_log_records(CLUSTER)
    assert "you sent" in str(error.value)
    assert "hush" not in str(error.value) + repr(error.value) + caplog.text


@pytest.mark.parametrize("form", ["a record", "an error with status 200"])
def test_keys_that_another_thread_renewed_meanwhile(answering, form):
    """What a response repeats of the keys that signed its request is hidden, also if they were renewed since."""
    arrived, go_on = threading.Event(), threading.Event()
    seen = []

    def answer(asked):
        if "securitytokens" in asked.target:
            seen.append(asked)
            return keys(len(seen))
        if not arrived.is_set():
            arrived.set()
            go_on.wait(30)
            told = f"sent: {asked.headers['x-security-token']}"
            record = {"id": "r", "clusterId": CLUSTER, "status": "FAIL", "createAt": 1656042837000, "failedMsg": told}
            if form == "a record":
                return 200, {"clusterLogRecord": [record], "totalSize": 1}
            return 200, {"errCode": "CSS.0001", "externalMessage": told}
        if "Access=A1," in asked.headers["authorization"]:
            return 401, {"error_code": "APIGW.0301", "error_msg": "expired"}
        return 200, NONE

    shown = []
    with client_of(answering(answer), ROLE) as client:

        def read():
            try:
                shown.append(repr(client.list_log_records(CLUSTER)))
            except CssError as error:
                shown.append(str(error))

        thread = threading.Thread(target=read)
        thread.start()
        assert arrived.wait(30)
        client.list_log_records(CLUSTER)  # refused, and so renewed
        go_on.set()
        thread.join()
    assert "sent: " in shown[0]
    assert "hush" not in shown[0]
