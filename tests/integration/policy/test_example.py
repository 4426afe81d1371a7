"""`examples/policy`: the folder is complete, and starts the same pack as the console script."""

from __future__ import annotations

import json
import sys

import yaml

from tests.support import ROOT

FOLDER = ROOT / "examples" / "policy"


def test_the_folder_starts_the_same_pack(start_pack):
    """Pulumi's own starter of policy folders serves the very pack that the console script serves."""
    starter = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(FOLDER)]
    assert start_pack(command=starter).info() == start_pack().info()


def test_the_yaml_names_the_pack_and_how_to_start_it(pack):
    """PulumiPolicy.yaml has the pack's name and version, and a virtual environment for the language host."""
    project = yaml.safe_load((FOLDER / "PulumiPolicy.yaml").read_text())
    info = pack.info()
    assert (project["name"], project["version"]) == (info.name, info.version)
    assert project["runtime"] == {"name": "python", "options": {"virtualenv": "venv"}}
    assert (FOLDER / "requirements.txt").read_text().strip() == "pulumi-huaweicloud-css"


def test_the_example_configuration_is_accepted(pack):
    """gate.json, in the form that the engine reads, is a configuration that the pack takes."""
    config = json.loads((FOLDER / "gate.json").read_text())
    policies = {
        name: {"enforcementLevel": value} if isinstance(value, str) else value for name, value in config.items()
    }
    assert pack.configure(policies) is None
