"""The emulator, asked whatever its own OpenAPI description allows, and what it does not."""

from __future__ import annotations

import json
from urllib.parse import quote

import hypothesis.strategies as st
import pytest
import requests
from hypothesis import given
from pulumi_huaweicloud_css._api.models import parse_page
from pulumi_huaweicloud_css._api.signing import AkSkAuth
from pulumi_huaweicloud_css.emulator import Cluster, Emulator, Project

from tests.support.openapi import LIST_CLUSTERS, LIST_PROJECTS, LIST_RECORDS, LOG_SETTINGS, openapi
from tests.support.properties import asking

DESCRIPTION = openapi()
REAL_IDS = {"project_id": Project().project_id, "cluster_id": Cluster().cluster_id}
TYPES = {"string": str, "integer": int, "array": list, "object": dict, "null": type(None)}
# Text that can be put into a URL: surrogates cannot be encoded.
TEXT = st.text(st.characters(codec="utf-8"), max_size=30)


@pytest.fixture(scope="module")
def served():
    """Give an emulator, and a session that signs for it."""
    with Emulator() as emulator, requests.Session() as session:
        session.trust_env = False
        session.auth = AkSkAuth(emulator.access_key, emulator.secret_key)
        yield emulator, session


def _allowed(schema):
    """Return values as the description allows them, as they are written in a URL."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "integer":
        low, high = schema["minimum"], schema["maximum"]
        return (st.integers(low, high) | st.sampled_from([low, high])).map(str)
    if "pattern" in schema:
        return st.from_regex(schema["pattern"].replace("$", r"\Z"), fullmatch=True)
    return TEXT


def _requests(path, *, wild):
    """Return (path, query) of requests for an operation; wild ones have any text, and parameters twice."""
    parameters = DESCRIPTION["paths"][path]["get"]["parameters"]
    value = {item["name"]: _allowed(item["schema"]) | TEXT if wild else _allowed(item["schema"]) for item in parameters}
    # The real ones among the made up ones, so that more than the refusals is met.
    for name in {"project_id", "cluster_id"} & value.keys():
        value[name] = st.just(REAL_IDS[name]) | value[name]
    in_path = st.fixed_dictionaries({item["name"]: value[item["name"]] for item in parameters if item["in"] == "path"})
    queries = {item["name"]: value[item["name"]] for item in parameters if item["in"] == "query"}
    if wild:
        query = st.lists(
            st.one_of([st.tuples(st.just(name) | TEXT, values) for name, values in queries.items()]), max_size=5
        )
    else:
        query = st.fixed_dictionaries({}, optional=queries).map(lambda given: list(given.items()))
    return st.tuples(
        in_path.map(lambda values: path.format(**{name: quote(text, safe="") for name, text in values.items()})), query
    )


def _fits(value, schema):
    """Say what of a value is not as the description has it; a small part of JSON Schema is all that it uses."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    assert not kinds or any(type(value) is TYPES[kind] for kind in kinds), (value, schema)
    if isinstance(value, dict):
        assert set(schema.get("required", [])) <= set(value), (value, schema)
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                _fits(value[name], inner)
    if isinstance(value, list):
        for item in value:
            _fits(item, schema["items"])


def _check(answer, path):
    described = DESCRIPTION["paths"][path]["get"]["responses"]
    assert str(answer.status_code) in described, answer.text
    assert answer.status_code < 500
    content = described[str(answer.status_code)]["content"]
    if content:
        _fits(answer.json(), content["application/json"]["schema"])
    assert answer.headers["X-Request-Id"]


PATHS = [LIST_RECORDS, LIST_PROJECTS, LIST_CLUSTERS, LOG_SETTINGS]


