"""The pack's own process, called as the engine calls it: what it says of itself, and of every wrong configuration."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi_huaweicloud_css import __version__
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Agency, Cluster, Emulator, Project, Site

A_CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
REGION_VARIABLE = "HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4"


def test_it_describes_two_mandatory_policies_with_schemas(pack):
    """Name, version, enforcement levels, kinds, and types, descriptions and defaults of the configuration are there."""
    info = pack.info()
    assert (info.name, info.version, info.supportsConfig) == ("huaweicloud-css", __version__, True)
    policies = {policy.name: policy for policy in info.policies}
    assert {name: policy.policy_type for name, policy in policies.items()} == {
        "log-backup-fresh": messages.POLICY_TYPE_RESOURCE,
        "log-outputs-fresh": messages.POLICY_TYPE_STACK,
    }
    assert all(policy.enforcementLevel == messages.MANDATORY and policy.description for policy in info.policies)
    schema = json_format.MessageToDict(policies["log-backup-fresh"].configSchema.properties)
    assert set(schema) == {
        "clusterIds", "clusterNames", "tags", "allClusters", "maxAge", "maxRunning", "maxConsecutiveFailures",
        "region", "regions", "projectId", "endpoint",
    }  # fmt: skip
    assert all(item["type"] and item["description"] for item in schema.values())
    assert {name: item["default"] for name, item in schema.items() if "default" in item} == {
        "maxAge": "26h",
        "maxRunning": "2h",
        "maxConsecutiveFailures": 0,
    }
    assert "output" in policies["log-outputs-fresh"].configSchema.properties


def test_standard_output_carries_the_port_and_nothing_else(pack, clusters):
    """Whatever is asked, the engine reads one line with the port from standard output, and nothing on either stream."""
    assert pack.configure({"log-backup-fresh": {"clusterIds": [clusters.stale]}}) is None
    assert len(pack.analyze().diagnostics) == 1
    assert pack.port.strip().isdigit()
    assert pack.stop() == ("", "")


def test_started_by_hand_it_says_how_to_use_it():
    """Without an engine's address it explains itself on standard error and fails; with --help it succeeds."""
    program = Path(sys.prefix) / "bin" / "pulumi-analyzer-huaweicloud-css"
    for arguments, code in (([], 2), (["--help"], 0), (["--nonsense"], 2)):
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == code
        assert done.stdout == ""
        assert "pulumi preview --policy-pack" in done.stderr
    done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{program.name} {__version__}\n", "")


def test_a_pack_that_is_not_asked_about_backups_loads_no_http_library():
    """Starting the pack imports neither requests nor pydantic."""
    text = "import sys, pulumi_huaweicloud_css.policy.serving; print({'requests', 'pydantic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "set()"


