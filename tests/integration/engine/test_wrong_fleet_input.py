"""Wrong arguments of fleets and selections: one clear error before any record is asked for, also for outputs."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest
from pulumi_huaweicloud_css.emulator import Backups, Emulator, Site

NORTH, SOUTH = "cn-north-4", "ap-southeast-3"
ID = "4213d908-f5dc-4633-8401-cfd7175fca0c"
ALL = {"names": ["*"]}
TWO = [NORTH, SOUTH]

WRONG = {
    "regions and region": ({"clusters": ALL, "regions": TWO, "region": NORTH}, "regions: it does not go together with"),
    "regions and project": (
        {"clusters": ALL, "regions": TWO, "project_id": "0" * 32},
        "regions: it does not go together with project_id, which is of one region only",
    ),
    "regions and sites": (
        {"clusters": ALL, "regions": TWO, "sites": [{"region": NORTH}]},
        "sites: it does not go together with regions, for a site has its region",
    ),
    "clusters and ids": (
        {"clusters": ALL, "cluster_ids": [ID]},
        "clusters: it does not go together with cluster_ids; give cluster_ids or clusters",
    ),
    "neither": ({"regions": TWO}, "cluster_ids: give cluster_ids or clusters"),
    "a part of sites": (
        {"clusters": ALL, "sites": [{"regin": NORTH}]},
        "sites: {'regin': 'cn-north-4'} is not a Site, nor a mapping of region and project_id",
    ),
    "no region": ({"clusters": ALL, "sites": [{"project_id": "0" * 32}]}, "sites: {'project_id': '00"),
    "a region's text": ({"clusters": ALL, "regions": NORTH}, "regions: 'cn-north-4' is not a list"),
    "a region twice": ({"clusters": ALL, "regions": [NORTH, NORTH]}, "regions: cn-north-4 is given twice"),
    "no regions": ({"clusters": ALL, "regions": []}, "regions: the list has 0 entries; give from 1 to 100"),
    "an unknown region": (
        {"clusters": ALL, "regions": [NORTH, "cn-north-44"]},
        "regions: CSS has no known endpoint in 'cn-north-44'; did you mean",
    ),
    "a project's name": (
        {"clusters": ALL, "sites": [{"region": NORTH, "project_id": "shop"}]},
        "sites: 'shop' is not a project's id",
    ),
    "a part of clusters": (
        {"clusters": {"name": "prod-*"}},
        "clusters: {'name': 'prod-*'} is not a ClusterSelector, nor a mapping of names, tags, engine,",
    ),
    "no names": ({"clusters": {"names": []}}, "names: the list is empty; leave it out to select clusters of any name"),
    "a tag's value": ({"clusters": {"tags": {"team": 5}}}, "tags: the value of team, 5"),
    "a gate's part": ({"clusters": ALL, "gate": {"max_age": "soon"}}, "max_age: 'soon' is not a duration"),
}

FUNCTIONS = """
    import asyncio
    import json
    import sys
    import pulumi
    from pulumi_huaweicloud_css import ArgumentError, get_fleet_log_records, get_fleet_log_records_output

    def plain(arguments):
        try:
            get_fleet_log_records(**arguments)
        except ArgumentError as error:
            return str(error)

    async def output(arguments):
        later = {name: pulumi.Output.from_input(value) for name, value in arguments.items()}
        try:
            await get_fleet_log_records_output(**later).future()
        except ArgumentError as error:
            return str(error)

    async def both(arguments):
        return plain(arguments), await output(arguments)

    wrong = json.load(sys.stdin)
    print(json.dumps({name: asyncio.run(both(arguments)) for name, arguments in wrong.items()}))
"""
RESOURCE = """
    import pulumi
    from pulumi_huaweicloud_css import FleetLogRecords

    wrong = pulumi.Config().require_object("wrong")
    later = pulumi.Output.from_input
    forms = {
        "plain": wrong,
        "outputs": {name: later(value) for name, value in wrong.items()},
        "parts": {
            name: {key: later(part) for key, part in value.items()} if isinstance(value, dict)
            else [later(part) for part in value] if isinstance(value, list) else value
            for name, value in wrong.items()},
    }
    FleetLogRecords("fleet", **forms[pulumi.Config().require("form")])
"""
OUTPUT = """
    import pulumi
    from pulumi_huaweicloud_css import get_fleet_log_records_output

    wrong = pulumi.Config().require_object("wrong")
    pulumi.export("fleet", get_fleet_log_records_output(
        **{name: pulumi.Output.from_input(value) for name, value in wrong.items()}))
"""


@pytest.fixture
def emulator():
    """Serve a cluster in each of two regions."""
    with Emulator(site=Site.of_clusters(2, backups=Backups(count=2), regions=TWO)) as emulator:
        yield emulator


def test_functions_raise_one_error_for_each_wrong_argument(emulator):
    """Given plainly or as outputs, the error is the same, and its text says what is wrong; nothing was sent."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FUNCTIONS)],
        env=emulator.environment(),
        input=json.dumps({name: arguments for name, (arguments, _) in WRONG.items()}),
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name, (plain, output) in json.loads(done.stdout).items():
        assert plain.startswith(WRONG[name][1]), name
        assert output == plain
        assert len(plain.splitlines()) == 1
    assert emulator.requests == []


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("regions and region", "outputs"),
        ("clusters and ids", "outputs"),
        ("a part of sites", "plain"),
        ("a part of sites", "outputs"),
        ("a part of clusters", "parts"),
        ("a gate's part", "parts"),
    ],
)
def test_a_resource_shows_a_wrong_argument_as_one_line(new_project, emulator, name, form):
    """The line is the resource's own, with none of the program's or Pulumi's modules; nothing was sent."""
    arguments, text = WRONG[name]
    run = new_project(RESOURCE, wrong=json.dumps(arguments), form=form).preview()
    assert run.exit_code != 0
    [line] = run.diagnostics("FleetLogRecords (fleet)")
    assert f"errors.ArgumentError: {text}" in line
    assert "unhandled exception" not in run.output
    assert emulator.requests == []


def test_an_output_function_shows_a_wrong_argument_as_one_line(new_project, emulator):
    """Where no line of the program could be shown, no traceback is; nothing was sent."""
    arguments, text = WRONG["a part of sites"]
    run = new_project(OUTPUT, wrong=json.dumps(arguments)).preview()
    assert run.exit_code != 0
    assert f"error: {text}" in run.output
    assert "Traceback" not in run.output
    assert emulator.requests == []
