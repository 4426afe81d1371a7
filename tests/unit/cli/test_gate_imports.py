"""What `css-logs gate` loads for one cluster: each module that it does not need makes every pipeline wait."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from pulumi_huaweicloud_css.emulator import Cluster, Emulator

from benchmarks.listing import GATE_LIBRARIES

PACKAGE = "pulumi_huaweicloud_css"
CLUSTER = Cluster().cluster_id
UNUSED_LIBRARIES = {"aiohttp", "google", "grpc", "huaweicloudsdkcore", "jinja2", "markupsafe", "pulumi", "rich", "yaml"}
UNUSED_LAYERS = {"_pulumi", "emulator", "functions", "plugin", "policy", "report", "resource"}
# Of other commands, other targets, other forms of the report, and requests that one cluster in text form does not need.
UNUSED_MODULES = {
    "_api.agencies",
    "_api.clusters",
    "_api.log_settings",
    "_api.projects",
    "_backups.causes",
    "_backups.cluster_list",
    "_backups.fleet",
    "_backups.sharding",
    "_backups.stack_outputs",
    "cli.file_target",
    "cli.input_file",
    "cli.merging",
    "cli.openmetrics",
    "cli.records_table",
    "cli.stack_target",
    "cli.writing",
}
# A new module in the way of a gate is a decision: either it is needed, and this number grows, or it is loaded later.
MOST_OF_OURS = 69

_PROGRAM = """
import json, sys
from pulumi_huaweicloud_css.cli.main import run
code = run(sys.argv[1:])
print(json.dumps({"code": code, "modules": sorted(sys.modules)}), file=sys.stderr)
"""


def modules_after(emulator: Emulator, *arguments: str) -> set[str]:
    """Return the modules that are loaded at the end of a gate over one cluster, which passes."""
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "NO_PROXY": "*", **emulator.environment()}
    command = [sys.executable, "-c", _PROGRAM, "gate", "--cluster-id", CLUSTER, *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    seen = json.loads(done.stderr)
    assert seen["code"] == 0, done.stdout
    return set(seen["modules"])


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules that a gate of one cluster in text form loads."""
    with Emulator() as emulator:
        return modules_after(emulator)


def ours(modules: set[str]) -> set[str]:
    """Return the names of this package's modules, without the package's own."""
    return {name.removeprefix(f"{PACKAGE}.") for name in modules if name.startswith(f"{PACKAGE}.")}


def test_a_gate_loads_no_library_of_another_command(loaded):
    """One cluster in text form is judged without templates, terminals' tables, YAML, gRPC, and Pulumi."""
    assert {name.partition(".")[0] for name in loaded} & UNUSED_LIBRARIES == set()


def test_the_benchmark_loads_what_a_gate_loads(loaded):
    """The libraries that `css-logs gate` is compared with are all among those that it loads: any other is a gift."""
    assert set(GATE_LIBRARIES) <= loaded


def test_a_gate_loads_no_module_that_it_does_not_use(loaded):
    """Of this package, one cluster in text form needs no other command, target, report or request."""
    names = ours(loaded)
    assert {name.partition(".")[0] for name in names} & UNUSED_LAYERS == set()
    assert names & UNUSED_MODULES == set()
    assert {name for name in names if name.startswith("cli.commands.")} == {"cli.commands.gate"}


def test_a_gate_loads_few_modules_of_ours(loaded):
    """The number of this package's modules in the way of a gate does not grow by accident."""
    assert len(ours(loaded)) <= MOST_OF_OURS, sorted(ours(loaded))


def test_what_is_loaded_late_is_loaded_where_it_is_needed(emulator):
    """The modules that are absent above are those of other options: each of these loads its own."""
    assert "cli.openmetrics" in ours(modules_after(emulator, "--format", "openmetrics"))
    assert "_backups.sharding" in ours(modules_after(emulator, "--shard", "1/1"))
