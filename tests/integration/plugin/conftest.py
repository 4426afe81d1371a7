"""What the tests of the provider plugin share: the emulator, the plugin's own process, and Node with the SDK."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pulumi_huaweicloud_css.emulator import Emulator

from tests.support import ROOT
from tests.support.node_project import NodeTools, node_tools
from tests.support.plugin_process import PluginProcess


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Serve a cluster with generated records."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def start_plugin(emulator: Emulator) -> Iterator[Callable[..., PluginProcess]]:
    """Return a starter of plugin processes that are pointed at the emulator."""
    plugins: list[PluginProcess] = []

    def start(environment: dict[str, str] | None = None, **options: object) -> PluginProcess:
        given = emulator.environment() if environment is None else environment
        plugins.append(PluginProcess(given, **options))
        return plugins[-1]

    yield start
    for plugin in plugins:
        plugin.stop()


@pytest.fixture
def plugin(start_plugin: Callable[..., PluginProcess]) -> PluginProcess:
    """A running plugin."""
    return start_plugin()


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> NodeTools:
    """Node, its packages, the TypeScript SDK as an installed npm package, and the programs that use it."""
    missing = [program for program in ("node", "npm") if shutil.which(program) is None]
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"{' and '.join(missing)} not on PATH: programs in TypeScript are not run")
    return node_tools(tmp_path_factory.mktemp("node"))


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the plugin's archives, made as a release makes them."""
    folder = tmp_path_factory.mktemp("archives")
    done = subprocess.run(
        ["make", "plugin", f"PYTHON={sys.executable}", f"PLUGIN_DIST={folder}"],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return folder
