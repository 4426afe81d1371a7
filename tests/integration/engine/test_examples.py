"""The examples and the demo, as they are in the repository, run by the real engine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.pulumi_project import PulumiProject


@pytest.fixture
def examples(tmp_path, emulator):
    """Lay the examples out as in the repository, and make their stacks."""
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    environment = emulator.environment()
    quickstart = PulumiProject(tmp_path, tmp_path / "home", environment, "css-log-backups")
    quickstart.init(clusterName=f"css-{emulator.cluster_id[:8]}")
    consumer = PulumiProject(tmp_path / "examples" / "consumer", tmp_path / "home", environment, "css-log-retention")
    consumer.init(producerStack="organization/css-log-backups/dev", keepDays="30")
    return quickstart, consumer


FOLDER = "css-backup-1610678043608/css/log/"


def test_the_consumers_lifecycle_rule_is_for_all_backups(examples, emulator):
    """The rule's prefix is the folder of all backups, and a new backup is no change in the consumer's preview."""
    quickstart, consumer = examples
    emulator.add_record(status="SUCCESS", logPath=f"{FOLDER}20261124T120000Z")
    quickstart.up().ok()
    consumer.up().ok()
    before = consumer.outputs()
    [rule] = json.loads(before["lifecycle_rule"])["Rule"]
    assert (before["log_folder"], rule["Prefix"], rule["Expiration"]) == (FOLDER, FOLDER, {"Days": 30})

    emulator.add_record(status="SUCCESS", logPath=f"{FOLDER}20261125T120000Z")
    quickstart.up().ok()
    assert quickstart.outputs()["latest_success_log_path"] == f"{FOLDER}20261125T120000Z"
    preview = consumer.preview("--expect-no-changes").ok().output
    assert "Outputs:" not in preview  # it would list those that change
    consumer.up().ok()
    assert consumer.outputs() == before


@pytest.mark.parametrize(
    ("base_path", "path", "prefix"),
    [
        ("css/log", "css-backup-1610678043608/css/log", "css-backup-1610678043608/css/log/"),
        ("/logs/", "logs/2026/css/log", "logs/"),
        ("css/log", "css/logs/one/css/log/two", "css/logs/one/css/log/"),
    ],
)
def test_the_consumers_prefix_ends_with_the_base_path(examples, emulator, base_path, path, prefix):
    """However much of the path is in front of the base path or behind it, the rule ends with the base path."""
    quickstart, consumer = examples
    consumer.run("config", "set", "--stack", "dev", "basePath", base_path).ok()
    emulator.add_record(status="SUCCESS", logPath=path)
    quickstart.up().ok()
    consumer.up().ok()
    assert json.loads(consumer.outputs()["lifecycle_rule"])["Rule"][0]["Prefix"] == prefix


def test_the_consumer_makes_no_rule_for_a_folder_it_cannot_tell(examples, emulator):
    """A backup elsewhere is an error in one line: a rule that is too wide would delete what is no log backup."""
    quickstart, consumer = examples
    emulator.add_record(status="SUCCESS", logPath="elsewhere/css/logs")
    quickstart.up().ok()
    done = consumer.preview()
    assert done.exit_code != 0
    assert "the log backup elsewhere/css/logs is not below basePath, css/log" in done.output
    assert "Traceback" not in done.output


def test_a_running_backup_is_the_latest_but_not_the_latest_success(examples, emulator):
    """The quickstart tells a backup that still runs from the newest one that can be used."""
    quickstart, _ = examples
    done = emulator.add_record(status="SUCCESS", logPath="bucket/done")
    emulator.add_record(status="RUNNING", logPath="bucket/running", createAt=done["createAt"] + 1000)
    quickstart.up().ok()
    outputs = quickstart.outputs()
    assert (outputs["latest_log_path"], outputs["latest_status"]) == ("bucket/running", "RUNNING")
    assert outputs["latest_success_log_path"] == "bucket/done"


def _demo(tmp_path, **options):
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "tools" / "demo.py")],
        env={**environment, "TMPDIR": str(tmp_path)},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **options,
    )


def _left_behind(tmp_path):
    """Return the processes that have the demo's folder in their environment or arguments."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(tmp_path).encode() in told:
            found.append(entry.name)
    return found


def test_the_demo_shows_path_and_status_and_leaves_no_process(tmp_path):
    """The demo shows a cluster and a fleet by name, outputs, and gates over the account; short, and nothing is left."""
    demo = _demo(tmp_path)
    output, _ = demo.communicate(timeout=300)
    assert demo.returncode == 0, output
    assert 'cluster_name=pulumi.Config().require("clusterName")' in output
    assert "$ pulumi config set --path clusterName prod-search-1" in output
    preview = output.partition("$ pulumi preview")[2].partition("$ pulumi up")[0]
    assert "latest_log_path" in preview
    assert "latest_status" in preview
    assert "SUCCESS" in preview
    fleet = output.partition("config set --path clusterNames[0] prod-*")[2]
    assert "+ prod-payments: " in fleet.partition("$ pulumi preview")[2].partition("Resources:")[0]
    assert str(tmp_path) in output
    assert [path.read_bytes()[:15] for path in tmp_path.glob("*/report.html")] == [b"<!doctype html>"]
    assert len(output.splitlines()) < 120
    gates = output.split("$ css-logs gate")[1:]
    assert [gate.partition("(exit code ")[2][0] for gate in gates] == ["0", "1", "0"]
    assert "7 of 7 passed" in gates[0]
    assert "6 of 7 passed, 1 failed" in gates[1]
    assert "The OBS bucket refused the upload" in gates[1]
    assert "are fresh" in gates[2]
    assert _left_behind(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demo_leaves_no_process(tmp_path, number):
    """Ctrl-C or a termination in the middle of an update ends the demo and everything it started."""
    with _demo(tmp_path) as demo:
        for line in demo.stdout:
            if line.startswith("$ pulumi up"):
                demo.send_signal(number)
                break
        output = demo.stdout.read()
    assert demo.returncode == 130, output
    assert "Interrupted." in output
    assert _left_behind(tmp_path) == []
