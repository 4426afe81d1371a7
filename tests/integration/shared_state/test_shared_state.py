"""State that a team shares in PostgreSQL: stacks in different places, two producers at once, a gate in a pipeline."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
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


class Hold:
    """Lets the emulator's requests be held in the middle of an update."""

    def __init__(self):
        self.arrived = threading.Event()
        self.held = False
        self._loop = None
        self._go_on = None

    async def __call__(self, _request):
        """Hold a request, if requests are held now."""
        if self.held:
            self._loop, self._go_on = asyncio.get_running_loop(), asyncio.Event()
            self.arrived.set()
            await asyncio.wait_for(self._go_on.wait(), PATIENCE)

    def let_go(self):
        """Let the request that is held, and all later ones, go on."""
        self.held = False
        self._loop.call_soon_threadsafe(self._go_on.set)


@pytest.fixture
def hold():
    """What the emulator's requests are held by."""
    return Hold()


@pytest.fixture
def emulator(hold):
    """Serve a cluster with generated records."""
    with Emulator(on_request=hold) as emulator:
        yield emulator


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
    machine, emulator, hold, database, tmp_path
):
    """While one update is under way, another fails at once and says why; afterwards both ran."""
    first, second = machine("one", "producer"), machine("two", "producer")
    first.init(clusterId=emulator.cluster_id)
    first.up().ok()
    shutil.copy(first.folder / "Pulumi.dev.yaml", second.folder)
    emulator.add_record(status="SUCCESS", logPath="bucket/while-first")
    hold.held = True
    under_way = []
    running = threading.Thread(target=lambda: under_way.append(first.up()))
    running.start()
    try:
        assert hold.arrived.wait(PATIENCE)
        before = second.state()
        refused = second.up()
        assert refused.exit_code != 0
        assert "the stack is currently locked by 1 lock(s)" in refused.output
        assert "only-for-this-test" not in refused.output
        assert second.state() == before
        assert _gate(database, tmp_path, "--max-age", "24h").returncode == 0
    finally:
        hold.let_go()
        running.join(PATIENCE)
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
