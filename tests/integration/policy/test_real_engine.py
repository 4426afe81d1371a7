"""The pack on the real engine: what a deployment of something else does when backups are, or are not, fresh."""

from __future__ import annotations

import json

import pytest
from pulumi_huaweicloud_css.emulator import Cluster

BACKUP, OUTPUT = "log-backup-fresh", "log-outputs-fresh"
WRONG_KEY = "Sk0MarkedKeyThatIsWrong0123456789"

# Nothing of ours: an export, and a resource of plain Pulumi that leaves a file behind when it is created.
SHOP = """
    import pathlib

    import pulumi
    from pulumi.dynamic import CreateResult, Resource, ResourceProvider

    class ReleaseProvider(ResourceProvider):
        def create(self, props):
            pathlib.Path("released").touch()
            return CreateResult("release", {})

    class Release(Resource):
        def __init__(self, name):
            super().__init__(ReleaseProvider(), name, {})

    Release("release")
    pulumi.export("version", "1.2.3")
"""

# Exports what a LogRecords resource read, and the records of a cluster that is made in the same run.
LOGS = """
    import pulumi
    from pulumi.dynamic import CreateResult, Resource, ResourceProvider
    from pulumi_huaweicloud_css import LogRecords, get_log_records

    cluster_id = pulumi.Config().require("clusterId")

    class ClusterProvider(ResourceProvider):
        def create(self, props):
            return CreateResult(props["clusterId"], {})

    class Cluster(Resource):
        def __init__(self, name):
            super().__init__(ClusterProvider(), name, {"clusterId": cluster_id})

    logs = LogRecords("logs", cluster_id=cluster_id)
    pulumi.export("logs", logs)
    pulumi.export("answer", get_log_records(cluster_id=cluster_id))
    pulumi.export("made", LogRecords("made", cluster_id=Cluster("cluster").id).records)
"""


def _reasons(run):
    """Return the lines below the headings of the policies' findings."""
    lines = [line.strip() for line in run.output.splitlines()]
    return [
        lines[number + 1] for number, line in enumerate(lines) if line.startswith(("- [mandatory]", "- [advisory]"))
    ]


def test_stale_backups_stop_preview_and_update_before_the_first_resource(new_stack, emulator, clusters):
    """Each cluster that does not pass is shown with its reason, and the program's resource is never created."""
    stack = new_stack(SHOP)
    config = {BACKUP: {"clusterIds": [clusters.fresh, clusters.stale, clusters.unknown], "maxAge": "24h"}}
    for run in (stack.preview, stack.up):
        emulator.clear_requests()
        failed = run(config)
        assert failed.exit_code != 0
        stale, unknown = _reasons(failed)
        assert stale.startswith(f"log backups of cluster {clusters.stale} are stale: the newest success, ")
        assert unknown.startswith(f"log backups of cluster {clusters.unknown} cannot be judged: CSS returned HTTP 404")
        assert clusters.fresh not in "".join(_reasons(failed))
        # Once for each cluster and each cause, however many resources there are; a refusal on a connection that was
        # used before is not believed at once.
        asked = [request.path for request in emulator.requests]
        assert [len([path for path in asked if each in path]) for each in (clusters.fresh, clusters.stale)] == [1, 2]
        assert len([path for path in asked if path.endswith(f"/{clusters.stale}/logs/settings")]) == 1
        assert len([path for path in asked if clusters.unknown in path]) in (1, 2)
    assert stack.types() == set()
    assert not (stack.project.folder / "released").exists()


def test_fresh_backups_let_preview_and_update_pass(new_stack, emulator, clusters):
    """With a fresh cluster the same stack is deployed, asked once in the preview and once in the update."""
    stack = new_stack(SHOP)
    config = {BACKUP: {"clusterIds": [clusters.fresh]}}
    assert _reasons(stack.preview(config).ok()) == []
    assert _reasons(stack.up(config).ok()) == []
    assert len(emulator.requests) == 2
    assert (stack.project.folder / "released").exists()
    assert stack.project.outputs() == {"version": "1.2.3"}


