"""How a program ends whose read fails: as Pulumi ends it, or at once with the line that the documentation gives."""

from __future__ import annotations

import re

import pytest

from tests.support.pages import DOCS

PROGRAM = """
    import os
    import signal

    from pulumi_huaweicloud_css import Gate, LogRecords
    import pulumi

    {line}
    LogRecords("logs", cluster_id=pulumi.Config().require("clusterId"), gate=Gate())
"""
[LINE] = re.findall(r"`(signal\.signal\([^`]*)`", (DOCS / "programs.md").read_text())


@pytest.mark.parametrize(("line", "interrupted"), [("", True), (LINE, False)], ids=["as it is", "with the line"])
def test_the_line_of_the_documentation_ends_the_program_without_a_traceback(new_project, emulator, line, interrupted):
    """The error stands at the resource either way; only without the line does Python's own traceback follow."""
    emulator.set_records(None, [])
    run = new_project(PROGRAM.format(line=line), clusterId=emulator.cluster_id).preview()
    assert run.exit_code != 0
    assert "GateError: log backups of cluster" in run.output
    assert ("KeyboardInterrupt" in run.output) == interrupted
