"""The archives of the plugin, as far as they are made without PyInstaller: names, contents, the same bytes again."""

from __future__ import annotations

import platform
import subprocess
import sys
import tarfile

import pytest
from pulumi_huaweicloud_css import __version__

from tests.support import ROOT
from tools.machinery import plugin_archives

MACHINES = [
    ("linux", "x86_64", "linux-amd64"),
    ("linux", "aarch64", "linux-arm64"),
    ("darwin", "arm64", "darwin-arm64"),
    ("win32", "AMD64", "windows-amd64"),
]


@pytest.mark.parametrize(("system", "machine", "target"), MACHINES)
def test_a_machine_has_the_name_that_pulumi_looks_for(monkeypatch, system, machine, target):
    """Systems and architectures are called as Go calls them."""
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert plugin_archives.target() == target


def test_the_archive_of_the_sources_has_every_module_and_what_pulumi_runs(tmp_path):
    """Nothing that was compiled is in it, and all that the package is built from is."""
    archive = plugin_archives.write_source(tmp_path)
    assert archive.name == f"pulumi-resource-huaweicloud-css-v{__version__}-source.tar.gz"
    with tarfile.open(archive) as file:
        names = set(file.getnames())
    modules = {str(path.relative_to(ROOT)) for path in plugin_archives.PACKAGE.rglob("*.py")}
    assert modules < names
    assert {"PulumiPlugin.yaml", "__main__.py", "requirements.txt", "pyproject.toml", "schema.json", "LICENSE"} < names
    assert not [name for name in names if name.endswith(".pyc")]


def test_an_archive_has_nothing_of_when_and_by_whom_it_was_made(tmp_path):
    """The same files make the same bytes, whoever has them and whenever they were written."""
    archives = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        file = folder / "file"
        file.write_text("content")
        file.chmod(0o600 if number == 1 else 0o664)
        archives.append(plugin_archives.write_archive(folder / "archive.tar.gz", {"a/file": file}))
    first, second = (archive.read_bytes() for archive in archives)
    assert first == second


def test_wrong_usage_explains_the_tool():
    """Without a folder it says what it does, and fails as wrong usage does."""
    command = [sys.executable, ROOT / "tools" / "plugin.py"]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    assert done.returncode == 2
    assert "FOLDER" in done.stderr


def test_packages_that_are_made_here_stay_beside_each_other():
    """`make dist` removes its own files from dist/ only: the plugin's archives may lie there."""
    listed = subprocess.run(
        ["make", "--dry-run", "--assume-old=.venv/.installed", "dist"],
        cwd=ROOT, text=True, capture_output=True, check=True,
    )  # fmt: skip
    removed = [line for line in listed.stdout.splitlines() if line.startswith("rm ")]
    assert removed == ["rm -f dist/pulumi_huaweicloud_css-*.whl dist/pulumi_huaweicloud_css-*.tar.gz"]
