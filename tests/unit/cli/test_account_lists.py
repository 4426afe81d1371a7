"""`css-logs list`, `clusters` and `report` over several clusters, and the bar that counts them."""

from __future__ import annotations

import csv
import io
import json
import os
import uuid

import pytest
import yaml

from tests.support.account import NORTH, REGIONS, SOUTH, cluster, id_of
from tests.support.terminals import terminal


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
    assert done.stderr.startswith(f"Error: {nobody}: CSS returned HTTP 404")
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
    with terminal() as (theirs, read), run.start("gate", "--all-clusters", *options, stderr=theirs) as process:
        os.close(theirs)
        written = read()
        output, _ = process.communicate(timeout=60)
    assert ("reading clusters" in written, "12/12" in written) == (shown, shown)
    assert (process.returncode, output.count("\n")) == (0, 13 if shown else 0)


def test_no_bar_in_a_pipe(run, account):
    """Where standard error is no terminal, reading many clusters says nothing there."""
    for number in range(10):
        account.add_cluster(cluster(f"more-{number}"))
    assert run("gate", "--all-clusters").stderr == ""
