"""An error that nobody expected: the command line ends with 4, which says that nothing is known, and never with 1."""

from __future__ import annotations

import json

import pytest
from pulumi_huaweicloud_css._backups import cluster_search, query
from pulumi_huaweicloud_css.cli.main import run

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"


@pytest.fixture
def _defective(monkeypatch):
    """Have every reading fail in a way that no caller expects."""

    def read(*_arguments, **_more):
        raise KeyError("hush", "\n")

    monkeypatch.setattr(query, "read", read)
    monkeypatch.setattr(cluster_search, "read", read)
    for name, value in {
        "ACCESS_KEY": "key",
        "SECRET_KEY": "hush",
        "PROJECT_ID": "0" * 32,
        "REGION_NAME": "cn-north-4",
    }.items():
        monkeypatch.setenv(f"HW_{name}", value)


@pytest.mark.usefixtures("_defective")
@pytest.mark.parametrize("command", ["list", "gate", "report"])
def test_an_error_that_nobody_expected_ends_with_4(command, capsys):
    """Its kind and place are told in one line, its text is not."""
    assert run([command, "--cluster-id", CLUSTER]) == 4
    said = capsys.readouterr()
    assert "unexpected error KeyError" in said.out + said.err
    assert "hush" not in said.out + said.err
    assert "Traceback" not in said.out + said.err


@pytest.mark.usefixtures("_defective")
def test_it_is_one_clusters_own_error(capsys, monkeypatch):
    """The other clusters of the same command are judged all the same."""
    real = {"b": 0}

    def read(_client, asked, **_more):
        if asked.cluster_id == CLUSTER:
            raise KeyError("hush")
        real["b"] += 1
        raise query.ArgumentError("cluster_id", "an error of its own")

    monkeypatch.setattr(cluster_search, "read", read)
    assert run(["gate", "--cluster-id", CLUSTER, "--cluster-id", CLUSTER[:-1] + "d", "--format", "json"]) == 4
    reasons = [subject["reason"] for subject in json.loads(capsys.readouterr().out)["subjects"]]
    assert ["unexpected error KeyError" in reason for reason in reasons] == [True, False]
    assert real["b"] == 1
