"""What Pulumi's options and commands do with a resource that is only read; docs/programs.md tells each in one line."""

from __future__ import annotations

import json

import pytest

HEAD = """
    import pulumi
    from pulumi_huaweicloud_css import LogRecords, get_log_records_output

    config = pulumi.Config()
    cluster_id = config.require("clusterId")
"""


@pytest.fixture
def stack(new_project, emulator):
    """Return a maker of a stack whose program has the cluster's id."""
    return lambda program: new_project(HEAD + program, clusterId=emulator.cluster_id)


def _names(project):
    return {item["urn"].rpartition("::")[2] for item in project.resources() if item["type"].endswith(":LogRecords")}


@pytest.mark.parametrize("option", ["protect=True", "retain_on_delete=True", "import_='anything'"])
def test_nothing_is_protected_retained_or_imported(stack, option):
    """There is nothing to delete: the resource leaves the state with the program's line, and with the stack."""
    project = stack(f"""
    if config.get_bool("declared") is not False:
        LogRecords("logs", cluster_id=cluster_id, opts=pulumi.ResourceOptions({option}))
    """)
    project.up().ok()
    assert _names(project) == {"logs"}
    project.run("config", "set", "--stack", "dev", "declared", "false").ok()
    project.up().ok()
    assert _names(project) == set()
    project.run("config", "set", "--stack", "dev", "declared", "true").ok()
    project.up().ok()
    project.run("destroy", "--yes", "--stack", "dev").ok()


def test_protect_in_the_state_blocks_a_destroy(stack):
    """`pulumi state protect` marks the state itself, which the engine obeys for a read resource too."""
    project = stack("""
    LogRecords("logs", cluster_id=cluster_id)
    """)
    project.up().ok()
    project.run("state", "protect", "--all", "--yes", "--stack", "dev").ok()
    run = project.run("destroy", "--yes", "--skip-preview", "--stack", "dev")
    assert run.exit_code != 0
    assert "cannot be deleted" in run.output
    project.up().ok()
    project.run("destroy", "--yes", "--skip-preview", "--stack", "dev").ok()


def test_ignore_changes_ignores_nothing(stack, emulator):
    """Changed inputs are read with, and outputs are what was read."""
    project = stack("""
    options = pulumi.ResourceOptions(ignore_changes=["limit", "latest_log_path"])
    logs = LogRecords("logs", cluster_id=cluster_id, limit=config.require_int("limit"), opts=options)
    pulumi.export("count", logs.count)
    pulumi.export("path", logs.latest_log_path)
    """)
    project.run("config", "set", "--stack", "dev", "limit", "3").ok()
    project.up().ok()
    assert project.outputs()["count"] == 3
    project.run("config", "set", "--stack", "dev", "limit", "2").ok()
    emulator.add_record(logPath="bucket/newest")
    project.up().ok()
    assert project.outputs() == {"count": 2, "path": "bucket/newest"}


def test_transformations_apply_and_transforms_do_not(stack, emulator):
    """`transformations` run in the program; `transforms` are the engine's, which does not call them for a read."""
    project = stack("""
    def transformation(args):
        return pulumi.ResourceTransformationResult({**args.props, "limit": 2}, args.opts)

    def transform(args):
        return pulumi.ResourceTransformResult({**args.props, "limit": 3}, args.opts)

    pulumi.runtime.register_resource_transform(transform)
    old = LogRecords("old", cluster_id=cluster_id, opts=pulumi.ResourceOptions(transformations=[transformation]))
    new = LogRecords("new", cluster_id=cluster_id, opts=pulumi.ResourceOptions(transforms=[transform]))
    pulumi.export("counts", [old.count, new.count])
    """)
    project.up().ok()
    assert project.outputs()["counts"] == [2, len(emulator.records())]


def test_target_narrows_a_refresh_only(stack, emulator):
    """Preview and update read every resource of the program, `refresh --target` those that it names."""
    project = stack("""
    logs = [LogRecords(name, cluster_id=cluster_id) for name in ("one", "two")]
    pulumi.export("counts", [each.count for each in logs])
    """)
    for run in (project.preview, project.up):
        emulator.clear_requests()
        assert "unknown" not in run("--target", "**one").ok().output
        assert len(emulator.requests) == 2
    assert _names(project) == {"one", "two"}
    emulator.clear_requests()
    project.run("refresh", "--yes", "--skip-preview", "--stack", "dev", "--target", "**one").ok()
    assert len(emulator.requests) == 1


