"""`css-logs report`: what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import re
import socket

import pytest
from pulumi_huaweicloud_css._config.endpoints import region_variable
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Emulator, Project, Site

from tests.support.css_logs import CssLogs

FRESH, STALE = (
    Cluster(cluster_id=f"4213d908-f5dc-4633-8401-00000000000{n}", backups=backups)
    for n, backups in ((1, Backups(count=5)), (2, Backups(count=5, newest_age=200_000)))
)
UNKNOWN = "4213d908-f5dc-4633-8401-000000000009"


@pytest.fixture
def run(tmp_path, css_logs_forks):
    """Return what runs `css-logs report` in an empty folder against an emulator of two clusters."""
    with Emulator(site=Site(projects=[Project(clusters=[FRESH, STALE])])) as emulator:

        def command(*arguments, stdin="", **more):
            return CssLogs(tmp_path, emulator.environment(), css_logs_forks)("report", *arguments, stdin=stdin, **more)

        command.emulator = emulator
        yield command


def test_writes_a_page_whatever_the_verdicts(run, tmp_path):
    """A report about a failed and a passed cluster is written, its verdicts printed, and the exit code is 0."""
    done = run("--cluster-id", FRESH.cluster_id, "--cluster-id", STALE.cluster_id, "--output-file", "report.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["passed", "failed"]
    text = (tmp_path / "report.html").read_text()
    assert text.startswith("<!doctype html>")
    assert text.endswith("</html>")
    assert os.listdir(tmp_path) == ["report.html"]


def test_prints_without_a_file(run):
    """Without a file the report is all of standard output; with --quiet and a file, nothing is."""
    done = run("--cluster-id", FRESH.cluster_id, "--format", "badge")
    assert (done.returncode, done.stdout[:4], done.stderr) == (0, "<svg", "")
    assert run("--cluster-id", FRESH.cluster_id, "--quiet", "--output-file", "x").stdout == ""


def test_a_cluster_that_could_not_be_asked_is_shown(run, tmp_path):
    """An error is shown in the page beside the others' verdicts; only where all are errors the exit code is 4."""
    options = ("--cluster-id", UNKNOWN, "--output-file", "report.html")
    assert run(*options, "--cluster-id", FRESH.cluster_id).returncode == 0
    text = (tmp_path / "report.html").read_text()
    assert "not read" in text
    assert "HTTP 404" in text
    assert run(*options).returncode == 4
    assert "could not be read" in (tmp_path / "report.html").read_text()


def test_filters_and_gate_options(run):
    """The filters, the gate's options and --now are those of css-logs gate."""
    base = ("--cluster-id", STALE.cluster_id)
    assert "The log backups are not good enough" in run(*base).stdout
    assert "The log backups are good enough" in run(*base, "--max-age", "7d").stdout
    assert run(*base, "--limit", "2").stdout.count("<tr") == 3
    assert 'As of <time datetime="2030-01-01' in run(*base, "--now", "2030-01-01T00:00:00Z").stdout


def test_file(run):
    """An answer in the API's own form is shown without any question."""
    moment = 1_656_042_837_000
    answer = {"clusterLogRecord": [{"id": "r", "createAt": moment, "finishedAt": moment, "status": "SUCCESS"}]}
    done = run("--file", "-", "--now", "2022-06-24T12:00:00Z", stdin=json.dumps(answer))
    assert (done.returncode, done.stdout.count("<tr")) == (0, 2)
    assert "standard input" in done.stdout
    assert run.emulator.requests == []


WRONG = [
    (),
    ("--cluster-id", "no uuid"),
    ("--cluster-id", UNKNOWN, "--file", "-"),
    ("--file", "-", "--status", "FAIL"),
    ("--cluster-id", UNKNOWN, "--format", "pdf"),
    ("--cluster-id", UNKNOWN, "--max-age", "soon"),
    ("--cluster-id", UNKNOWN, "--output-file", "."),
]


@pytest.mark.parametrize("options", WRONG, ids=" ".join)
def test_wrong_usage(run, options):
    """A wrong option ends with 2 and one line, before anything is asked."""
    done = run(*options)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert run.emulator.requests == []


def test_a_file_that_cannot_be_written(run, tmp_path):
    """Where the report cannot be written the exit code is 4, with one line that names the file."""
    done = run("--cluster-id", FRESH.cluster_id, "--output-file", "none/report.html")
    assert (done.returncode, len(done.stderr.splitlines())) == (4, 1)
    assert "none/report.html: cannot be written" in done.stderr
    assert os.listdir(tmp_path) == []


def test_no_secret_in_any_form(run):
    """No key, signature or token is in a report, also when everything is refused."""
    emulator = run.emulator
    secrets = [value for name, value in emulator.environment().items() if "KEY" in name]
    assert secrets
    for form in ("html", "svg", "badge"):
        for cluster in (FRESH.cluster_id, UNKNOWN):
            done = run("--cluster-id", cluster, "--format", form)
            assert not [secret for secret in secrets if secret in done.stdout + done.stderr]


def test_without_jinja_it_says_what_to_install(run, tmp_path):
    """Without the extra there is one line with the command that mends it, and nothing is asked."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['jinja2'] = None\n")
    done = run("--cluster-id", FRESH.cluster_id, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "pip install 'pulumi-huaweicloud-css[cli,report]'" in done.stderr
    assert run.emulator.requests == []


def test_help_says_what_the_exit_code_means(run):
    """The help says that a verdict does not change the exit code."""
    assert "0 the report was written, whatever the verdicts" in " ".join(run("--help").stdout.split())


REGIONS = ("cn-north-4", "ap-southeast-3", "cn-east-3")


@pytest.fixture
def account(tmp_path, css_logs_forks):
    """Return what runs `css-logs` against four clusters in three regions, in the last of which nobody answers."""
    site = Site.of_clusters(4, backups=Backups(count=3), regions=REGIONS)
    with Emulator(site=site) as emulator, socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        away = {region_variable("css", REGIONS[-1]): f"http://127.0.0.1:{held.getsockname()[1]}", "HW_MAX_RETRIES": "0"}
        yield CssLogs(tmp_path, {**emulator.environment(), **away}, css_logs_forks)


COMMANDS = [("report", "--output-file", "page.html"), ("gate", "--report", "html=page.html")]


@pytest.mark.parametrize("command", COMMANDS, ids=["report", "gate"])
def test_names_and_regions(account, tmp_path, command):
    """Clusters stand below their regions by name, with the id beneath; a region out of reach is a region, too."""
    regions = [part for region in REGIONS for part in ("--region", region)]
    assert account(*command, "--all-clusters", *regions).stderr == ""
    main = (tmp_path / "page.html").read_text().partition("<main>")[2]
    headings = re.findall(r'<h\d[^>]* class="(region|title)">(.*?)</h\d>', main)
    assert [re.findall(r"\w+", re.sub(r"<[^>]*>", " ", text)) for _, text in headings] == [
        ["cn", "east", "3", "not", "read"],
        ["not", "read", "cn", "east", "3"],
        ["ap", "southeast", "3", "1", "of", "1", "passed"],
        ["passed", "test", "search", "2"],
        ["cn", "north", "4", "2", "of", "2", "passed"],
        ["passed", "prod", "orders", "4"],
        ["passed", "prod", "search", "1"],
    ]
    assert len(re.findall(r'Cluster id: <bdi class="id">[0-9a-f-]{36}<', main)) == 3
