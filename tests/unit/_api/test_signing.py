"""Signatures are those of the vendor's own signer, byte for byte, and no secret is ever shown."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import socket
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import quote, urlsplit

import pytest
import requests
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import example, given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._api import signing
from pulumi_huaweicloud_css._api.signing import (
    AkSkAuth,
    TokenAuth,
    auth_for,
    canonical_query,
    canonical_request,
    host_header,
    signature,
)
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Site

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)
TOKENS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)
DATES = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1)).map(lambda date: date.strftime(signing.DATE_FORMAT))
METHODS = st.sampled_from(["GET", "get", "POST", "PUT", "DELETE", "PATCH", "HEAD"])
SEGMENTS = st.one_of(TEXT, TEXT.map(quote), TEXT.map(lambda text: quote(text, safe="").lower()))
PATHS = st.lists(SEGMENTS, max_size=5).map(lambda segments: "/" + "/".join(segments))
# Few names, so that some are repeated.
QUERIES = st.lists(st.tuples(st.one_of(st.sampled_from(["a", "b", "A", "limit"]), TEXT), TEXT), max_size=6)
# The vendor's signer leaves bodies of other content types unsigned, which this API has no use for.
HEADERS = st.dictionaries(
    TOKENS.map(str.lower).filter(lambda name: name not in ("content-type", "x-sdk-content-sha256", "authorization")),
    TEXT,
    max_size=5,
)


def vendor_authorization(access_key, secret_key, **request):
    """Return what the vendor's signer puts into the Authorization header."""
    signed = Signer(SimpleNamespace(ak=access_key, sk=secret_key)).sign(SdkRequest(schema="https", **request))
    return signed.header_params["Authorization"]


@given(METHODS, PATHS, QUERIES, HEADERS, DATES, TEXT.filter(bool), st.binary(max_size=30))
@example(
    "GET",
    "/%E4%B8%AD%2F/ü",
    [("b", ""), ("a", "2"), ("a", "10"), ("", "")],
    {"x": "  v  "},
    "20220624T035357Z",
    "s",
    b"",
)
def test_signature_is_the_vendors(method, path, query, headers, date, secret_key, body):
    """For any request, signed headers and body, our canonical request has the vendor's signature."""
    headers = {**headers, "host": "css.example.com", "x-sdk-date": date}
    signed = sorted(headers)
    ours = signature(canonical_request(method, path, query, headers, signed, body=body), date, secret_key)
    theirs = vendor_authorization(
        "AK",
        secret_key,
        method=method,
        host="css.example.com",
        resource_path=path,
        query_params=list(query),
        header_params=dict(headers),
        body=body,
    )
    assert theirs == f"SDK-HMAC-SHA256 Access=AK, SignedHeaders={';'.join(signed)}, Signature={ours}"


@given(
    st.lists(TEXT.filter(lambda text: text not in ("", ".", "..")), max_size=5),
    QUERIES,
    DATES,
    st.none() | PRINTABLE,
    st.none() | PRINTABLE,
    st.sampled_from(["css.cn-north-4.myhuaweicloud.com", "css.example.com:8443", "127.0.0.1:80", "[::1]:9000"]),
    st.sampled_from([None, "", "{}", "ünï", b"bytes"]),
)
def test_prepared_request_is_signed_as_by_the_vendor(segments, query, date, project_id, security_token, host, body):
    """What `requests` sends after preparing (and re-encoding) a request carries the vendor's Authorization header."""
    path = "/" + "/".join(quote(segment, safe="") for segment in segments)
    request = requests.Request("GET", f"https://{host}{path}", params=query, data=body, headers={"X-Sdk-Date": date})
    prepared = AkSkAuth("AK", "SK", security_token, project_id)(request.prepare())
    headers = {"X-Sdk-Date": date, "X-Project-Id": project_id, "X-Security-Token": security_token}
    theirs = vendor_authorization(
        "AK",
        "SK",
        method="GET",
        host=host,
        resource_path=path,
        query_params=query,
        header_params={name: value for name, value in headers.items() if value is not None},
        body=body,
    )
    assert prepared.headers["Authorization"] == theirs
    assert prepared.headers["Host"] == host