def test_import_is_not_for_read_resources(stack, emulator):
    """`pulumi import` fails and changes nothing; the program's resource is read without any import."""
    project = stack("""
    if config.get_bool("declared"):
        LogRecords("logs", cluster_id=cluster_id)
    """)
    project.up().ok()
    kind = "pulumi-python:dynamic/huaweicloud-css:LogRecords"
    run = project.run("import", kind, "logs", emulator.cluster_id, "--yes", "--stack", "dev")
    assert run.exit_code != 0
    assert _names(project) == set()
    assert emulator.requests == []
    project.run("config", "set", "--stack", "dev", "declared", "true").ok()
    project.up().ok()
    assert _names(project) == {"logs"}


def test_a_secret_argument_stays_secret_and_what_repeats_it_can_be_made_so(stack, emulator):
    """Of a secret id only the resource's own id is in clear in the state, if the outputs that repeat it are secret."""
    project = stack("""
    secret = pulumi.Output.secret(cluster_id)
    repeating = ["records", "latest", "latest_success"]
    logs = LogRecords("logs", cluster_id=secret, opts=pulumi.ResourceOptions(additional_secret_outputs=repeating))
    outputs = {"argument": logs.cluster_id, "records": logs.records, "path": logs.latest_log_path, "id": logs.id}
    answer = get_log_records_output(cluster_id=secret)
    outputs["answer"] = answer.latest_log_path
    pulumi.export("secret", {name: pulumi.Output.from_input(each.is_secret()) for name, each in outputs.items()})
    """)
    kept = {"argument": True, "records": True, "path": False, "id": False, "answer": True}
    for _ in range(2):
        project.up().ok()
        assert project.outputs()["secret"] == kept
        project.run("refresh", "--yes", "--skip-preview", "--stack", "dev").ok()
        [logs] = [item for item in project.resources() if item["type"].endswith(":LogRecords")]
        assert logs.pop("id") == emulator.cluster_id
        assert emulator.cluster_id not in json.dumps(logs)


def test_a_renamed_resource_and_an_update_plan_change_nothing(stack):
    """A read resource moves with its alias or without, and an update keeps to the plan of its preview."""
    program = """
    logs = LogRecords("old", cluster_id=cluster_id)
    pulumi.export("path", logs.latest_log_path)
    """
    project = stack(program)
    project.up().ok()
    path = project.outputs()["path"]
    alias = 'cluster_id=cluster_id, opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")])'
    for name, arguments in (("new", alias), ("newer", "cluster_id=cluster_id")):
        project.write(HEAD + program.replace('"old", cluster_id=cluster_id', f'"{name}", {arguments}'))
        project.preview("--expect-no-changes", "--save-plan", "plan.json").ok()
        project.up("--expect-no-changes", "--plan", "plan.json").ok()
        assert _names(project) == {name}
        assert project.outputs()["path"] == path


def test_nothing_is_replaced_hooked_or_waited_for(stack):
    """Options and commands that are about creation do nothing, and a preview reads what depends on something new."""
    project = stack("""
    class Made(pulumi.dynamic.ResourceProvider):
        def create(self, props):
            return pulumi.dynamic.CreateResult("made", {})

    class Mine(LogRecords, module="huaweicloud-css", name="LogRecords"):
        pass

    def hook(args):
        raise ValueError("it was called")

    class New(pulumi.dynamic.Resource):
        pass

    made = New(Made(), "made", {})
    hooks = pulumi.ResourceHookBinding(before_create=[pulumi.ResourceHook("hook", hook)])
    options = pulumi.ResourceOptions(depends_on=[made], hooks=hooks, replace_on_changes=["*"])
    pulumi.export("count", Mine("logs", cluster_id=cluster_id, opts=options).count)
    waits = get_log_records_output(cluster_id=cluster_id, opts=pulumi.InvokeOutputOptions(depends_on=[made]))
    pulumi.export("later", waits.count)
    """)
    preview = project.preview().ok().output
    assert [line.split() for line in preview.splitlines() if line.startswith(("    count", "    later"))] == [
        ["count:", "37"],
        ["later:", "[unknown]"],
    ]
    project.up().ok()
    assert _names(project) == {"logs"}
    [urn] = [item["urn"] for item in project.resources() if item["type"].endswith(":LogRecords")]
    project.run("state", "taint", urn, "--yes", "--stack", "dev").ok()
    project.up("--replace", urn, "--expect-no-changes").ok()
