"""The plugin's own process, called as the engine calls it: answers, failures, errors, and its end."""

from __future__ import annotations

import json

import pytest
from pulumi.runtime import rpc
from pulumi_huaweicloud_css import Gate, get_clusters
from pulumi_huaweicloud_css._text import camel
from pulumi_huaweicloud_css.emulator import Account, Agency, Cluster, Emulator, Site

from tests.support.plugin_process import PATIENCE
from tests.support.reading import read_fleet_outputs, read_outputs

NOT_THERE = "ffffffff-0000-0000-0000-000000000000"


def in_camel_case(value):
    """Return Python's outputs as other languages have them, without what is None."""
    if isinstance(value, dict):
        return {camel(name): in_camel_case(item) for name, item in value.items() if item is not None}
    return [in_camel_case(item) for item in value] if isinstance(value, list) else value


def test_the_answer_is_that_of_the_python_function(plugin, emulator):
    """Every output, the verdict among them, has the same value under its other name."""
    asked = {"offset": 2, "limit": 20}
    emulator.add_record(status="RUNNING")
    given = {"maxAge": "3d", "maxConsecutiveFailures": 2}
    answer = plugin.invoke(clusterId=emulator.cluster_id, gate=given, **asked)
    gate = Gate(max_age="3d", max_consecutive_failures=2)
    expected = in_camel_case(
        read_outputs(cluster_id=emulator.cluster_id, gate=gate, environ=emulator.environment(), **asked)
    )
    assert answer.pop("readAt")
    assert expected.pop("readAt")
    assert abs(answer["verdict"].pop("age") - expected["verdict"].pop("age")) < PATIENCE
    assert answer["verdict"].pop("reason").startswith(f"log backups of cluster {emulator.cluster_id} are fresh")
    assert expected["verdict"].pop("reason")
    assert answer == expected
    assert answer["verdict"]["record"] == answer["latestSuccess"]


def test_the_fleet_s_answer_is_that_of_the_python_function(plugin, emulator, monkeypatch):
    """Clusters, errors and verdicts are there by cluster id, with the same values under their other names."""
    asked = {"cluster_ids": [emulator.cluster_id, NOT_THERE], "on_error": "collect", "include_records": True}
    answer = plugin.invoke("getFleetLogRecords", **in_camel_case(asked), gate={})
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    expected = in_camel_case(read_fleet_outputs(**asked, gate={}))
    assert list(answer["clusters"]) == [emulator.cluster_id]
    assert answer["failedClusterIds"] == [NOT_THERE]
    for outputs in (answer, expected):
        assert outputs.pop("readAt")
        assert outputs["clusters"][emulator.cluster_id].pop("readAt")
        assert outputs["verdicts"][emulator.cluster_id].pop("age") > 0
        assert outputs["verdicts"][emulator.cluster_id].pop("reason")
        assert "HTTP 404, CSS.3027" in outputs["errors"].pop(NOT_THERE)
    assert answer == expected


def test_clusters_by_name(plugin, emulator, monkeypatch):
    """The list, a cluster by name and a selection are those of the Python functions."""
    emulator.add_cluster(Cluster(cluster_id=NOT_THERE, name="prod-new", status="100", tags={"cost_unit": "x"}))
    emulator.add_cluster(Cluster(cluster_id=NOT_THERE[:-1] + "1", name="prod-old"))
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    listed = plugin.invoke("getClusters", names=["prod-*"])
    assert [each["tags"] for each in listed["clusters"]] == [{"cost_unit": "x"}, {}]
    assert [in_camel_case({**each, "tags": {}}) for each in get_clusters(names=["prod-*"]).clusters] == [
        {**each, "tags": {}} for each in listed["clusters"]
    ]
    answer = plugin.invoke(clusterName="prod-old")
    expected = in_camel_case(read_outputs(cluster_name="prod-old"))
    assert {**answer, "readAt": None} == {**expected, "readAt": None}
    assert answer["clusterName"] == "prod-old"
    fleet = plugin.invoke("getFleetLogRecords", clusters={"names": ["prod-*"], "allowEmpty": False}, gate={})
    assert [each["clusterName"] for each in fleet["clusters"].values()] == ["prod-old"]
    assert fleet["skipped"] == [
        {"clusterId": NOT_THERE, "clusterName": "prod-new", "reason": "the cluster is being created"}
    ]
    path, reason = plugin.failure("getFleetLogRecords", clusters={"names": ["prd-*"]})
    assert (path, "there are prod-" in reason) == ("clusters", True)
    assert plugin.failure(clusterName="prod")[0] == "clusterName"


