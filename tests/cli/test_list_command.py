"""`css-logs list`: a table for people, data for programs, and text from the server that stays harmless."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re

import pytest
import yaml
from pulumi_huaweicloud_css.emulator import Backups, Cluster

HOSTILE = "x\x1b[31mred\x07\x9b2J\r\n\u202eback\x00\x7f [bold]mark[/bold] [/] " + "z" * 10_000
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def ask(css_logs, start_emulator):
    """Return what lists the first cluster of an emulator that serves these records."""

    def make(*options, **cluster):
        emulator = start_emulator(Cluster(**cluster))
        done = css_logs(emulator)("list", "--cluster-id", emulator.cluster_id, *options)
        assert done.returncode == 0, done.stderr
        return emulator, done.stdout

    return make


def test_table_in_a_pipe(ask):
    """In a pipe there is one line a record, a heading and a count, and no colour."""
    emulator, text = ask(backups=Backups(count=5, fail_every=2))
    lines = text.splitlines()
    assert len(lines) == 7
    assert lines[0].split() == ["started", "age", "took", "status", "type", "path"]
    assert "\x1b" not in text
    shown = [record["failedMsg"] or record["logPath"] for record in emulator.records()]
    assert all(line.rstrip().endswith(path) for line, path in zip(lines[1:6], shown, strict=True))


def test_table_on_a_terminal(css_logs, start_emulator):
    """On a terminal each status has its colour."""
    emulator = start_emulator(Cluster(backups=Backups(count=3, running=True, fail_every=2)))
    ours, theirs = pty.openpty()
    runner = css_logs(emulator, TERM="xterm-256color", COLUMNS="200")
    with runner.start("list", "--cluster-id", emulator.cluster_id, stdout=theirs) as process:
        os.close(theirs)
        text = b""
        try:
            while part := os.read(ours, 4096):
                text += part
        except OSError:  # Linux says so when the other side is closed
            pass
    os.close(ours)
    assert process.returncode == 0
    for colour, status in ((b"33", b"RUNNING"), (b"32", b"SUCCESS"), (b"31", b"FAIL")):
        assert b"\x1b[" + colour + b"m" + status in text


READERS = {
    "json": lambda text: json.loads(text)["records"],
    "yaml": lambda text: yaml.safe_load(text)["records"],
    "csv": lambda text: [{k: v or None for k, v in row.items()} for row in csv.DictReader(io.StringIO(text))],
}


@pytest.mark.parametrize("form", READERS)
def test_data_reads_back(ask, form):
    """JSON, YAML and CSV hold the same records as the server."""
    emulator, text = ask("--format", form, backups=Backups(count=4, running=True, fail_every=2))
    read = READERS[form](text)
    assert [record["id"] for record in read] == [record["id"] for record in emulator.records()]
    assert [record["log_path"] for record in read] == [record["logPath"] for record in emulator.records()]
    assert [record["failed_msg"] for record in read] == [record.get("failedMsg") for record in emulator.records()]
    assert read[0]["finished_at"] is None


@pytest.mark.parametrize(
    ("options", "count"),
    [(("--status", "FAIL"), 3), (("--limit", "2"), 2), (("--offset", "5"), 2), (("--job-id", "x"), 0)],
)
def test_filters(ask, options, count):
    """The filters of the resource are options here."""
    _, text = ask("--format", "json", *options, backups=Backups(count=6, fail_every=2))
    assert json.loads(text)["count"] == count


def test_no_records(ask):
    """A cluster without records gets one sentence."""
    emulator, text = ask(records=[])
    assert text == f"No log backup records of cluster {emulator.cluster_id}.\n"


@pytest.mark.parametrize("form", ["table", *READERS])
@pytest.mark.parametrize("status", ["SUCCESS", "FAIL", HOSTILE])
def test_hostile_text(ask, record, form, status):
    """No control character or direction mark of the server reaches the terminal, in any format."""
    hostile = record(status, logPath=HOSTILE, failedMsg=HOSTILE, jobTypes=HOSTILE, jobId=HOSTILE)
    _, text = ask("--format", form, records=[{**hostile, "id": HOSTILE}])
    assert not UNSAFE.search(text)
    if form in ("json", "yaml"):
        assert READERS[form](text)[0]["log_path"] == HOSTILE
    if form == "table":
        assert "[bold]mark[/bold] [/]" in text


@pytest.mark.parametrize("first", "=+-@")
def test_cells_are_no_formulas(ask, record, first):
    """A CSV cell that a spreadsheet would compute has an apostrophe before it."""
    _, text = ask("--format", "csv", records=[record(logPath=f"{first}1+2")])
    assert next(csv.DictReader(io.StringIO(text)))["log_path"] == f"'{first}1+2"


def test_cells_are_no_formulas_where_semicolons_separate(ask, record):
    """A spreadsheet of a locale that splits lines at semicolons finds no formula either."""
    _, text = ask("--format", "csv", records=[record(logPath="a;=HYPERLINK(1)")])
    assert next(csv.DictReader(io.StringIO(text)))["log_path"] == "a;'=HYPERLINK(1)"


@pytest.mark.parametrize("first", "\t\r")
def test_cells_are_no_formulas_behind_a_control_character(ask, record, first):
    """A control character before a formula neither stays nor lets the cell begin as one."""
    _, text = ask("--format", "csv", records=[record(logPath=f"{first}=1+2")])
    cell = next(csv.DictReader(io.StringIO(text)))["log_path"]
    assert cell[0] not in "=+-@\t\r"
