"""What `css-logs` writes to a terminal, to a pipe that asks for colours, and while the API is away."""

from __future__ import annotations

import contextlib
import http.server
import os
import re
import threading
import unicodedata

import pytest
from pulumi_huaweicloud_css._config.endpoints import region_variable
from pulumi_huaweicloud_css.emulator import Cluster

from tests.support.terminals import terminal

HOSTILE = "\x1b[2J\x9b1m\x07\u202e\u2066\r\n::error::x ##[add-mask]y [bold]:smile:[/bold] " + "z" * 10_000
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("command", [("list",), ("gate",), ("gate", "--format", "markdown")], ids=" ".join)
@pytest.mark.parametrize("status", ["FAIL", HOSTILE], ids=["failed", "unknown"])
def test_a_terminal_gets_no_command_of_the_server(css_logs, start_emulator, record, command, status):
    """Whatever the server says, a terminal is sent our colours and nothing else that it acts on."""
    hostile = record(status, logPath=HOSTILE, failedMsg=HOSTILE, jobTypes=HOSTILE, id=HOSTILE, createAt=None)
    emulator = start_emulator(Cluster(records=[hostile]))
    runner = css_logs(emulator, TERM="xterm-256color", COLUMNS="120")
    done = runner.on_a_terminal(*command, "--cluster-id", emulator.cluster_id)
    assert (done.returncode, done.stderr) == (1 if "gate" in command else 0, "")
    plain = COLOURS.sub("", done.stdout.replace("\r\n", "\n"))
    assert "##[" not in plain
    assert not re.search(r"^\s*::", plain, re.MULTILINE)
    assert {c for c in plain if unicodedata.category(c) in ("Cc", "Cf")} == {"\n"}


@pytest.mark.parametrize("colours", [{}, {"FORCE_COLOR": "1"}, {"COLUMNS": "20"}], ids=["plain", "forced", "narrow"])
def test_a_table_in_a_pipe_has_a_line_a_record(css_logs, start_emulator, record, colours):
    """However long the server's text is, and whatever colours and widths are asked for, no record is wrapped."""
    records = [record(HOSTILE, number, logPath=HOSTILE, jobTypes=HOSTILE) for number in range(3)]
    emulator = start_emulator(Cluster(records=records))
    done = css_logs(emulator, **colours)("list", "--cluster-id", emulator.cluster_id)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 5)
    assert ("\x1b" in done.stdout) == ("FORCE_COLOR" in colours)


def test_it_waits_for_an_api_that_refuses_connections(css_logs, start_emulator, closed_port):
    """With --wait, a terminal shows that connections are refused; when the API is there, the verdict is."""
    emulator = start_emulator()
    away = {region_variable("css", emulator.region): f"http://127.0.0.1:{closed_port}", "HW_MAX_RETRIES": "0"}
    runner = css_logs(emulator, **away, TERM="xterm", COLUMNS="400")
    with terminal() as (theirs, read):
        options = ("--cluster-id", emulator.cluster_id, "--wait", "1h", "--poll-interval", "0.05s")
        process = runner.start("gate", *options, stderr=theirs)
        os.close(theirs)
        assert "refused" in read(lambda shown: "refused" in shown and "at most" in shown)
        start_emulator(port=closed_port)
        read()
        output, _ = process.communicate(timeout=60)
    assert (process.returncode, "are fresh" in output) == (0, True)


@pytest.fixture
def answering():
    """Return what serves one body for every request, and says where."""
    with contextlib.ExitStack() as stack:

        def serve(body):
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

                def log_message(self, *_):
                    pass

            server = stack.enter_context(http.server.HTTPServer(("127.0.0.1", 0), Handler))
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            stack.callback(lambda: (server.shutdown(), thread.join()))
            return f"http://127.0.0.1:{server.server_port}"

        yield serve


@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "markdown"])
@pytest.mark.parametrize(
    "body",
    [b"<html>Log in first</html>", b"{}", b'{"clusterLogRecord": [{"id": "\xff"}]}'],
    ids=["html", "none", "bytes"],
)
def test_an_answer_that_is_none_is_not_asked_again(css_logs, start_emulator, answering, body, form):
    """What is no answer of this API ends with 4 in every format, at once, though there is time to wait."""
    emulator = start_emulator()
    runner = css_logs(emulator, HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4=answering(body))
    done = runner("gate", "--cluster-id", emulator.cluster_id, "--format", form, "--wait", "1h")
    assert (done.returncode, done.stderr) == (4, "")
    assert "not a list of log backup records" in done.stdout