def test_a_selection_finds_a_cluster_that_was_made_since(new_stack, emulator, clusters):
    """By name and region, the stack is deployed until a cluster without backups is there; the finding names it."""
    emulator.add_cluster(Cluster(cluster_id=clusters.unknown, name="prod-orders"))
    stack = new_stack(SHOP)
    config = {BACKUP: {"clusterNames": ["prod-*"], "regions": [emulator.region]}}
    assert _reasons(stack.preview(config).ok()) == []
    late = clusters.unknown[:-1] + "e"
    emulator.add_cluster(Cluster(cluster_id=late, name="prod-late", records=[]))
    emulator.add_cluster(Cluster(cluster_id=late[:-1] + "d", name="prod-new", status="100"))
    failed = stack.up(config)
    assert failed.exit_code != 0
    reason, skipped = sorted(_reasons(failed), reverse=True)
    assert reason.startswith(f"log backups of cluster prod-late ({late}): there is none; ")
    assert skipped == f"cluster prod-new ({late[:-1]}d) is not judged: the cluster is being created"
    assert not (stack.project.folder / "released").exists()


def test_advisory_shows_the_reason_and_goes_on(new_stack, clusters):
    """A team that wants to be told, not stopped, sets the level in the configuration, for one policy or for all."""
    stack = new_stack(SHOP)
    for config in (
        {BACKUP: {"enforcementLevel": "advisory", "clusterIds": [clusters.stale]}},
        {"all": "advisory", BACKUP: {"clusterIds": [clusters.stale]}},
    ):
        run = stack.up(config).ok()
        assert "[advisory]  log-backup-fresh" in run.output
        assert "are stale" in _reasons(run)[0]
    assert (stack.project.folder / "released").exists()


def test_without_configuration_the_deployment_goes_on_and_is_told(new_stack, emulator):
    """No --policy-pack-config: one advice that nothing is judged, no request, no failure."""
    run = new_stack(SHOP).preview(None).ok()
    [advice] = _reasons(run)
    assert advice.startswith("this policy pack judges nothing")
    assert emulator.requests == []


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ({"clusterIds": []}, "log-backup-fresh: clusterIds: Array must have at least 1 items"),
        ({"clusterIds": ["shop-logs"]}, "log-backup-fresh: clusterIds[0]: 'shop-logs' is not a CSS cluster's id"),
        ({"tags": {"stage": 4}}, "log-backup-fresh: tags.stage: Invalid type. Expected: string, given: integer"),
        ({"allClusters": False}, "log-backup-fresh: allClusters: it can only be true"),
        ({"allClusters": True, "tags": {"a": "b"}}, "log-backup-fresh: tags: it does not go together with allClusters"),
    ],
)
def test_a_wrong_configuration_ends_the_deployment_in_one_line(new_stack, emulator, properties, text):
    """What the schema refuses, and what only the pack can refuse, are errors even where the policy is advisory."""
    run = new_stack(SHOP).preview({BACKUP: {"enforcementLevel": "advisory", **properties}})
    assert run.exit_code != 0
    assert text in run.output
    assert "Traceback" not in run.output
    assert emulator.requests == []


def test_a_refusal_is_a_violation_that_shows_no_key(new_stack, emulator, clusters):
    """A wrong key stops the preview with the API's code and the keys' source, and without the key."""
    environment = {**emulator.environment(), "HW_SECRET_KEY": WRONG_KEY}
    run = new_stack(SHOP, environment=environment).preview({BACKUP: {"clusterIds": [clusters.fresh]}})
    assert run.exit_code != 0
    [reason] = _reasons(run)
    assert "HTTP 401, APIGW.0301" in reason
    assert "HW_ACCESS_KEY, HW_SECRET_KEY" in reason
    assert WRONG_KEY not in run.output