WRONG = [
    pytest.param({"clusterId": "shop-logs"}, "clusterId", "'shop-logs' is not a CSS cluster's id", id="cluster-id"),
    pytest.param({"clusterId": None}, "clusterId", "give clusterId or clusterName", id="missing"),
    pytest.param({"clusterName": "x"}, "clusterName", "it does not go together with clusterId; give", id="both"),
    pytest.param({"clusterID": "x"}, "clusterID", "there is no such argument; there are clusterId, clus", id="name"),
    pytest.param({"status": "DONE"}, "status", "'DONE' is not one of RUNNING, SUCCESS, FAIL", id="status"),
    pytest.param({"jobType": "auto"}, "jobType", "'auto' is not one of Manual, Auto", id="job-type"),
    pytest.param({"limit": 0}, "limit", "0 is not an integer from 1 to 100000", id="limit"),
    pytest.param({"offset": 1.5}, "offset", "1.5 is not an integer of at least 1", id="offset"),
    pytest.param({"region": "Beijing 4"}, "region", "'Beijing 4' is not", id="region"),
    pytest.param({"projectId": "shop"}, "projectId", "'shop' is not a project", id="project"),
    pytest.param(
        {"endpoint": "http://css.example.com"}, "endpoint", "'http://css.example.com' is plain", id="endpoint"
    ),
    pytest.param({"gate": {"maxAge": "soon"}}, "gate.maxAge", "'soon' is not a duration", id="max-age"),
    pytest.param({"gate": {"maxage": "1h"}}, "gate.maxage", "there is no such argument; there are maxAge", id="gate"),
    pytest.param({"gate": "1h"}, "gate", "'1h' is not an object with maxAge, maxRunning", id="no-gate"),
    pytest.param(
        {"gate": {"maxConsecutiveFailures": -1}},
        "gate.maxConsecutiveFailures",
        "-1 is not an integer of at least 0",
        id="failures",
    ),
]


@pytest.mark.parametrize(("arguments", "path", "reason"), WRONG)
def test_a_wrong_argument_is_a_failure_of_that_argument(plugin, emulator, arguments, path, reason):
    """The failure names the argument as the caller wrote it, and the value; nothing was sent."""
    found_path, found_reason = plugin.failure(**{"clusterId": emulator.cluster_id, **arguments})
    assert found_path == path
    assert found_reason.startswith(reason)
    assert len(found_reason.splitlines()) == 1
    assert emulator.requests == []


def test_wrong_arguments_of_a_fleet_are_failures_too(plugin, emulator):
    """The fleet's own arguments are named likewise."""
    fleet = "getFleetLogRecords"
    assert plugin.failure(fleet, clusterIds=[])[0] == "clusterIds"
    assert plugin.failure(fleet, clusterIds=["shop"])[0] == "clusterIds"
    assert plugin.failure(fleet, clusterIds=[emulator.cluster_id], onError="stop")[0] == "onError"
    assert plugin.failure(fleet, clusterIds=[emulator.cluster_id], parallelism=0)[0] == "parallelism"
    assert plugin.failure(fleet) == ("clusterIds", "give clusterIds or clusters")
    assert plugin.failure(fleet, clusters={"names": []})[0] == "clusters.names"
    assert plugin.failure(fleet, clusters={"tags": {"a": 1}})[0] == "clusters.tags.a"
    assert plugin.failure(fleet, clusters={"enterpriseProjectId": ""})[0] == "clusters.enterpriseProjectId"
    assert plugin.failure(fleet, clusters={"name": "a"})[0] == "clusters.name"
    assert plugin.failure(fleet, clusters={}, sites=["cn-north-4"])[0] == "sites[0]"
    assert plugin.failure(fleet, clusters={}, sites=[{"projectId": "a"}])[0] == "sites[0].region"
    assert plugin.failure(fleet, clusters={}, sites=[{"region": 5}]) == (
        "sites[0].region",
        "5 is not a string",
    )
    assert plugin.failure(fleet, clusters={}, sites=[{"region": "cn-north-4", "projectId": "a"}])[0] == "sites"
    assert plugin.failure(fleet, clusters={}, regions=["nowhere"])[0] == "regions"
    assert plugin.failure("getClusters", names="a")[0] == "names"
    assert emulator.requests == []


