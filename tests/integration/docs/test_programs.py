"""The programs, tests and CI jobs of the README and the documentation, run as they stand."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
import yaml
from pulumi_huaweicloud_css.emulator import Cluster, Emulator, Site

from tests.support.pages import BLOCKS
from tests.support.shell import run_shell


def test_policy_of_the_keys():
    """The policies allow just what the package asks for, and none has actions of global services beside others."""
    allowed = {
        "iam-policy": {"css:log:listJob", "css:cluster:list", "css:log:getSetting"},
        "iam-policy-of-projects": {"iam:projects:listProjects"},
        "iam-identity-policy": {"css:log:listJob", "css:cluster:list", "css:log:getBasicConfigurations"},
    }
    for name, actions in allowed.items():
        [statement] = json.loads(BLOCKS[name])["Statement"]
        assert (statement["Effect"], set(statement["Action"])) == ("Allow", actions)
        assert len({action.partition(":")[0] for action in actions}) == 1


def test_producer_and_consumer(new_project, emulator):
    """The five lines show the newest path in the preview, and another stack reads it."""
    producer = new_project(BLOCKS["producer"], "producer", clusterId=emulator.cluster_id)
    newest = emulator.add_record(logPath="bucket/newest")["logPath"]
    assert f'latest_log_path: "{newest}"' in producer.preview().ok().output
    producer.up().ok()
    consumer = new_project(BLOCKS["consumer"], "consumer", logsStack="organization/producer/dev")
    consumer.up().ok()
    assert consumer.outputs() == {"audit_log_path": newest}


def test_quickstart(new_project, start):
    """The quick start's program exports the path in the preview, and stops there once the newest backup failed."""
    emulator = start(site=Site.of_clusters(1))
    newest = emulator.add_record(logPath="bucket/newest")["logPath"]
    project = new_project(BLOCKS["quickstart"], environment=emulator.environment(), clusterName="prod-search-1")
    assert f'latest_log_path: "{newest}"' in project.preview().ok().output
    emulator.add_record(status="FAIL")
    stopped = project.preview()
    assert stopped.exit_code != 0
    assert "are failing" in stopped.output


def test_function(new_project, emulator):
    """The function's program warns of failures and exports the newest path."""
    emulator.add_record(status="FAIL", failedMsg="the bucket is gone", logPath="bucket/failed")
    project = new_project(BLOCKS["function"], clusterId=emulator.cluster_id)
    assert "the bucket is gone" in project.up().ok().output
    assert project.outputs() == {"newest": "bucket/failed"}


def test_fleet(new_project, emulator):
    """The fleet's program tells the paths of the clusters that it read, and those that failed."""
    unknown = "00000000-0000-4000-8000-000000000000"
    newest = emulator.add_record(logPath="bucket/newest")["logPath"]
    project = new_project(BLOCKS["fleet"], clusterIds=json.dumps([emulator.cluster_id, unknown]))
    project.up().ok()
    assert project.outputs() == {"failed_cluster_ids": [unknown], "paths": {emulator.cluster_id: newest}}


def test_clusters_by_name(new_project, emulator):
    """The program finds clusters by name and by pattern, and lists those of an engine."""
    orders = "00000000-0000-4000-8000-000000000000"
    emulator.add_cluster(Cluster(cluster_id=orders, name="prod-orders"))
    emulator.add_cluster(Cluster(cluster_id=orders[:-1] + "1", name="prod-new", status="100", engine="opensearch"))
    project = new_project(BLOCKS["clusters-by-name"])
    project.up().ok()
    names = ["css-4213d908", "prod-orders"]
    assert project.outputs() == {"orders_id": orders, "too_new": ["prod-new"], "elasticsearch": names}


def test_account(new_project):
    """The program reads the selected clusters of two regions, and one by its name without its records."""
    orders = Cluster(cluster_id="00000000-0000-4000-8000-000000000000", name="prod-orders")
    with Emulator(site=Site.of_clusters(6, regions=["cn-north-4", "ap-southeast-3"])) as account:
        account.add_cluster(orders)
        newest = account.add_record(cluster_id=orders.cluster_id, logPath="bucket/newest")["logPath"]
        project = new_project(BLOCKS["account"], environment=account.environment())
        project.up().ok()
        regions = {"prod-search-1": "cn-north-4", "prod-orders-4": "ap-southeast-3"}
        assert project.outputs() == {"regions": regions, "errors": {}, "orders": newest}
        [logs] = [item for item in project.resources() if item["type"].endswith(":LogRecords")]
        assert logs["outputs"].get("records") is None