def test_secret_keys_of_the_stack_configuration_are_used_and_not_shown(new_stack, emulator, clusters):
    """Keys that only the stack's configuration holds, encrypted, reach the pack; no output shows them."""
    keys = ("HW_ACCESS_KEY", "HW_SECRET_KEY")
    environment = {name: value for name, value in emulator.environment().items() if name not in keys}
    stack = new_stack(SHOP, environment=environment, huaweicloud__accessKey=emulator.access_key)
    stack.project.set_secret("huaweicloud:secretKey", emulator.secret_key)
    run = stack.preview({BACKUP: {"clusterIds": [clusters.fresh, clusters.stale]}})
    [reason] = _reasons(run)
    assert f"cluster {clusters.stale} are stale" in reason
    assert emulator.secret_key not in run.output


def test_an_output_is_judged_in_preview_update_and_in_an_exported_state(new_stack, emulator, clusters, tmp_path):
    """A stale output fails both and a fresh one passes; the state is judged later without program, keys or login."""
    stack = new_stack(LOGS, clusterId=clusters.stale)

    failed = stack.preview({OUTPUT: {"output": "logs"}})
    assert failed.exit_code != 0
    assert _reasons(failed)[0].startswith(f"the stack output logs: log backups of cluster {clusters.stale} are stale: ")
    assert _reasons(stack.preview({OUTPUT: {"output": "answer", "maxAge": "30d"}}).ok()) == []
    unknown = stack.preview({OUTPUT: {"output": "made"}}).ok()
    assert _reasons(unknown) == ["the stack output made is not known yet in this preview; it is judged in the update"]
    failed = stack.up({OUTPUT: {"output": "made"}})
    assert failed.exit_code != 0
    assert "are stale" in _reasons(failed)[0]

    state = tmp_path / "state.json"
    state.write_text(stack.project.state())
    assert json.loads(state.read_text())["deployment"]["resources"]
    stack.project.environment.clear()
    stack.project.environment["PULUMI_BACKEND_URL"] = "file:///nowhere"
    emulator.clear_requests()
    for max_age, stale in (("24h", True), ("30d", False)):
        policy = stack.policy({OUTPUT: {"output": "logs", "maxAge": max_age}})
        run = stack.project.run("policy", "analyze", "--file", str(state), *policy)
        assert (run.exit_code != 0) is stale, run.output
        assert ("are stale" in run.output) is stale
    assert emulator.requests == []


# A release, and an output that comes from another resource: if that one is left out, the output is unknown.
TARGETED = """
    import pulumi
    from pulumi.dynamic import CreateResult, Resource, ResourceProvider
    from pulumi_huaweicloud_css import get_log_records_output

    class PlainProvider(ResourceProvider):
        def create(self, props):
            return CreateResult(props["id"], {})

    class Plain(Resource):
        def __init__(self, name, id):
            super().__init__(PlainProvider(), name, {"id": id})

    Plain("release", "release")
    cluster = Plain("cluster", pulumi.Config().require("clusterId"))
    pulumi.export("logs", get_log_records_output(cluster_id=cluster.id))
"""


def test_an_update_that_leaves_the_output_unknown_does_not_pass(new_stack, clusters):
    """`pulumi up --skip-preview --target` of another resource ends with the violation, and not with a release."""
    stack = new_stack(TARGETED, clusterId=clusters.stale)
    target = "urn:pulumi:dev::shop::pulumi-python:dynamic:Resource::release"
    run = stack.project.up("--target", target, *stack.policy({OUTPUT: {"output": "logs"}}))
    assert run.exit_code != 0
    assert _reasons(run)[0].startswith("the stack output logs cannot be judged: it is not known in this update")


def test_a_hostile_record_is_no_unknown_output(new_stack, emulator, clusters):
    """Records whose texts are the engine's marks for the unknown are judged in preview and update alike."""
    marker = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    emulator.set_records(clusters.fresh, [])
    emulator.add_record(cluster_id=clusters.fresh, status="FAIL", logPath=marker, failedMsg=marker, jobId=marker)
    stack = new_stack(LOGS, clusterId=clusters.fresh)
    for run in (stack.preview, stack.up):
        for output in ("logs", "answer"):
            failed = run({OUTPUT: {"output": output}})
            assert failed.exit_code != 0
            [reason] = _reasons(failed)
            assert reason.startswith(f"the stack output {output}: log backups of cluster {clusters.fresh} are failing")
            assert marker in reason
