"""`tools/sdks.py`: one clear line where there is nothing to make SDKs with."""

from __future__ import annotations

import subprocess
import sys

from tests.support import ROOT


def _sdks(tmp_path, folder):
    """Run the tool with nothing on PATH but what a test has put there, and an empty cache."""
    return subprocess.run(
        [sys.executable, ROOT / "tools" / "sdks.py", folder],
        env={"PATH": str(tmp_path / "bin"), "PULUMI_HUAWEICLOUD_CSS_CACHE": str(tmp_path / "cache")},
        text=True,
        capture_output=True,
        check=False,
    )


def test_without_go_it_says_what_to_install_and_leaves_the_sdks_alone(tmp_path):
    """One line names Go, the tool fails, and what was generated before is still there."""
    (tmp_path / "bin").mkdir()
    before = tmp_path / "out" / "nodejs" / "index.ts"
    before.parent.mkdir(parents=True)
    before.write_text("export {}")
    done = _sdks(tmp_path, tmp_path / "out")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "SDKs need `go` on PATH" in done.stderr
    assert before.exists()
    assert "Traceback" not in done.stderr


def test_wrong_usage_explains_the_tool(tmp_path):
    """Without a folder it says what it does, and fails as wrong usage does."""
    done = _sdks(tmp_path, "--help")
    assert done.returncode == 2
    assert "FOLDER" in done.stderr
