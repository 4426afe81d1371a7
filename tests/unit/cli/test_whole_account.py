"""`css-logs` over a whole account: clusters by name, tag, file or all of them, in one region or several."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import socket
import uuid
import xml.etree.ElementTree as ET
from dataclasses import replace

import jsonschema
import pytest
import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from pulumi_huaweicloud_css._config.endpoints import region_variable
from pulumi_huaweicloud_css.emulator import Backups, Cluster, LogSettings, Project, Site

from tests.support import ROOT

NORTH, SOUTH = "cn-north-4", "ap-southeast-3"
REGIONS = ("--region", NORTH, "--region", SOUTH)
SCHEMA = json.loads((ROOT / "docs" / "gate.schema.json").read_text())
FEW = Backups(count=2)
DAY = 86_400


def cluster(name, **more):
    """Return a cluster of this name with few backups."""
    return Cluster(cluster_id=str(uuid.uuid4()), name=name, **{"backups": FEW, **more})


@pytest.fixture
def account(start):
    """Serve six clusters in two regions; of one the newest backup is old, and one is being created."""
    north = [cluster("prod-a", tags={"env": "prod", "team": "x=y"}), cluster("prod-b", tags={"env": "prod"})]
    south = [
        cluster("prod-c", tags={"env": "prod"}, backups=Backups(count=2, newest_age=3 * DAY)),
        cluster("test-d", tags={"env": "test"}, engine="opensearch"),
        cluster("new-e", status="100"),
        cluster("other-f", enterprise_project_id="7"),
    ]
    projects = [Project(clusters=north, region=NORTH), Project(project_id="f" * 32, clusters=south, region=SOUTH)]
    return start(site=Site(projects=projects))


@pytest.fixture
def run(css_logs, account):
    """Run `css-logs` with the account's settings."""
    return css_logs(account)


def id_of(account, name):
    """Return the id of the cluster of this name."""
    return next(each.cluster_id for each in account.site.clusters if each.name == name)


def judged(done):
    """Return the names of the judged clusters, from JSON."""
    return [each["name"] for each in json.loads(done.stdout)["subjects"]]


def test_fifty_clusters_in_two_regions_and_one_more(css_logs, start, tmp_path):
    """A cluster made after the first run is judged by the second one; every report says names and causes.

    Three of the clusters have no automatic backup, and their newest backup is old.
    """
    site = Site.of_clusters(50, backups=FEW, regions=[NORTH, SOUTH])
    forgotten = {4, 21, 44}
    number = iter(range(50))

    def changed(each):
        if next(number) not in forgotten:
            return each
        return replace(each, backups=Backups(count=2, newest_age=9 * DAY), log_settings=LogSettings(auto_enable=False))

    site = replace(site, projects=[replace(p, clusters=[changed(c) for c in p.clusters]) for p in site.projects])
    emulator = start(site=site)
    run = css_logs(emulator)
    first = run("gate", "--all-clusters", *REGIONS)
    assert (first.returncode, first.stdout.splitlines()[-1]) == (1, "47 of 50 passed, 3 failed")
    made_later = cluster("made-yesterday")
    emulator.add_cluster(made_later, project_id=site.projects[1].project_id)
    files = {form: tmp_path / form for form in ("json", "junit", "markdown", "html", "openmetrics")}
    reports = [text for form, file in files.items() for text in ("--report", f"{form}={file}")]
    emulator.clear_requests()
    second = run("gate", "--all-clusters", *REGIONS, *reports)
    assert (second.returncode, second.stdout.splitlines()[-1]) == (1, "48 of 51 passed, 3 failed")
    asked = [request.path.rpartition("/")[2] for request in emulator.requests]
    assert (asked.count("records"), asked.count("settings"), asked.count("clusters")) == (51, 3, 2)
    names = [
        each.name for project in site.projects for each in project.clusters if each.log_settings.auto_enable is False
    ]
    failed = [line for line in second.stdout.splitlines() if line.startswith("✗ failed")]
    assert len(names) == len(failed) == 3
    for name in names:
        [line] = [line for line in failed if f"of cluster {name} (" in line]
        assert line.endswith("; automatic backup is off")
    report = json.loads(files["json"].read_text())
    jsonschema.validate(report, SCHEMA)
    assert sorted(each["name"] for each in report["subjects"] if each["state"] == "failed") == sorted(names)
    assert {each["region"] for each in report["subjects"]} == {NORTH, SOUTH}
    assert next(s for s in report["subjects"] if s["cluster_id"] == made_later.cluster_id)["region"] == SOUTH
    suite = ET.parse(files["junit"]).getroot()  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures")) == ("51", "3")
    assert all(any(case.get("name").startswith(f"{name} (") for case in suite.iter("testcase")) for name in names)
    page, table = files["html"].read_text(), files["markdown"].read_text()
    assert all(name in page and name.replace("-", "-") in table for name in [*names, "made-yesterday"])
    families = {each.name: each for each in text_string_to_metric_families(files["openmetrics"].read_text())}
    state = {
        s.labels["name"]: s
        for s in families["css_log_backup_state"].samples
        if s.value and s.labels["state"] == "failed"
    }
    assert sorted(state) == sorted(names)
    assert {len(s.labels["project_id"]) for s in state.values()} == {32}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--all-clusters"], ["prod-a", "prod-b"]),
        (["--all-clusters", *REGIONS], ["prod-a", "prod-b", "other-f", "prod-c", "test-d"]),
        (["--cluster-name", "prod-*", *REGIONS], ["prod-a", "prod-b", "prod-c"]),
        (["--cluster-name", "prod-b", "--cluster-name", "test-?", *REGIONS], ["prod-b", "test-d"]),
        (["--tag", "env=prod"], ["prod-a", "prod-b"]),
        (["--tag", "env=prod", "--tag", "team=x=y"], ["prod-a"]),
        (["--tag", "env=prod", "--cluster-name", "*-c", *REGIONS], ["prod-c"]),
        (["--engine", "OpenSearch", *REGIONS], ["test-d"]),
        (["--enterprise-project-id", "7", *REGIONS], ["other-f"]),
        (["--cluster-name", "prod-a", "--cluster-name", "no-*", "--allow-empty"], ["prod-a"]),
    ],
)
def test_which_clusters_are_judged(run, options, expected):
    """Patterns add up, tags and the rest narrow; each cluster is judged in its region, by its name."""
    assert judged(run("gate", *options, "--format", "json")) == expected


