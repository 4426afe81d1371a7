"""Text of a server on a terminal with colours: the real engine shows it, goes on, and leaves no lock."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

BOOM = "<{%boom%}>"
SHOWN = "<{ %boom%}>"
# What the engine would decode before it shows it.
DOCUMENT = r'{"a": "<{\u0025boom%}>"}'
GATE = "gate=Gate(max_age='24h'), "
PREAMBLE = """
import pulumi
from pulumi_huaweicloud_css import Gate, LogRecords, get_log_records, get_log_records_output

cluster_id = pulumi.Config().require("clusterId")
"""
PROGRAMS = {
    "resource": "LogRecords('logs', {gate}cluster_id=cluster_id)",
    "function": "get_log_records({gate}cluster_id=cluster_id)",
    "output": "pulumi.export('logs', get_log_records_output({gate}cluster_id=cluster_id))",
}
PLUGIN = "pulumi.runtime.invoke('huaweicloud-css:index:getLogRecords', {arguments})"
PACK = "pulumi-analyzer-huaweicloud-css"
_CODES = re.compile(r"\x1b(\[[0-9;?]*[a-zA-Z]|\][^\x1b\x07]*(\x1b\\|\x07)?)")


def on_a_terminal(project, *arguments):
    """Run a command of the CLI on a terminal that shows colours; return its exit code, and its text without them."""
    ours, its = pty.openpty()
    environment = {**project.environ(), "TERM": "xterm-256color", "COLUMNS": "400"}
    with subprocess.Popen(
        ["pulumi", *arguments, "--stack", project.stack, "--color", "always"],
        cwd=project.folder,
        env=environment,
        stdin=its,
        stdout=its,
        stderr=its,
    ) as process:
        os.close(its)
        pieces = []
        while True:
            try:
                pieces.append(os.read(ours, 65536))
            except OSError:  # the terminal's other end is closed
                break
        os.close(ours)
    coloured = b"".join(pieces).decode()
    assert "\x1b[" in coloured, "there were no colours"
    return process.returncode, _CODES.sub("", coloured)


def assert_not_locked(project):
    """Check that no lock is left, by which the next command would be refused."""
    assert list((project.home / "state" / ".pulumi" / "locks").rglob("*.json")) == []


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_record_s_text_in_an_error(new_project, emulator, kind):
    """The reason of a gate, raised where the engine or the program asks, shows the record's message as text."""
    emulator.set_records(emulator.cluster_id, [])
    emulator.add_record(status="FAIL", failedMsg=f"disk {BOOM} full")
    project = new_project(PREAMBLE + PROGRAMS[kind].format(gate=GATE), clusterId=emulator.cluster_id)
    code, shown = on_a_terminal(project, "preview")
    assert code != 0
    assert "panic" not in shown
    assert f"disk {SHOWN} full" in shown
    assert_not_locked(project)
    assert f"disk {SHOWN} full" in project.preview().output


def test_a_record_s_text_in_a_policy(new_project, emulator):
    """What a policy says of a record's message is text, in the configuration's errors too."""
    emulator.set_records(emulator.cluster_id, [])
    emulator.add_record(status="FAIL", failedMsg=f"disk {BOOM} full")
    project = new_project(PREAMBLE, clusterId=emulator.cluster_id)
    configuration = project.home / "gate.json"
    policy = ("--policy-pack", shutil.which(PACK), "--policy-pack-config", str(configuration))
    for cluster_id, said in (
        (emulator.cluster_id, f"disk {SHOWN} full"),
        (BOOM, f"'{SHOWN}' is not a CSS cluster's id"),
    ):
        configuration.write_text(json.dumps({"log-backup-fresh": {"clusterIds": [cluster_id]}}))
        code, shown = on_a_terminal(project, "preview", *policy)
        assert code != 0
        assert "panic" not in shown
        assert said in shown
        assert_not_locked(project)


def test_a_record_s_text_from_the_plugin(new_project, emulator):
    """An error of the plugin, and the failure of an argument, are text as well."""
    emulator.set_records(emulator.cluster_id, [])
    emulator.add_record(status="FAIL", failedMsg=f"disk {BOOM} full")
    project = new_project(PREAMBLE, clusterId=emulator.cluster_id)
    for arguments, said in (
        ("{'clusterId': cluster_id, 'gate': {}}", f"disk {SHOWN} full"),
        ("{'clusterId': '<' + '{%boom%}>'}", f"'{SHOWN}' is not a CSS cluster's id"),
    ):
        project.write(PREAMBLE + PLUGIN.format(arguments=arguments))
        code, shown = on_a_terminal(project, "preview")
        assert code != 0
        assert "panic" not in shown
        assert said in shown
        assert_not_locked(project)


class _Refusal(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"errCode": "CSS.0001", "externalMessage": f"disk {BOOM} full"}).encode()
        self.send_response(400)
        self.send_header("X-Request-Id", BOOM)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def refusing():
    """Serve nothing but a refusal, and return its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refusal) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("kind", PROGRAMS)
def test_the_api_s_text_in_an_error(new_project, emulator, refusing, kind):
    """What the API says when it refuses is shown as text, request id included."""
    environment = {**emulator.environment(), "HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4": refusing}
    project = new_project(
        PREAMBLE + PROGRAMS[kind].format(gate=""), environment=environment, clusterId=emulator.cluster_id
    )
    code, shown = on_a_terminal(project, "preview")
    assert code != 0
    assert "panic" not in shown
    assert f"CSS returned HTTP 400, CSS.0001: disk {SHOWN} full (request id: {SHOWN})" in shown
    assert_not_locked(project)


@pytest.mark.parametrize("kind", ["resource", "output"])
def test_what_the_user_wrote_in_an_error(new_project, kind):
    """A wrong argument is quoted in the error, and is no colour there either."""
    program = PREAMBLE.replace('pulumi.Config().require("clusterId")', "'<' + '{%boom%}>'")
    project = new_project(program + PROGRAMS[kind].format(gate=""))
    code, shown = on_a_terminal(project, "preview")
    assert code != 0
    assert "panic" not in shown
    assert f"cluster_id: '{SHOWN}' is not a CSS cluster's id" in shown
    assert_not_locked(project)


def test_outputs_with_a_server_s_text(new_project, emulator):
    """Exported records are shown by preview and update, and kept, plain text or hidden in a document."""
    emulator.set_records(emulator.cluster_id, [])
    emulator.add_record(status="FAIL", failedMsg=f"disk {BOOM} full", logPath=DOCUMENT)
    exports = """
        pulumi.export("logs", LogRecords("logs", cluster_id=cluster_id))
        pulumi.export("answer", get_log_records(cluster_id=cluster_id))
    """.replace("        ", "")
    project = new_project(PREAMBLE + exports, clusterId=emulator.cluster_id)
    for command in (("preview", "--diff"), ("up", "--yes")):
        code, shown = on_a_terminal(project, *command)
        assert code == 0, shown
        assert f"disk {SHOWN} full" in shown
        assert_not_locked(project)
    outputs = project.outputs()
    for output in ("logs", "answer"):
        assert outputs[output]["latest"]["failed_msg"] == f"disk {SHOWN} full"
        assert outputs[output]["latest"]["log_path"] == f"` {DOCUMENT}"
