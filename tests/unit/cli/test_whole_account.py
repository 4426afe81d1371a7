"""`css-logs` over a whole account: clusters by name, tag, file or all of them, in one region or several."""

from __future__ import annotations

import json
import uuid
import xml.etree.ElementTree as ET
from dataclasses import replace

import jsonschema
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from pulumi_huaweicloud_css.emulator import Backups, LogSettings, Site

from tests.support.account import DAY, FEW, NORTH, REGIONS, SCHEMA, SOUTH, cluster, id_of, judged


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
        (["--tag", "a=1", "--tag", "a=2"], "", "--tag: a is given twice, with '1' and '2'"),
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
        (["--all-clusters", "--region", NORTH, "--region", NORTH], "", f"--region: {NORTH} is given twice"),
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
        (["--cluster-name", "prd-*"], "no cluster matches the name prd-*; there are prod-a, prod-b"),
        (["--cluster-name", "prod-*", "--cluster-name", "x"], "no cluster matches the name x; there are prod-"),
        (["--tag", "env=none"], "no cluster matches the tag env=none"),
        (["--clusters-file", "-"], "no cluster matches the name nobody; there are prod-"),
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
        assert form != "text" or done.stdout == "no cluster was judged\n"


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
