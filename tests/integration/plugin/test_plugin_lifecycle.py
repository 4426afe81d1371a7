"""The plugin's process: how calls are cancelled, how it ends, and what it loads and writes."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
import subprocess
import sys
import threading

import grpc
import pytest
from pulumi_huaweicloud_css import __version__
from pulumi_huaweicloud_css.emulator import Emulator
from pulumi_huaweicloud_css.plugin.schema import schema_text

from tests.support import ROOT
from tests.support.plugin_process import PATIENCE, PLUGIN

NOT_THERE = "ffffffff-0000-0000-0000-000000000000"
SERVE = "from pulumi_huaweicloud_css.plugin import serve; serve()"


class Silent:
    """A server that takes every request and answers none; it tells when one is there, and when all have hung up."""

    def __init__(self, calls):
        self.all_there, self.all_gone = threading.Event(), threading.Event()
        self._there, self._gone = (
            threading.Barrier(calls, self.all_there.set),
            threading.Barrier(calls, self.all_gone.set),
        )
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        for _ in range(calls):
            threading.Thread(target=self._take_one, daemon=True).start()

    def _take_one(self):
        connection, _ = self._listener.accept()
        with connection:
            connection.recv(65536)
            self._there.wait(PATIENCE)
            while connection.recv(65536):
                pass
            self._gone.wait(PATIENCE)

    def close(self):
        """Take no more requests."""
        self._listener.close()


@pytest.fixture
def start_silent():
    """Return a maker of servers that answer nothing."""
    servers = []

    def start(calls):
        servers.append(Silent(calls))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def test_cancel_ends_the_questions_under_way(plugin, emulator, start_silent):
    """Every call under way ends at once, its connection is cut, and later calls are refused."""
    silent = start_silent(3)
    calls = [plugin.start(clusterId=emulator.cluster_id, endpoint=silent.endpoint) for _ in range(3)]
    assert silent.all_there.wait(PATIENCE)
    plugin.cancel()
    for call in calls:
        assert call.exception().code() == grpc.StatusCode.CANCELLED
        assert call.exception().details() == "the call was cancelled"
    assert silent.all_gone.wait(PATIENCE)
    assert plugin.error(clusterId=emulator.cluster_id) == "the call was cancelled"
    assert plugin.stop() == ("", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_plugin_cleanly(plugin, emulator, start_silent, number):
    """A call under way ends with one line, and the process with 0 and no traceback."""
    silent = start_silent(1)
    call = plugin.start(clusterId=emulator.cluster_id, endpoint=silent.endpoint)
    assert silent.all_there.wait(PATIENCE)
    plugin.process.send_signal(number)
    assert call.exception().details() == "the call was cancelled"
    assert plugin.process.communicate(timeout=PATIENCE) == ("", "")
    assert plugin.process.returncode == 0


def test_many_calls_are_under_way_at_once(start_plugin):
    """Twelve calls meet at the server: none waits for another to end."""
    waiting = []
    all_there = asyncio.Event()

    async def on_request(request):
        waiting.append(request)
        if len(waiting) == 12:
            all_there.set()
        await asyncio.wait_for(all_there.wait(), timeout=60)

    with Emulator(on_request=on_request) as emulator:
        plugin = start_plugin(emulator.environment())
        calls = [plugin.start(clusterId=emulator.cluster_id) for _ in range(12)]
        assert all(not call.result().failures for call in calls)


def test_standard_output_carries_the_port_and_nothing_else(plugin, emulator):
    """Whatever is asked, the engine reads one line with the port, and nothing on either stream."""
    plugin.invoke(clusterId=emulator.cluster_id)
    plugin.error(clusterId=NOT_THERE)
    assert plugin.port.strip().isdigit()
    assert plugin.stop() == ("", "")


def test_started_by_hand_it_says_how_to_use_it():
    """Without an engine's address it explains itself on standard error and fails; with --help it succeeds."""
    for arguments, code in (([], 2), (["--help"], 0), (["--nonsense"], 2)):
        done = subprocess.run([PLUGIN, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == code
        assert done.stdout == ""
        assert "pulumi package get-schema" in done.stderr
    done = subprocess.run([PLUGIN, "--version"], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"pulumi-resource-huaweicloud-css {__version__}\n", "")


def test_options_of_the_engine_before_its_address_are_no_question(start_plugin, emulator):
    """With `-v` the engine puts options of its own before its address; the plugin serves all the same."""
    command = [PLUGIN, "--logtostderr", "-v=9", "127.0.0.1:1"]
    assert start_plugin(emulator.environment(), command=command).invoke(clusterId=emulator.cluster_id)["count"] == 37


def test_a_plugin_that_is_not_asked_loads_no_http_library():
    """Starting the plugin, and giving the schema, import neither requests nor pydantic."""
    text = (
        "import sys, pulumi_huaweicloud_css.plugin.serving, pulumi_huaweicloud_css.plugin.schema as made; "
        "made.schema_text(); print({'requests', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stdout.strip() == "set()"


def test_it_works_without_docstrings(start_plugin, emulator):
    """Under `python -OO`, which drops docstrings, the schema is the same and calls are answered."""
    plugin = start_plugin(command=[sys.executable, "-OO", "-u", "-c", SERVE])
    assert plugin.schema() == schema_text()
    assert plugin.invoke(clusterId=emulator.cluster_id)["count"] == 37


def test_it_works_out_of_a_zip(start_plugin, emulator, tmp_path):
    """Where the package lies in an archive, without source files on disk, the same holds."""
    archive = shutil.make_archive(str(tmp_path / "package"), "zip", ROOT / "provider", "pulumi_huaweicloud_css")
    check = f"import pulumi_huaweicloud_css as css; assert css.__file__.startswith({archive!r}), css.__file__\n"
    environment = {**emulator.environment(), "PYTHONPATH": archive}
    plugin = start_plugin(environment, command=[sys.executable, "-u", "-c", check + SERVE])
    assert plugin.schema() == schema_text()
    assert plugin.invoke(clusterId=emulator.cluster_id)["count"] == 37


def test_the_checkout_is_a_plugin_folder(start_plugin, emulator):
    """What `PulumiPlugin.yaml` has the language host start answers as the installed command does."""
    plugin = start_plugin(command=[sys.executable, "-u", ROOT, "127.0.0.1:1"])
    assert plugin.invoke(clusterId=emulator.cluster_id)["count"] == 37