BACKUP, OUTPUT = "log-backup-fresh", "log-outputs-fresh"
WRONG = [
    pytest.param(BACKUP, {"maxAge": "soon"}, "maxAge: 'soon' is not a duration", id="max-age"),
    pytest.param(BACKUP, {"maxAge": -1}, "maxAge: -1 is not a duration", id="negative"),
    pytest.param(BACKUP, {"maxRunning": True}, "maxRunning: true is not a duration", id="max-running"),
    pytest.param(
        BACKUP,
        {"maxConsecutiveFailures": 1.5},
        "maxConsecutiveFailures: 1.5 is not an integer of at least 0",
        id="failures",
    ),
    pytest.param(BACKUP, {"clusterIds": []}, "clusterIds: [] is not a list of at least one cluster id", id="empty"),
    pytest.param(BACKUP, {"clusterIds": A_CLUSTER}, f"clusterIds: '{A_CLUSTER}' is not a list", id="no-list"),
    pytest.param(
        BACKUP,
        {"clusterIds": [A_CLUSTER, "shop-logs"]},
        "clusterIds[1]: 'shop-logs' is not a CSS cluster's id; give the cluster's UUID",
        id="cluster-id",
    ),
    pytest.param(
        BACKUP,
        {"maxage": "1h"},
        "maxage: there is no such property; there are clusterIds, clusterNames, tags, allClusters, maxAge",
        id="name",
    ),
    pytest.param(BACKUP, {"region": 4}, "region: 4 is not a text", id="region-type"),
    pytest.param(BACKUP, {"region": "Beijing 4"}, "region: 'Beijing 4' is not", id="region-form"),
    pytest.param(
        BACKUP,
        {"region": "cn-north-5"},
        "region: CSS has no known endpoint in 'cn-north-5'; did you mean cn-north-",
        id="region",
    ),
    pytest.param(BACKUP, {"projectId": "shop"}, "projectId: 'shop' is not", id="project"),
    pytest.param(
        BACKUP,
        {"endpoint": "http://css.example.com"},
        "endpoint: 'http://css.example.com' is plain http",
        id="endpoint",
    ),
    pytest.param(
        BACKUP, {"clusterIds": None, "maxAge": "1h"}, "clusterIds: not given, though maxAge is", id="forgotten"
    ),
    pytest.param(
        BACKUP,
        {"clusterIds": None, "regions": ["cn-north-4"]},
        "clusterIds: not given, though regions is; say what to judge (or clusterNames, tags, allClusters)",
        id="nothing-in-regions",
    ),
    pytest.param(
        BACKUP,
        {"allClusters": True},
        "allClusters: it does not go together with clusterIds; give clusterIds or allClusters",
        id="ids-and-all",
    ),
    pytest.param(
        BACKUP,
        {"regions": ["cn-north-4", "Singapore 3"]},
        "regions: 'Singapore 3' is not",
        id="regions-form",
    ),
    pytest.param(OUTPUT, {"output": "logs", "maxAge": "soon"}, "maxAge: 'soon' is not a duration", id="output-age"),
    pytest.param(OUTPUT, {"output": " "}, "output: ' ' is not a text", id="output-blank"),
    pytest.param(OUTPUT, {"maxRunning": "1h"}, "output: not given, though maxRunning is", id="output-forgotten"),
    pytest.param(OUTPUT, {"output": "logs", "clusterIds": []}, "clusterIds: there is no such property", id="mixed-up"),
    *(
        pytest.param(policy, {target: value, name: number}, f"{name}: {number} is not a", id=f"{name}-{number}")
        for policy, target, value in ((BACKUP, "clusterIds", [A_CLUSTER]), (OUTPUT, "output", "logs"))
        for name in ("maxAge", "maxRunning", "maxConsecutiveFailures", target)
        for number in (math.nan, math.inf, -math.inf)
    ),
    pytest.param("log-backups", {}, "there is no such policy; there are log-backup-fresh, log-outputs", id="policy"),
]


@pytest.mark.parametrize(("policy", "properties", "text"), WRONG)
def test_a_wrong_configuration_is_refused_before_any_request(start_pack, emulator, policy, properties, text):
    """One line names the policy, the property and the value; nothing was sent."""
    environment = emulator.environment()
    environment.pop(REGION_VARIABLE)
    given = {"clusterIds": [A_CLUSTER], "endpoint": emulator.endpoint, **properties} if policy == BACKUP else properties
    if "region" in properties:
        del given["endpoint"]
    error = start_pack(environment=environment).configure({policy: given})
    assert error is not None
    assert error.startswith(f"{policy}: {text}")
    assert len(error.splitlines()) == 1
    assert emulator.requests == []


def test_a_disabled_policy_neither_reads_its_configuration_nor_asks(pack, emulator, clusters):
    """Disabling is a way out whatever else the configuration says."""
    wrong = {"enforcementLevel": "disabled", "clusterIds": [clusters.stale], "maxAge": "soon"}
    assert pack.configure({BACKUP: wrong, OUTPUT: {"enforcementLevel": "disabled"}}) is None
    assert not pack.analyze().diagnostics
    assert not pack.analyze_outputs({}).diagnostics
    assert emulator.requests == []


