"""IAM's project lookup."""

from __future__ import annotations

import pytest
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkiam import v3 as iam
from pulumi_huaweicloud_css.emulator import Account, Project, Site
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


REGIONS = Site(
    projects=[
        Project(project_id="0" * 32, clusters=()),
        Project(project_id="1" * 32, clusters=(), name="cn-north-4_team"),
        Project(project_id="2" * 32, clusters=(), region="ap-southeast-3"),
        Project(project_id="3" * 32, clusters=(), region="ap-southeast-3", name="ap-southeast-3_old", enabled=False),
        Project(project_id="4" * 32, clusters=(), region="eu-west-101", name="eu-west-101_alone"),
    ]
)


def test_sub_projects_and_regions(start, ask):
    """A project without a name has its region's; a sub-project belongs to its region's project, if there is one."""
    emulator = start(site=REGIONS)
    projects = ask(emulator, "/v3/projects").json()["projects"]
    assert [(project["name"], project["parent_id"], project["enabled"]) for project in projects] == [
        ("cn-north-4", DOMAIN_ID, True),
        ("cn-north-4_team", "0" * 32, True),
        ("ap-southeast-3", DOMAIN_ID, True),
        ("ap-southeast-3_old", "2" * 32, False),
        ("eu-west-101_alone", DOMAIN_ID, True),
    ]
    found = ask(emulator, "/v3/projects", enabled="false").json()["projects"]
    assert [project["id"] for project in found] == ["3" * 32]
    found = ask(emulator, "/v3/projects", parent_id="0" * 32).json()["projects"]
    assert [project["id"] for project in found] == ["1" * 32]


def test_environment_of_several_regions(start):
    """Each region's CSS is at the emulator, and no project is named, for its id is right in one region only."""
    emulator = start(site=REGIONS)
    environment = emulator.environment()
    for region in ("CN_NORTH_4", "AP_SOUTHEAST_3", "EU_WEST_101"):
        assert environment[f"HUAWEICLOUD_SDK_REGION_CSS_{region}"] == emulator.endpoint
    assert emulator.site.regions == ["cn-north-4", "ap-southeast-3", "eu-west-101"]
    assert environment["HW_PROJECT_ID"] == ""


def test_without_the_right_to_list_projects(start, ask):
    """IAM's list is refused in IAM's form; the list of what the caller may use is there all the same, unfiltered."""
    site = Site(projects=REGIONS.projects, accounts=[Account(can_list_projects=False)])
    emulator = start(site=site)
    refused = ask(emulator, "/v3/projects", name="cn-north-4")
    message = "You are not authorized to perform the requested action."
    assert (refused.status_code, refused.json()) == (
        403,
        {"error": {"message": message, "code": 403, "title": "Forbidden"}},
    )
    allowed = ask(emulator, "/v3/auth/projects", name="nothing is filtered")
    assert [project["id"] for project in allowed.json()["projects"]] == [str(number) * 32 for number in range(5)]
    assert allowed.json()["links"] == {"self": allowed.url, "previous": None, "next": None}


@pytest.mark.parametrize("path", ["clusters", "clusters/x/logs/records", "clusters/x/logs/settings"])
def test_css_refuses_a_project_that_is_disabled(start, ask, path):
    """CSS says of a project that is disabled what it says of an unknown one."""
    answer = ask(start(site=REGIONS), f"/v1.0/{'3' * 32}/{path}")
    assert (answer.status_code, answer.json()["errCode"]) == (403, "CSS.0015")


def test_sdk_reads_the_projects(start):
    """The vendor's SDK of IAM reads both lists, and finds a project by its name."""
    emulator = start(site=REGIONS)
    given = GlobalCredentials(emulator.access_key, emulator.secret_key, DOMAIN_ID)
    client = iam.IamClient.new_builder().with_credentials(given).with_endpoint(emulator.endpoint).build()
    found = client.keystone_list_projects(iam.KeystoneListProjectsRequest(name="cn-north-4_team")).projects
    assert [(project.id, project.parent_id) for project in found] == [("1" * 32, "0" * 32)]
    allowed = client.keystone_list_auth_projects(iam.KeystoneListAuthProjectsRequest()).projects
    assert [project.id for project in allowed] == [project.project_id for project in REGIONS.projects]