@pytest.mark.parametrize("value", ["a/b", "/", "a b/c+d", "%2F", "~a/ä"])
def test_slash_in_a_query_is_signed_encoded(value):
    """A slash in a query's value is percent-encoded in what is signed, unlike one in the path."""
    parameters = [("q", value), ("a/b", "1")]
    assert canonical_query(parameters) == f"a%2Fb=1&q={quote(value, safe='~')}"
    assert "/" not in canonical_query(parameters)
    request = requests.Request("GET", "https://css.example.com/v1.0/x", params=parameters, auth=AkSkAuth("AK", "SK"))
    headers = request.prepare().headers
    signed = {"host": headers["Host"], "x-sdk-date": headers["X-Sdk-Date"]}
    canonical = canonical_request("GET", "/v1.0/x", parameters, signed, ["host", "x-sdk-date"])
    assert canonical.splitlines()[1:3] == ["/v1.0/x/", canonical_query(parameters)]
    assert headers["Authorization"].endswith(f"Signature={signature(canonical, headers['X-Sdk-Date'], 'SK')}")


def test_request_without_a_date_gets_the_time_of_signing_in_utc():
    """The X-Sdk-Date header is the present, in UTC, and it is among the signed headers."""
    before = datetime.now().astimezone().timestamp() // 1
    prepared = AkSkAuth("AK", "SK")(requests.Request("GET", "https://css.example.com/").prepare())
    date = datetime.strptime(prepared.headers["X-Sdk-Date"] + "+0000", signing.DATE_FORMAT + "%z").timestamp()  # noqa: DTZ007 - it has one
    assert before <= date <= datetime.now().astimezone().timestamp()
    assert "SignedHeaders=host;x-sdk-date," in prepared.headers["Authorization"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://css.example.com", "css.example.com"),
        ("https://css.example.com:443/v1.0", "css.example.com"),
        ("http://css.example.com:80", "css.example.com"),
        ("https://css.example.com:80", "css.example.com:80"),
        ("http://css.example.com:443", "css.example.com:443"),
        ("https://CSS.Example.com:8443", "css.example.com:8443"),
        ("http://127.0.0.1:9000/", "127.0.0.1:9000"),
        ("https://[::1]", "[::1]"),
        ("https://[::1]:443", "[::1]"),
        ("http://[2001:db8::1]:9000/x", "[2001:db8::1]:9000"),
    ],
)
def test_host_header(url, host):
    """The Host header leaves out the scheme's own port only, and keeps the brackets of IPv6."""
    assert host_header(url) == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_signed_host_is_the_host_on_the_wire(start, connect, host):
    """A server that verifies signatures accepts them under every kind of loopback address."""
    if host == "::1":
        try:
            socket.create_server((host, 0), family=socket.AF_INET6).close()
        except OSError:
            pytest.skip("this machine has no IPv6 loopback")
    emulator = start(host=host)
    assert connect(emulator).list_log_records(emulator.cluster_id).total_size == 37
    assert emulator.requests[0].headers["host"] == urlsplit(emulator.endpoint).netloc


def test_temporary_key_pair_is_accepted(start, connect):
    """A verifying server accepts a signature that covers the security token and the project id."""
    keys = Credentials("TEMPORARY", "secret", security_token="a/security+token==")
    emulator = start(site=Site(accounts=[Account(credentials=keys)]))
    assert connect(emulator).list_log_records(emulator.cluster_id).records
    assert emulator.requests[0].headers["x-project-id"] == emulator.project_id


def test_token_goes_into_its_header_and_nothing_is_signed():
    """With a token the request carries X-Auth-Token and no signature."""
    prepared = TokenAuth("a-token")(requests.Request("GET", "https://css.example.com/").prepare())
    assert prepared.headers == {"X-Auth-Token": "a-token"}


@pytest.mark.parametrize(
    ("credentials", "kind"),
    [
        (Credentials("AK", "SK"), AkSkAuth),
        (Credentials("AK", "SK", security_token="st"), AkSkAuth),
        (Credentials(token="t"), TokenAuth),
        (Credentials("AK", "SK", token="t"), TokenAuth),
    ],
)
def test_credentials_decide_how_requests_prove_who_sends_them(credentials, kind):
    """A token is used where there is one, else the key pair."""
    assert type(auth_for(credentials)) is kind


@pytest.mark.parametrize("credentials", [Credentials(), Credentials("AK"), Credentials(secret_key="SK")])
def test_half_credentials_cannot_sign(credentials):
    """Neither nothing nor half a key pair becomes a signature."""
    with pytest.raises(ValueError, match="neither a token nor a key pair"):
        auth_for(credentials)


