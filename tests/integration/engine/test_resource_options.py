"""What Pulumi's options and commands do with a resource that is only read; docs/programs.md tells each in one line."""

from __future__ import annotations

import pytest

HEAD = """
    import pulumi
    from pulumi_huaweicloud_css import LogRecords

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
