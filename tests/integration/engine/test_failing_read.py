"""How a program ends whose read fails and that has the line of the documentation: at once, without a traceback."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.support.pages import DOCS

PROGRAM = """
    import os
    import signal

    from pulumi_huaweicloud_css import Gate, LogRecords
    import pulumi

    {line}
    LogRecords("logs", cluster_id=pulumi.Config().require("clusterId"), gate=Gate())
"""
# Pulumi interrupts a program and then kills it; now and then it kills it first. So the interrupt is sent here, while a
# thread is at work that Python would wait for.
INTERRUPTED = """
import os
import signal
import threading

threading.Thread(target=threading.Event().wait).start()
{line}
print("interrupted now", flush=True)
os.kill(os.getpid(), signal.SIGINT)
threading.Event().wait()
"""
[LINE] = re.findall(r"`(signal\.signal\([^`]*)`", (DOCS / "programs.md").read_text())


def test_the_line_of_the_documentation_ends_an_interrupted_program_at_once():
    """No traceback is printed, and no thread is waited for: without the line this ends with both."""
    run = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.format(line=LINE)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (1, "interrupted now\n", "")


def test_the_error_stands_at_the_resource_and_no_traceback_follows(new_project, emulator):
    """The line leaves the error as it is: it says at the resource what the gate found."""
    emulator.set_records(None, [])
    run = new_project(PROGRAM.format(line=LINE), clusterId=emulator.cluster_id).preview()
    assert run.exit_code != 0
    assert "GateError: log backups of cluster" in run.output
    assert "KeyboardInterrupt" not in run.output
