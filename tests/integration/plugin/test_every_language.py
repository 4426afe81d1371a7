"""The plugin under the real engine: from Python, Node and TypeScript, the same answers as the Python function's."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.support import ROOT
from tests.support.plugin_process import PLUGIN
from tests.support.pulumi_project import engine_is_there
from tests.support.python_answers import python_answers, python_project, without_times

README = "ask/bin/readme.js"
EXAMPLE = "typescript/bin/index.js"


@pytest.fixture(autouse=True, scope="session")
def _engine():
    engine_is_there()
    assert shutil.which(PLUGIN.name), f"{PLUGIN.name} is not on PATH; run the tests with `make test`"


@pytest.fixture
def project(tmp_path, emulator):
    """A Python project whose stack is made."""
    return python_project(tmp_path, emulator)


def test_every_language_gets_the_answer_of_the_python_function(project, node, emulator):
    """Field by field, `pulumi.runtime.invoke` in Python and Node, and both forms of the SDK, give the same answer."""
    emulator.add_record(status="RUNNING", logPath="bucket/running")
    emulator.add_record(status="FAIL", failedMsg="the bucket is gone")
    expected = python_answers(project)
    assert len(expected["function"]["records"]) >= 10
    asked = {"clusterId": emulator.cluster_id, "status": "NOT_FAIL", "limit": 20}
    fleet = {"clusterIds": [emulator.cluster_id], "includeRecords": True}
    outputs = node.run(project, "typescript", "up", arguments=asked, fleet=fleet).ok().outputs
    assert expected["invoke"] == expected["function"]
    for way in ("raw", "plain", "output"):
        assert without_times(outputs[way]) == expected["function"], way
    assert outputs["later"] == expected["function"]["latestLogPath"]
    assert without_times(outputs["fleet"]) == expected["fleet"]


def test_an_unknown_argument_is_no_question_in_the_preview(project, node, emulator):
    """In a preview the output of an unknown cluster is unknown; only the known ones are asked about."""
    run = node.run(project, "typescript", "preview", arguments={"clusterId": emulator.cluster_id}).ok()
    assert len(emulator.requests) == 3
    assert any(line.split() == ["later", ":", "[unknown]"] for line in run.log.splitlines()), run.log


def test_the_stack_s_configuration_reaches_the_plugin(project, node, emulator):
    """Keys, region, project and endpoints of the namespace `huaweicloud-css` are used, with an empty environment."""
    project.environment = {}
    config = {
        "huaweicloud-css__accessKey": emulator.access_key,
        "huaweicloud-css__secretKey": emulator.secret_key,
        "huaweicloud-css__region": "ap-southeast-3",
        "huaweicloud-css__projectId": emulator.project_id,
        "huaweicloud-css__endpoints": {"css": emulator.endpoint},
        "huaweicloud-css__maxRetries": "0",
    }
    run = node.run(project, "typescript", "up", arguments={"clusterId": emulator.cluster_id}, **config).ok()
    assert run.outputs["plain"]["region"] == "ap-southeast-3"
    [stored] = [file.read_text() for file in project.home.glob("state/.pulumi/stacks/typescript/*.json")]
    assert emulator.access_key in stored
    assert emulator.secret_key not in stored  # though the configuration has it in clear text


ERRORS = [
    pytest.param({"gate": {}}, "are failing: 2 failed in a row", id="gate"),
    pytest.param({"limit": 0}, "0 is not an integer from 1 to 100000 (limit)", id="argument"),
    pytest.param({"gate": {"maxAge": "soon"}}, "'soon' is not a duration", id="gate-argument"),
]


def _is_for_people(error):
    """Say whether an error is free of Python's inner life."""
    return "Traceback" not in error and ".py" not in error and "pulumi_huaweicloud_css" not in error


@pytest.mark.parametrize(("arguments", "text"), ERRORS)
def test_an_error_is_a_message_without_a_python_traceback(project, node, emulator, arguments, text):
    """A TypeScript user reads what is wrong, and nothing of the language that the plugin is written in."""
    for _ in range(2):
        emulator.add_record(status="FAIL")
    run = node.run(project, "typescript", "preview", arguments={"clusterId": emulator.cluster_id, **arguments})
    assert text in run.error
    assert _is_for_people(run.error), run.error


def test_a_refused_key_is_a_message_without_a_python_traceback_or_the_key(project, node, emulator):
    """A TypeScript user reads that the signature was refused, and where the keys came from."""
    project.environment["HW_SECRET_KEY"] = "Sk0MarkedWrongSecretKey"
    run = node.run(project, "typescript", "preview", arguments={"clusterId": emulator.cluster_id})
    assert "CSS returned HTTP 401" in run.error
    assert "HW_ACCESS_KEY" in run.error
    assert _is_for_people(run.error), run.error
    assert "Sk0Marked" not in run.error


def test_the_typescript_example_reads_a_python_stack_and_stops_when_backups_fail(project, node, emulator):
    """The release goes on while backups are fresh, knows what the Python stack saw, and stops once they fail."""
    (project.folder / "__main__.py").write_text((ROOT / "examples" / "quickstart" / "__main__.py").read_text())
    project.run("config", "set", "--stack", "dev", "clusterName", f"css-{emulator.cluster_id[:8]}").ok()
    project.up().ok()
    config = {"clusterId": emulator.cluster_id, "producerStack": "organization/producer/dev"}
    newest = emulator.add_record(status="SUCCESS", logPath="bucket/newer")
    outputs = node.run(project, "release", "up", program=EXAMPLE, **config).ok().outputs
    assert outputs["latestLogPath"] == newest["logPath"]
    assert outputs["producerIsUpToDate"] is False
    assert "are fresh" in outputs["logBackups"]
    project.up().ok()
    assert (
        node.run(project, "release", "up", program=EXAMPLE, **config).ok().outputs["producerSaw"] == newest["logPath"]
    )
    for _ in range(2):
        emulator.add_record(status="FAIL")
    stopped = node.run(project, "release", "up", program=EXAMPLE, **config)
    assert "are failing" in stopped.error
    assert _is_for_people(stopped.error), stopped.error


def test_the_readme_s_program_exports_path_and_reason(project, node, emulator):
    """What the page about other languages shows runs as it stands, and stops in the preview once backups fail."""
    newest = emulator.add_record(status="SUCCESS", logPath="bucket/newest")
    outputs = node.run(project, "readme", "up", program=README, clusterId=emulator.cluster_id).ok().outputs
    assert outputs["latestLogPath"] == newest["logPath"]
    assert "are fresh" in outputs["logBackups"]
    for _ in range(2):
        emulator.add_record(status="FAIL")
    stopped = node.run(project, "readme", "preview", program=README, clusterId=emulator.cluster_id)
    assert "are failing" in stopped.error
    assert _is_for_people(stopped.error), stopped.error


def test_the_engine_accepts_the_schema(project):
    """`pulumi package get-schema`, given the executable, prints the schema that is in the repository."""
    shown = json.loads(project.run("package", "get-schema", str(PLUGIN)).ok().output)
    kept = json.loads((ROOT / "provider" / "pulumi_huaweicloud_css" / "plugin" / "schema.json").read_text())
    assert shown["functions"].keys() == kept["functions"].keys()
    assert shown["types"].keys() == kept["types"].keys()
    assert (shown["name"], shown["version"]) == (kept["name"], kept["version"])
