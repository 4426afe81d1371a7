"""Errors of `css-logs` name options as they are typed, and nothing as Python writes it."""

from __future__ import annotations

import json
import re

import pytest
from pulumi_huaweicloud_css.emulator import Project, Site

from tests.support.account import NORTH, REGIONS, SOUTH

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
# A name with an underscore, or a list, a mapping or a nothing of Python's.
OF_PYTHON = re.compile(r"\b[a-z]+_[a-z_]+\b|\['|\{'|\bNone\b")

SELECTIONS = [
    (["--cluster-name", "prd-*"], "--cluster-name: no cluster matches the name prd-*; there are "),
    (["--tag", "env=none"], "--tag: no cluster matches the tag env=none; there are "),
    (["--engine", "x"], "--engine: no cluster matches the engine x; there are "),
    (["--enterprise-project-id", "9"], "--enterprise-project-id: no cluster matches the enterprise project 9; there "),
    (
        ["--cluster-name", "a", "--cluster-name", "b", "--tag", "env=x", "--engine", "y"],
        "--cluster-name, --tag, --engine: no cluster matches the name a or b and the tag env=x and the engine y; ",
    ),
    (["--clusters-file", "-"], "--clusters-file: no cluster matches the name nobody; there are "),
    (["--cluster-name", "new-e", "--region", SOUTH], "--cluster-name: none of the clusters that it matches (1) can be"),
]


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(("options", "text"), SELECTIONS, ids=[text.partition(":")[0] for _, text in SELECTIONS])
def test_a_selection_that_finds_nothing(run, options, text):
    """The error names the options that select, and what they select, in words."""
    done = run("gate", *options, *([] if "--region" in options else REGIONS), stdin="nobody")
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: {text}")
    assert not OF_PYTHON.search(done.stderr)


def test_all_clusters_of_none(css_logs, start):
    """Where all are meant and there is none, the option is named that means all."""
    done = css_logs(start(site=Site(projects=[Project(clusters=[])])))("gate", "--all-clusters")
    assert done.returncode == 2
    assert done.stderr == "Error: --all-clusters: no cluster matches; the project has no clusters\n"


OVERRIDE = "HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4"
NO_KEYS = {"HW_ACCESS_KEY": "", "HW_SECRET_KEY": ""}
SETTINGS = [
    ({"HW_REGION_NAME": ""}, [], "--region: not given; give it by --region, "),
    ({}, ["--region", "a b"], "--region: 'a b' is not a region's name"),
    ({}, ["--project-id", "x"], "--project-id: 'x' is not a project's id"),
    ({"HW_PROJECT_ID": "x"}, [], "--project-id: 'x' (HW_PROJECT_ID) is not a project's id"),
    ({}, ["--endpoint", "http://x"], "--endpoint: 'http://x' is plain http"),
    ({}, ["--endpoint", "http://a:b@x"], "--endpoint: it is not an address like "),
    ({}, ["--region", "cn-north-44"], "--region: CSS has no known endpoint in 'cn-north-44'; did you mean "),
    ({}, ["--profile", "x"], "--profile: there is no file "),
    ({"HW_MAX_RETRIES": "x"}, [], "max retries: 'x' (HW_MAX_RETRIES) is not an integer from 0 to 100"),
    ({"HW_CLOUD": "a b", OVERRIDE: ""}, [], "cloud: 'a b' (HW_CLOUD) is not a domain"),
    ({"HW_ACCESS_KEY": ""}, [], "credentials: half a key pair: HW_SECRET_KEY is set"),
    ({"HW_ACCESS_KEY": "é"}, [], "access key: HW_ACCESS_KEY holds a character that is not ASCII"),
    ({**NO_KEYS, "HUAWEICLOUD_SDK_CREDENTIALS_FILE": "/no/file"}, [], "profile file: there is no file /no/file"),
]


@pytest.mark.parametrize(("environ", "options", "text"), SETTINGS, ids=[text[:24] for _, _, text in SETTINGS])
def test_a_wrong_setting(css_logs, emulator, environ, options, text):
    """The error begins with the option, or with what the setting is where no option sets it; so does its JSON."""
    run = css_logs(emulator)
    run.settings = {**run.settings, **environ}
    done = run("gate", "--cluster-id", CLUSTER, "--format", "json", *options)
    assert (done.returncode, len(done.stderr.splitlines())) == (4, 1)
    assert done.stderr.startswith(f"Error: {text}")
    assert json.loads(done.stdout)["error"]["message"].startswith(text)
    names = done.stderr.replace("project_id in the profile file", "").replace("security_token in the profile file", "")
    assert not OF_PYTHON.search(names)


def test_no_credentials_at_all(css_logs, emulator):
    """What is missing is told in words, not by the settings' names in Python."""
    run = css_logs(emulator)
    run.settings = {"HW_REGION_NAME": "cn-north-4", "HOME": run.settings.get("HOME", "/nonexistent")}
    done = run("list", "--cluster-id", CLUSTER)
    assert done.returncode == 4
    assert "an access key and a secret key, or a token: access key: " in done.stderr


@pytest.mark.usefixtures("account")
def test_a_region_without_a_project(run):
    """With several regions, no option gives a project's id: the advice is what does."""
    done = run("gate", "--all-clusters", "--region", NORTH, "--region", "cn-north-1")
    assert done.returncode == 4
    assert done.stderr.startswith("Error: --project-id: IAM lists 0 projects named 'cn-north-1'")
    assert done.stderr.rstrip().endswith("give the one you mean by --project-id, with this region alone")


EMULATOR = [
    (["--fault", "nope"], "--fault: 'nope' is not one of latency, "),
    (["--fault", "500:0"], "--fault: '500:0' is not NAME or NAME:TIMES"),
    (["--host", "1.2.3.4"], "--host: the emulator listens on loopback only"),
    (["--region", "a b"], "--region: 'a b' is not a region's name"),
    (["--cadence", "1e12"], "--cadence: the oldest of 37 backups would be before 1980"),
]


@pytest.mark.parametrize(("options", "text"), EMULATOR, ids=[" ".join(options) for options, _ in EMULATOR])
def test_a_wrong_option_of_the_emulator(css_logs, options, text):
    """The emulator's errors begin with the option, too."""
    done = css_logs()("emulator", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {text}")
