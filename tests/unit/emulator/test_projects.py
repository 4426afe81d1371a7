"""IAM's project lookup."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css.emulator import Project, Site
from pulumi_huaweicloud_css.emulator.site import DOMAIN_ID


@pytest.fixture
def several(start):
    """An emulator with three projects, one of them in the region's name."""
    names = [None, "cn-north-4_test", "MOS"]
    projects = [Project(project_id=f"{number:032x}", name=name, clusters=()) for number, name in enumerate(names)]
    return start(site=Site(projects=projects))


@pytest.mark.parametrize(
    ("name", "found"),
    [("cn-north-4", [0]), ("cn-north-4_test", [1]), ("cn-north-1", []), (None, [0, 1, 2])],
    ids=["region", "named", "unknown", "all"],
)
def test_lookup_by_name(several, ask, name, found):
    """The lookup gives the projects of exactly that name; without a name, all of them."""
    parameters = {} if name is None else {"name": name}
    answer = ask(several, "/v3/projects", **parameters)
    assert answer.status_code == 200
    assert [project["id"] for project in answer.json()["projects"]] == [f"{number:032x}" for number in found]
    assert answer.json()["links"]["self"] == answer.url


@pytest.mark.parametrize("name", ["a b", "a+b", "a&b=c", "\u00fc/\u4e2d", "100%", "~-_.", "%41"])
def test_lookup_of_odd_names(start, ask, name):
    """Characters that have to be escaped in a query are signed, verified and found."""
    emulator = start(site=Site(projects=[Project(name=name)]))
    answer = ask(emulator, "/v3/projects", name=name)
    assert [project["name"] for project in answer.json()["projects"]] == [name]


def test_project_looks_like_iam(emulator, ask):
    """A project has what IAM's answer has, the name of the region above all."""
    (project,) = ask(emulator, "/v3/projects", name="cn-north-4").json()["projects"]
    assert project["id"] == emulator.project_id
    assert project["name"] == emulator.region
    assert project["domain_id"] == DOMAIN_ID
    assert project["enabled"] is True
