"""`css-logs` in shells that close a standard stream, and behind readers that go away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pulumi_huaweicloud_css.emulator import Backups, Cluster

PASSED, FAILED = (json.dumps({"clusterLogRecord": records, "totalSize": len(records)}) for records in (
    [{"id": "r", "createAt": 1656042837000, "finishedAt": 1656042837000, "status": "SUCCESS"}], []
))  # fmt: skip
AT = "--now 2022-06-24T12:00:00Z"
UNWRITTEN = "Error: the output cannot be written: Bad file descriptor\n"


@pytest.fixture
def shell(css_logs, start_emulator):
    """Return what runs a line in sh, with an emulator to ask and answers in files."""
    emulator = start_emulator(Cluster(backups=Backups(count=3)))
    runner = css_logs(emulator)
    for name, text in (("passed", PASSED), ("failed", FAILED)):
        (runner.folder / name).write_text(text)

    def run(line):
        line = line.replace("CLUSTER", f"--cluster-id {emulator.cluster_id}")
        program = ["sh", "-c", line]
        return subprocess.run(
            program, env=runner.environ(), cwd=runner.folder, capture_output=True, text=True, timeout=120, check=False
        )

    run.folder = runner.folder
    return run


@pytest.fixture(autouse=True)
def command_on_path(monkeypatch):
    """Have the command found by its name."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&-", ">&- 2>&- <&-"])
@pytest.mark.parametrize(("file", "code", "form"), [("passed", 0, "text"), ("failed", 1, "json")])
def test_a_verdict_needs_no_stream(shell, file, code, form, closed):
    """Whatever is closed, the exit code of gate is the verdict's, and there is no traceback."""
    done = shell(f"css-logs gate --file {file} {AT} --format {form} {closed}")
    assert (done.returncode, done.stderr) == (code, "")
    assert bool(done.stdout) == (">&-" not in closed.replace("2>&-", ""))


@pytest.mark.parametrize("form", ["table", "json", "csv", "yaml"])
def test_a_list_that_cannot_be_printed(shell, form):
    """Where the records are the point, a closed standard output is said, with 4."""
    done = shell(f"css-logs list CLUSTER --format {form} >&-")
    assert (done.returncode, done.stderr) == (4, UNWRITTEN)


@pytest.mark.parametrize(
    "line",
    ["whoami", "whoami --format json", "report CLUSTER", "report CLUSTER --format badge", "--help", "gate --help",
     "--version"],
)  # fmt: skip
def test_other_output_that_cannot_be_printed(shell, line):
    """The same goes for all that is nothing but output."""
    done = shell(f"css-logs {line} >&-")
    assert (done.returncode, done.stderr) == (4, UNWRITTEN)
    assert shell(f"css-logs {line} >&- 2>&-").returncode == 4
    assert shell(f"css-logs {line} 2>&- <&-").returncode == 0


def test_a_report_in_a_file_needs_no_output(shell):
    """With --output-file the verdicts on standard output are not the point."""
    done = shell("css-logs report CLUSTER --output-file page.html >&-")
    assert (done.returncode, done.stderr) == (0, "")
    assert (shell.folder / "page.html").read_text().endswith("</html>")
    done = shell(f"css-logs gate --file passed {AT} --format json --output-file v.json >&- 2>&-")
    assert (done.returncode, json.loads((shell.folder / "v.json").read_text())["state"]) == (0, "passed")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_wrong_usage_stays_wrong_usage(shell, form, closed):
    """An error that cannot be printed keeps its exit code."""
    done = shell(f"css-logs gate --format {form} --max-age soon --file passed {closed}")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_stream_is_not_given_to_a_file(shell):
    """What is opened while a standard stream is closed never takes its place."""
    done = shell(f"css-logs gate --file passed {AT} --format json --output-file v.json <&- >&- 2>&-")
    assert (done.returncode, json.loads((shell.folder / "v.json").read_text())["state"]) == (0, "passed")
    done = shell("css-logs gate --file - <&-")
    assert (done.returncode, "standard input cannot be read" in done.stdout) == (4, True)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("list CLUSTER", 4),
        ("list CLUSTER --format json", 4),
        ("report CLUSTER", 4),
        ("whoami", 4),
        ("--help", 4),
        ("list --help", 4),
        (f"gate --file passed {AT}", 0),
        (f"gate --file failed {AT} --format json", 1),
    ],
)
def test_a_reader_that_has_gone(shell, line, code):
    """A pipe whose reader has gone is no traceback, no noise, and never the exit code that means failed."""
    # The reader goes first: it opens the pipe, and ends before anything is written.
    done = shell(f"mkfifo p gone; {{ : <gone; }} <p & exec 9>p; : >gone; wait; css-logs {line} >&9")
    assert (done.returncode, done.stderr, done.stdout) == (code, "", "")


def test_the_emulator_serves_without_streams(shell):
    """Its settings can be written to a file, so it needs no stream at all."""
    done = shell(
        """
        css-logs emulator --port 0 --export settings <&- >&- 2>&- &
        until test -e settings; do kill -0 $! || exit 9; done
        . ./settings
        css-logs list CLUSTER --format csv
        kill $!; wait $!
        """
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 38
