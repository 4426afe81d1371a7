"""`css-logs` where a region is out of reach, and where an account is split over several runners."""

from __future__ import annotations

import json

import jsonschema

from tests.support.account import REGIONS, SCHEMA, SOUTH, judged


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
