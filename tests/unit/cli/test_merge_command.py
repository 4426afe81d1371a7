"""`css-logs merge` on the command line, with the shares that `css-logs gate --shard` wrote."""

from __future__ import annotations

import json

import jsonschema
import pytest
from pulumi_huaweicloud_css.emulator import Backups, Site

from tests.support import ROOT

SCHEMA = json.loads((ROOT / "docs" / "gate.schema.json").read_text())


def test_on_the_command_line(css_logs, start, tmp_path):
    """Three runners judge 20 clusters, each its share, and merging them has the exit code and reports of one run."""
    emulator = start(site=Site.of_clusters(20, backups=Backups(count=2)))
    ids = [text for cluster in emulator.site.clusters for text in ("--cluster-id", cluster.cluster_id)]
    run = css_logs(emulator)
    files = []
    for index in (1, 2, 3):
        files.append(tmp_path / f"{index}.json")
        done = run("gate", *ids, "--shard", f"{index}/3", "--report", f"json={files[-1]}")
        assert done.returncode == 0
        assert done.stdout.splitlines()[-1].endswith(f"of 20 clusters are in share {index}/3")
        jsonschema.validate(json.loads(files[-1].read_text()), SCHEMA)
    assert len(emulator.requests) == 20
    done = run("merge", *files, "--report", f"html={tmp_path / 'all.html'}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "20 of 20 passed"
    assert (tmp_path / "all.html").read_text().count("4213d908-f5dc-4633-8401-cfd7175fca0c") >= 1
    done = run("merge", *files[:2], "--format", "json")
    assert done.returncode == 4
    assert json.loads(done.stdout)["state"] == "error"
    assert "of 3 shares these are missing: 3" in done.stderr


@pytest.mark.parametrize(
    "options",
    [("--cluster-name", "prod-*"), ("--all-clusters", "--job-type", "Auto"), ("--all-clusters", "--limit", "5")],
)
def test_shares_of_something_else(css_logs, start, tmp_path, options):
    """Shares that were selected or filtered in another way are no shares of one account, and have no verdict."""
    run = css_logs(start(site=Site.of_clusters(12, backups=Backups(count=2))))
    for index, chosen in ((1, ("--all-clusters",)), (2, options)):
        done = run("gate", *chosen, "--shard", f"{index}/2", "--report", f"json={tmp_path}/{index}.json")
        assert done.returncode == 0
    done = run("merge", tmp_path / "1.json", tmp_path / "2.json")
    assert (done.returncode, done.stdout) == (4, "")
    assert "asked for something else than" in done.stderr


def test_shares_of_two_sites(css_logs, start, tmp_path):
    """Shares that were read at two endpoints, which only the runners' environments tell, are not of one account."""
    for index, count in ((1, 6), (2, 8)):
        run = css_logs(start(site=Site.of_clusters(count, backups=Backups(count=2, seed=index))))
        done = run("gate", "--all-clusters", "--shard", f"{index}/2", "--report", f"json={tmp_path}/{index}.json")
        assert done.returncode == 0
    done = run("merge", tmp_path / "1.json", tmp_path / "2.json")
    assert (done.returncode, done.stdout) == (4, "")
    assert "asked for something else than" in done.stderr


def test_shares_of_an_account_that_cannot_be_listed(css_logs, start, tmp_path):
    """A list that was not read is an error of each share, and is not told as clusters that came or went."""
    emulator = start(site=Site.of_clusters(12, backups=Backups(count=2)))
    run = css_logs(emulator)
    assert run("gate", "--all-clusters", "--shard", "1/2", "--report", f"json={tmp_path}/1.json").returncode == 0
    done = run("gate", "--all-clusters", "--shard", "2/2", "--report", f"json={tmp_path}/2.json", HW_SECRET_KEY="wrong")
    assert done.returncode == 4
    assert "0 of 0 clusters are in share 2/2" in done.stdout
    done = run("merge", tmp_path / "1.json", tmp_path / "2.json")
    assert done.returncode == 4
    assert "came or went" not in done.stderr


def test_a_share_of_a_file(css_logs, start_emulator):
    """A stack's output or a file cannot be split: that is wrong usage."""
    done = css_logs(start_emulator())("gate", "--file", "-", "--shard", "1/2", stdin="{}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--shard: only with clusters" in done.stderr


def test_a_share_without_clusters(css_logs, start_emulator):
    """A share that no cluster falls into passes by itself, in every form: the other shares have them all."""
    emulator = start_emulator()
    run = css_logs(emulator)
    for form in ("text", "json", "junit", "github", "markdown", "openmetrics"):
        done = run("gate", "--cluster-id", emulator.cluster_id, "--shard", "1/8", "--format", form)
        assert (done.returncode, done.stderr) == (0, "")
    assert emulator.requests == []
