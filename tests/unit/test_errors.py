"""The errors: one tree, one line of text, and they survive pickling."""

from __future__ import annotations

import pickle
from types import SimpleNamespace

import pytest
from pulumi_huaweicloud_css.errors import (
    ApiError,
    ArgumentError,
    CssConnectionError,
    CssError,
    CssTimeoutError,
    GateError,
    InvalidResponseError,
    SettingsError,
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