@asking(2.5)
@given(data=st.data(), path=st.sampled_from(PATHS))
def test_allowed_requests_get_described_answers(served, data, path):
    """What the description allows is answered as it says, and never refused as a wrong parameter or signature."""
    emulator, session = served
    target, query = data.draw(_requests(path, wild=False))
    answer = session.get(emulator.endpoint + target, params=query, allow_redirects=False)
    _check(answer, path)
    assert answer.status_code in (200, 403, 404)
    if path == LIST_RECORDS and answer.status_code == 200:
        limit = int(dict(query).get("limit", 10))
        assert len(parse_page(answer.content, str).records) <= limit


@asking(2)
@given(data=st.data(), path=st.sampled_from([LIST_RECORDS, LIST_CLUSTERS]))
def test_wild_requests_get_described_refusals(served, data, path):
    """Any text in any place gets an answer or a described refusal; nothing breaks the emulator or the signature."""
    emulator, session = served
    target, query = data.draw(_requests(path, wild=True))
    if any(segment in ("", ".", "..") for segment in target[1:].split("/")):
        return  # not this operation's path any more: such segments are taken out before a request is sent
    answer = session.get(emulator.endpoint + target, params=query, allow_redirects=False)
    _check(answer, path)
    assert answer.status_code != 401, answer.text


def test_the_description_is_json_and_names_each_of_its_parameters():
    """The description can be written as JSON, and its paths name exactly the parameters that it declares there."""
    assert json.loads(json.dumps(DESCRIPTION)) == DESCRIPTION
    for path, item in DESCRIPTION["paths"].items():
        declared = [parameter["name"] for parameter in item["get"]["parameters"] if parameter["in"] == "path"]
        assert [segment[1:-1] for segment in path.split("/") if segment.startswith("{")] == declared


WORDS = [
    *("auth", "identity", "methods", "assume_role", "agency_name", "domain_name", "domain_id", "duration_seconds"),
    *("session_user", "name", "agency_urn", "agency_session_name"),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | TEXT, inner, max_size=4),
    max_leaves=12,
)
POSTS = ["/v3.0/OS-CREDENTIAL/securitytokens", "/v5/agencies/assume"]


def _half_right(inner):
    """Return bodies that are right down to some place."""
    role = st.fixed_dictionaries({"agency_name": st.text(), "domain_name": st.text(), "session_user": inner})
    identity = st.fixed_dictionaries({"methods": st.just(["assume_role"]), "assume_role": role | inner})
    return st.fixed_dictionaries({"auth": st.fixed_dictionaries({"identity": identity | inner}) | inner})


@asking(1.5)
@given(path=st.sampled_from(POSTS), body=JSON | _half_right(JSON))
def test_any_body_is_refused_in_the_services_form(served, path, body):
    """Whatever JSON is sent to assume an agency, it is refused with 400 or 403, and in the form of IAM or STS."""
    emulator, session = served
    answer = session.post(emulator.endpoint + path, data=json.dumps(body).encode())
    assert answer.status_code in (400, 403), answer.text
    form = {"error"} if path == POSTS[0] else {"error_code", "error_msg", "request_id"}
    assert set(answer.json()) == form
    assert emulator.temporary_keys == []


FIELDS = ["id", "name", "status", "datastore", "tags", "enterpriseProjectId", "backupAvailable", "logConfiguration"]


@asking(1)
@given(body=st.dictionaries(st.sampled_from(FIELDS) | TEXT, JSON, max_size=4))
def test_any_cluster_of_a_control_call_is_added_or_refused(served, body):
    """Whatever cluster a control call adds, it is listed afterwards, or refused with 400; nothing breaks the list."""
    emulator, session = served
    added = session.post(f"{emulator.endpoint}/_emulator/clusters", data=json.dumps(body).encode())
    assert added.status_code in (201, 400), added.text
    listing = session.get(f"{emulator.endpoint}/v1.0/{emulator.project_id}/clusters?limit=1000")
    assert listing.status_code == 200
    if added.status_code == 201:
        assert added.json() in listing.json()["clusters"]
        emulator.remove_cluster(added.json()["id"])
