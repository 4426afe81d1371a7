"""The SDKs in the repository: those that the generators write, and in Go a program that runs on the real engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.node_project import NodeRun
from tests.support.pulumi_project import PulumiProject, engine_is_there
from tests.support.python_answers import python_answers, python_project, without_times
from tools.machinery.sdks import write_sdks

PROGRAM = ROOT / "tests" / "support" / "go"


@pytest.fixture(scope="session")
def go():
    """The Go toolchain."""
    found = shutil.which("go")
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("go is not on PATH: SDKs are not generated, and the program in Go is not run")
    return found


def _files(folder):
    """Return the files of a folder that git keeps, with their contents."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not {"bin", "node_modules"} & set(path.relative_to(folder).parts)
    }


@pytest.mark.usefixtures("go")
def test_the_sdks_in_the_repository_are_up_to_date(tmp_path):
    """`make sdks` would change nothing."""
    write_sdks(tmp_path / "sdk")
    generated, kept = _files(tmp_path / "sdk"), _files(ROOT / "sdk")
    assert generated.keys() == kept.keys(), "run `make sdks`"
    assert [name for name, content in generated.items() if kept[name] != content] == [], "run `make sdks`"


@dataclass(frozen=True)
class GoProgram:
    """The compiled program."""

    path: Path

    def run(self, project: PulumiProject, command: str, **asked: str) -> NodeRun:
        """Run it in a stack that shares the backend, home and environment of a project."""
        done = subprocess.run(
            [self.path],
            cwd=project.folder,
            env=project.environ(),
            input=json.dumps({"project": "go", "command": command, **asked}),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return NodeRun({}, "", done.stderr) if done.returncode else NodeRun(**json.loads(done.stdout))


@pytest.fixture(scope="session")
def go_program(go, tmp_path_factory):
    """Compile the program, with the SDK in the repository and the locked modules."""
    program = tmp_path_factory.mktemp("go") / "program"
    # The options and the modules' versions are those that the engine is built with, so that much is compiled already.
    done = subprocess.run(
        [go, "build", "-trimpath", "-mod=readonly", "-ldflags", "-s -w", "-o", program, "."],
        cwd=PROGRAM,
        env={**os.environ, "GOWORK": "off"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return GoProgram(program)


@pytest.fixture
def project(tmp_path, emulator):
    """A Python project whose stack is made."""
    engine_is_there()
    return python_project(tmp_path, emulator)


def test_a_program_in_go_gets_field_by_field_what_python_gets(project, go_program, emulator):
    """Both forms of the SDK's functions give the answers of the Python functions, in types of their own."""
    emulator.add_record(status="RUNNING", logPath="bucket/running")
    emulator.add_record(status="FAIL", failedMsg="the bucket is gone")
    expected = python_answers(project)
    assert len(expected["function"]["records"]) >= 10
    outputs = go_program.run(project, "up", clusterId=emulator.cluster_id).ok().outputs
    for way in ("plain", "output"):
        assert without_times(outputs[way]) == expected["function"], way
    assert outputs["later"] == expected["function"]["latestLogPath"]
    # In Go a map that is not there is an empty one.
    assert without_times(outputs["fleet"]) == {"verdicts": {}, **expected["fleet"]}


def test_a_program_in_go_goes_on_while_backups_are_fresh_and_stops_when_they_fail(project, go_program, emulator):
    """The verdict's state is one of the SDK's constants; a gate that fails is the program's error, for people."""
    emulator.add_record(status="SUCCESS")
    outputs = go_program.run(project, "up", clusterId=emulator.cluster_id, maxAge="26h").ok().outputs
    assert "are fresh" in outputs["reason"]
    for _ in range(2):
        emulator.add_record(status="FAIL")
    stopped = go_program.run(project, "preview", clusterId=emulator.cluster_id, maxAge="26h")
    assert "are failing" in stopped.error
    assert "Traceback" not in stopped.error