@pytest.mark.parametrize(
    "show", [repr, str, "{}".format, lambda c: repr(pickle.dumps(c)), lambda c: repr(copy.copy(c))]
)
@pytest.mark.parametrize("secret", ["secret_key", "security_token", "token"])
def test_credentials_never_show_a_secret(show, secret):
    """Neither text made of credentials nor their pickle holds a secret; the access key may be there."""
    shown = show(Credentials("AKSHOWN", **{secret: "hush-hush"}))
    assert "hush" not in shown
    assert "AKSHOWN" in shown


def test_unpickled_credentials_cannot_sign():
    """A pickled copy keeps the access key and the source, and nothing to sign with."""
    copied = pickle.loads(pickle.dumps(Credentials("AK", "SK", "st", "t", source="here")))  # noqa: S301 - our own
    assert copied == Credentials("AK", source="here")


ENCODINGS = {
    "plain": str,
    "base64": lambda sent: base64.b64encode(sent.encode()).decode(),
    "base64 without its padding": lambda sent: base64.b64encode(sent.encode()).decode().rstrip("="),
    "base64 of addresses": lambda sent: base64.urlsafe_b64encode(sent.encode()).decode(),
    "base64 in an address": lambda sent: quote(base64.b64encode(sent.encode()), safe=""),
    "an address": lambda sent: quote(sent, safe=""),
    "JSON": lambda sent: json.dumps(sent)[1:-1],
}


@pytest.mark.parametrize("secret", ["Sk0/with+signs?=", "St0Token", "ab~c>>>???", 'To0"quoted\\'])
@pytest.mark.parametrize("kind", ["secret_key", "security_token", "token"])
@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
def test_a_secret_is_masked_in_every_usual_encoding(secret, kind, encode):
    """As it is, in base64 of either alphabet with and without its padding, percent-encoded, and as JSON has it."""
    text = f"you sent <{encode(secret)}>"
    credentials = Credentials(**{kind: secret})
    assert credentials.redact(text) == "you sent <***>"
    assert credentials.may_be_in(text.encode())


def test_redact_masks_every_secret_wherever_it_is():
    """Every occurrence of each secret is masked, and nothing else."""
    credentials = Credentials("AK", "SECRET", security_token="ST", token="TOKEN")
    assert credentials.redact("AK SECRET,ST/TOKENTOKEN") == "AK ***,***/******"
    assert Credentials("AK").redact("AK and all") == "AK and all"


@pytest.mark.parametrize("text", ["/", "a/b", "~", "+", " ", "*", "%2F", "%", "=&;", "ü", "\u0000"])
def test_characters_that_are_encoded_in_odd_ways_are_signed_as_by_the_vendor(text):
    """A slash, a space or a tilde in a name, a value or the path is encoded as the vendor encodes it."""
    request = {"method": "GET", "query_params": [(text, text), ("a", text)], "body": b""}
    headers = {"host": "css.example.com", "x-sdk-date": "20220624T035357Z"}
    path = f"/{quote(text)}/{quote(text, safe='')}"
    canonical = canonical_request("GET", path, request["query_params"], headers, sorted(headers))
    theirs = vendor_authorization(
        "AK", "SK", host="css.example.com", resource_path=path, header_params=dict(headers), **request
    )
    assert theirs.endswith(f"Signature={signature(canonical, headers['x-sdk-date'], 'SK')}")


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_method_of_the_request_is_signed(method):
    """Another method than GET has a signature of its own, which is the vendor's."""
    date = {"X-Sdk-Date": "20220624T035357Z"}
    prepared = AkSkAuth("AK", "SK")(requests.Request(method, "https://css.example.com/a", headers=date).prepare())
    theirs = vendor_authorization(
        "AK",
        "SK",
        method=method,
        host="css.example.com",
        resource_path="/a",
        query_params=[],
        header_params=date,
        body="",
    )
    assert prepared.headers["Authorization"] == theirs


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process cannot be set here")
def test_date_is_utc_wherever_the_machine_is(monkeypatch):
    """A machine with another time zone signs with the same time."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "XYZ-08:00")
        time.tzset()
        before = datetime.now(UTC).replace(microsecond=0)
        prepared = AkSkAuth("AK", "SK")(requests.Request("GET", "https://css.example.com/").prepare())
        after = datetime.now(UTC)
    time.tzset()
    signed = datetime.strptime(prepared.headers["X-Sdk-Date"], signing.DATE_FORMAT).replace(tzinfo=UTC)
    assert before <= signed <= after


def test_error_without_credentials_is_one_sentence():
    """The error for half credentials says what is missing, and nothing else."""
    with pytest.raises(ValueError, match=r"\Aneither a token nor a key pair to sign with\Z"):
        auth_for(Credentials("AK"))