def test_the_keyword_all_is_no_policy(pack):
    """Pulumi sets the level of all policies by the name `all`, and hands that on with the rest."""
    assert pack.configure({"all": {"enforcementLevel": "advisory"}}) is None


def test_only_the_stack_itself_is_judged(pack, emulator, clusters):
    """Other resources cause no request and no finding, so that the question is asked once."""
    pack.configure({BACKUP: {"clusterIds": [clusters.stale]}})
    assert not pack.analyze("aws:s3/bucket:Bucket").diagnostics
    assert emulator.requests == []
    [diagnostic] = pack.analyze().diagnostics
    assert "; automatic backup runs at 00:00 GMT+08:00, so the next one is due in " in diagnostic.message
    assert [request.path.rpartition("/")[2] for request in emulator.requests] == ["records", "settings"]


def test_each_cluster_that_does_not_pass_is_a_violation_in_the_configured_order(pack, emulator, clusters):
    """Stuck, unknown and stale clusters are reported one by one; a fresh one, and one named twice, are not."""
    ids = [clusters.stuck, clusters.fresh, clusters.unknown, clusters.stale, clusters.stale]
    assert pack.configure({BACKUP: {"clusterIds": ids}}) is None
    stuck, unknown, stale = (diagnostic.message for diagnostic in pack.analyze().diagnostics)
    assert f"cluster {clusters.stuck} are stuck" in stuck
    assert unknown.startswith(f"log backups of cluster {clusters.unknown} cannot be judged: CSS returned HTTP 404")
    assert f"cluster {clusters.stale} are stale" in stale
    asked = [request.path for request in emulator.requests]
    explained = [path for path in asked if path.endswith("/settings")]
    assert sorted(path.split("/")[4] for path in explained) == sorted([clusters.stuck, clusters.stale])
    records = [path for path in asked if path not in explained]
    assert len(set(records)) == 4
    assert len(records) in (4, 5)  # a refusal on a connection that was used before is asked for anew


def test_a_running_backup_is_a_violation_until_it_has_ended(pack, emulator, clusters):
    """A pending verdict does not pass: nothing is deployed on the hope that a backup will work."""
    emulator.set_records(clusters.fresh, [])
    emulator.add_record(cluster_id=clusters.fresh, status="RUNNING")
    pack.configure({BACKUP: {"clusterIds": [clusters.fresh]}})
    [diagnostic] = pack.analyze().diagnostics
    assert "are not settled" in diagnostic.message
    emulator.finish_running(cluster_id=clusters.fresh)
    assert not pack.analyze().diagnostics


def test_the_gate_s_numbers_are_those_of_the_configuration(pack, clusters):
    """A cluster that is stale by default passes with a longer maxAge, given as text or as seconds."""
    for max_age in ("30d", 30 * 86_400):
        assert pack.configure({BACKUP: {"clusterIds": [clusters.stale], "maxAge": max_age}}) is None
        assert not pack.analyze().diagnostics


def test_missing_keys_are_one_violation_for_all_clusters(start_pack, emulator, clusters):
    """With half a key pair nothing is let through, and one line says what is missing; nothing is sent."""
    environment = {name: value for name, value in emulator.environment().items() if name != "HW_SECRET_KEY"}
    pack = start_pack(environment=environment)
    assert pack.configure({BACKUP: {"clusterIds": [clusters.fresh, clusters.stale]}}) is None
    [diagnostic] = pack.analyze().diagnostics
    assert diagnostic.message.startswith("log backups cannot be judged: credentials: half a key pair: HW_ACCESS_KEY is")
    assert len(diagnostic.message.splitlines()) == 1
    assert emulator.requests == []


def test_settings_come_from_the_stack_s_configuration_too(start_pack, emulator, clusters):
    """Keys, region and endpoints that only the stack's configuration holds are used."""
    stack = {
        "huaweicloud:accessKey": emulator.access_key,
        "huaweicloud:secretKey": emulator.secret_key,
        "huaweicloud:region": emulator.region,
        "huaweicloud:endpoints": f'{{"css": "{emulator.endpoint}", "iam": "{emulator.endpoint}"}}',
    }
    pack = start_pack(environment={})
    assert pack.configure({BACKUP: {"clusterIds": [clusters.fresh]}}, stack) is None
    assert not pack.analyze().diagnostics
    assert emulator.requests


