"""Errors that nobody expected, in the pack's own process: each is a violation, never a pass, and shows no text."""

from __future__ import annotations

import sys

import pytest
from pulumi.runtime.proto import analyzer_pb2 as messages

BACKUP, OUTPUT = "log-backup-fresh", "log-outputs-fresh"


def _defective(module, name):
    """Return the command of a pack in which one function raises what no caller expects."""
    text = f"""
import {module} as changed
def defect(*_, **__):
    raise KeyError("hush", "<{{%boom%}}>", "\\n")
changed.{name} = defect
from pulumi_huaweicloud_css.policy import serve
serve()
"""
    return [sys.executable, "-u", "-c", text]


def _the_violation(response):
    [diagnostic] = response.diagnostics
    assert diagnostic.enforcementLevel == messages.MANDATORY
    assert not response.not_applicable
    assert len(diagnostic.message.splitlines()) == 1
    assert "hush" not in diagnostic.message
    return diagnostic.message


def test_of_the_clusters(start_pack, clusters):
    """Where asking fails in a way that nobody thought of, the deployment is stopped."""
    pack = start_pack(command=_defective("pulumi_huaweicloud_css._backups.fleet", "read_fleet"))
    pack.configure({BACKUP: {"clusterIds": [clusters.fresh]}})
    assert _the_violation(pack.analyze()).startswith("log backups cannot be judged: unexpected error KeyError; ")
    assert pack.stop() == ("", "")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("pulumi_huaweicloud_css._backups.stack_outputs", "judge_outputs"),
        ("pulumi_huaweicloud_css.policy.outputs", "values_of"),
    ],
)
def test_of_an_output(start_pack, exported, module, name):
    """The same holds for a stack output that is fresh."""
    pack = start_pack(command=_defective(module, name))
    pack.configure({OUTPUT: {"output": "logs"}})
    said = _the_violation(pack.analyze_outputs({"logs": [exported(age_hours=1)]}))
    assert said.startswith("the stack output logs cannot be judged: unexpected error KeyError; ")
    assert pack.stop() == ("", "")


def test_of_the_configuration(start_pack, clusters):
    """A configuration that cannot be read ends the deployment in one line."""
    pack = start_pack(command=_defective("pulumi_huaweicloud_css.policy.configuration", "backup_rule"))
    error = pack.configure({BACKUP: {"clusterIds": [clusters.fresh]}})
    assert error is not None
    assert error.startswith("unexpected error KeyError; ")
    assert pack.stop() == ("", "")
