"""Which cluster stands where in a report, and what it is called there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._backups.cluster_ref import ClusterRef
from pulumi_huaweicloud_css._backups.evaluate import CheckResult
from pulumi_huaweicloud_css._backups.status import SEVERITY, STATES
from pulumi_huaweicloud_css.errors import CssError, SiteError
from pulumi_huaweicloud_css.report import ClusterReport
from pulumi_huaweicloud_css.report.grouping import grouped

NORTH, SOUTH, EAST = "cn-north-4", "ap-southeast-3", "cn-east-3"
AN_ID = "4213d908-f5dc-4633-8401-cfd7175fca0c"


def one(name, state, region=None):
    """Return a cluster without records."""
    return ClusterReport(name, state, f"{name} {state}", region=region)


def shown(*clusters):
    """Return the titles of the groups, each with the names of its clusters."""
    return [(group.title, [each.name for each in group.clusters]) for group in grouped(clusters)]


def test_regions_are_in_the_order_of_their_worst_cluster_then_by_name():
    """Within a region the worst cluster is first, and clusters of one state keep their order."""
    clusters = [
        one("a", "passed", NORTH),
        one("b", "pending", SOUTH),
        one("c", "passed", SOUTH),
        one("d", "failed", NORTH),
        one("e", "pending", EAST),
        one("f", "passed", NORTH),
    ]
    assert shown(*clusters) == [(NORTH, ["d", "a", "f"]), (SOUTH, ["b", "c"]), (EAST, ["e"])]


def test_one_region_is_no_group():
    """Where fewer than two regions are known there is one group without a title, as before there were regions."""
    assert shown(one("a", "passed", NORTH), one("b", "failed", NORTH)) == [("", ["b", "a"])]
    assert shown(one("a", "passed", NORTH), one("b", "failed")) == [("", ["b", "a"])]
    assert shown(one("a", "passed"), one("b", "failed")) == [("", ["b", "a"])]


def test_clusters_of_no_known_region_are_apart():
    """Beside several regions they have a group of their own, the last among those that are as bad."""
    clusters = [one("a", "passed"), one("b", "passed", NORTH), one("c", "passed", SOUTH)]
    assert shown(*clusters) == [(SOUTH, ["c"]), (NORTH, ["b"]), ("Region not known", ["a"])]


@given(
    clusters=st.lists(
        st.builds(one, st.sampled_from("abc"), st.sampled_from(STATES), st.sampled_from([NORTH, SOUTH, "", None])),
        min_size=1,
    )
)
def test_each_cluster_is_there_once(clusters):
    """Whatever regions and states there are, every cluster is in one group, and the very first one is the worst."""
    groups = grouped(clusters)
    found = [each for group in groups for each in group.clusters]
    assert sorted(map(id, found)) == sorted(map(id, clusters))
    assert SEVERITY.index(found[0].state) == min(SEVERITY.index(each.state) for each in clusters)


RESULTS = [
    (ClusterRef(AN_ID, "prod-a", NORTH), CssError("away"), ("prod-a", AN_ID, NORTH)),
    (ClusterRef(AN_ID, None, NORTH), CssError("away"), (AN_ID, AN_ID, NORTH)),
    (ClusterRef(AN_ID, ""), CssError("away"), (AN_ID, AN_ID, None)),
    (None, SiteError(SOUTH, CssError("away")), (AN_ID, None, SOUTH)),
    (None, SiteError(f"{SOUTH}/{'0' * 32}", CssError("away")), (AN_ID, None, SOUTH)),
    (None, CssError("away"), (AN_ID, None, None)),
]


@pytest.mark.parametrize(("cluster", "error", "expected"), RESULTS, ids=range(len(RESULTS)))
def test_what_a_result_is_called(cluster, error, expected):
    """A cluster is called by its name, else by its id; a region out of reach is in its own group."""
    report = ClusterReport.of(CheckResult(AN_ID, error=error, cluster=cluster), "why", (), truncated=True)
    assert (report.name, report.cluster_id, report.region) == expected
    assert (report.state, report.reason, report.truncated) == ("error", "why", True)