def test_a_file_of_ids_and_names(run, account, tmp_path):
    """One a line, with comments, blank lines and a byte order mark; each once, ids first in their order."""
    file = tmp_path / "clusters.txt"
    file.write_text(f"\ufeff# ours\nprod-b\n\n{id_of(account, 'prod-c')} # far away\n  prod-a\t\nprod-b\n", "utf-8")
    assert judged(run("gate", "--clusters-file", file, *REGIONS, "--format", "json")) == ["prod-c", "prod-a", "prod-b"]
    listed = file.read_text("utf-8-sig")
    piped = run("gate", "--clusters-file", "-", *REGIONS, "--format", "json", stdin=listed)
    assert judged(piped) == ["prod-c", "prod-a", "prod-b"]
    both = run(
        "gate", "--clusters-file", "-", "--cluster-id", id_of(account, "prod-a"), "--format", "json", stdin="prod-b"
    )
    assert judged(both) == ["prod-a", "prod-b"]


@pytest.mark.parametrize(
    ("options", "stdin", "words"),
    [
        (["--tag", "env"], "", "--tag: 'env' is not KEY=VALUE"),
        (["--tag", "=x"], "", "--tag: '=x' is not KEY=VALUE"),
        (["--tag", "a=1", "--tag", "a=2"], "", "--tag: a is there twice, with '1' and '2'"),
        (["--cluster-name", " "], "", "--cluster-name: ' ' is not a name"),
        (["--all-clusters", "--cluster-name", "x"], "", "--all-clusters and --cluster-name cannot be combined"),
        (["--all-clusters", "--cluster-id", "x"], "", "--cluster-id and --all-clusters cannot be combined"),
        (["--clusters-file", "-", "--tag", "a=b"], "x", "--clusters-file and --tag cannot be combined"),
        (["--clusters-file", "-"], "# none\n", "--clusters-file: standard input names no cluster"),
        (
            ["--cluster-id", str(uuid.UUID(int=1)), "--allow-empty"],
            "",
            "--allow-empty: only where clusters are selected",
        ),
        (["--all-clusters", "--file", "-"], "{}", "--all-clusters and --file cannot be combined"),
        (["--file", "-", "--allow-empty"], "{}", "--allow-empty: only with clusters"),
        (["--file", "-", *REGIONS], "{}", "--region: only with clusters"),
        (["--all-clusters", "--region", NORTH, "--region", NORTH], "", f"--region: {NORTH} is there twice"),
        (
            ["--all-clusters", *REGIONS, "--project-id", "0" * 32],
            "",
            "--region: it does not go together with --project-id",
        ),
        (
            ["--all-clusters", *REGIONS, "--project-name", "x"],
            "",
            "--region: it does not go together with --project-name",
        ),
        ([], "", "nothing to judge: give --cluster-id"),
    ],
)
def test_wrong_usage(run, account, options, stdin, words):
    """It is one line that names the options, with exit code 2, and nothing is sent."""
    done = run("gate", *options, stdin=stdin)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    assert words in done.stderr
    assert account.requests == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--cluster-name", "prd-*"], "no cluster matches names ['prd-*']; there are prod-a, prod-b"),
        (["--cluster-name", "prod-*", "--cluster-name", "x"], "no cluster matches names ['x']; there are prod-"),
        (["--tag", "env=none"], "no cluster matches tags {'env': 'none'}"),
        (["--clusters-file", "-"], "no cluster matches names ['nobody']; there are prod-"),
        (["--cluster-name", "new-e", "--region", SOUTH], "can be judged; of new-e: the cluster is being created"),
    ],
)
@pytest.mark.parametrize("command", ["gate", "report"])
def test_a_gate_over_nothing_does_not_pass(run, account, command, options, words):
    """What finds nothing is an error that says what there is, and no record is asked for."""
    done = run(command, *options, stdin="prod-a\nnobody\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "records" not in {request.path.rpartition("/")[2] for request in account.requests}


def test_nothing_may_be_allowed(run):
    """With --allow-empty a selection of nothing passes, in every form."""
    for form in ("text", "json", "junit", "github", "markdown", "openmetrics"):
        done = run("gate", "--tag", "env=none", "--allow-empty", "--format", form)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_skipped_clusters_are_listed_apart(run, account):
    """One that is being created has not failed: every form says that it was not read, and why."""
    options = ("gate", "--all-clusters", "--region", SOUTH, "--max-age", "99d")
    title = f"new-e ({id_of(account, 'new-e')})"
    text = run(*options)
    assert (text.returncode, text.stdout.count("\n")) == (0, 5)
    assert f"- skipped {title}: the cluster is being created\n" in text.stdout
    found = json.loads(run(*options, "--format", "json").stdout)
    jsonschema.validate(found, SCHEMA)
    skipped = {"cluster_id": id_of(account, "new-e"), "cluster_name": "new-e", "reason": "the cluster is being created"}
    assert found["skipped"] == [skipped]
    suite = ET.fromstring(run(*options, "--format", "junit").stdout).find("testsuite")  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("skipped")) == ("4", "1")
    assert [case.get("name") for case in suite.iter("testcase") if case.find("skipped") is not None] == [title]
    assert "::notice title=Log backups skipped::new-e (" in run(*options, "--format", "github").stdout
    assert "| - skipped | new-e " in run(*options, "--format", "markdown").stdout


