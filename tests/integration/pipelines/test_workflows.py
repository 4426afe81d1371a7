"""The workflows of the repository: valid, with few rights, and nothing of a stranger in a script."""

from __future__ import annotations

import re
import subprocess

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
