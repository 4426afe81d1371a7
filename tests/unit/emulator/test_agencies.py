"""Agencies: keys are exchanged for temporary ones, in IAM's way and in STS's, and those end."""

from __future__ import annotations

import json

import pytest
import requests
from pulumi_huaweicloud_css._api.signing import auth_for
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Agency, Site
from pulumi_huaweicloud_css.emulator.site import DOMAIN_ID
from pulumi_huaweicloud_css.errors import ArgumentError

OTHER_DOMAIN = "a" * 32
READER = Agency(name="reader", domain_name="other", domain_id=OTHER_DOMAIN)
V3 = "/v3.0/OS-CREDENTIAL/securitytokens"
V5 = "/v5/agencies/assume"


@pytest.fixture
def one(start, clock):
    """An emulator with an agency for everybody, and a clock to move."""
    return start(site=Site(agencies=[READER]), clock=clock)


def iam_body(agency="reader", domain="other", **fields):
    """Return the body of IAM's request."""
    wanted = {"agency_name": agency, "domain_name": domain, **fields}
    return {"auth": {"identity": {"methods": ["assume_role"], "assume_role": wanted}}}


def sts_body(urn=READER.urn, **fields):
    """Return the body of STS's request."""
    return {"agency_urn": urn, "agency_session_name": "css-logs", **fields}


def post(ask, emulator, path, body, **settings):
    """Ask with a body, as it is signed."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask(emulator, path, method="POST", data=data, **settings)


def assume(ask, emulator, way, **settings):
    """Assume the agency, and return the answer's keys."""
    settings = {"at": 1_800_000_000.0, **settings}
    if way == "v3":
        answer = post(ask, emulator, V3, iam_body(), **settings)
        assert answer.status_code == 201, answer.text
        found = answer.json()["credential"]
        return Credentials(found["access"], found["secret"], security_token=found["securitytoken"])
    answer = post(ask, emulator, V5, sts_body(), **settings)
    assert answer.status_code == 200, answer.text
    found = answer.json()["credentials"]
    return Credentials(found["access_key_id"], found["secret_access_key"], security_token=found["security_token"])


WAYS = ["v3", "v5"]


@pytest.mark.parametrize("way", WAYS)
def test_temporary_keys_open_what_the_agency_may(one, ask, clock, way):
    """With the keys that were handed out the records are listed, until they end; then the gateway says 401."""
    keys = assume(ask, one, way)
    assert one.temporary_keys == [keys.access_key]
    assert ask(one, credentials=keys, at=clock.now).status_code == 200
    lasts = 900 if way == "v3" else 3600
    clock.move(lasts - 1)
    assert ask(one, credentials=keys, at=clock.now).status_code == 200
    clock.move(1)
    refused = ask(one, credentials=keys, at=clock.now)
    assert (refused.status_code, refused.json()["error_code"]) == (401, "APIGW.0301")
    assert "expired" in refused.json()["error_msg"]


@pytest.mark.parametrize("way", WAYS)
def test_temporary_keys_need_their_token(one, ask, clock, way):
    """Without its security token, or with another one, a temporary key pair opens nothing."""
    keys = assume(ask, one, way)
    for token in (None, "another"):
        wrong = Credentials(keys.access_key, keys.secret_key, security_token=token)
        assert ask(one, credentials=wrong, at=clock.now).status_code == 401


@pytest.mark.parametrize("way", WAYS)
def test_keys_can_be_ended_early(one, ask, clock, way):
    """A test that ends all keys gets 401 for those there are, and 200 for those that come after."""
    before = assume(ask, one, way)
    one.expire_temporary_keys()
    after = assume(ask, one, way)
    assert ask(one, credentials=before, at=clock.now).status_code == 401
    assert ask(one, credentials=after, at=clock.now).status_code == 200
    assert one.temporary_keys == [before.access_key, after.access_key]


@pytest.mark.parametrize("way", WAYS)
def test_rights_are_the_agencys(start, ask, clock, way):
    """Who assumed an agency may what it may: not the records, though the keys it was assumed with may list them."""
    agency = Agency(
        name="reader",
        domain_name="other",
        domain_id=OTHER_DOMAIN,
        account=Account(can_list=False, can_list_projects=False),
    )
    emulator = start(site=Site(agencies=[agency]), clock=clock)
    keys = assume(ask, emulator, way)
    assert ask(emulator, at=clock.now).status_code == 200
    refused = ask(emulator, credentials=keys, at=clock.now)
    assert (refused.status_code, refused.json()["error_code"]) == (403, "APIGW.0302")
    assert ask(emulator, "/v3/projects", credentials=keys, at=clock.now).status_code == 403
    assert ask(emulator, "/v3/auth/projects", credentials=keys, at=clock.now).status_code == 200


