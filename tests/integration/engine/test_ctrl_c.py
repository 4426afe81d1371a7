"""Ctrl-C while the API does not answer: the real engine ends at once, and the stack is not locked."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading

import pytest

PREAMBLE = """
import pulumi
from pulumi_huaweicloud_css import FleetLogRecords, LogRecords, get_log_records

cluster_id = pulumi.Config().require("clusterId")
"""
# Five reads: one more than the provider's process has threads for calls.
RESOURCES = "for number in range(5):\n    LogRecords(f'logs-{number}', cluster_id=cluster_id)\n"
PROGRAMS = {
    "resources": (RESOURCES, 4),
    "fleet": ("FleetLogRecords('logs', cluster_ids=[cluster_id])\n", 1),
    "function": ("get_log_records(cluster_id=cluster_id)\n", 1),
    "policy": ("", 1),
}
PACK = "pulumi-analyzer-huaweicloud-css"
PATIENCE = 50  # seconds; less than the deadline of a question


@pytest.mark.parametrize("kind", PROGRAMS)
@pytest.mark.parametrize("command", ["preview", "up"])
def test_ctrl_c_ends_reads_that_are_not_answered(new_project, emulator, monkeypatch, kind, command):
    """SIGINT to the process group, as a terminal sends it, ends the command before any deadline; the next one works."""
    program, requests = PROGRAMS[kind]
    project = new_project(PREAMBLE + program, clusterId=emulator.cluster_id)
    under_way = threading.Semaphore(0)
    monkeypatch.setattr(emulator._server, "_on_request", lambda _request: under_way.release())
    emulator.fault("no-answer", times=requests)
    policy = []
    if kind == "policy":
        configuration = project.home / "gate.json"
        configuration.write_text(json.dumps({"log-backup-fresh": {"clusterIds": [emulator.cluster_id]}}))
        policy = ["--policy-pack", shutil.which(PACK), "--policy-pack-config", str(configuration)]
    arguments = ["pulumi", command, "--stack", "dev", "--non-interactive", "--color", "never"]
    with subprocess.Popen(
        [*arguments, *policy, *(["--yes", "--skip-preview"] if command == "up" else [])],
        cwd=project.folder,
        env=project.environ(),
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0,
    ) as engine:
        for _ in range(requests):
            assert under_way.acquire(timeout=PATIENCE)
        os.killpg(engine.pid, signal.SIGINT)
        shown, _ = engine.communicate(timeout=PATIENCE)
    assert engine.returncode != 0
    assert "no response from" not in shown
    if kind in ("resources", "fleet"):
        assert "pulumi_huaweicloud_css.errors.CssError: cancelled" in shown
    project.preview().ok()
