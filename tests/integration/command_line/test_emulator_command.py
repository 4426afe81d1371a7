"""`css-logs emulator`, started as a user starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.support.css_logs import Process
from tests.support.reading import log_records

CSS_LOGS = str(Path(sys.executable).with_name("css-logs"))


def _start(*arguments):
    return Process(
        [CSS_LOGS, "emulator", "--port", "0", *arguments],
        env={"PATH": os.environ["PATH"]},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _exports(process):
    """Read the export lines that the command prints when it serves."""
    lines = [process.stdout.readline() for _ in range(6)]
    return dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_printed_settings_reach_it_and_a_signal_ends_it(number):
    """The export lines are all a program needs; Ctrl-C or a termination ends the command well."""
    with _start("--count", "5", "--failures", "1") as process:
        answer = log_records(environ=_exports(process), cluster_id="4213d908-f5dc-4633-8401-cfd7175fca0c")
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert [record.status for record in answer.records] == ["FAIL"] * 5
    assert "logs/records?offset=1&limit=1000 200" in errors
    assert "emulated-secret-key" not in errors
    assert "Traceback" not in errors


def test_records_of_a_file_are_served(tmp_path):
    """A file in the API's own form is what is served; as one of them may run, --finish-after is welcome."""
    record = {"id": "r1", "createAt": 1656042837000, "status": "SUCCESS", "logPath": "bucket/of/the/file"}
    file = tmp_path / "records.json"
    file.write_text(json.dumps({"clusterLogRecord": [record]}))
    with _start("--quiet", "--records", str(file), "--finish-after", "60") as process:
        answer = log_records(environ=_exports(process), cluster_id="4213d908-f5dc-4633-8401-cfd7175fca0c")
        process.terminate()
        process.communicate(timeout=60)
    assert answer.latest is not None
    assert answer.latest.log_path == "bucket/of/the/file"


def test_many_clusters_are_served_and_listed():
    """With --clusters there are so many, each with its own records; a control call lists their ids."""
    with _start("--clusters", "3", "--count", "2", "--quiet") as process:
        environ = _exports(process)
        endpoint = environ["HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4"]
        listed = requests.get(f"{endpoint}/_emulator/clusters", timeout=60).json()["clusters"]
        paths = [log_records(environ=environ, cluster_id=each).records[0].id for each in listed]
        process.terminate()
        _, errors = process.communicate(timeout=60)
    assert listed[0] == "4213d908-f5dc-4633-8401-cfd7175fca0c"
    assert len(set(paths)) == 3
    assert "cluster prod-search-1 (4213d908-f5dc-4633-8401-cfd7175fca0c)" in errors
    assert f"and 2 more (listed at {endpoint}/_emulator/clusters)" in errors


def test_clusters_are_spread_over_regions():
    """With --region, given twice, there is an endpoint for each, and the message names both."""
    with _start("--clusters", "3", "--region", "cn-north-4", "--region", "eu-west-101", "--quiet") as process:
        environ = _exports(process)
        process.terminate()
        _, errors = process.communicate(timeout=60)
    assert environ["HW_REGION_NAME"] == "cn-north-4"
    endpoint = environ["HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4"]
    assert environ["HUAWEICLOUD_SDK_REGION_CSS_EU_WEST_101"] == endpoint
    assert "HW_PROJECT_ID" not in environ
    assert ", in cn-north-4, eu-west-101, at " in errors


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--clusters", "0"), "--clusters"),
        (("--clusters", "2", "--records", "pyproject.toml"), "cannot be combined"),
        (("--latency", "-1"), "--latency"),
        (("--region", "nowhere"), "is not a region's name"),
        (("--region", "cn-north-4", "--records", "pyproject.toml"), "cannot be combined with --region"),
        (("--finish-after", "60"), "add --running"),
        (("--host", "0.0.0.0"), "loopback"),  # noqa: S104 - that it is refused is the point
        (("--count", "-1"), "--count"),
        (("--records", "README-that-is-not-there"), "does not exist"),
        (("--records", __file__), "is not JSON"),
    ],
)
def test_a_users_mistake_is_one_clear_error(arguments, text):
    """A wrong option ends the command with a sentence, not with a traceback."""
    with _start(*arguments) as process:
        output, errors = process.communicate(timeout=60)
    assert process.returncode in (1, 2)
    assert text in errors
    assert "Traceback" not in errors
    assert output == ""
