"""`LogRecords` on the real engine: when it is read, what it leaves in the state, what programs get of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pulumi_huaweicloud_css

PROGRAM = """
    import pulumi
    from pulumi_huaweicloud_css import LogRecords

    logs = LogRecords("logs", cluster_id=pulumi.Config().require("clusterId"))
    pulumi.export("latest_log_path", logs.latest_log_path)
    pulumi.export("latest_status", logs.latest_status)
    pulumi.export("by_record", logs.latest.log_path)
    pulumi.export("first_status", logs.records[0].status)
    pulumi.export("count", logs.count)
    pulumi.export("kinds", [output.apply(lambda value: type(value).__name__)
        for output in (logs.count, logs.truncated, logs.records[0])])
"""


def _logs(project):
    [resource] = [item for item in project.resources() if item["type"].endswith("huaweicloud-css:LogRecords")]
    return resource


def test_outputs_are_known_in_the_preview_and_typed_in_the_program(new_project, emulator):
    """A preview already shows the newest path and status, and attributes of records work."""
    newest = emulator.add_record(status="SUCCESS", logPath="bucket/the-newest")
    project = new_project(PROGRAM, clusterId=emulator.cluster_id)

    preview = project.preview().ok().output

    assert 'latest_log_path: "bucket/the-newest"' in preview
    assert 'latest_status  : "SUCCESS"' in preview
    assert "unknown" not in preview
    assert "warning" not in preview  # such as one about a plugin, which a program in Python does not need
    project.up().ok()
    outputs = project.outputs()
    assert outputs["latest_log_path"] == outputs["by_record"] == newest["logPath"]
    assert outputs["first_status"] == "SUCCESS"
    assert outputs["count"] == len(emulator.records())
    assert outputs["kinds"] == ["int", "bool", "LogRecord"]


def test_nothing_is_ever_created_and_a_second_preview_expects_no_changes(new_project, emulator):
    """The engine reads the resource: it is external in the state, causes no changes, and survives a destroy."""
    project = new_project(PROGRAM, clusterId=emulator.cluster_id)
    project.up().ok()

    again = project.preview("--expect-no-changes")
    assert again.exit_code == 0, again.output
    resource = _logs(project)
    assert resource["external"] is True
    assert resource["id"] == emulator.cluster_id

    before = len(emulator.requests)
    destroyed = project.run("destroy", "--yes", "--stack", "dev").ok().output
    assert "1 deleted" in destroyed  # the stack itself, nothing else
    assert len(emulator.requests) == before


def test_a_new_backup_shows_at_the_next_up_without_a_refresh(new_project, emulator):
    """Each up reads afresh: the path of a backup that finished meanwhile is there."""
    project = new_project(PROGRAM, clusterId=emulator.cluster_id)
    project.up().ok()
    emulator.add_record(status="FAIL", logPath="bucket/failed-one")

    project.up().ok()

    assert project.outputs()["latest_log_path"] == "bucket/failed-one"
    assert project.outputs()["latest_status"] == "FAIL"


def test_a_refresh_asks_the_same_question(new_project, emulator):
    """`pulumi refresh` reads with the filters of the program, and keeps the filtered answer."""
    program = PROGRAM.replace('clusterId"))', 'clusterId"), status="FAIL", job_type="Manual")', 1)
    emulator.add_record(status="FAIL", jobTypes="Manual", logPath="bucket/failed")
    emulator.add_record(status="SUCCESS", logPath="bucket/fine")
    project = new_project(program, clusterId=emulator.cluster_id)
    project.up().ok()
    emulator.add_record(status="FAIL", jobTypes="Manual", logPath="bucket/failed-again")

    project.run("refresh", "--yes", "--stack", "dev").ok()

    outputs = _logs(project)["outputs"]
    assert outputs["latest_log_path"] == "bucket/failed-again"
    assert {record["status"] for record in outputs["records"]} == {"FAIL"}
    assert emulator.requests[-1].query.endswith("status=FAIL")


def test_the_state_refers_to_the_provider_by_name_whatever_its_code(new_project, emulator, tmp_path):
    """`__provider` is under 200 characters, and the same after the package's code changed."""
    project = new_project(PROGRAM, clusterId=emulator.cluster_id)
    project.up().ok()
    reference = _logs(project)["outputs"]["__provider"]
    assert len(reference) < 200

    changed = tmp_path / "changed"
    package = changed / "pulumi_huaweicloud_css"
    shutil.copytree(Path(pulumi_huaweicloud_css.__file__).parent, package)
    source = package / "_pulumi" / "read_resource.py"
    method = "    def read(self, id_: str"
    assert method in source.read_text()
    text = source.read_text().replace(method, f"    added_later = 1\n\n{method}")
    source.write_text(text.replace("ReadResult(id_, outputs)", 'ReadResult(id_, {"from_new_code": True, **outputs})'))
    project.environment["PYTHONPATH"] = str(changed)

    assert project.preview("--expect-no-changes").exit_code == 0
    project.up().ok()
    outputs = _logs(project)["outputs"]
    assert outputs["from_new_code"] is True  # the changed code did run
    assert outputs["__provider"] == reference


