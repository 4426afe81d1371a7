"""`css-logs gate --wait` in a pipe: a line from time to time, so that nobody takes waiting for hanging."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from pulumi_huaweicloud_css._backups.evaluate import Target
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._backups.stack_outputs import StackRecords
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css.cli import waiting
from pulumi_huaweicloud_css.cli.waiting import Watch

from tests.support import ROOT
from tests.support.clock import Clock

NOW = datetime(2027, 1, 15, tzinfo=UTC)
RUNNING = Record(id="running", created_at=round(NOW.timestamp() * 1000), status="RUNNING")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock in the place of the waiting's own."""
    clock = Clock()
    monkeypatch.setattr(waiting, "time", SimpleNamespace(monotonic=clock.monotonic, sleep=clock.sleep))
    return clock


@pytest.fixture
def told(monkeypatch, clock):
    """What is said on standard error, which is no terminal here: each line with its time."""
    lines: list[tuple[float, str]] = []
    monkeypatch.setattr(waiting, "say", lambda text: lines.append((clock.now - 1000, text)))
    return lines


def watch(**settings):
    """Wait for one backup that never ends."""
    looks = []

    def read():
        looks.append(1)
        return StackRecords((RUNNING,))

    outcomes = Watch([Target("one", read)], Gate(), lambda _: None, now=NOW, **settings).run()
    assert outcomes[0].state == "pending"
    return len(looks)


@pytest.mark.parametrize("interval", [0.5, 7, 15, 30, 45, 600])
def test_a_line_every_thirty_seconds(told, interval):
    """However often it looks, there is a line every 30 seconds, that says what is waited for and how long."""
    looks = watch(wait=timedelta(minutes=5), interval=timedelta(seconds=interval))
    times = [at for at, _ in told]
    assert len(times) == 9
    assert all(30 * number <= at < 30 * number + 1 for number, at in enumerate(times, 1))
    assert looks == 1 + -(-300 // interval)
    assert "running has been running for 0 s" in told[0][1]
    assert [told[0][1][-21:], told[-1][1][-20:]] == ["waiting 4 min at most", "waiting 30 s at most"]


def test_nothing_is_said_before(told):
    """A short wait, and one look without any, say nothing."""
    watch(wait=timedelta(seconds=29))
    watch()
    assert told == []


def test_quiet_says_nothing(told):
    """With --quiet there is no line, however long it takes."""
    watch(wait=timedelta(hours=2), quiet=True)
    assert told == []


def test_a_standard_error_that_cannot_be_written_ends_nothing(monkeypatch):
    """Progress that nobody reads does not change what is found out."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        monkeypatch.setattr(sys, "stderr", gone)
        watch(wait=timedelta(minutes=2))
        monkeypatch.undo()


def test_the_command_says_it(css_logs, tmp_path):
    """The command itself prints the line on standard error, and the verdict alone on standard output."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nif sys.argv[0].endswith('css-logs'):\n"
        "    from pulumi_huaweicloud_css.cli import waiting\n"
        "    from tests.support.clock import Clock\n"
        "    waiting.time = Clock()\n"
    )
    record = {"id": "r", "createAt": 1656042837000, "status": "RUNNING"}
    (css_logs().folder / "file").write_text(json.dumps({"clusterLogRecord": [record], "totalSize": 1}))
    options = ("--file", "file", "--now", "2022-06-24T04:00:00Z", "--wait", "1m")
    with_clock = {"PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))}
    done = css_logs()("gate", *options, **with_clock)
    assert (done.returncode, len(done.stdout.splitlines())) == (3, 1)
    assert [line[-20:] for line in done.stderr.splitlines()] == ["waiting 30 s at most"]
    assert css_logs()("gate", *options, "--quiet", **with_clock).stderr == ""
