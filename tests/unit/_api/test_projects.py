"""The project's id by its name: sub-projects, users with few rights, and names that match none or several."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css import CssClient
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css.emulator import Account, Emulator, Project, Site
from pulumi_huaweicloud_css.errors import ApiError, SettingsError

OWN, TEAM = "a" * 32, "b" * 32
PROJECTS = (
    Project(project_id=OWN, clusters=()),
    Project(project_id=TEAM, name="cn-north-4_team", clusters=()),
    Project(project_id="c" * 32, name="cn-north-4_old", clusters=(), enabled=False),
)


@pytest.fixture(params=[True, False], ids=["may list", "few rights"])
def emulator(request):
    """Serve three projects to a user who may list them, and to one who may not."""
    with Emulator(site=Site(projects=PROJECTS, accounts=(Account(can_list_projects=request.param),))) as emulator:
        yield emulator


def client_of(emulator, **environ):
    """Return a client without a project id."""
    return CssClient(_settings=resolve(environ={**emulator.environment(), "HW_PROJECT_ID": "", **environ}))


@pytest.mark.parametrize(("name", "project_id"), [("", OWN), ("cn-north-4", OWN), ("cn-north-4_team", TEAM)])
def test_the_project_of_a_name(emulator, name, project_id):
    """The project is looked up by its name, else by the region's; where that is refused, among the user's own."""
    with client_of(emulator, HW_PROJECT_NAME=name) as client:
        assert client.project_id() == project_id
    paths = [request.path for request in emulator.requests]
    may_list = emulator.site.accounts[0].can_list_projects
    assert paths == ["/v3/projects"] + ([] if may_list else ["/v3/auth/projects"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("team", r"0 projects named 'team' .*a sub-project's whole name begins with its region: cn-north-4_"),
        ("cn-north-4_none", "0 projects named 'cn-north-4_none'"),
        ("cn-north-4_old", r"0 projects named 'cn-north-4_old' .*not counted: 'cn-north-4_old' .disabled."),
    ],
)
def test_a_name_without_a_usable_project(emulator, name, words):
    """A name that no enabled project has is one error that says what to give; no record is asked for."""
    with client_of(emulator, HW_PROJECT_NAME=name) as client, pytest.raises(SettingsError, match=words):
        client.list_log_records("4213d908-f5dc-4633-8401-cfd7175fca0c")
    assert not [request for request in emulator.requests if request.path.startswith("/v1.0")]


@pytest.mark.parametrize("variable", ["HW_PROJECT_NAME", "HW_REGION_NAME"])
def test_the_error_says_where_the_name_is_given(variable):
    """A name that is wrong is to be mended where it was given, so the error names that place."""
    names = {"HW_PROJECT_NAME": "cn-north-4_none"} if variable == "HW_PROJECT_NAME" else {}
    with (
        Emulator(site=Site(projects=(Project(name="cn-north-4_team"),))) as emulator,
        client_of(emulator, **names) as client,
        pytest.raises(SettingsError, match=rf"projects named 'cn-north-4\S* .*; the name is from {variable}"),
    ):
        client.project_id()


def test_an_address_at_which_iam_is_not(emulator):
    """A path too many in the authentication URL is one error that tells which settings to look at."""
    with (
        client_of(emulator, HW_AUTH_URL=f"{emulator.endpoint}/v3/auth/tokens") as client,
        pytest.raises(ApiError, match=r"IAM returned HTTP 404, .*\. Check the address of IAM \(HW_AUTH_URL, "),
    ):
        client.project_id()


@pytest.mark.parametrize("variable", ["HW_PROJECT_NAME", "HW_ASSUME_ROLE_AGENCY_NAME"])
def test_a_secret_in_the_place_of_a_name(emulator, variable):
    """A secret key that was pasted in the place of a name is known for what it is, and not shown."""
    environ = {variable: emulator.secret_key, "HW_ASSUME_ROLE_DOMAIN_NAME": emulator.secret_key}
    if variable == "HW_PROJECT_NAME":
        del environ["HW_ASSUME_ROLE_DOMAIN_NAME"]
    with client_of(emulator, **environ) as client, pytest.raises(SettingsError) as error:
        client.project_id()
    assert "***" in str(error.value)
    assert emulator.secret_key not in str(error.value)


def test_two_projects_of_one_name(answering):
    """Two projects of one name are an error that lists them."""
    listed = {"projects": [{"id": each * 32, "name": "cn-north-4", "enabled": True} for each in "ab"]}
    server = answering((403, {"error": {"message": "no", "code": "403"}}), (200, listed))
    environ = {
        "HW_ACCESS_KEY": "AK",
        "HW_SECRET_KEY": "hush",
        "HW_REGION_NAME": "cn-north-4",
        "HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4": server.url,
    }
    with (
        CssClient(_settings=resolve(environ=environ)) as client,
        pytest.raises(SettingsError, match="IAM lists 2 projects"),
    ):
        client.project_id()


def test_other_errors_of_iam_are_not_worked_around(emulator):
    """Only a 403 leads to the list of the user's own projects; other errors are told as they are."""
    emulator.fault("500")
    with client_of(emulator, HW_MAX_RETRIES="0") as client, pytest.raises(ApiError) as error:
        client.project_id()
    assert (error.value.service, error.value.status) == ("IAM", 500)
    assert [request.path for request in emulator.requests] == ["/v3/projects"]


@pytest.mark.parametrize(
    ("environ", "config", "url", "where"),
    [
        ({}, {}, "https://iam.cn-north-4.myhuaweicloud.com", "the region"),
        ({"HW_CLOUD": "example.org"}, {}, "https://iam.cn-north-4.example.org", "the region and HW_CLOUD"),
        ({"HW_AUTH_URL": "https://iam.example.org/v3"}, {}, "https://iam.example.org", "HW_AUTH_URL"),
        ({"HW_AUTH_URL": "https://iam.example.org:8443/v3/"}, {}, "https://iam.example.org:8443", "HW_AUTH_URL"),
        ({"HW_AUTH_URL": "https://a.org/v3"}, {"authUrl": "https://b.org"}, "https://b.org", "huaweicloud:authUrl"),
        (
            {"HW_AUTH_URL": "https://a.org/v3"},
            {"endpoints": {"iam": "https://c.org"}},
            "https://c.org",
            "huaweicloud:endpoints, key iam",
        ),
        ({"HUAWEICLOUD_SDK_IAM_ENDPOINT": "https://d.org"}, {}, "https://d.org", "HUAWEICLOUD_SDK_IAM_ENDPOINT"),
    ],
)
def test_where_iam_is(environ, config, url, where):
    """IAM's address comes from the endpoints, the authentication URL, the SDK's variable, or region and cloud."""
    enough = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hush", "HW_REGION_NAME": "cn-north-4"}
    settings = resolve(environ={**enough, **environ}, config=config.get)
    assert (settings.iam_endpoint, settings.sources["iam_endpoint"]) == (url, where)
