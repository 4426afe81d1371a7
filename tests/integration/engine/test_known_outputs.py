"""Every output of a read resource is known in the preview, None or not, and the same in the update."""

from __future__ import annotations

import re

import pytest
from pulumi_huaweicloud_css import FleetLogRecords, LogRecords
from pulumi_huaweicloud_css._pulumi.types import LogRecord

# Exports every output, each of them behind a guard, and what is in it.
ONE = f"""
    import pulumi
    from pulumi_huaweicloud_css import Gate, LogRecords

    config = pulumi.Config()
    gate = Gate(max_age="7d", max_running="7d") if config.get_bool("gated") else None
    logs = LogRecords("logs", cluster_id=config.require("clusterId"), gate=gate)
    pulumi.export("logs", logs)
    guards = []
    for name in {sorted(LogRecords.__annotations__)}:
        output = getattr(logs, name)
        pulumi.export(name, output)
        guards.append(output.apply(lambda value, name=name: f"{{name}} guarded"))
    for name in {sorted(LogRecord.__annotations__)}:
        for record in ("latest", "latest_success"):
            part = getattr(logs, record).apply(lambda value, name=name: value and getattr(value, name))
            pulumi.export(f"{{record}} {{name}}", part)
    pulumi.export("lifted", logs.records.apply(lambda records: [record.finished_at for record in records]))
    pulumi.export("verdict state", logs.verdict.apply(lambda verdict: verdict.state if verdict else "no gate"))
    pulumi.export("guards", guards)
"""
FLEET = f"""
    import pulumi
    from pulumi_huaweicloud_css import FleetLogRecords, Gate

    config = pulumi.Config()
    cluster_id = config.require("clusterId")
    gate = Gate(max_age="7d", max_running="7d") if config.get_bool("gated") else None
    logs = FleetLogRecords("logs", cluster_ids=[cluster_id], gate=gate, on_error="collect")
    pulumi.export("logs", logs)
    guards = []
    for name in {sorted(FleetLogRecords.__annotations__)}:
        output = getattr(logs, name)
        pulumi.export(name, output)
        guards.append(output.apply(lambda value, name=name: f"{{name}} guarded"))
    for name in ("latest", "latest_log_path", "latest_finished_at", "latest_success", "records", "total_size"):
        pulumi.export(f"cluster {{name}}", getattr(logs.clusters[cluster_id], name))
    pulumi.export("oldest", logs.oldest_success.apply(lambda record: record.log_path if record else "none yet"))
    pulumi.export("states", logs.verdicts.apply(lambda verdicts: verdicts and verdicts[cluster_id].state))
    pulumi.export("guards", guards)
"""


def _empty(emulator):
    emulator.set_records(None, [])


def _running(emulator):
    emulator.set_records(None, [emulator.add_record(status="RUNNING")])


def _normal(emulator):
    """Serve what the emulator has made up."""


@pytest.mark.parametrize(
    ("program", "gated", "cluster"),
    [
        *((program, False, cluster) for program in (ONE, FLEET) for cluster in (_empty, _running, _normal)),
        (ONE, True, _normal),  # the others do not pass the gate
        *((FLEET, True, cluster) for cluster in (_empty, _running, _normal)),
    ],
)
def test_no_output_is_unknown_and_the_update_exports_what_the_preview_showed(
    new_project, emulator, program, gated, cluster
):
    """A preview shows no unknown value, runs every guard, and tells the very outputs of the update after it."""
    cluster(emulator)
    project = new_project(program, clusterId=emulator.cluster_id, gated=str(gated).lower())

    previewed = project.preview().ok().output

    assert "unknown" not in previewed
    assert previewed.count(" guarded") == len((LogRecords if program is ONE else FleetLogRecords).__annotations__)
    assert _outputs(project.up().ok().output) == _outputs(previewed)
    again = project.preview("--diff", "--expect-no-changes").ok().output
    assert [line for line in _lasting(again) if line.startswith(("+", "- ", "~")) and not line.endswith("{")] == []


INPUTS = """
    import pulumi
    from pulumi_huaweicloud_css import FleetLogRecords, LogRecords

    cluster_id = pulumi.Config().require("clusterId")
    nothing = pulumi.Output.from_input(None)
    common = dict.fromkeys(("status", "job_id", "offset", "limit", "gate", "include_records"), nothing)
    pulumi.export("one", LogRecords("one", cluster_id=cluster_id, cluster_name=nothing, **common))
    pulumi.export("many", FleetLogRecords("many", cluster_ids=[cluster_id], on_error=nothing, sites=nothing, **common))
"""


def test_an_input_that_turns_out_to_be_none_is_known(new_project, emulator):
    """A resource that is exported whole tells its inputs, too: those whose value is None are no unknown ones."""
    project = new_project(INPUTS, clusterId=emulator.cluster_id)
    previewed = project.preview().ok().output
    assert "unknown" not in previewed
    assert _outputs(project.up().ok().output) == _outputs(previewed)


def _outputs(printed):
    """Return the lines in which a run tells the stack's outputs."""
    return _lasting(printed.partition("\nOutputs:\n")[2].partition("\nResources:\n")[0])


def _lasting(printed):
    """Return a run's lines, spaces aside, without entries of None, times of reading, and what tells an age."""
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    passing = re.compile(
        r".*: \"log backups of cluster|([~+-] )?(@isPulumiResource|read_at|age|reason) ?:|[^\[]*: <null>$|$"
    )
    return [re.sub(r" ?: ", ": ", line) for line in lines if not passing.match(line)]