def test_lasts_is_how_long_keys_really_last(start, ask, clock):
    """An agency whose keys last ten seconds says so, however much was asked for."""
    agency = Agency(name="reader", domain_name="other", domain_id=OTHER_DOMAIN, lasts=10)
    emulator = start(site=Site(agencies=[agency]), clock=clock)
    answer = post(ask, emulator, V3, iam_body(duration_seconds=3600), at=clock.now).json()
    assert answer["credential"]["expires_at"] == "2027-01-15T08:00:10.000000Z"
    keys = assume(ask, emulator, "v5")
    clock.move(10)
    assert ask(emulator, credentials=keys, at=clock.now).status_code == 401


@pytest.mark.parametrize("way", WAYS)
def test_chain(start, ask, clock, way):
    """Keys of one agency assume the next, which trusts that agency; the first keys alone may not."""
    first = Agency(name="first", domain_name="other", domain_id=OTHER_DOMAIN)
    second = Agency(name="reader", domain_name="other", domain_id=OTHER_DOMAIN, trusted=["first"])
    emulator = start(site=Site(agencies=[first, second]), clock=clock)
    body = iam_body("first") if way == "v3" else sts_body(first.urn)
    answer = post(ask, emulator, V3 if way == "v3" else V5, body, at=clock.now).json()
    values = (answer["credential"] if way == "v3" else answer["credentials"]).values()
    named = dict(zip(("access", "secret", "token"), values, strict=False))
    middle = Credentials(named["access"], named["secret"], security_token=named["token"])
    last = assume(ask, emulator, way, credentials=middle)
    assert ask(emulator, credentials=last, at=clock.now).status_code == 200
    path, body = (V3, iam_body()) if way == "v3" else (V5, sts_body())
    assert post(ask, emulator, path, body, at=clock.now).status_code == 403


def test_a_chain_is_an_hour_at_most(one, ask, clock):
    """STS refuses more than 3,600 s to a caller with temporary keys, and takes 43,200 from one with its own."""
    keys = assume(ask, one, "v5")
    longer = sts_body(duration_seconds=3601)
    assert post(ask, one, V5, longer, at=clock.now).status_code == 200
    assert post(ask, one, V5, longer, at=clock.now, credentials=keys).status_code == 400
    assert post(ask, one, V5, sts_body(duration_seconds=3600), at=clock.now, credentials=keys).status_code == 200


FORBIDDEN = {
    "error": {"message": "You are not authorized to perform the requested action.", "code": 403, "title": "Forbidden"}
}


@pytest.mark.parametrize(
    "body", [iam_body("unknown"), iam_body(domain="unknown"), iam_body("guarded"), iam_body(domain_id=DOMAIN_ID)]
)
def test_iam_refuses(start, ask, clock, body):
    """An agency that is unknown, and one that does not trust the caller, get one and the same 403 in IAM's form."""
    guarded = Agency(name="guarded", domain_name="other", domain_id=OTHER_DOMAIN, trusted=["SOMEBODY"])
    emulator = start(site=Site(agencies=[READER, guarded]), clock=clock)
    answer = post(ask, emulator, V3, body, at=clock.now)
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    assert emulator.temporary_keys == []


@pytest.mark.parametrize(("name", "code"), [("unknown", "STS5.1106"), ("guarded", "PAP5.0001")])
def test_sts_refuses(start, ask, clock, name, code):
    """An unknown agency and one that does not trust the caller get 403 in STS's form."""
    guarded = Agency(name="guarded", domain_id=OTHER_DOMAIN, trusted=["SOMEBODY"])
    emulator = start(site=Site(agencies=[guarded]), clock=clock)
    answer = post(ask, emulator, V5, sts_body(f"iam::{OTHER_DOMAIN}:agency:{name}"), at=clock.now)
    assert (answer.status_code, answer.json()["error_code"]) == (403, code)
    assert f"iam::{OTHER_DOMAIN}:agency:{name}" in answer.json()["error_msg"]
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    assert ("encoded_authorization_message" in answer.json()) == (name == "guarded")


NOT_AGENCIES = [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, {}, {"auth": []}, {"auth": {"identity": 1}}]
WRONG_IAM = [
    {"auth": {"identity": {"methods": ["token"]}}},
    {"auth": {"identity": {"methods": ["assume_role"]}}},
    iam_body(agency=""),
    iam_body(agency=1),
    iam_body(domain=None),
    iam_body(domain=1),
    iam_body(session_user=1),
    *(iam_body(duration_seconds=seconds) for seconds in (899, 86_401, "900", True, 900.0, -1)),
]
WRONG_STS = [
    sts_body(None),
    sts_body(""),
    sts_body(1),
    sts_body(agency_session_name=None),
    sts_body(agency_session_name="a"),
    sts_body(agency_session_name="a b"),
    sts_body(agency_session_name="a" * 129),
    *(sts_body(duration_seconds=seconds) for seconds in (899, 43_201, "900", True, 900.0, -1)),
]


