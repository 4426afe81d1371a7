"""Programs in YAML on the real engine, with Pulumi's own language host for YAML, and `pulumi package add`."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from pulumi_huaweicloud_css import __version__

from tests.support import ROOT
from tests.support.plugin_process import PLUGIN
from tests.support.pulumi_project import PulumiProject, engine_is_there
from tests.support.python_answers import python_answers, python_project, without_times
from tools.machinery.language_yaml import language_yaml

ASKING = """
name: asking
runtime: yaml
variables:
  logs:
    fn::invoke:
      function: huaweicloud-css:index:getLogRecords
      arguments: {clusterId: CLUSTER, status: NOT_FAIL, limit: 20}
outputs:
  function: ${logs}
"""


@pytest.fixture(scope="session", autouse=True)
def host():
    """The folder of the language host."""
    engine_is_there()
    if shutil.which("go") is None and os.environ.get("CI") != "true":
        pytest.skip("go is not on PATH: programs in YAML are not run")
    return language_yaml()


@pytest.fixture
def in_yaml(tmp_path, emulator, host):
    """Return a maker of projects in YAML, whose stack is made, beside the Python project's."""

    def make(program, *, path=os.environ["PATH"], **config):
        environment = {**emulator.environment(), "PATH": f"{host}{os.pathsep}{path}"}
        project = PulumiProject(tmp_path / "yaml", tmp_path / "home", environment)
        project.folder.mkdir()
        (project.folder / "Pulumi.yaml").write_text(program.replace("CLUSTER", emulator.cluster_id))
        project.init(**config)
        return project

    return make


def test_yaml_gets_the_answer_of_the_python_function(in_yaml, emulator, tmp_path):
    """Field by field, a function call in YAML gives what the Python function gives."""
    emulator.add_record(status="FAIL", failedMsg="the bucket is gone")
    expected = python_answers(python_project(tmp_path, emulator))["function"]
    assert len(expected["records"]) >= 10
    project = in_yaml(ASKING)
    project.up().ok()
    assert without_times(project.outputs()["function"]) == expected


def test_the_example_reads_a_python_stack_and_stops_when_backups_fail(in_yaml, emulator, tmp_path):
    """The release in YAML goes on while backups are fresh, knows what Python saw, and stops once they fail."""
    producer = python_project(tmp_path, emulator)
    producer.write((ROOT / "examples" / "quickstart" / "__main__.py").read_text())
    producer.run("config", "set", "--stack", "dev", "clusterName", f"css-{emulator.cluster_id[:8]}").ok()
    newest = emulator.add_record(status="SUCCESS", logPath="bucket/newest")
    producer.up().ok()
    example = (ROOT / "examples" / "yaml" / "Pulumi.yaml").read_text()
    release = in_yaml(example, clusterId=emulator.cluster_id, producerStack="organization/producer/dev")
    release.up().ok()
    outputs = release.outputs()
    assert outputs["latestLogPath"] == outputs["producerSaw"] == newest["logPath"]
    assert "are fresh" in outputs["logBackups"]
    for _ in range(2):
        emulator.add_record(status="FAIL")
    stopped = release.preview()
    assert stopped.exit_code != 0
    assert "are failing" in stopped.output
    assert "Traceback" not in stopped.output


def test_package_add_declares_the_plugin_that_was_installed_from_its_archive(in_yaml, archives, tmp_path):
    """It asks the installed plugin for its schema and declares it; without Python, the program then runs with it.

    The end of it, a call named Link that newer language hosts have, fails with the one that can be built here. For YAML
    there is nothing to link.
    """
    [archive] = [path for path in archives.iterdir() if not path.name.endswith("-source.tar.gz")]
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "pulumi").symlink_to(shutil.which("pulumi"))
    project = in_yaml(ASKING, path=str(programs))
    assert not any(shutil.which(name, path=project.environ()["PATH"]) for name in ("python3", PLUGIN.name))
    project.run("plugin", "install", "resource", "huaweicloud-css", __version__, "--file", str(archive)).ok()
    added = project.run("package", "add", f"huaweicloud-css@{__version__}")
    assert "Successfully generated an SDK for the huaweicloud-css package" in added.output
    assert added.exit_code == 0 or added.output.rstrip().endswith("method Link not implemented"), added.output
    [declared] = (project.folder / "sdks").rglob("*.yaml")
    kept = json.loads((ROOT / "provider" / "pulumi_huaweicloud_css" / "plugin" / "schema.json").read_text())
    assert declared.read_text().splitlines()[1:] == [
        f"name: {kept['name']}",
        f"version: {kept['version']}",
        f"downloadUrl: {kept['pluginDownloadURL']}",
    ]
    project.up().ok()
    assert project.outputs()["function"]["count"] == 20