def test_client(emulator):
    """The client's program prints the server's total and paths."""
    done = subprocess.run(
        [sys.executable, "-c", BLOCKS["client"]],
        env={**emulator.environment(), "PATH": os.environ["PATH"], "CLUSTER_ID": emulator.cluster_id},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("37 ['css-backup-")
    assert len(emulator.requests) == 1


def test_gate(new_project, emulator):
    """The gate's program exports the verdict's reason, and fails in the preview once backups fail."""
    project = new_project(BLOCKS["gate"], clusterId=emulator.cluster_id)
    project.up().ok()
    assert "are fresh" in project.outputs()["log_backups"]
    for _ in range(2):
        emulator.add_record(status="FAIL")
    preview = project.preview()
    assert preview.exit_code != 0
    assert "are failing" in preview.output


@pytest.mark.parametrize(
    ("names", "passed"),
    [
        ({"mocks": "test_it.py"}, 2),
        ({"conftest": "conftest.py", "emulator-test": "test_it.py"}, 1),
        ({"conftest": "conftest.py", "mocks": "test_a.py", "emulator-test": "test_b.py"}, 3),
        ({"conftest": "conftest.py", "emulator-test": "test_a.py", "mocks": "test_b.py"}, 3),
    ],
    ids=["mocks", "emulator", "mocks first", "emulator first"],
)
def test_a_users_tests(tmp_path, names, passed):
    """The tests of the section on testing pass, alone or in one folder, and with no settings around."""
    for block, name in names.items():
        (tmp_path / name).write_text(BLOCKS[block])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert f"{passed} passed" in done.stdout


def _shell_lines(job):
    """Return the lines of a CI job that run css-logs."""
    steps = job["steps"] if "steps" in job else job["script"]
    lines = [step["run"] if isinstance(step, dict) else step for step in steps]
    return [line for line in lines if line.startswith("css-logs")]


@pytest.mark.parametrize(("name", "shown"), [("github-job", "::{} title="), ("gitlab-job", "log-backups.xml")])
def test_ci_jobs(emulator, tmp_path, name, shown):
    """The jobs' own shell lines pass while backups are fresh, fail when they fail, and leave their report."""
    text = yaml.safe_load(BLOCKS[name])
    [job] = text.get("jobs", text).values()
    [line] = _shell_lines(job)
    environment = {**emulator.environment(), "PATH": os.environ["PATH"], "CLUSTER_ID": emulator.cluster_id}
    for code, level in ((0, "notice"), (1, "error")):
        done = subprocess.run(
            ["bash", "-e", "-c", line], env=environment, cwd=tmp_path, text=True, capture_output=True, check=False
        )
        assert done.returncode == code, done.stderr
        report = tmp_path / "log-backups.xml"
        told = done.stdout + (f"log-backups.xml {report.read_text()}" if report.exists() else "")
        assert shown.format(level) in told
        emulator.add_record(status="FAIL")


def test_policy_config(new_project, emulator):
    """The page's command runs the policy pack with the page's file, and stops a stack that only exports a value."""
    project = new_project("import pulumi\npulumi.export('version', '1.2.3')\n")
    (project.folder / "gate.json").write_text(BLOCKS["policy-config"])
    line = f"{BLOCKS['policy-run'].strip()} --stack {project.stack} --non-interactive"
    run_shell(line, project.folder, project.environ())
    for _ in range(2):
        emulator.add_record(status="FAIL")
    for command in ("pulumi preview", "pulumi up --yes --skip-preview"):
        stopped = run_shell(line.replace("pulumi preview", command), project.folder, project.environ(), code=1)
        assert "are failing" in stopped.stdout


def test_policy_selection(new_project, emulator, tmp_path):
    """The policy pack takes the page's selection: no cluster of that name and team is no pass, and a fresh one is."""
    config = json.loads(BLOCKS["policy-selection"])
    regions = config["log-backup-fresh"]["regions"]
    assert emulator.region in regions
    config["log-backup-fresh"]["regions"] = [emulator.region]  # which is all that the emulator serves
    (tmp_path / "gate.json").write_text(json.dumps(config))
    pack = shutil.which("pulumi-analyzer-huaweicloud-css")
    assert pack
    options = ("--policy-pack", pack, "--policy-pack-config", str(tmp_path / "gate.json"))
    project = new_project("import pulumi\npulumi.export('version', '1.2.3')\n")
    stopped = project.preview(*options)
    assert stopped.exit_code != 0
    assert "no cluster matches the name" in stopped.output
    emulator.add_cluster(
        Cluster(cluster_id=f"{7:08}-0000-4000-8000-000000000000", name="prod-a", tags={"team": "shop"})
    )
    project.preview(*options).ok()