@pytest.mark.parametrize(
    ("path", "body"),
    [*((V3, body) for body in (*NOT_AGENCIES, *WRONG_IAM)), *((V5, body) for body in (*NOT_AGENCIES, *WRONG_STS))],
)
def test_wrong_bodies_are_refused(one, ask, clock, path, body):
    """A body that is none of the operation gets 400 in the form of the service, and no keys."""
    answer = post(ask, one, path, body, at=clock.now)
    assert answer.status_code == 400, answer.text
    if path == V3:
        assert answer.json()["error"]["title"] == "Bad Request"
    else:
        assert answer.json()["error_code"].startswith("STS5.")
    assert one.temporary_keys == []


@pytest.mark.parametrize("path", [V3, V5])
def test_the_body_is_signed(one, path):
    """A body that is changed on its way is refused with 401, and so is a request without a signature."""
    body = iam_body() if path == V3 else sts_body()

    class Changed(requests.auth.AuthBase):
        def __call__(self, request):
            request = auth_for(Credentials(one.access_key, one.secret_key))(request)
            request.body = json.dumps(body).replace("reader", "writer").encode()
            return request

    url = one.endpoint + path
    assert requests.post(url, json=body, auth=Changed(), timeout=30).status_code == 401
    assert requests.post(url, json=body, timeout=30).status_code == 401


@pytest.mark.parametrize("path", [V3, V5])
def test_only_post(one, ask, clock, path):
    """Another method gets 405, and a body that is too large 413."""
    assert ask(one, path, at=clock.now).headers["Allow"] == "POST"
    assert post(ask, one, path, b" " * (1024 * 1024 + 1), at=clock.now).status_code == 413


@pytest.mark.parametrize("way", WAYS)
def test_a_token_assumes_as_keys_do(start, ask, clock, way):
    """Who has an IAM token assumes an agency that trusts everybody, and none that trusts keys only."""
    token = Credentials(token="iam-token")
    emulator = start(site=Site(accounts=[Account(credentials=token)], agencies=[READER]), clock=clock)
    keys = assume(ask, emulator, way, credentials=token)
    assert ask(emulator, credentials=keys, at=clock.now).status_code == 200
    guarded = Agency(name="reader", domain_name="other", domain_id=OTHER_DOMAIN, trusted=["AK"])
    emulator = start(site=Site(accounts=[Account(credentials=token)], agencies=[guarded]), clock=clock)
    path, body = (V3, iam_body()) if way == "v3" else (V5, sts_body())
    assert post(ask, emulator, path, body, credentials=token).status_code == 403


def test_keys_of_an_account_end_when_they_say_so(start, ask, clock):
    """Temporary keys that a site gives to an account are refused from their own end on."""
    keys = Credentials("AK", "SK", security_token="ST", expires_at=clock.now + 10)
    emulator = start(site=Site(accounts=[Account(credentials=keys)]), clock=clock)
    assert ask(emulator, credentials=keys, at=clock.now).status_code == 200
    clock.move(10)
    assert ask(emulator, credentials=keys, at=clock.now).status_code == 401


@pytest.mark.parametrize("way", WAYS)
def test_no_secret_in_the_log(one, ask, clock, way):
    """Neither the secret key nor the token handed out is in the request log, wherever a client puts them."""
    keys = assume(ask, one, way)
    headers = {"X-Note": f"{keys.secret_key} {keys.security_token}", "X-Kept": "kept"}
    ask(one, f"/v3/{keys.secret_key}", credentials=keys, at=clock.now, headers=headers, q=keys.security_token)
    seen = repr([(each, each.headers) for each in one.requests])
    assert keys.secret_key not in seen
    assert keys.security_token not in seen
    assert "kept" in seen


WRONG = [
    ({"name": ""}, "name"),
    ({"domain_name": ""}, "domain_name"),
    ({"trusted": "AK"}, "trusted"),
    ({"min_duration": 0}, "min_duration"),
    ({"min_duration": 1000, "max_duration": 999}, "min_duration"),
    ({"lasts": -1}, "lasts"),
    ({"lasts": float("nan")}, "lasts"),
]


@pytest.mark.parametrize(("arguments", "name"), WRONG)
def test_wrong_agencies(arguments, name):
    """An agency that cannot be is one error that names the argument."""
    with pytest.raises(ArgumentError) as refused:
        Agency(**{"name": "reader", **arguments})
    assert refused.value.argument == name


def test_agencies_are_told_apart():
    """Two agencies with one name in one account are an error; in two accounts they are not."""
    Site(agencies=[READER, Agency(name="reader")])
    with pytest.raises(ArgumentError, match="more than once"):
        Site(agencies=[READER, READER])