@pytest.fixture
def half(css_logs, account):
    """Run `css-logs` while nothing listens where the second region should be."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{held.getsockname()[1]}"
        yield css_logs(account, **{region_variable("css", SOUTH): address, "HW_MAX_RETRIES": "0"})


def test_a_region_out_of_reach(half):
    """Its clusters are not known, so the gate does not pass; the other region's are judged all the same."""
    done = half("gate", "--all-clusters", *REGIONS, "--format", "json")
    found = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    assert (done.returncode, found["state"]) == (4, "error")
    assert [(each["name"], each["state"]) for each in found["subjects"]] == [
        ("prod-a", "passed"),
        ("prod-b", "passed"),
        (SOUTH, "error"),
    ]
    assert found["subjects"][2]["error"]["site"] == SOUTH
    assert found["subjects"][2]["reason"].startswith(f"the clusters in {SOUTH} are not known")
    listed = half("clusters", *REGIONS)
    assert (listed.returncode, listed.stdout.count("\n")) == (4, 3)
    assert f"Error: the clusters in {SOUTH} are not known" in listed.stderr


def test_shares_with_a_region_out_of_reach(half, tmp_path):
    """Every runner reports the region; merged it is there once, and the whole is no pass."""
    files = [tmp_path / f"{index}.json" for index in (1, 2)]
    for index, file in enumerate(files, 1):
        done = half("gate", "--all-clusters", *REGIONS, "--shard", f"{index}/2", "--report", f"json={file}")
        assert done.returncode == 4
    merged = half("merge", *files, "--format", "json")
    assert merged.returncode == 4
    assert sorted(judged(merged)) == [SOUTH, "prod-a", "prod-b"]


def test_shares_of_an_account(run, tmp_path):
    """Runners that select all clusters judge each once, with names; a skipped one is told once."""
    files = [tmp_path / f"{index}.json" for index in (1, 2, 3)]
    for index, file in enumerate(files, 1):
        run("gate", "--all-clusters", *REGIONS, "--shard", f"{index}/3", "--report", f"json={file}")
    merged = run("merge", *files, "--format", "json")
    assert merged.returncode == 1
    assert sorted(judged(merged)) == ["other-f", "prod-a", "prod-b", "prod-c", "test-d"]
    assert [each["cluster_name"] for each in json.loads(merged.stdout)["skipped"]] == ["new-e"]


