"""Wrong arguments of the plugin's functions: each error has names and values as the caller wrote them."""

from __future__ import annotations

import asyncio

import grpc
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import provider_pb2 as messages
from pulumi_huaweicloud_css.errors import ArgumentError, FleetError, NoClusterError, SettingsError, SiteError
from pulumi_huaweicloud_css.plugin import catalogue
from pulumi_huaweicloud_css.plugin.provider import CssProvider

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
ONE, FLEET, LIST = "getLogRecords", "getFleetLogRecords", "getClusters"
NO_SUCH = "there is no such argument; there are "


class Aborted(grpc.aio.AbortError):
    """The call was aborted; the text says why."""


class Context:
    """Aborts a call as gRPC's does."""

    async def abort(self, _code, text):
        """End the call."""
        raise Aborted(text)


def answer(function, given):
    """Return the response to a call, given arguments as JSON has them: the engine sends every number as a float."""
    sent = struct_pb2.Struct()
    sent.update(given)
    request = messages.InvokeRequest(tok=f"huaweicloud-css:index:{function}", args=sent)

    async def call():
        return await CssProvider().Invoke(request, Context())

    return asyncio.run(call())


def failure(function, given):
    """Return the path and the reason of the one wrong argument."""
    [found] = answer(function, given).failures
    return found.property, found.reason


UNKNOWN = [
    (ONE, {"cluster_id": CLUSTER}, "cluster_id", "clusterId"),
    (ONE, {"clusterid": CLUSTER}, "clusterid", "clusterId"),
    (ONE, {"clusterId": CLUSTER, "gate": {"max_age": "1h"}}, "gate.max_age", "maxAge"),
    (ONE, {"clusterId": CLUSTER, "gate": {"maxage": "1h"}}, "gate.maxage", "maxAge"),
    (FLEET, {"clusters": {"enterprise_project_id": "0"}}, "clusters.enterprise_project_id", "enterpriseProjectId"),
    (FLEET, {"sites": [{"region": "a", "project_id": "b"}]}, "sites[0].project_id", "projectId"),
    (LIST, {"enterprise_project_id": "0"}, "enterprise_project_id", "enterpriseProjectId"),
]


@pytest.mark.parametrize(("function", "given", "path", "meant"), UNKNOWN, ids=[each[2] for each in UNKNOWN])
def test_an_unknown_name(function, given, path, meant):
    """It is shown as it was sent, with the name that was perhaps meant."""
    found, reason = failure(function, given)
    assert found == path
    assert reason.startswith(NO_SUCH)
    assert reason.endswith(f"; did you mean {meant}?")


def test_a_name_that_is_near_to_none():
    """Nothing is guessed where no name is near."""
    assert "did you mean" not in failure(ONE, {"clusterId": CLUSTER, "zzz": 1})[1]


