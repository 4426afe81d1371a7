"""Which errors say that a cluster is gone."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css._backups.fleet import is_gone
from pulumi_huaweicloud_css.errors import ApiError, CssConnectionError, FleetError

GONE = ApiError(404, "CSS.3027")


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (GONE, True),
        (ApiError(404, "CSS.0022"), True),
        (ApiError(404), False),  # a proxy, or a wrong path
        (ApiError(404, "APIGW.0101"), False),
        (ApiError(403, "CSS.3027"), False),
        (ApiError(404, "CSS.0022", service="IAM"), False),
        (CssConnectionError("refused"), False),
        (FleetError({"a": GONE, "b": GONE}, 2), True),
        (FleetError({"a": GONE}, 2), False),
        (FleetError({"a": GONE, "b": ApiError(500)}, 2), False),
        (ValueError("a bug"), False),
    ],
)
def test_only_the_api_itself_says_that_a_cluster_is_gone(error, gone):
    """No other error drops a resource from the state."""
    assert is_gone(error) is gone
