"""`tools/sdks.py`: Pulumi's own command where its language hosts are, and one clear line where nothing is."""

from __future__ import annotations

import subprocess
import sys

from tests.support import ROOT

HOSTS = ("nodejs", "go", "python")


def _sdks(tmp_path, folder):
    """Run the tool with nothing on PATH but what a test has put there, and an empty cache."""
    return subprocess.run(
        [sys.executable, ROOT / "tools" / "sdks.py", folder],
        env={"PATH": str(tmp_path / "bin"), "PULUMI_HUAWEICLOUD_CSS_CACHE": str(tmp_path / "cache")},
        text=True,
        capture_output=True,
        check=False,
    )


def _program(tmp_path, name, script):
    path = tmp_path / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_with_the_language_hosts_pulumi_s_command_writes_the_sdks(tmp_path):
    """Each language is written by `pulumi package gen-sdk`, from the schema in the repository, for local use."""
    calls = tmp_path / "calls"
    _program(tmp_path, "pulumi", f'echo "$@" >> {calls}')
    for host in HOSTS:
        _program(tmp_path, f"pulumi-language-{host}", "exit 1")
    done = _sdks(tmp_path, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    schema = ROOT / "provider" / "pulumi_huaweicloud_css" / "plugin" / "schema.json"
    assert calls.read_text().splitlines() == [
        f"package gen-sdk {schema} --language {host} --local --out {tmp_path / 'out'}" for host in HOSTS
    ]
    assert not (tmp_path / "cache").exists()


def test_with_neither_pulumi_nor_go_it_says_what_to_install(tmp_path):
    """One line names both ways, and the tool fails."""
    (tmp_path / "bin").mkdir()
    done = _sdks(tmp_path, tmp_path / "out")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "install either" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_usage_explains_the_tool(tmp_path):
    """Without a folder it says what it does, and fails as wrong usage does."""
    done = _sdks(tmp_path, "--help")
    assert done.returncode == 2
    assert "FOLDER" in done.stderr