WRONG_TYPES = [
    (ONE, {"clusterId": 1}, "clusterId", "1 is not a string"),
    (ONE, {"clusterId": CLUSTER, "limit": True}, "limit", "true is not an integer"),
    (ONE, {"clusterId": CLUSTER, "limit": "x"}, "limit", "'x' is not an integer"),
    (ONE, {"clusterId": CLUSTER, "includeRecords": "x"}, "includeRecords", "'x' is not a boolean"),
    (ONE, {"clusterId": CLUSTER, "includeRecords": 1}, "includeRecords", "1 is not a boolean"),
    (ONE, {"clusterId": CLUSTER, "gate": 3}, "gate", "3 is not an object with maxAge, maxRunning, maxConsec"),
    (ONE, {"clusterId": CLUSTER, "gate": True}, "gate", "true is not an object with maxAge"),
    (ONE, {"clusterId": CLUSTER, "gate": [1, None]}, "gate", "[1, null] is not an object with maxAge"),
    (ONE, {"clusterId": CLUSTER, "gate": {"maxAge": True}}, "gate.maxAge", "true is not a number or a string"),
    (ONE, {"clusterId": CLUSTER, "gate": {"maxAge": {"a": 2}}}, "gate.maxAge", "{a: 2} is not a number or a string"),
    (FLEET, {"clusterIds": 1}, "clusterIds", "1 is not a list"),
    (FLEET, {"clusterIds": [CLUSTER, None]}, "clusterIds[1]", "null is not a string"),
    (FLEET, {"clusterIds": [CLUSTER], "regions": [1]}, "regions[0]", "1 is not a string"),
    (FLEET, {"clusterIds": [CLUSTER], "sites": 3}, "sites", "3 is not a list"),
    (FLEET, {"clusterIds": [CLUSTER], "sites": [3]}, "sites[0]", "3 is not an object with region, projectId"),
    (FLEET, {"clusterIds": [CLUSTER], "sites": [{}]}, "sites[0].region", "not given, but it must be"),
    (FLEET, {"clusterIds": [CLUSTER], "sites": [{"region": None}]}, "sites[0].region", "not given, but it must be"),
    (FLEET, {"clusterIds": [CLUSTER], "sites": [{"region": 1}]}, "sites[0].region", "1 is not a string"),
    (FLEET, {"clusters": 3}, "clusters", "3 is not an object with names, tags, engine, enterpriseProjectId, allow"),
    (FLEET, {"clusters": [3]}, "clusters", "[3] is not an object with names"),
    (FLEET, {"clusters": {"enterpriseProjectId": 1}}, "clusters.enterpriseProjectId", "1 is not a string"),
    (FLEET, {"clusters": {"allowEmpty": 1}}, "clusters.allowEmpty", "1 is not a boolean"),
    (FLEET, {"clusters": {"tags": [1]}}, "clusters.tags", "[1] is not an object"),
    (FLEET, {"clusters": {"tags": {"a": 1}}}, "clusters.tags.a", "1 is not a string"),
    (LIST, {"names": "x"}, "names", "'x' is not a list"),
    (LIST, {"names": [1]}, "names[0]", "1 is not a string"),
]


@pytest.mark.parametrize(("function", "given", "path", "reason"), WRONG_TYPES, ids=range(len(WRONG_TYPES)))
def test_a_wrong_type(function, given, path, reason):
    """The error names the part that is wrong, in camel case, and shows numbers and null as JSON has them."""
    found, told = failure(function, given)
    assert found == path
    assert told.startswith(reason)


WRONG_VALUES = [
    (ONE, {"clusterId": CLUSTER, "limit": 0}, "limit", "0 is not an integer from 1"),
    (ONE, {"clusterId": CLUSTER, "gate": {"maxAge": -1}}, "gate.maxAge", "-1 is not a duration"),
    (ONE, {"clusterId": CLUSTER, "gate": {"maxAge": None, "maxRunning": "x"}}, "gate.maxRunning", "'x' is not a dura"),
    (FLEET, {"clusters": {"enterpriseProjectId": ""}}, "clusters.enterpriseProjectId", "'' is not"),
    (FLEET, {"clusterIds": [CLUSTER], "regions": ["a b"]}, "regions", "'a b' is not a region"),
]


@pytest.mark.parametrize(("function", "given", "path", "reason"), WRONG_VALUES, ids=range(len(WRONG_VALUES)))
def test_a_wrong_value(function, given, path, reason):
    """A value of the right type is checked as a Python program's is; the error has the same names."""
    found, told = failure(function, given)
    assert found == path
    assert told.startswith(reason)


def test_an_error_of_several_clusters_has_no_name_of_python(monkeypatch):
    """What is inside a list of errors is in camel case, too."""
    of_site = SiteError("cn-north-4", SettingsError("project_id", "not given"))
    wrong = {"a": NoClusterError("cluster_ids", "none"), "cn-north-4": of_site, "b": ArgumentError("max_age", "no")}

    def fails(*_given):
        raise FleetError(wrong, 3)

    function = catalogue.BY_TOKEN[f"huaweicloud-css:index:{FLEET}"]
    changed = catalogue.Function(function.implementation, fails)
    monkeypatch.setitem(catalogue.BY_TOKEN, function.token, changed)
    with pytest.raises(Aborted) as aborted:
        answer(FLEET, {"clusterIds": [CLUSTER]})
    text = str(aborted.value)
    assert "_" not in text
    assert all(part in text for part in ("clusterIds: none", "projectId: not given", "b: gate.maxAge: no"))
