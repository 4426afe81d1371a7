"""Deployments that are killed, and an emulator that is: the next `pulumi up` works, and no record is lost.

The engine alone is killed, not its process group: that is what a lack of memory or an operator's `kill -9` does, and
the group would be no more, for Pulumi puts each plugin into a group of its own. The language host and the provider may
outlive the engine (tried: for more than a minute), so each test ends what its killed engines left, as the end of a CI
job does.
"""

from __future__ import annotations

import os
import random
import re
import select
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from pulumi_huaweicloud_css.emulator import Emulator

PROGRAM = """
    import pulumi
    from pulumi_huaweicloud_css import LogRecords

    logs = [LogRecords(f"logs-{number}", cluster_id=pulumi.Config().require("clusterId")) for number in range(2)]
    pulumi.export("count", logs[0].count)
    pulumi.export("ids", logs[1].records.apply(lambda records: [record.id for record in records]))
"""
KILLS = 20
VERIFIED_EVERY = 4
# From before the first line to after the last, and in the middle of either read.
MOMENTS = ("line 1", "line 2", "line 3", "line 4", "request 1", "request 2")
PATIENCE = 60  # seconds; only a failure ever takes so long
CONNECTION_ERROR = "pulumi_huaweicloud_css.errors.CssConnectionError"
_RESOURCE_ERRORS = re.compile(r"LogRecords \(logs-\d\):\n((?: +\S.*\n)+)")


def _is_of(folder: Path, entry: Path) -> bool:
    """Say whether a process was started for a test: its folder is in the environment that it inherited."""
    try:
        return str(folder).encode() in (entry / "environ").read_bytes()
    except OSError:
        return False


def _started_for(folder: Path) -> list[int]:
    found = [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _is_of(folder, entry)]
    return [process for process in found if process != os.getpid()]


def _end_all(folder: Path) -> None:
    """End what a killed engine left, by the processes' ids, and wait until it has ended."""
    for process in _started_for(folder):
        try:
            handle = os.pidfd_open(process)
        except ProcessLookupError:
            continue
        try:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            ended, _, _ = select.select([handle], [], [], PATIENCE)
            assert ended, f"process {process} did not end"
        except ProcessLookupError:
            pass
        finally:
            os.close(handle)


@pytest.fixture(autouse=True)
def _no_process_is_left(tmp_path):
    """End, by its id, whatever was started for the test, also if it failed."""
    yield
    _end_all(tmp_path)
    assert _started_for(tmp_path) == []


class _Moments:
    """Lets the emulator's requests be waited for, and killed at, one by one."""

    def __init__(self):
        self.at_request = None
        self.kill = None
        self._lock = threading.Lock()

    def __call__(self, _request):
        with self._lock:
            if self.at_request is None:
                return
            self.at_request -= 1
            if self.at_request == 0 and self.kill is not None:
                self.kill()


