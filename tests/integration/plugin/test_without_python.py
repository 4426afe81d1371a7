"""The plugin's archives: a TypeScript program in an empty folder, where there is no Python, gets what Python gets."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile

import pytest
from pulumi_huaweicloud_css import __version__
from pulumi_huaweicloud_css.plugin.schema import schema_text

from tests.support.node_project import HERE
from tests.support.pulumi_project import PulumiProject, engine_is_there
from tests.support.python_answers import python_answers, python_project, without_times

PLUGIN = "pulumi-resource-huaweicloud-css"


@pytest.fixture(autouse=True, scope="session")
def _engine():
    engine_is_there()


@pytest.fixture(scope="session")
def binary(archives):
    """The archive for this machine."""
    [archive] = [path for path in archives.iterdir() if not path.name.endswith("-source.tar.gz")]
    assert archive.name.startswith(f"{PLUGIN}-v{__version__}-{sys.platform}-")
    return archive


@pytest.fixture(scope="session")
def unpacked(binary, tmp_path_factory):
    """A folder with what is in the archive for this machine."""
    return _unpack(binary, tmp_path_factory.mktemp("binary"))


def _unpack(archive, folder):
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    return folder


@pytest.fixture
def bare(tmp_path, emulator):
    """A project with a home of its own, and nothing on PATH but Pulumi's engine and Node."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("node", "pulumi"):
        (programs / name).symlink_to(shutil.which(name))
    return PulumiProject(tmp_path / "empty", tmp_path / "own", {**emulator.environment(), "PATH": str(programs)})


def test_without_python_a_typescript_program_gets_field_by_field_what_python_gets(
    binary, bare, node, emulator, tmp_path
):
    """The plugin that Pulumi installs from the archive gives each form of the SDK the Python functions' answers."""
    emulator.add_record(status="FAIL", failedMsg="the bucket is gone")
    expected = python_answers(python_project(tmp_path, emulator))
    assert len(expected["function"]["records"]) >= 10
    program = node.again(bare.folder, HERE / "ask.ts")
    assert not any(shutil.which(name, path=bare.environ()["PATH"]) for name in ("python", "python3", PLUGIN))
    bare.run("plugin", "install", "resource", "huaweicloud-css", __version__, "--file", str(binary)).ok()
    asked = {"clusterId": emulator.cluster_id, "status": "NOT_FAIL", "limit": 20}
    fleet = {"clusterIds": [emulator.cluster_id], "includeRecords": True}
    outputs = program.run(bare, "bare", "up", program="bin/ask.js", arguments=asked, fleet=fleet).ok().outputs
    for way in ("raw", "plain", "output"):
        assert without_times(outputs[way]) == expected["function"], way
    assert without_times(outputs["fleet"]) == expected["fleet"]
    stopped = program.run(bare, "bare", "preview", program="bin/ask.js", arguments={**asked, "limit": 0})
    assert "0 is not an integer from 1 to 100000 (limit)" in stopped.error
    [installed] = json.loads(bare.run("plugin", "ls", "--json").ok().output)
    assert (installed["name"], installed["version"]) == ("huaweicloud-css", __version__)


def test_the_plugin_without_python_knows_temporary_credentials(unpacked, start_plugin, emulator, tmp_path):
    """What the Python package needs an extra for is in the archive: a pod's credentials are asked for."""
    token = tmp_path / "token"
    token.write_text("of a pod")
    environment = {
        **{
            name: value
            for name, value in emulator.environment().items()
            if name not in ("HW_ACCESS_KEY", "HW_SECRET_KEY")
        },
        "HC_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/nobody-is-there",
        "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token),
    }
    plugin = start_plugin(environment, command=[unpacked / PLUGIN, "127.0.0.1:1"])
    error = plugin.error(clusterId=emulator.cluster_id)
    assert error.startswith("credentials: pod identity gave none: ")


def test_the_licenses_of_what_is_in_the_archive_are_in_it(unpacked):
    """Whoever gets the plugin gets the terms under which others gave what it is made of."""
    assert (unpacked / "LICENSE").read_text().lstrip().startswith("Apache License")
    assert {"grpcio", "protobuf", "pulumi", "pydantic", "requests"} <= {
        path.name for path in (unpacked / "licenses").iterdir()
    }


def test_the_archive_of_the_sources_is_a_plugin_once_its_requirements_are_installed(
    archives, start_plugin, emulator, tmp_path
):
    """What Pulumi's language host for Python does with the folder works: install requirements.txt, run __main__.py."""
    folder = _unpack(archives / f"{PLUGIN}-v{__version__}-source.tar.gz", tmp_path / "plugin")
    assert (folder / "PulumiPlugin.yaml").exists()
    assert (folder / "schema.json").read_text() == schema_text()
    installed = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", installed, "--requirement", "requirements.txt"], cwd=folder, check=True)
    plugin = start_plugin(
        {**emulator.environment(), "PYTHONPATH": str(installed)},
        command=[sys.executable, folder / "__main__.py", "127.0.0.1:1"],
    )
    assert plugin.schema() == schema_text()
    assert plugin.invoke(clusterId=emulator.cluster_id)["count"] == 37
