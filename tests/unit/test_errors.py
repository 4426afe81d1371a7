"""The errors: one tree, one line of text, and they survive pickling."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from pulumi_huaweicloud_css import Gate
from pulumi_huaweicloud_css.errors import (
    ApiError,
    ArgumentError,
    CssConnectionError,
    CssError,
    CssTimeoutError,
    FleetError,
    GateError,
    InvalidResponseError,
    NoClusterError,
    SettingsError,
    SiteError,
    about,
)

REFUSED = ApiError(404, "CSS.3027", "No such cluster.", "req-1", "Check the cluster id.", service="CSS", attempts=3)


@pytest.mark.parametrize(
    ("kind", "bases"),
    [
        (ArgumentError, (CssError, ValueError)),
        (SettingsError, (CssError, ValueError)),
        (CssConnectionError, (CssError,)),
        (CssTimeoutError, (CssConnectionError, TimeoutError)),
        (InvalidResponseError, (CssError,)),
        (ApiError, (CssError,)),
        (GateError, (CssError,)),
    ],
)
def test_tree(kind, bases):
    """Each error can be caught as each of its bases, and is nothing that the docstring does not say."""
    assert kind.__bases__ == bases


@pytest.mark.parametrize(
    "error",
    [
        CssError("one"),
        ArgumentError("limit", "0"),
        SettingsError("region", "not given"),
        CssConnectionError("refused"),
        CssTimeoutError("too late"),
        InvalidResponseError("not JSON"),
        ApiError(500),
        REFUSED,
        ApiError(401, "APIGW.0301", "no", service="IAM"),
        GateError(SimpleNamespace(reason="The newest log backup is 3 days old.", cluster=None)),
    ],
    ids=lambda error: type(error).__name__,
)
def test_pickled_error_comes_back(error):
    """Another process gets the same class, the same text and the same attributes."""
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert type(copied) is type(error)
    assert str(copied) == str(error)
    assert vars(copied) == vars(error)


@pytest.mark.parametrize(
    "part", ["CSS", "404", "CSS.3027", "No such cluster.", "req-1", "3 attempts", "Check the cluster id."]
)
def test_api_error_says_everything(part):
    """The text has the service, status, code, message, request id, attempts and hint."""
    assert part in str(REFUSED)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ApiError(500), "CSS returned HTTP 500 (request id: none given)"),
        (
            ApiError(502, message="Bad Gateway", service="IAM"),
            "IAM returned HTTP 502: Bad Gateway (request id: none given)",
        ),
        (ApiError(429, "APIGW.0308", request_id="r"), "CSS returned HTTP 429, APIGW.0308 (request id: r)"),
    ],
)
def test_api_error_leaves_out_what_is_not_there(error, text):
    """Missing parts leave no gaps, and a missing request id is said to be missing."""
    assert str(error) == text


def test_gate_error_speaks_by_its_verdict():
    """The text is the verdict's reason, and the verdict is there."""
    verdict = SimpleNamespace(reason="The newest log backup failed.", cluster=None)
    error = GateError(verdict)
    assert (str(error), error.verdict) == (verdict.reason, verdict)


WORDED = [
    (ArgumentError("max_age", "no duration"), "MAX_AGE: no duration"),
    (NoClusterError("cluster_name", "nobody"), "CLUSTER_NAME: nobody"),
    (SettingsError("project_id", "not given"), "PROJECT_ID: not given"),
    (SiteError("there", SettingsError("region", "wrong")), "REGION: wrong"),
    (FleetError({"a": SettingsError("region", "wrong")}, 1), "- a: REGION: wrong"),
    (FleetError({"a": SiteError("a", ArgumentError("limit", "0"))}, 1), "LIMIT: 0"),
    (CssConnectionError("max_age"), "max_age"),
]


@pytest.mark.parametrize(("error", "end"), WORDED, ids=range(len(WORDED)))
def test_names_are_the_readers(error, end):
    """Wherever an error is inside another one, its names are written as the reader's; other texts are left alone."""
    assert error.worded(str.upper).endswith(end)
    assert error.worded(str) == str(error)


@pytest.mark.parametrize("key", ["a", "no", "answer", "1", ": "])
def test_each_cluster_is_named_whatever_the_texts_are(key):
    """A cluster's name that occurs in an error's text by chance is put before it all the same."""
    assert str(FleetError({key: CssConnectionError("no answer at all: 1")}, 1)).endswith(
        f"- {key}: no answer at all: 1"
    )


def test_what_names_its_cluster_is_not_named_twice():
    """A verdict's reason, a site's error and one about a cluster that is nowhere say what they are about."""
    verdict = Gate().judge([], now=datetime.now(UTC), cluster_id="prod (id)")
    unnamed = Gate().judge([], now=datetime.now(UTC))
    there = CssConnectionError("away")
    assert about("prod (id)", GateError(verdict)) == verdict.reason
    assert about("id", GateError(unnamed)) == f"id: {unnamed.reason}"
    assert about("id", NoClusterError("cluster_ids", "no id")) == "cluster_ids: no id"
    assert about("here", SiteError("here", there)) == str(SiteError("here", there))
