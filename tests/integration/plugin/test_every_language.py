"""The plugin under the real engine: from Python, Node and TypeScript, the same answers as the Python function's."""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess

import pytest
from pulumi_huaweicloud_css._text import camel

from tests.support import ROOT
from tests.support.plugin_process import PLUGIN
from tests.support.pulumi_project import PulumiProject, engine_is_there

README = "ask/bin/readme.js"
EXAMPLE = "typescript/bin/index.js"

PYTHON = """
    import json
    import pulumi
    from pulumi_huaweicloud_css import get_fleet_log_records, get_log_records

    cluster_id = pulumi.Config().require("clusterId")
    asked = {"clusterId": cluster_id, "status": "NOT_FAIL", "limit": 20}
    pulumi.export("function", get_log_records(cluster_id=cluster_id, status="NOT_FAIL", limit=20))
    pulumi.export("fleet", get_fleet_log_records(cluster_ids=[cluster_id], include_records=True))
    pulumi.export("invoke", pulumi.runtime.invoke("huaweicloud-css:index:getLogRecords", asked).value)
"""


@pytest.fixture(autouse=True, scope="session")
def _engine():
    engine_is_there()
    assert shutil.which(PLUGIN.name), f"{PLUGIN.name} is not on PATH; run the tests with `make test`"


@pytest.fixture
def project(tmp_path, emulator):
    """A Python project whose stack is made."""
    made = PulumiProject(tmp_path / "python", tmp_path / "home", emulator.environment(), "producer")
    made.write(PYTHON)
    made.init(clusterId=emulator.cluster_id)
    return made


def _without_times(outputs):
    """Return an answer without when it was given."""
    if not isinstance(outputs, dict):
        return outputs
    return {name: _without_times(value) for name, value in outputs.items() if name not in ("readAt", "read_at")}


def _in_camel_case(value):
    if isinstance(value, dict):
        return {camel(name): _in_camel_case(item) for name, item in value.items()}
    return [_in_camel_case(item) for item in value] if isinstance(value, list) else value


def test_every_language_gets_the_answer_of_the_python_function(project, node, emulator):
    """Field by field, `pulumi.runtime.invoke` in Python and Node, and both forms of the SDK, give the same answer."""
    emulator.add_record(status="RUNNING", logPath="bucket/running")
    emulator.add_record(status="FAIL", failedMsg="the bucket is gone")
    project.up().ok()
    python = project.outputs()
    expected = _without_times(_in_camel_case(python["function"]))
    assert len(expected["records"]) >= 10
    asked = {"clusterId": emulator.cluster_id, "status": "NOT_FAIL", "limit": 20}
    fleet = {"clusterIds": [emulator.cluster_id], "includeRecords": True}
    outputs = node.run(project, "typescript", "up", arguments=asked, fleet=fleet).ok().outputs
    assert _without_times(python["invoke"]) == expected
    for way in ("raw", "plain", "output"):
        assert _without_times(outputs[way]) == expected, way
    assert outputs["later"] == expected["latestLogPath"]
    assert _without_times(outputs["fleet"]) == _without_times(_in_camel_case(python["fleet"]))


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


def test_the_python_sdk_compiles_and_has_a_name_of_its_own(node):
    """The generated Python is valid, and its package is not this one, which it would hide."""
    [package] = [folder for folder in (node.folder / "sdks" / "python").iterdir() if folder.is_dir()]
    assert package.name == "pulumi_huaweicloud_css_sdk"
    assert compileall.compile_dir(package, quiet=1)


def test_the_go_sdk_passes_go_vet(node, tmp_path):
    """The generated Go compiles and passes `go vet`, against the pinned modules."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("there is no Go to check the Go SDK with")
    sdk = tmp_path / "sdk"
    shutil.copytree(node.folder / "sdks" / "go", sdk)
    pins = ROOT / "tools" / "go" / "sdks"
    [module] = [line for line in (sdk / "go.mod").read_text().splitlines() if line.startswith("module ")]
    shutil.copy(pins / "go.sum", sdk)
    (sdk / "go.mod").write_text((pins / "go.mod").read_text().replace("module engine/sdks", module))
    done = subprocess.run(
        [go, "vet", "-mod=mod", "./..."],
        cwd=sdk,
        env={**os.environ, "GOWORK": "off"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
