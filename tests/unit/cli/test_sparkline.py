"""The line of newest backups that `css-logs list` and `gate` show where a terminal can, and nowhere else."""

from __future__ import annotations

import json
import re

import pytest
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css.cli.sparkline import MOST, newest_kinds, strip
from pulumi_huaweicloud_css.emulator import Backups, Cluster

SYMBOLS = re.compile(r"[✓✗…?]{3,}")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
BACKUPS = Backups(count=9, running=True, fail_every=4)
SHOWN = "✗✓✓✓✗✓✓✓…"


@pytest.fixture
def ask(css_logs, start_emulator):
    """Return what runs a command on a terminal, asking about one cluster."""

    def run(*arguments, **settings):
        emulator = start_emulator(Cluster(backups=BACKUPS))
        runner = css_logs(emulator, **{"TERM": "xterm-256color", "COLUMNS": "100", **settings})
        return runner.on_a_terminal(*arguments, "--cluster-id", emulator.cluster_id).stdout

    return run


@pytest.mark.parametrize("command", ["list", "gate"])
@pytest.mark.parametrize("settings", [{}, {"NO_COLOR": "1"}], ids=["coloured", "plain"])
def test_a_terminal_shows_the_newest_backups(ask, command, settings):
    """A character a backup, the newest last, explained behind it; colours only repeat what the characters say."""
    shown = ask(command, **settings)
    [line] = [line for line in shown.splitlines() if "newest last" in line]
    plain = COLOURS.sub("", line)
    assert SYMBOLS.findall(plain) == [SHOWN]
    assert "(newest last; ✓ succeeded  ✗ failed  … running)" in plain
    assert (plain == line) == bool(settings)


@pytest.mark.parametrize("settings", [{"TERM": "dumb"}, {"PYTHONIOENCODING": "latin-1"}], ids=["dumb", "latin-1"])
@pytest.mark.parametrize("command", ["list", "gate"])
def test_a_lesser_terminal_shows_none(ask, command, settings):
    """A terminal that cannot show the characters gets no line of question marks."""
    assert "newest last" not in ask(command, **settings)


@pytest.mark.parametrize("command", [("list",), ("gate",), ("gate", "--format", "json"), ("list", "--format", "csv")])
def test_a_pipe_gets_none(css_logs, start_emulator, command):
    """In a pipe, outputs are as they were."""
    emulator = start_emulator(Cluster(backups=BACKUPS))
    done = css_logs(emulator)(*command, "--cluster-id", emulator.cluster_id)
    assert "newest last" not in done.stdout
    assert not SYMBOLS.search(done.stdout)


@pytest.mark.parametrize("form", ["json", "markdown", "github"])
def test_data_has_none_on_a_terminal_either(ask, form):
    """The line belongs to the text for people; data stays data."""
    assert "newest last" not in ask("gate", "--format", form)


def test_nothing_to_show(css_logs):
    """Without records there is no line."""
    file = css_logs().folder / "none.json"
    file.write_text(json.dumps({"clusterLogRecord": []}))
    assert "newest last" not in css_logs(TERM="xterm").on_a_terminal("gate", "--file", file).stdout


def _kinds(*statuses):
    return newest_kinds(Record(id=str(n), created_at=n + 10**12, status=one) for n, one in enumerate(statuses))


@pytest.mark.parametrize("indent", [0, 10])
@pytest.mark.parametrize("columns", [40, 41, 50, 60, 72, 80, 100, 132, 200])
def test_lines_fit_every_terminal(monkeypatch, columns, indent):
    """No line is as wide as the terminal; the marks are the newest, as many as fit, and each is explained whole."""
    monkeypatch.setenv("COLUMNS", str(columns))
    kinds = _kinds(*["SUCCESS"] * 500, "FAIL", "LATER", "RUNNING")
    assert len(kinds) == MOST
    first, *others = lines = COLOURS.sub("", strip(kinds, indent=indent)).splitlines()
    assert max(map(len, lines)) < columns
    assert all(line.startswith(" " * indent) for line in lines)
    marks, _, beside = first.strip().partition("  ")
    assert marks.endswith("✓✗?…")
    assert len(marks) == min(MOST, columns - indent - 1)
    legend = [beside] if beside else [line.strip() for line in others]
    assert "  ".join(legend).replace(";  ", "; ") == (
        "(newest last; ✓ succeeded  ✗ failed  … running  ? with another status)"
    )


def test_few_marks_have_the_legend_beside_them(monkeypatch):
    """Where all marks and the legend fit into one line, there is one; one column less, and there are two."""
    line = "✓✗  (newest last; ✓ succeeded  ✗ failed)"
    for columns, expected in ((len(line) + 1, line), (len(line), line.replace("✗  (", "✗\n("))):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert COLOURS.sub("", strip(_kinds("SUCCESS", "FAIL"))) == f"{expected}\n"


@pytest.mark.parametrize("command", ["list", "gate"])
@pytest.mark.parametrize("columns", [40, 57])
def test_a_narrow_terminal_shows_all_marks(ask, command, columns):
    """The commands show all of nine marks on a narrow terminal, and the legend in lines that it does not wrap."""
    shown = COLOURS.sub("", ask(command, COLUMNS=str(columns))).splitlines()
    [number] = [number for number, line in enumerate(shown) if line.strip() == SHOWN]
    legend = shown[number + 1 : number + 3]
    assert max(map(len, legend)) < columns
    assert "(newest last; ✓ succeeded  ✗ failed  … running)" in "  ".join(line.strip() for line in legend)
