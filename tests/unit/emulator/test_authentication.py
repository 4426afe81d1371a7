"""Who may call: every signature is verified, and each refusal says why."""

from __future__ import annotations

import pytest
import requests
from pulumi_huaweicloud_css._api.signing import AkSkAuth
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Site
from pulumi_huaweicloud_css.errors import ArgumentError

PERMANENT = Credentials("PERMANENT", "permanent-secret")
TEMPORARY = Credentials("TEMPORARY", "temporary-secret", security_token="security-token")
TOKEN = Credentials(token="iam-token")
SITE = Site(accounts=[Account(credentials=given) for given in (PERMANENT, TEMPORARY, TOKEN)])


def assert_unauthenticated(answer, why):
    """Check that an answer is the gateway's 401, and what it gives as the reason."""
    body = answer.json()
    assert answer.status_code == 401
    assert set(body) == {"error_code", "error_msg", "request_id"}
    assert body["error_code"] == "APIGW.0301"
    assert body["error_msg"].startswith("Incorrect IAM authentication information: ")
    assert why in body["error_msg"]
    assert body["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize("credentials", [PERMANENT, TEMPORARY, TOKEN], ids=["permanent", "temporary", "token"])
@pytest.mark.parametrize("path", [None, "/v3/projects"], ids=["css", "iam"])
def test_known_credentials_are_accepted(start, ask, credentials, path):
    """A key pair, a temporary one with its token, and an IAM token open both CSS and IAM."""
    assert ask(start(site=SITE), path, credentials=credentials).status_code == 200


@pytest.mark.parametrize(
    ("credentials", "why"),
    [
        (Credentials("UNKNOWN", "permanent-secret"), "ak not exist"),
        (Credentials("PERMANENT", "wrong"), "verify aksk signature fail"),
        (Credentials("TEMPORARY", "temporary-secret"), "X-Security-Token is missing"),
        (Credentials("TEMPORARY", "temporary-secret", security_token="wrong"), "X-Security-Token is not the one"),
        (Credentials("PERMANENT", "permanent-secret", security_token="security-token"), "not temporary"),
        (Credentials(token="wrong"), "decrypt token fail"),
    ],
    ids=["unknown_key", "wrong_secret", "no_security_token", "wrong_security_token", "stray_token", "wrong_token"],
)
@pytest.mark.parametrize("path", [None, "/v3/projects"], ids=["css", "iam"])
def test_wrong_credentials_are_refused(start, ask, credentials, why, path):
    """Each way to be wrong gets 401 APIGW.0301 with its own reason, from CSS and from IAM."""
    assert_unauthenticated(ask(start(site=SITE), path, credentials=credentials), why)


def test_no_key_works_when_none_is_configured_for_it(start, ask):
    """An empty token does not match logins that have none."""
    assert_unauthenticated(ask(start(), headers={"X-Auth-Token": ""}, credentials=Credentials(token=" ")), "token")


class Forged(requests.auth.AuthBase):
    """Signs a request as it should be, then changes it."""

    def __init__(self, change):
        self._change = change

    def __call__(self, request):
        """Sign, then change."""
        request = AkSkAuth("PERMANENT", "permanent-secret", project_id="0" * 32)(request)
        self._change(request)
        return request


def _unsign(name):
    def change(request):
        text = request.headers["Authorization"]
        names = text.split("SignedHeaders=")[1].split(",")[0].split(";")
        kept = ";".join(other for other in names if other != name)
        request.headers["Authorization"] = text.replace(";".join(names), kept)

    return change


def _set(name, value):
    def change(request):
        request.headers[name] = value

    return change


def _drop(name):
    def change(request):
        del request.headers[name]

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_drop("Authorization"), "neither an Authorization header nor an X-Auth-Token header"),
        (_set("Authorization", "Bearer abc"), "the Authorization header is not"),
        (_set("Authorization", "SDK-HMAC-SHA256 Access=PERMANENT"), "the Authorization header is not"),
        (_drop("X-Sdk-Date"), "the signed header x-sdk-date is not in the request"),
        (_drop("X-Project-Id"), "the signed header x-project-id is not in the request"),
        (_unsign("x-sdk-date"), "X-Sdk-Date is missing or not among the signed headers"),
        (_unsign("host"), "verify aksk signature fail"),
        (_set("X-Sdk-Date", "yesterday"), "X-Sdk-Date is not a time"),
        (_set("X-Project-Id", "1" * 32), "verify aksk signature fail"),
        (_set("Host", "example.com"), "verify aksk signature fail"),
        (_set("X-Project-Id", b"\xff\xfe"), "verify aksk signature fail"),
    ],
    ids=[
        "no_authorization", "other_scheme", "half_a_header", "no_date", "signed_header_absent", "date_not_signed",
        "signed_names_changed", "date_unreadable", "header_changed", "host_changed", "header_not_text",
    ],
)  # fmt: skip
def test_tampered_requests_are_refused(start, change, why):
    """A request that is not what was signed gets 401 APIGW.0301 with the reason."""
    emulator = start(site=SITE)
    url = f"{emulator.endpoint}/v1.0/{emulator.project_id}/clusters/{emulator.cluster_id}/logs/records"
    assert_unauthenticated(requests.get(url, auth=Forged(change), timeout=30), why)