@pytest.mark.parametrize(("form", "read"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_list_of_several_clusters(run, form, read):
    """Data of several clusters is a list of their outputs, with names and regions."""
    done = run("list", "--all-clusters", *REGIONS, "--format", form)
    found = read(done.stdout)
    assert done.returncode == 0
    where = [(each["cluster_name"], each["region"], each["count"]) for each in found["clusters"]]
    names = ["prod-a", "prod-b", "other-f", "prod-c", "test-d"]
    assert where == [(name, NORTH if name in names[:2] else SOUTH, 2) for name in names]
    assert [each["cluster_name"] for each in found["skipped"]] == ["new-e"]
    assert found["errors"] == []


def test_list_of_several_clusters_for_people_and_spreadsheets(run, account):
    """The table has a heading for each cluster; a row of csv says its cluster's name and region."""
    table = run("list", "--cluster-name", "prod-*")
    assert f"prod-a ({id_of(account, 'prod-a')}), {NORTH}:\n" in table.stdout
    rows = list(csv.DictReader(io.StringIO(run("list", "--cluster-name", "prod-*", "--format", "csv").stdout)))
    assert [(row["cluster_name"], row["region"]) for row in rows] == [("prod-a", NORTH)] * 2 + [("prod-b", NORTH)] * 2


def test_list_where_one_cannot_be_read(run, account):
    """The others are listed; the one that cannot be is named, and the exit code is 4."""
    nobody = str(uuid.UUID(int=7))
    options = ("--cluster-id", nobody, "--cluster-id", id_of(account, "prod-a"))
    done = run("list", *options, "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 4
    assert [each["cluster_id"] for each in found["clusters"]] == [id_of(account, "prod-a")]
    assert (found["errors"][0]["name"], found["errors"][0]["error"]["status"]) == (nobody, 404)
    assert done.stderr.startswith("Error: CSS returned HTTP 404")
    assert nobody in done.stderr


def test_clusters(run, account):
    """`css-logs clusters` has each cluster's name, id, region and tags, in every form; nothing is no error."""
    listed = run("clusters", *REGIONS, "--format", "json")
    found = json.loads(listed.stdout)
    assert [each["name"] for each in found["clusters"]] == ["prod-a", "prod-b", "new-e", "other-f", "prod-c", "test-d"]
    assert found["clusters"][0]["tags"] == {"env": "prod", "team": "x=y"}
    assert {each["project_id"] for each in found["clusters"]} == {each.project_id for each in account.site.projects}
    assert yaml.safe_load(run("clusters", *REGIONS, "--format", "yaml").stdout) == found
    rows = list(csv.DictReader(io.StringIO(run("clusters", "--format", "csv").stdout)))
    assert [(row["name"], row["region"], row["tags"]) for row in rows] == [
        ("prod-a", NORTH, "env=prod team=x=y"),
        ("prod-b", NORTH, "env=prod"),
    ]
    table = run("clusters", *REGIONS, "--cluster-name", "new-*").stdout.splitlines()
    assert len(table) == 2
    assert f"new-e  {id_of(account, 'new-e')}  {SOUTH}  being created" in table[1]
    none = run("clusters", "--tag", "env=none")
    assert (none.returncode, none.stdout) == (0, "No clusters.\n")


def test_report_of_an_account(run, tmp_path):
    """The page has the names of the clusters of both regions."""
    page = tmp_path / "page.html"
    done = run("report", "--all-clusters", *REGIONS, "--output-file", page)
    assert done.returncode == 0
    assert "- skipped new-e (" in done.stdout
    assert all(name in page.read_text() for name in ("prod-a", "prod-b", "prod-c", "test-d", "other-f"))


@pytest.mark.parametrize(("options", "shown"), [((), True), (("--quiet",), False)])
def test_a_bar_for_more_than_a_few_clusters(run, account, options, shown):
    """Where standard error is a terminal, a bar counts them, on standard error only; --quiet has none."""
    for number in range(10):
        account.add_cluster(cluster(f"more-{number}"))
    ours, theirs = pty.openpty()
    with run.start("gate", "--all-clusters", *options, stderr=theirs) as process:
        os.close(theirs)
        output, _ = process.communicate(timeout=60)
    written = os.read(ours, 1 << 16).decode() if shown else ""
    os.close(ours)
    assert ("reading clusters" in written, "12/12" in written) == (shown, shown)
    assert (process.returncode, output.count("\n")) == (0, 13 if shown else 0)


def test_no_bar_in_a_pipe(run, account):
    """Where standard error is no terminal, reading many clusters says nothing there."""
    for number in range(10):
        account.add_cluster(cluster(f"more-{number}"))
    assert run("gate", "--all-clusters").stderr == ""
