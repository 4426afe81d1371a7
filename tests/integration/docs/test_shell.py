"""The shell lines of the README and the documentation, run as they stand."""

from __future__ import annotations

import json

import pytest
from pulumi_huaweicloud_css._config.table import SETTINGS
from pulumi_huaweicloud_css.emulator import Site

from tests.support.pages import BLOCKS
from tests.support.shell import run_shell

REGIONS = ("cn-north-4", "ap-southeast-3")


@pytest.fixture
def account(start):
    """Serve an account of six clusters in two regions."""
    return start(site=Site.of_clusters(6, regions=REGIONS))


def _names(emulator):
    return [cluster.name for cluster in emulator.site.clusters]


@pytest.mark.parametrize("name", ["try-it", "emulator"])
def test_lines_that_start_an_emulator(tmp_path, name):
    """They start an emulator, use it and stop it; whoever is on the default port already is not met."""
    done = run_shell(BLOCKS[name], tmp_path, {"CSS_LOGS_EMULATOR_PORT": "0"})
    assert "SUCCESS" in done.stdout
    assert ("are fresh" in done.stdout, (tmp_path / "report.html").exists()) == (name == "try-it",) * 2


def test_keys(tmp_path):
    """The variables are settings, each with the value that a reader replaces but for the region."""
    variables = {setting.terraform for setting in SETTINGS if setting.name in {"access_key", "secret_key", "region"}}
    done = run_shell(f"{BLOCKS['keys']}\nenv", tmp_path, {})
    given = dict(line.split("=", 1) for line in done.stdout.splitlines() if line.startswith("HW_"))
    assert set(given) == variables
    assert set(given.values()) == {"...", "cn-north-4"}


def test_check_of_the_account(account, tmp_path):
    """The lines say that the keys work, list the clusters of the region, and judge the one that is named."""
    done = run_shell(BLOCKS["check-account"], tmp_path, account.environment())
    assert "CSS           ✓" in done.stdout
    assert "are fresh" in done.stdout
    assert sum(name in done.stdout for name in _names(account)) == 3


@pytest.mark.parametrize(("name", "judged"), [("gate-line", 3), ("gate-regions", 6)])
def test_gate_over_the_account(account, tmp_path, name, judged):
    """One line judges every cluster of the regions that it names, and fails once a backup of one has failed."""
    done = run_shell(BLOCKS[name], tmp_path, account.environment())
    assert sum(name in done.stdout for name in _names(account)) == judged
    account.add_record(cluster_id=account.site.clusters[0].cluster_id, status="FAIL")
    assert "are failing" in run_shell(BLOCKS[name], tmp_path, account.environment(), code=1).stdout


def test_report(emulator, tmp_path):
    """The line writes a page about the cluster."""
    run_shell(BLOCKS["report"], tmp_path, emulator.environment())
    assert emulator.cluster_id in (tmp_path / "report.html").read_text()


def test_completion(tmp_path):
    """The line makes bash complete the command."""
    assert "css-logs" in run_shell(f"{BLOCKS['completion']}\ncomplete -p css-logs", tmp_path, {}).stdout


def test_configuration_of_the_plugin(new_project, emulator):
    """The lines store the keys encrypted, and the region in clear text, under the plugin's names."""
    project = new_project("")
    environment = {**project.environ(), **emulator.environment()}
    run_shell(BLOCKS["plugin-configuration"], project.folder, environment)
    config = json.loads(project.run("config", "--json").ok().output)
    secret = {key: value["secret"] for key, value in config.items()}
    assert secret == {
        "huaweicloud-css:accessKey": True,
        "huaweicloud-css:secretKey": True,
        "huaweicloud-css:region": False,
    }