def test_other_query_than_signed_is_refused(start):
    """The query is part of the signature: a page cannot be exchanged for another one."""
    emulator = start(site=SITE)
    url = f"{emulator.endpoint}/v1.0/{emulator.project_id}/clusters/{emulator.cluster_id}/logs/records"

    def change(request):
        request.url = request.url.replace("limit=1", "limit=2")

    answer = requests.get(url, params={"limit": 1}, auth=Forged(change), timeout=30)
    assert_unauthenticated(answer, "verify aksk signature fail")


def test_security_token_must_be_signed(start):
    """A security token that was added after signing is not accepted."""
    emulator = start(site=SITE)

    class Added(requests.auth.AuthBase):
        def __call__(self, request):
            request = AkSkAuth("TEMPORARY", "temporary-secret")(request)
            request.headers["X-Security-Token"] = "security-token"
            return request

    answer = requests.get(f"{emulator.endpoint}/v3/projects", auth=Added(), timeout=30)
    assert_unauthenticated(answer, "X-Security-Token is missing or not among the signed headers")


@pytest.mark.parametrize("path", ["/v3/projects/", "/v3//projects"])
def test_signature_alone_opens_no_other_path(emulator, ask, path):
    """The signed path always ends in "/", but the path that is looked up is the one that was sent."""
    assert ask(emulator, path).status_code == 404


@pytest.mark.parametrize("skew", [-900, -899, 0, 899, 900])
def test_clock_skew_up_to_15_minutes_is_accepted(start, ask, clock, skew):
    """A request dated up to 15 minutes before or after the server's time is accepted."""
    assert ask(start(clock=clock), at=clock.now + skew).status_code == 200


@pytest.mark.parametrize("skew", [-901, 901, -86_400, 86_400])
def test_clock_skew_over_15_minutes_is_refused(start, ask, clock, skew):
    """A request dated more than 15 minutes away from the server's time has expired."""
    assert_unauthenticated(ask(start(clock=clock), at=clock.now + skew), "the request has expired: X-Sdk-Date")


def test_without_permission_listing_is_refused_but_not_the_lookup(start, ask):
    """A key pair without css:log:listJob gets 403 APIGW.0302 from CSS, and its projects from IAM."""
    account = Account(credentials=PERMANENT, can_list=False)
    emulator = start(site=Site(accounts=[account]))
    answer = ask(emulator)
    assert answer.status_code == 403
    assert answer.json() == {
        "error_code": "APIGW.0302",
        "error_msg": "Policy doesn't allow css:log:listJob to be performed.",
        "request_id": answer.headers["X-Request-Id"],
    }
    assert ask(emulator, "/v3/projects").status_code == 200


@pytest.mark.parametrize(
    "credentials",
    [Credentials(), Credentials("only-a-key"), Credentials(secret_key="only-a-secret")],
    ids=["nothing", "only_key", "only_secret"],
)
def test_login_that_could_not_prove_anything_is_refused(credentials):
    """A login needs a whole key pair or a token, or an empty secret would open the emulator."""
    with pytest.raises(ArgumentError, match="an account needs"):
        Account(credentials=credentials)
