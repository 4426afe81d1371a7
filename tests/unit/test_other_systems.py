"""What only POSIX systems have is not needed: the package is used here without it, as it would be on Windows."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap

import pytest
from pulumi_huaweicloud_css.emulator import Emulator

from tests.support import ROOT

_MODULES = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog")
# Taken away before anything of ours is imported. What Python's own library took before has it still.
_WITHOUT = f"""
import os, signal, sys
import asyncio, multiprocessing, subprocess, tempfile, threading, random
for module in {_MODULES}:
    sys.modules[module] = None
for name in ("fork", "forkpty", "getuid", "geteuid", "getpgid", "killpg", "setsid", "mkfifo", "O_NONBLOCK", "O_NOCTTY"):
    delattr(os, name)
del os.register_at_fork
for name in ("pthread_sigmask", "SIGHUP", "SIGKILL", "SIGUSR1", "SIGALRM", "SIGQUIT"):
    delattr(signal, name)
"""


def run(code, *arguments, **environment):
    """Run code in a process without what only POSIX systems have."""
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT + textwrap.dedent(code), *arguments],
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )


COMMAND = """
    from pulumi_huaweicloud_css.cli import main
    main()
"""


@pytest.mark.parametrize(
    "module", ["pulumi_huaweicloud_css", "pulumi_huaweicloud_css.plugin", "pulumi_huaweicloud_css.policy"]
)
def test_modules_are_imported(module):
    """The public names, the plugin and the policy pack load."""
    done = run(f"import {module} as loaded; [getattr(loaded, name) for name in getattr(loaded, '__all__', ())]")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_gate_and_its_reports(tmp_path):
    """The command line reads, judges, and writes each report."""
    with Emulator() as emulator:
        reports = [
            f"--report={form}={tmp_path / form}" for form in ("json", "junit", "markdown", "openmetrics", "html")
        ]
        done = run(COMMAND, "gate", "--cluster-id", emulator.cluster_id, *reports, **emulator.environment())
    assert (done.returncode, done.stderr) == (0, "")
    assert "are fresh" in done.stdout
    assert all(path.stat().st_size for path in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == len(reports)


def test_a_program_reads_in_a_thread():
    """The function and an emulator of the same process work."""
    done = run(
        """
        from pulumi_huaweicloud_css import get_log_records
        from pulumi_huaweicloud_css.emulator import Emulator
        with Emulator() as emulator:
            os.environ.update(emulator.environment())
            print(get_log_records(cluster_id=emulator.cluster_id).count)
        """
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "37\n", "")


def test_the_emulator_in_the_background_is_refused():
    """What needs a fork says so in one line."""
    done = run(COMMAND, "emulator", "--background")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--background: this system has no fork" in done.stderr


def test_the_smoke_tests_are_collected(tmp_path):
    """What the workflow runs on Windows can be imported there: no fixture needs what only POSIX systems have."""
    [folders] = re.findall(r"python -m pytest -q (.+)", (ROOT / ".github/workflows/checks.yml").read_text())
    arguments = ["--collect-only", "--quiet", "-p", "no:cacheprovider", *folders.split()]
    code = f"import sys, pytest; sys.modules.update(dict.fromkeys({_MODULES})); sys.exit(pytest.main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={"HOME": str(tmp_path)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
