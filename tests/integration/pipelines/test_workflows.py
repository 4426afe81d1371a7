"""The workflows of the repository: valid, with few rights, and nothing of a stranger in a script."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib

import pytest
import yaml

from tests.support import ROOT
from tools.machinery.go_tools import actionlint

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# What a stranger chooses: the title of a pull request, the name of a branch.
FOREIGN = ("github.event.", "github.head_ref", "inputs.")


def test_actionlint_finds_nothing():
    """The checker that knows GitHub's schema, contexts and runners finds nothing wrong."""
    done = subprocess.run([actionlint(), "-no-color", *FILES], cwd=ROOT, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_rights_are_few(file):
    """The token may read; jobs that publish may write, each what it publishes, and run nothing of the repository."""
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    writing = [name for name, job in workflow["jobs"].items() if "permissions" in job]
    assert writing == (["pypi", "npm", "publish"] if file.stem == "release" else [])
    for name in writing:
        assert not any("checkout" in step.get("uses", "") for step in workflow["jobs"][name]["steps"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_script_has_what_a_stranger_chose(file):
    """An expression in a script is replaced before the shell reads it, so no script has one that others choose."""
    for job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values():
        for step in job["steps"]:
            assert not any(name in step.get("run", "") for name in FOREIGN)
            if "checkout" in step.get("uses", ""):
                assert step["with"] == {"persist-credentials": False}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_actions_are_pinned(file):
    """An action is named by its commit, which nobody can move; one that is not may do nothing but publish to PyPI."""
    for job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values():
        for action in (step["uses"] for step in job["steps"] if "uses" in step):
            if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action):
                assert action == "pypa/gh-action-pypi-publish@release/v1"
                assert job["permissions"] == {"id-token": "write"}


def test_what_users_install_is_tested_each_week():
    """The tests of the parts run with the newest allowed versions, which no lock holds; nothing proposes those."""
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "audit.yml").read_text(encoding="utf-8"))
    scripts = [step["run"].split() for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert ["make", "test-unit", "PYTHON=python", "LOCK="] in [script[:4] for script in scripts]


def test_updates_are_proposed_once_a_hostile_release_would_be_known():
    """Each kind of dependency waits a week: most hostile releases are withdrawn by then."""
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    assert [each["cooldown"] for each in updates] == [{"default-days": 7}] * 3


def test_a_release_publishes_to_both_indexes_before_it_is_announced():
    """Wheel, sdist and npm package are published, each by a job that may do that alone, then the release is made."""
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))["jobs"]
    assert set(jobs["publish"]["needs"]) == {"pypi", "npm"}
    for name in ("pypi", "npm"):
        assert jobs[name]["permissions"] == {"id-token": "write"}
        assert set(jobs[name]["needs"]) == {"package", "plugin"}
    made = {step["with"]["name"]: step["with"]["path"] for step in jobs["package"]["steps"] if "upload" in str(step)}
    [taken] = [step["with"]["name"] for step in jobs["npm"]["steps"] if "download-artifact" in step.get("uses", "")]
    assert made[taken] == "dist/*.tgz"
    [script] = [step["run"] for step in jobs["npm"]["steps"] if "run" in step]
    assert script.split()[:2] == ["npm", "publish"]
    assert "--provenance" in script


def test_npm_accepts_what_the_release_publishes(tmp_path):
    """`npm publish` would correct nothing in the package; its repository is the one that its provenance will name."""
    if shutil.which("npm") is None and os.environ.get("CI") != "true":
        pytest.skip("npm is not on PATH: the npm package is not made")
    subprocess.run([sys.executable, ROOT / "tools" / "npm.py", tmp_path], check=True)
    [archive] = tmp_path.glob("*.tgz")
    with tarfile.open(archive) as file:
        file.extractall(tmp_path, filter="data")
    published = (tmp_path / "package" / "package.json").read_text()
    subprocess.run(["npm", "pkg", "fix"], cwd=tmp_path / "package", check=True)
    assert json.loads((tmp_path / "package" / "package.json").read_text()) == json.loads(published)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["urls"]["Repository"] in json.loads(published)["repository"]["url"]
    readme = (tmp_path / "package" / "README.md").read_text()
    assert readme == (ROOT / "sdk" / "nodejs" / "README.md").read_text()
