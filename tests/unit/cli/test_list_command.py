"""`css-logs list`: a table for people, data for programs, and text from the server that stays harmless."""

from __future__ import annotations

import csv
import io
import json
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
    assert lines[0].split() == ["started", "age", "took", "status", "type", "path", "failure"]
    assert "\x1b" not in text
    shown = [f"{record['logPath']}  {record['failedMsg'] or '-'}" for record in emulator.records()]
    assert [line.rstrip().endswith(cells) for line, cells in zip(lines[1:6], shown, strict=True)] == [True] * 5


def test_table_without_a_failure(ask):
    """Where nothing failed there is no column for why."""
    emulator, text = ask(backups=Backups(count=2))
    lines = [line.rstrip() for line in text.splitlines()]
    assert lines[0].endswith("path")
    assert [line.split()[-1] for line in lines[1:3]] == [record["logPath"] for record in emulator.records()]


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
@pytest.mark.parametrize(
    "message", ["The OBS bucket refused the upload.", "x" * 150, None], ids=["words", "long", "none"]
)
def test_a_path_stays_on_one_line(css_logs, start_emulator, record, columns, message):
    """At each width a path can be copied from one line, the failure is all there, and nothing else is wider."""
    path = "css-backup-1610678043608/css/log/20221123T035357Z"
    failed = record("FAIL", failedMsg=message, logPath=path, jobTypes="Manual")
    emulator = start_emulator(Cluster(records=[failed, record(age_ms=7_200_000, logPath=path[:20], jobTypes="Auto")]))
    runner = css_logs(emulator, TERM="xterm-256color", COLUMNS=str(columns))
    shown = re.sub(r"\x1b\[[0-9;]*m", "", _on_a_terminal(runner, "list", "--cluster-id", emulator.cluster_id))
    lines = [line for line in shown.splitlines() if "records" not in line and "newest last" not in line]
    assert max(len(line) for line in lines if path not in line) <= columns
    [whole] = [line for line in lines if path in line]
    assert len(whole) <= max(columns, len(path) + 2)
    column = lines[0].index("failure") if "failure" in lines[0] else 0
    assert (message or "").replace(" ", "") in "".join(line[column:] for line in lines).replace(" ", "")
    assert ("failure" in lines[0]) == (message is not None and columns >= 120)


def _on_a_terminal(runner, *arguments):
    """Return what a terminal shows of a run."""
    done = runner.on_a_terminal(*arguments)
    assert done.returncode == 0
    return done.stdout


def test_table_on_a_terminal(css_logs, start_emulator):
    """On a terminal each status has its colour."""
    emulator = start_emulator(Cluster(backups=Backups(count=3, running=True, fail_every=2)))
    runner = css_logs(emulator, TERM="xterm-256color", COLUMNS="200")
    text = _on_a_terminal(runner, "list", "--cluster-id", emulator.cluster_id)
    for colour, status in (("33", "RUNNING"), ("32", "SUCCESS"), ("31", "FAIL")):
        assert f"\x1b[{colour}m{status}" in text


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
