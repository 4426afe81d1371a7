"""The functions that read immediately refuse what is no value yet, and say which function waits for it."""

from __future__ import annotations

import pulumi
import pytest
from pulumi_huaweicloud_css import (
    ArgumentError,
    get_clusters,
    get_fleet_log_records,
    get_log_records,
    get_log_records_output,
)

from tests.support.pulumi_mocks import CLUSTER, SNAKE, value

# Pulumi's mocks leave an event loop open in each thread in which they answer.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


def _later(known):
    return pulumi.Output.from_input(known)


CALLS = {
    "cluster_id": lambda: get_log_records(cluster_id=_later(CLUSTER)),
    "region": lambda: get_log_records(cluster_id=CLUSTER, region=_later("cn-north-4")),
    "gate": lambda: get_log_records(cluster_id=CLUSTER, gate={"max_age": _later("7d")}),
    "cluster_ids": lambda: get_fleet_log_records(cluster_ids=[CLUSTER, _later(CLUSTER)]),
    "clusters": lambda: get_fleet_log_records(clusters={"names": [_later("prod-*")]}),
    "tags": lambda: get_clusters(tags={"team": _later("search")}),
}


@pytest.mark.parametrize("argument", CALLS)
@pytest.mark.parametrize("mocked", [False, True])
def test_an_output_is_refused_with_what_waits_for_it(mocks, monkeypatch, argument, mocked):
    """Whatever argument it is in, alone or nested, under mocks as in a program, it is named, and so is the remedy."""
    if not mocked:
        monkeypatch.setattr(pulumi.runtime.settings.SETTINGS, "monitor", None)
    with pytest.raises(ArgumentError, match=rf"^{argument}: it is an output, .*_output form") as caught:
        CALLS[argument]()
    assert "object at 0x" not in str(caught.value)
    assert mocks.calls == []


def test_a_coroutine_is_refused_too():
    """It is an `Input` like an output, and no value either."""

    async def later():
        return CLUSTER

    coroutine = later()
    with pytest.raises(ArgumentError, match=r"^cluster_id: it is an output"):
        get_log_records(cluster_id=coroutine)
    coroutine.close()


def test_the_form_for_outputs_waits_for_it(mocks):
    """What the error advises works."""
    mocks.answer = SNAKE
    assert value(get_log_records_output(cluster_id=_later(CLUSTER)).latest_log_path) == "bucket/new"
