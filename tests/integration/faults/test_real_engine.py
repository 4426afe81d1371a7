"""A few faults on the real engine: an error stops the preview in one line, and odd answers are still answers."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css.emulator import Backups, Emulator, Site

from tests.support.pulumi_project import PulumiProject, engine_is_there

PROGRAM = """
    import pulumi
    from pulumi_huaweicloud_css import LogRecords

    logs = LogRecords("logs", cluster_id="4213d908-f5dc-4633-8401-cfd7175fca0c")
    pulumi.export("count", logs.count)
    pulumi.export("truncated", logs.truncated)
"""
ERRORS = [
    ("429-retry-after", "CSS returned HTTP 429, APIGW.0308", 2),
    ("reset-in-body", "Connection reset by peer", 2),
    ("html", "It is a page of HTML: check the endpoint", 1),
    ("redirect", "CSS returned HTTP 302", 1),
]


@pytest.fixture(scope="module")
def emulator():
    """Serve a cluster with three pages of records."""
    engine_is_there()
    with Emulator(site=Site.of_one_cluster(backups=Backups(count=2500))) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def project(emulator, tmp_path_factory):
    """A project that reads the records."""
    folder = tmp_path_factory.mktemp("project")
    environment = {**emulator.environment(), "HW_MAX_RETRIES": "1"}
    project = PulumiProject(folder / "logs", folder / "home", environment)
    project.write(PROGRAM)
    project.init()
    return project


@pytest.mark.parametrize(("fault", "text", "requests"), ERRORS)
def test_an_error_stops_the_preview_in_one_line(emulator, project, fault, text, requests):
    """The engine shows the error as the resource's one diagnostic line, and the server is asked no oftener than due."""
    emulator.clear_requests()
    emulator.fault(fault)
    preview = project.preview()
    emulator.clear_faults()
    assert preview.exit_code != 0
    diagnostic = preview.output.partition("LogRecords (logs):")[2].strip().split("\n\n")[0].splitlines()
    assert len(diagnostic) == 1, preview.output
    assert text in diagnostic[0]
    assert len(emulator.requests) == requests


@pytest.mark.parametrize(("fault", "count"), [("offset-ignored", 1000), ("duplicate-ids", 2500), ("strings", 2500)])
def test_an_odd_answer_is_read(emulator, project, fault, count):
    """The update goes through, and says whether there is more than was read."""
    emulator.fault(fault)
    project.up().ok()
    emulator.clear_faults()
    assert project.outputs() == {"count": count, "truncated": count < 2500}
