"""Which fault is played when, and the ways to set one: arguments, methods, control calls, the command line."""

from __future__ import annotations

import os
import subprocess

import pytest
import requests
from pulumi_huaweicloud_css.emulator import FAULTS, Emulator
from pulumi_huaweicloud_css.errors import ArgumentError

from tests.support.css_logs import CSS_LOGS, Process


def statuses(emulator, ask, count):
    """Return the statuses of so many requests."""
    return [ask(emulator).status_code for _ in range(count)]


def test_a_number_of_times(emulator, ask):
    """A fault is over after its number of requests."""
    emulator.fault("500", times=2)
    assert statuses(emulator, ask, 4) == [500, 500, 200, 200]


def test_one_after_the_other(start, ask):
    """Faults are played in the order given, the last one for ever if it has no number."""
    emulator = start(faults=["503:2", "429:1", "500"])
    assert statuses(emulator, ask, 5) == [503, 503, 429, 500, 500]


def test_a_new_fault_ends_one_without_end(emulator, ask):
    """A fault that is set later is not waiting for ever; and all faults can be taken away."""
    emulator.fault("500")
    emulator.fault("429")
    assert statuses(emulator, ask, 1) == [429]
    emulator.clear_faults()
    assert statuses(emulator, ask, 1) == [200]


def control(emulator, method="POST", **settings):
    """Make the control call of faults."""
    return requests.request(method, f"{emulator.endpoint}/_emulator/faults", timeout=30, **settings)


def test_control_call(emulator, ask):
    """Faults are set and taken away over HTTP, and control calls themselves have none."""
    assert control(emulator, json={"name": "500"}).status_code == 201
    assert control(emulator, json={"name": "429", "times": 1}).status_code == 201
    assert statuses(emulator, ask, 2) == [429, 200]
    assert control(emulator, json={"name": "reset"}).status_code == 201
    assert control(emulator, "DELETE").status_code == 200
    assert statuses(emulator, ask, 1) == [200]


@pytest.mark.parametrize(
    "fields",
    [{"name": "earthquake"}, {}, {"name": ["500"]}, {"name": "500", "times": 0}, {"name": "500", "times": "1"}],
)
def test_wrong_control_call(emulator, ask, fields):
    """A control call that makes no sense is refused, and nothing is played."""
    answer = control(emulator, json=fields)
    assert answer.status_code == 400
    assert answer.json()["error_msg"].startswith("fault: ")
    assert statuses(emulator, ask, 1) == [200]


@pytest.mark.parametrize("given", ["earthquake", "earthquake:2", "", ":2"])
def test_an_unknown_name_is_an_error_that_lists_the_names(given):
    """Whoever mistypes a name sees all of them."""
    with pytest.raises(ArgumentError, match="is not one of latency, ") as caught:
        Emulator(faults=[given])
    assert all(name in str(caught.value) for name in FAULTS)


@pytest.mark.parametrize("given", ["500:0", "500:-1", "500:x", "500:", "500:1:2"])
def test_a_wrong_number(given):
    """What follows the colon is a number of at least 1."""
    with pytest.raises(ArgumentError, match="is not NAME or NAME:TIMES"):
        Emulator(faults=[given])


def test_a_fault_that_is_never_played():
    """A fault behind one without a number is a mistake, and said to be one."""
    with pytest.raises(ArgumentError, match="'429:1' would never be played"):
        Emulator(faults=["500", "429:1"])


def test_the_option_of_the_command_line():
    """`--fault`, given twice, plays both."""
    command = [CSS_LOGS, "emulator", "--port", "0", "--quiet", "--fault", "503:1", "--fault", "429:1"]
    with Process(command, env={"PATH": os.environ["PATH"]}, text=True, stdout=subprocess.PIPE) as process:
        lines = [process.stdout.readline().strip() for _ in range(6)]
        [endpoint] = {line.partition("=")[2] for line in lines if "http" in line}
        seen = [requests.get(f"{endpoint}/v3/projects", timeout=30).status_code for _ in range(3)]
        process.terminate()
    assert seen == [503, 429, 401]


def test_a_wrong_option_of_the_command_line(css_logs):
    """A name that is not there ends the command with one line that lists the names."""
    done = css_logs()("emulator", "--fault", "earthquake")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: --fault: 'earthquake' is not one of latency, ")
    assert len(done.stderr.splitlines()) == 1