def test_a_gate_that_does_not_pass_is_one_line(plugin, emulator):
    """The error's text is the verdict's reason, with its cause, and nothing else."""
    for _ in range(2):
        emulator.add_record(status="FAIL", failedMsg="the bucket is gone")
    error = plugin.error(clusterId=emulator.cluster_id, gate={})
    assert error.startswith(f"log backups of cluster {emulator.cluster_id} are failing: 2 failed in a row")
    assert "the bucket is gone; automatic backup runs at 00:00 GMT+08:00, so the next one is due in " in error
    assert len(error.splitlines()) == 1


def test_a_refusal_of_the_api_is_one_line(plugin):
    """The error's text is that of the API, with the request id and what to do."""
    error = plugin.error(clusterId=NOT_THERE)
    assert error.startswith("CSS returned HTTP 404, CSS.3027")
    assert "request id" in error
    assert len(error.splitlines()) == 1


def test_a_refused_key_shows_no_secret(start_plugin, emulator):
    """A wrong secret key is a refusal that names where the key came from, and not the key."""
    plugin = start_plugin({**emulator.environment(), "HW_SECRET_KEY": "Sk0MarkedWrongSecretKey"})
    error = plugin.error(clusterId=emulator.cluster_id)
    assert error.startswith("CSS returned HTTP 401")
    assert "Sk0Marked" not in error
    assert "Sk0Marked" not in "".join(plugin.stop())


def test_an_unknown_function_is_named(plugin):
    """A token that a newer SDK may have says which there are."""
    error = plugin.error("getThings")
    assert error.startswith(
        "huaweicloud-css:index:getThings: there is no such function; there is huaweicloud-css:index"
    )


def test_missing_settings_name_the_plugin_s_own_namespace(start_plugin, emulator):
    """What to set is said in the namespace that the plugin is given, and never in that of the Python resource."""
    plugin = start_plugin({})
    error = plugin.error(clusterId=emulator.cluster_id)
    assert error.startswith(
        "region: not given; give it by the argument region, `pulumi config set huaweicloud-css:region"
    )
    plugin.configure({"region": "cn-north-4"})
    error = plugin.error(clusterId=emulator.cluster_id)
    assert "`pulumi config set --secret huaweicloud-css:secretKey ...`" in error
    assert "huaweicloud:" not in error
    plugin.configure({"region": "cn-north-4", "accessKey": "AK", "secretKey": "SK", "maxRetries": "many"})
    error = plugin.error(clusterId=emulator.cluster_id)
    assert error == "maxRetries: 'many' (huaweicloud-css:maxRetries) is not an integer from 0 to 100"


def test_settings_come_from_the_configuration_before_the_environment(start_plugin, emulator):
    """Keys, region, project, endpoints and retries of the configuration are used, the endpoints as JSON text."""
    plugin = start_plugin({"HW_REGION_NAME": "cn-north-1", "HW_ACCESS_KEY": "none", "HW_SECRET_KEY": "none"})
    plugin.configure(
        {
            "accessKey": emulator.access_key,
            "secretKey": emulator.secret_key,
            "region": emulator.region,
            "projectId": emulator.project_id,
            "endpoints": f'{{"css": "{emulator.endpoint}"}}',
            "maxRetries": "0",
            "version": "0.1.0",
        }
    )
    answer = plugin.invoke(clusterId=emulator.cluster_id)
    assert (answer["region"], answer["count"]) == (emulator.region, 37)


def test_a_misspelt_setting_is_refused(plugin):
    """A key that is no setting would let another place's keys, region or project be used unnoticed; each is named.

    No failure names a property, because the engine shows that property's value, and it may be a misspelt secret key's.
    """
    given = {"region": "cn-north-4", "secretkey": "kept-to-itself", "Secret": "x", "endpoints": "{}"}
    refused = plugin.refused_settings({**given, "version": "0.1.0", "pluginDownloadURL": "x", "__internal": {}})
    assert [name for name, _ in refused] == ["", ""]
    unlike, misspelt = sorted(reason for _, reason in refused)
    assert unlike.startswith("huaweicloud-css:Secret: there is no such setting; there are accessKey, secretKey, ")
    assert misspelt.startswith("huaweicloud-css:secretkey: there is no such setting; ")
    assert misspelt.endswith("; did you mean secretKey?")
    assert "kept-to-itself" not in str(refused)


