"""How `css-logs` behaves as a process: in odd surroundings, at Ctrl-C, with outputs that cannot be written."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pulumi_huaweicloud_css.cli.main import css_logs as group
from pulumi_huaweicloud_css.emulator import Backups, Cluster

COMMANDS = sorted(group.modules)
RUNNING = Backups(count=2, running=True, newest_age=0, cadence=3600, failure_share=1.0)
FRESH = '{"clusterLogRecord": []}'
EXTRAS = {"aiohttp": ("emulator", "cli,emulator"), "jinja2": ("report", "cli,report")}
HEAVY = ("aiohttp", "pulumi", "pydantic", "requests", "rich", "urllib3", "yaml")


def python(program, *arguments):
    """Run a program in a fresh interpreter, with these arguments to `css-logs`."""
    done = f"import sys\nsys.argv = ['css-logs', *{list(arguments)!r}]\n{program}"
    return subprocess.run([sys.executable, "-c", done], capture_output=True, text=True, check=False, input=FRESH)


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=["css-logs", *COMMANDS])
def test_help_names_the_exit_codes_and_loads_nothing_heavy(command):
    """The help of each command ends with 0, names the exit codes, and is there before anything heavy is loaded."""
    program = f"""
import atexit
from pulumi_huaweicloud_css.cli import main
atexit.register(lambda: print("loaded:", [name for name in {HEAVY!r} if name in sys.modules]))
main()
"""
    done = python(program, *command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    assert "Exit codes: 0 " in text
    assert "2 usage error" in text
    assert "4 the records could not be read" in text
    assert text.endswith("loaded: []")


@pytest.mark.parametrize(
    ("missing", "command"),
    [
        ("click", ("--help",)),
        ("rich", ("list", "--cluster-id", Cluster().cluster_id)),
        ("yaml", ("list", "--cluster-id", Cluster().cluster_id, "--format", "yaml")),
        ("jinja2", ("report", "--cluster-id", Cluster().cluster_id)),
        ("aiohttp", ("emulator",)),
        ("aiohttp", ("emulator", "--background")),
    ],
)
def test_without_the_extra_it_says_how_to_install_it(missing, command, start_emulator, monkeypatch):
    """Where a library of an extra is missing, one line says how to install it, with 2, before anything is asked."""
    emulator = start_emulator()
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    program = f"""
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {missing!r}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Blocker())
from pulumi_huaweicloud_css.cli import main
main()
"""
    done = python(program, *command)
    assert (done.returncode, done.stdout) == (2, "")
    extra, wanted = EXTRAS.get(missing, ("cli", "cli"))
    assert done.stderr == f"css-logs needs the extra {extra}: pip install 'pulumi-huaweicloud-css[{wanted}]'\n"
    assert emulator.requests == []


@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "markdown"])
def test_a_locale_without_our_signs(css_logs, form):
    """Where standard output is Latin-1, data is UTF-8 all the same, and people get what can be shown."""
    done = css_logs()("gate", "--file", "日志.json", "--format", form, PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stderr) == (4, "")
    assert ("日志.json" in done.stdout) == (form != "text")
    assert "error" in done.stdout


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_a_reader_that_goes_away_does_not_change_the_verdict(css_logs, form):
    """A closed pipe behind standard output is no failure of the backups: the exit code stays the verdict's."""
    reading, writing = os.pipe()
    os.close(reading)
    record = {"id": "r", "createAt": 1656042837000, "status": "SUCCESS"}
    options = ("--file", "-", "--format", form, "--now", "2022-06-24T12:00:00Z")
    process = css_logs().start("gate", *options, stdin=subprocess.PIPE, stdout=writing)
    os.close(writing)
    _, errors = process.communicate(json.dumps({"clusterLogRecord": [record], "totalSize": 1}), timeout=60)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_full_disk_is_said_in_one_line(css_logs, form):
    """A report that cannot be printed ends with 4 and one line, not with a traceback and the code for failed."""
    with Path("/dev/full").open("w") as full:
        process = css_logs().start("gate", "--file", "-", "--format", form, stdin=subprocess.PIPE, stdout=full)
        _, errors = process.communicate(FRESH, timeout=60)
    assert (process.returncode, errors) == (4, "Error: the output cannot be written: No space left on device\n")


def test_closed_standard_input_is_said(css_logs):
    """`--file -` where standard input is closed ends with 4 and says so."""
    process = css_logs().start("gate", "--file", "-", stdin=None, preexec_fn=lambda: os.close(0))
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (4, "")
    assert "standard input" in output


def test_quiet_prints_no_json_but_the_line_for_people(css_logs):
    """With --quiet an error of usage is on standard error only."""
    done = css_logs()("gate", "--quiet", "--format", "json", "--cluster-id", "no uuid")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


@pytest.mark.parametrize(
    "options",
    [
        ("--stack", "", "--output", "x", "--cluster-id", Cluster().cluster_id),
        ("--file", "", "--cluster-id", Cluster().cluster_id),
        ("--file", "-", "--now", "0001-01-01T00:00:00+23:59"),
    ],
    ids=["stack", "file", "time"],
)
def test_empty_variables_and_times_before_time_are_wrong_usage(css_logs, options):
    """An option that an unset variable left empty is not passed over, and no time makes a traceback."""
    done = css_logs()("gate", *options)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_an_error_names_its_cluster(css_logs, start_emulator):
    """Of several clusters, the line of one that could not be asked says which it is."""
    there, gone = Cluster().cluster_id, "5213d908-f5dc-4633-8401-cfd7175fca0c"
    emulator = start_emulator()
    done = css_logs(emulator, HW_SECRET_KEY="wrong")("gate", "--cluster-id", there, "--cluster-id", gone)
    assert done.returncode == 4
    *lines, last = done.stdout.splitlines()
    assert [name in line for name, line in zip([there, gone], lines, strict=True)] == [True, True]
    assert last == "0 of 2 passed, 2 not read"


@pytest.mark.parametrize("hangs_at", [1, 2])
def test_ctrl_c_while_a_request_hangs(css_logs, start_emulator, hangs_at):
    """Ctrl-C ends the command with 130 though the API does not answer, and says what was known by then."""
    hanging, released = threading.Event(), threading.Event()

    async def hang(request):
        if request.number == hangs_at:
            hanging.set()
            await asyncio.to_thread(released.wait)

    emulator = start_emulator(Cluster(backups=RUNNING), on_request=hang)
    options = ("--cluster-id", emulator.cluster_id, "--wait", "1h", "--poll-interval", "0.05s")
    process = css_logs(emulator).start("gate", *options)
    assert hanging.wait(60)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    released.set()
    assert (process.returncode, output) == (130, "")
    assert "Traceback" not in errors
    assert ("nothing yet" if hangs_at == 1 else emulator.records()[0]["id"]) in errors