def _start_up(project):
    return subprocess.Popen(
        ["pulumi", "up", "--stack", project.stack, "--yes", "--skip-preview", "--non-interactive", "--color", "never"],
        cwd=project.folder,
        env=project.environ(),
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _killed_up(project, moments, moment):
    """Start an update and kill its engine at a moment; return whether it came to that before the end."""
    kind, number = moment.split()
    with _start_up(project) as engine:
        if kind == "request":
            moments.kill = engine.kill
            moments.at_request = int(number)
        for count, _ in enumerate(engine.stdout, 1):
            if kind == "line" and count == int(number):
                engine.kill()
                break
        # Its children may hold the pipe, so its end is not waited for by reading.
        engine.wait(timeout=PATIENCE)
    moments.at_request = moments.kill = None
    return engine.returncode == -signal.SIGKILL


def _half_written(project):
    """Return the files beside a checkpoint (its content type and checksum) that a killed engine left empty.

    Pulumi's own file backend replaces a checkpoint as a whole, but writes these in place. While one is empty, the
    checkpoint cannot be loaded, though nothing in it is lost; without the file it can.
    """
    stacks = project.home / "state" / ".pulumi" / "stacks"
    return [file for file in stacks.rglob("*.attrs") if file.stat().st_size == 0]


def test_a_checkpoint_with_half_written_attributes_is_whole_without_them(new_project, emulator):
    """What a kill may leave of the file backend stops the next update; removing that file brings every record back."""
    project = new_project(PROGRAM, clusterId=emulator.cluster_id)
    project.up().ok()
    before = project.outputs()
    (attributes,) = (project.home / "state" / ".pulumi" / "stacks").rglob(f"{project.stack}.json.attrs")
    attributes.write_bytes(b"")

    refused = project.up()

    assert refused.exit_code != 0
    assert "failed to load checkpoint: EOF" in refused.output
    assert _half_written(project) == [attributes]
    attributes.unlink()
    project.up().ok()
    assert project.outputs() == before


def test_the_next_up_works_after_each_kill(new_project, emulator, tmp_path, monkeypatch):
    """Of 20 engines killed at seeded moments, none leaves a broken stack or a lost record; every 4th is followed up.

    Four kills on one stack before each check are harder than one, and keep the test short. `pulumi cancel` is called
    only where the engine says that the stack is locked. What a kill left half-written beside a checkpoint is removed,
    as the test above shows: it is the engine's own, and rare.
    """
    moments = _Moments()
    monkeypatch.setattr(emulator._server, "_on_request", moments)
    project = new_project(PROGRAM, clusterId=emulator.cluster_id)
    chosen = random.Random(5)
    killed = 0
    locked = 0
    for number in range(1, KILLS + 1):
        moment = chosen.choice(MOMENTS)
        killed += _killed_up(project, moments, moment)
        _end_all(tmp_path)
        for file in _half_written(project):
            file.unlink()
        # A lock that a kill left would keep the next engine from doing anything, so that kill would prove nothing.
        if any((project.home / "state" / ".pulumi" / "locks").rglob("*.json")):
            locked += 1
            if number % VERIFIED_EVERY == 0:
                refused = project.up()
                assert refused.exit_code != 0
                assert "pulumi cancel" in refused.output
            project.run("cancel", "--yes", "--stack", project.stack).ok()
        if number % VERIFIED_EVERY == 0:
            newest = emulator.add_record(status="SUCCESS")
            project.up().ok()
            outputs = project.outputs()
            assert outputs["ids"][0] == newest["id"]
            assert set(outputs["ids"]) == {record["id"] for record in emulator.records()}
            assert outputs["count"] == len(emulator.records())
            assert '"pending_operations"' not in project.state()
    assert killed == KILLS
    assert locked > 0


@contextmanager
def _emulator_process(port):
    """Run `css-logs emulator` on a port; give its process, and the settings that it prints once it serves."""
    command = [str(Path(sys.executable).with_name("css-logs")), "emulator", "--port", str(port), "--count", "5"]
    with subprocess.Popen(
        command, env={"PATH": os.environ["PATH"]}, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            lines = [process.stdout.readline() for _ in range(len(_settings_of_an_emulator()))]
            yield process, dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)
        finally:
            process.kill()


def _settings_of_an_emulator():
    with Emulator() as emulator:
        return emulator.environment()


def test_a_killed_emulator_comes_back_and_the_next_up_works(new_project, emulator, closed_port):
    """While nothing listens the update fails with one clear error; on the same port again, it works as before."""
    with _emulator_process(closed_port) as (process, settings):
        project = new_project(PROGRAM, environment={**settings, "HW_MAX_RETRIES": "0"}, clusterId=emulator.cluster_id)
        project.up().ok()
        before = project.outputs()
        process.kill()
        process.wait(timeout=PATIENCE)

        failed = project.up()

        assert failed.exit_code != 0
        # What the program itself prints is not looked at: the engine interrupts it, which Python tells at length.
        shown = [line.strip() for line in "".join(_RESOURCE_ERRORS.findall(failed.output)).splitlines()]
        assert shown, failed.output
        assert all(line.startswith(f"error: {CONNECTION_ERROR}: ") for line in shown), failed.output
    with _emulator_process(closed_port):
        project.up().ok()
        assert project.outputs()["count"] == before["count"] == 5