def test_a_cluster_id_made_in_the_same_run_is_unknown_in_preview_and_read_in_the_update(new_project, emulator):
    """An id that only the update knows makes the outputs unknown in the preview, and is read in the update."""
    program = f"""
        import pulumi
        from pulumi.dynamic import CreateResult, Resource, ResourceProvider
        from pulumi_huaweicloud_css import LogRecords, get_log_records_output

        class ClusterProvider(ResourceProvider):
            def create(self, props):
                return CreateResult("{emulator.cluster_id}", {{}})

        class Cluster(Resource):
            def __init__(self, name):
                super().__init__(ClusterProvider(), name, {{}})

        cluster = Cluster("cluster")
        logs = LogRecords("logs", cluster_id=cluster.id)
        answer = get_log_records_output(cluster_id=cluster.id)
        after = get_log_records_output(
            cluster_id="{emulator.cluster_id}", opts=pulumi.InvokeOutputOptions(depends_on=[cluster]))
        pulumi.export("by_resource", logs.latest_log_path)
        pulumi.export("by_function", answer.latest.log_path)
        pulumi.export("after_the_cluster", after.latest_log_path)
    """
    newest = emulator.add_record(logPath="bucket/new-cluster")["logPath"]
    project = new_project(program)

    preview = project.preview().ok().output

    assert preview.count("[unknown]") == 3
    assert emulator.requests == []
    project.up().ok()
    assert project.outputs() == dict.fromkeys(("by_resource", "by_function", "after_the_cluster"), newest)


def test_an_empty_cluster_is_an_answer(new_project, emulator):
    """A cluster without any log backup gives empty outputs, not an error."""
    emulator.set_records(None, [])
    program = """
        import pulumi
        from pulumi_huaweicloud_css import LogRecords

        logs = LogRecords("logs", cluster_id=pulumi.Config().require("clusterId"))
        pulumi.export("path", logs.latest_log_path.apply(lambda path: path or "none yet"))
        pulumi.export("latest", logs.latest.apply(lambda latest: latest is None))
        pulumi.export("count", logs.count)
    """
    project = new_project(program, clusterId=emulator.cluster_id)
    project.up().ok()
    assert project.outputs() == {"path": "none yet", "latest": True, "count": 0}


def test_records_that_are_left_out_are_not_in_the_state(new_project, emulator):
    """With include_records=False the summary is known in the preview, and no refresh brings the records back."""
    program = """
        import pulumi
        from pulumi_huaweicloud_css import LogRecords, get_log_records

        cluster_id = pulumi.Config().require("clusterId")
        logs = LogRecords("logs", cluster_id=cluster_id, include_records=False)
        pulumi.export("count", logs.count)
        pulumi.export("path", logs.latest_log_path)
        pulumi.export("records", logs.records.apply(lambda records: str(records)))
        pulumi.export("function", str(get_log_records(cluster_id=cluster_id, include_records=False).records))
    """
    project = new_project(program, clusterId=emulator.cluster_id)
    assert 'records : "None"' in project.preview().ok().output
    project.up().ok()
    newest = max(emulator.records(), key=lambda record: record["createAt"])
    outputs = {"count": 37, "path": newest["logPath"], "records": "None", "function": "None"}
    assert project.outputs() == outputs
    assert "records" not in _logs(project)["outputs"]
    project.run("refresh", "--stack", "dev", "--yes", "--expect-no-changes").ok()
    assert "records" not in _logs(project)["outputs"]
