"""What a program may give as an argument: all that `Input` stands for, also inside lists and gates."""

from __future__ import annotations

import json

import pytest
from pulumi_huaweicloud_css.emulator import Backups, Emulator, Site

PROGRAM = """
    import asyncio
    import pulumi
    from pulumi_huaweicloud_css import (
        FleetLogRecords, Gate, LogRecords, get_fleet_log_records_output, get_log_records_output)

    one, two = pulumi.Config().require_object("clusterIds")

    async def later(value):
        await asyncio.sleep(0)
        return value

    def future(value):
        made = asyncio.get_running_loop().create_future()
        made.set_result(value)
        return made

    FORMS = {
        "plain": lambda value: value,
        "coroutine": later,
        "task": lambda value: asyncio.ensure_future(later(value)),
        "future": future,
        "output": pulumi.Output.from_input,
        "secret": pulumi.Output.secret,
        "output of a coroutine": lambda value: pulumi.Output.from_input(later(value)),
    }
    states = {}
    for name, form in FORMS.items():
        gates = {
            "gate": lambda: form(Gate(max_age="7d")),
            "mapping": lambda: form({"max_age": "7d", "max_consecutive_failures": 1}),
            "parts": lambda: {"max_age": form("7d"), "max_consecutive_failures": form(1)},
        }
        for kind, gate in gates.items():
            logs = LogRecords(
                f"{name} {kind}", cluster_id=form(one), limit=form(100), job_type=form("Auto"), gate=gate())
            states[f"{name} {kind}"] = logs.verdict.apply(lambda verdict: verdict.state)
            answer = get_log_records_output(cluster_id=form(one), limit=form(100), gate=gate())
            states[f"{name} {kind} function"] = answer.verdict.state
        for kind, ids in {
            "list": lambda: form([one, two]),
            "items": lambda: [form(one), form(two)],
            "tuple": lambda: (form(one), form(two)),
        }.items():
            fleet = FleetLogRecords(
                f"{name} {kind}", cluster_ids=ids(), include_records=form(True), on_error=form("fail"),
                parallelism=form(2), gate={"max_age": form("7d")})
            states[f"{name} {kind}"] = fleet.clusters.apply(lambda found: len(found))
            answer = get_fleet_log_records_output(cluster_ids=ids(), gate={"max_age": form("7d")})
            states[f"{name} {kind} function"] = answer.clusters.apply(lambda found: len(found))
    pulumi.export("states", pulumi.Output.unsecret(pulumi.Output.all(**states)))
"""


@pytest.fixture
def emulator():
    """Serve two clusters with a few records."""
    with Emulator(site=Site.of_clusters(2, backups=Backups(count=2))) as emulator:
        yield emulator


def test_every_form_of_an_input_is_taken(new_project, emulator):
    """Coroutines, tasks, futures, outputs and secrets, alone, in lists, tuples and gates, answer as plain values do."""
    ids = [cluster.cluster_id for cluster in emulator.site.clusters]
    project = new_project(PROGRAM, clusterIds=json.dumps(ids))
    preview = project.preview().ok()
    assert "unknown" not in preview.output
    assert "warning" not in preview.output
    project.up().ok()
    states = project.outputs()["states"]
    assert len(states) == 7 * 12
    assert set(states.values()) == {"passed", 2}
    assert project.preview("--expect-no-changes").ok()


def test_a_gate_that_is_none_is_one_line(new_project, emulator):
    """A mapping with a wrong part is an error of the program, with the part and its value, before any request."""
    program = """
        from pulumi_huaweicloud_css import LogRecords

        LogRecords("logs", cluster_id="4213d908-f5dc-4633-8401-cfd7175fca0c", gate={"max_age": "soon"})
    """
    run = new_project(program).preview()
    assert run.exit_code != 0
    assert "ArgumentError: max_age: 'soon' is not a duration" in run.output
    assert emulator.requests == []
