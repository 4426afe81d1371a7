"""State that a team shares in PostgreSQL: stacks in different places, two producers at once, a gate in a pipeline."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pulumi_huaweicloud_css.emulator import Emulator

from tests.support import ROOT
from tests.support.postgres_server import PATIENCE, postgres, programs
from tests.support.pulumi_project import PulumiProject, engine_is_there

EXAMPLES = ROOT / "examples" / "shared-state"
PRODUCER = "organization/css-log-producer/dev"
# Added to a program, this holds it until the connection is closed. A request that is held would meet its deadline.
WAIT = """
import socket
socket.create_connection(("127.0.0.1", {port})).recv(1)
"""


@pytest.fixture(scope="module")
def database():
    """Serve PostgreSQL; without its programs there is nothing to try, but in CI they must be there."""
    engine_is_there()
    found = programs()
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    assert found is not None, "PostgreSQL is not installed, though .ci/run installs it"
    with postgres(found) as server:
        yield server.url


@pytest.fixture
def emulator():
    """Serve a cluster with generated records."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def listener():
    """Where a program that is held asks to go on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        yield listener


@pytest.fixture
def machine(tmp_path, database, emulator):
    """Return a maker of checkouts of an example, each with a home of its own, as on a machine of its own."""

    def make(name, example, *, keys=True):
        folder = tmp_path / name
        shutil.copytree(EXAMPLES / example, folder / "checkout")
        environment = {**(emulator.environment() if keys else {}), "PULUMI_BACKEND_URL": database}
        return PulumiProject(folder / "checkout", folder / "home", environment)

    yield make
    last = PulumiProject(tmp_path, tmp_path / "home", {"PULUMI_BACKEND_URL": database})
    for stack in json.loads(last.run("stack", "ls", "--all", "--json").ok().output):
        last.run("stack", "rm", "--yes", "--force", "--preserve-config", "--stack", stack["name"]).ok()


def _gate(url, home, *arguments):
    """Run the gate as a pipeline does: a process with the backend's address and nothing else."""
    return subprocess.run(
        [Path(sys.executable).with_name("css-logs"), "gate", "--stack", PRODUCER, "--output", "records", *arguments],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "PULUMI_BACKEND_URL": url,
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
        },
        text=True,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


def test_producer_consumer_and_pipeline_share_the_state(machine, emulator, database, tmp_path):
    """What one machine read, a second uses without keys, and a third judges; each sees the newest update."""
    producer, consumer = machine("one", "producer"), machine("two", "consumer", keys=False)
    producer.init(clusterId=emulator.cluster_id)
    consumer.init(producerStack=PRODUCER)
    for path in ("bucket/first", "bucket/second"):
        emulator.add_record(status="SUCCESS", logPath=path)
        producer.up().ok()
        consumer.up().ok()
        assert consumer.outputs()["restore_from"] == path
    passed = _gate(database, tmp_path, "--max-age", "24h")
    assert (passed.returncode, passed.stderr) == (0, "")
    emulator.add_record(status="FAIL", failedMsg="the bucket is gone")
    producer.up().ok()
    failed = _gate(database, tmp_path, "--max-age", "24h")
    assert failed.returncode == 1
    assert "the bucket is gone" in failed.stdout


def test_of_two_producers_at_once_the_second_is_told_of_the_lock_and_nothing_is_lost(
    machine, emulator, listener, database, tmp_path
):
    """While one update is under way, another fails at once and says why; afterwards both ran."""
    first, second = machine("one", "producer"), machine("two", "producer")
    first.init(clusterId=emulator.cluster_id)
    first.up().ok()
    shutil.copy(first.folder / "Pulumi.dev.yaml", second.folder)
    emulator.add_record(status="SUCCESS", logPath="bucket/while-first")
    with (first.folder / "__main__.py").open("a") as program:
        program.write(WAIT.format(port=listener.getsockname()[1]))
    under_way = []
    running = threading.Thread(target=lambda: under_way.append(first.up()))
    running.start()
    try:
        held, _ = listener.accept()
        with held:
            before = second.state()
            refused = second.up()
            assert refused.exit_code != 0
            assert "the stack is currently locked by 1 lock(s)" in refused.output
            assert "only-for-this-test" not in refused.output
            assert second.state() == before
            assert _gate(database, tmp_path, "--max-age", "24h").returncode == 0
    finally:
        running.join()
    under_way[0].ok()
    assert first.outputs()["latest_success_log_path"] == "bucket/while-first"
    emulator.add_record(status="SUCCESS", logPath="bucket/while-second")
    second.up().ok()
    outputs = first.outputs()
    assert outputs["latest_success_log_path"] == "bucket/while-second"
    assert {record["id"] for record in outputs["records"]} == {record["id"] for record in emulator.records()}
    updates = json.loads(first.run("stack", "history", "--stack", "dev", "--json").ok().output)
    assert [update["result"] for update in updates] == ["succeeded"] * 3


def test_nothing_of_the_server_is_left():
    """The data folder and the process are gone once the block is left, also by an error."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    seen = []

    def fail_while_it_serves():
        with postgres(found) as server:
            seen.extend([server.folder, (server.folder / "data" / "postmaster.pid").read_text().split()[0]])
            raise KeyError

    with pytest.raises(KeyError):
        fail_while_it_serves()
    folder, process = seen
    assert not folder.exists()
    assert not Path(f"/proc/{process}").exists()
