"""The emulator as a fixture of pytest, in the tests of a program of users."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

NO_OTHER_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # of those that are installed here
CONFTEST = 'pytest_plugins = ["pulumi_huaweicloud_css.emulator.pytest_plugin"]\n'
IMPORTED = "from pulumi_huaweicloud_css.emulator.pytest_plugin import css_emulator\n"


@pytest.mark.parametrize("conftest", [CONFTEST, IMPORTED])
def test_the_emulator_is_a_fixture(tmp_path, conftest):
    """With the plugin named in conftest.py, or the fixture imported there, a test reads what it has served."""
    (tmp_path / "conftest.py").write_text(conftest)
    test = """
        from pulumi_huaweicloud_css import get_log_records

        def test_newest(css_emulator):
            css_emulator.add_record(status="SUCCESS", logPath="bucket/new")
            assert get_log_records(cluster_id=css_emulator.cluster_id).latest_log_path == "bucket/new"
            assert len(css_emulator.requests) == 1

        def test_another_has_records_of_its_own(css_emulator):
            assert get_log_records(cluster_id=css_emulator.cluster_id).latest_log_path != "bucket/new"
    """
    (tmp_path / "test_it.py").write_text(textwrap.dedent(test))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={
            **NO_OTHER_PLUGINS,
            "PATH": "",
            "HW_ACCESS_KEY": "AK0OWN",
            "HW_SECRET_KEY": "sk-own",
            "HW_REGION_NAME": "eu-west-101",
        },
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