def test_a_profile_and_an_agency_of_the_stack_s_configuration(start_pack, clusters, tmp_path):
    """The pack signs as the agency that the stack names, with the keys of the profile that it names; none is shown."""
    no_rights = Account(can_list=False, credentials=Credentials("AK0KOOCLI", "hush-koocli"))
    profile = {"name": "p", "mode": "AKSK", "accessKeyId": "AK0KOOCLI", "secretAccessKey": "hush-koocli"}
    (tmp_path / "config.json").write_text(json.dumps({"profiles": [profile]}))
    agency = {"agencyName": "readers", "domainName": "emulated-account"}
    stack = {
        "huaweicloud:region": "cn-north-4",
        "huaweicloud:profile": "p",
        "huaweicloud:sharedConfigFile": str(tmp_path / "config.json"),
        "huaweicloud:assumeRole": json.dumps(agency),
    }
    site = Site(
        accounts=(no_rights,),
        projects=(Project(clusters=(Cluster(cluster_id=clusters.fresh),)),),
        agencies=(Agency(name="readers"),),
    )
    with Emulator(site=site) as emulator:
        pack = start_pack(environment={REGION_VARIABLE: emulator.endpoint})
        assert pack.configure({BACKUP: {"clusterIds": [clusters.fresh]}}, stack) is None
        assert not pack.analyze().diagnostics
        refused = {**stack, "huaweicloud:assumeRole": json.dumps({**agency, "agencyName": "nobody"})}
        assert pack.configure({BACKUP: {"clusterIds": [clusters.fresh]}}, refused) is None
        [diagnostic] = pack.analyze().diagnostics
    assert "the agency 'nobody' of account 'emulated-account' (huaweicloud:assumeRole) is refused" in diagnostic.message
    assert "hush" not in diagnostic.message + "".join(pack.stop())


def test_an_unreachable_api_is_a_violation(start_pack, emulator, clusters):
    """Where nobody answers, one line says so."""
    pack = start_pack(environment={**emulator.environment(), "HW_MAX_RETRIES": "0"})
    emulator.stop()
    pack.configure({BACKUP: {"clusterIds": [clusters.fresh]}})
    [diagnostic] = pack.analyze().diagnostics
    assert diagnostic.message.startswith(f"log backups of cluster {clusters.fresh} cannot be judged: ")
    assert len(diagnostic.message.splitlines()) == 1


def test_the_enforcement_level_is_that_of_the_configuration(pack, clusters):
    """Advisory stays advisory; remediate, which no policy here can do, counts as mandatory."""
    for level, expected in (("advisory", messages.ADVISORY), ("remediate", messages.MANDATORY)):
        pack.configure({BACKUP: {"clusterIds": [clusters.stale], "enforcementLevel": level}})
        assert [item.enforcementLevel for item in pack.analyze().diagnostics] == [expected]


def test_a_pack_without_configuration_says_so_and_stops_nothing(pack, emulator):
    """Nobody takes a pack that judges nothing for a pass: it is said once, as advice."""
    pack.configure({})
    [diagnostic] = pack.analyze().diagnostics
    assert diagnostic.enforcementLevel == messages.ADVISORY
    assert "judges nothing" in diagnostic.message
    [other] = pack.analyze_outputs({"value": 1}).not_applicable
    assert other.reason == "output is not configured"
    assert emulator.requests == []


def test_one_configured_policy_is_enough(pack):
    """Whoever uses only the stack outputs is not told to configure clusters."""
    pack.configure({OUTPUT: {"output": "logs"}})
    response = pack.analyze()
    assert not response.diagnostics
    assert [item.reason for item in response.not_applicable] == [
        "neither clusterIds nor a selection of clusters is configured"
    ]