def test_a_key_that_a_stack_has_in_clear_text_is_a_secret_in_its_state(plugin, emulator):
    """The engine stores what the check returns: secret settings as secrets, whether or not they came as one."""
    secret = {rpc._special_sig_key: rpc._special_secret_sig, "value": "token"}
    given = {"secretKey": emulator.secret_key, "accessKey": emulator.access_key, "token": secret}
    checked = plugin.checked_settings({**given, "securityToken": rpc.UNKNOWN})
    wrapped = {rpc._special_sig_key: rpc._special_secret_sig, "value": emulator.secret_key}
    assert checked == {**given, "secretKey": wrapped, "securityToken": rpc.UNKNOWN}


def test_an_argument_that_is_not_known_yet_is_not_asked_about(plugin, emulator):
    """In a preview an unknown argument gives an answer without outputs, as the engine itself does; nothing is sent."""
    for asked in ({"clusterId": rpc.UNKNOWN}, {"clusterId": emulator.cluster_id, "gate": {"maxAge": rpc.UNKNOWN}}):
        assert not plugin.invoked(preview=True, **asked).result().HasField("return")
    assert emulator.requests == []


def test_an_argument_that_is_not_known_in_an_update_is_an_error(plugin, emulator):
    """A gate is not passed by an argument that was left out, nor where the engine does not tell what it is about."""
    asked = {"clusterId": emulator.cluster_id, "gate": {"maxAge": rpc.UNKNOWN}}
    assert not plugin.invoked(preview=True, **asked).result().HasField("return")
    plugin.handshake()
    for call in (plugin.invoked(preview=False, **asked), plugin.start(**asked)):
        error = call.exception()
        assert error.details().startswith("an argument is not known in this update; ")
    assert emulator.requests == []


def test_a_record_s_text_is_no_unknown_value(plugin, emulator):
    """Texts that equal the engine's mark for the unknown are other texts in the answer."""
    emulator.set_records(emulator.cluster_id, [])
    emulator.add_record(status="SUCCESS", logPath=rpc.UNKNOWN, failedMsg="<{%boom%}>")
    answer = plugin.invoke(clusterId=emulator.cluster_id)
    assert answer["latestLogPath"] == answer["records"][0]["logPath"] == f'"{rpc.UNKNOWN}"'
    assert answer["latest"]["failedMsg"] == "<{ %boom%}>"


def test_a_secret_argument_is_taken_as_its_value(plugin, emulator):
    """A value that is marked as secret is the value to ask with."""
    secret = {rpc._special_sig_key: rpc._special_secret_sig, "value": emulator.cluster_id}
    assert plugin.invoke(clusterId=secret)["clusterId"] == emulator.cluster_id


@pytest.mark.parametrize("write", [list, json.dumps], ids=["a provider's argument", "the stack's configuration"])
def test_agencies_of_the_configuration(start_plugin, write):
    """A chain of agencies, as the engine passes it on from a provider's arguments and from a stack, is assumed."""
    no_rights = Account(can_list=False)
    agencies = (Agency(name="first", account=no_rights), Agency(name="second", trusted=["first"]))
    with Emulator(site=Site(accounts=(no_rights,), agencies=agencies)) as emulator:
        plugin = start_plugin(emulator.environment())
        of_the_account = {"domainName": "emulated-account", "duration": 900}
        plugin.configure({"assumeRole": write([{"agencyName": each.name, **of_the_account} for each in agencies])})
        assert plugin.invoke(clusterId=emulator.cluster_id)["count"] == 37
        plugin.configure({"assumeRole": write([{"agencyName": "second", **of_the_account}])})
        error = plugin.error(clusterId=emulator.cluster_id)
    assert error.startswith(
        "assumeRole: the agency 'second' of account 'emulated-account' (huaweicloud-css:assumeRole)"
    )
