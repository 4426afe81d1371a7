"""`css-logs whoami`: what is there, what is missing, what is not used, and what works."""

from __future__ import annotations

import json

import pytest
from pulumi_huaweicloud_css._config.table import unused_variables
from pulumi_huaweicloud_css.emulator import Account, Cluster, Emulator, Project, Site

from tests.support import ROOT

ROWS = [
    *("region", "project id", "project name", "cloud", "endpoint", "IAM endpoint", "STS endpoint"),
    *("credentials", "agency", "retries"),
    "insecure",
]


@pytest.fixture
def whoami(css_logs):
    """Return what runs the command in an environment of these variables, and reads its JSON."""

    def run(*options, code=0, **environ):
        done = css_logs(None, **environ)("whoami", "--format", "json", *options)
        assert (done.returncode, done.stderr) == (code, "")
        return json.loads(done.stdout)

    return run


def problems(shown):
    """Return the names of the settings that are wrong or missing."""
    return [name for name, row in shown.items() if isinstance(row, dict) and "problem" in row]


def test_nothing_at_all(whoami, css_logs):
    """Without any setting all are listed, the missing ones with every place where they can be given; the code is 4."""
    shown = whoami(code=4)
    assert list(shown) == [*ROWS, "not used"]
    assert problems(shown) == ["region", "project id", "endpoint", "IAM endpoint", "STS endpoint", "credentials"]
    for place in ("--region", "HW_REGION_NAME", "~/.hcloud/config.json"):
        assert place in shown["region"]["problem"]
    for place in (
        "HW_SECRET_KEY",
        "HUAWEICLOUD_SDK_SK",
        "CLOUD_SDK_SK",
        "~/.huaweicloud/credentials",
        "secretAccessKey",
    ):
        assert place in shown["credentials"]["problem"]
    text = css_logs()("whoami")
    assert text.returncode == 4
    assert [line.partition("  ")[0] for line in text.stdout.splitlines()] == ROWS
    assert text.stdout.count("HW_REGION_NAME") == 1  # what is missing for several rows is said once


@pytest.mark.parametrize(
    ("environ", "wrong"),
    [
        ({"HW_ACCESS_KEY": "AK"}, ["credentials"]),
        ({"HW_PROJECT_ID": "short"}, ["project id"]),
        ({"HW_MAX_RETRIES": "many"}, ["retries"]),
        ({"HW_INSECURE": "perhaps"}, ["insecure"]),
        ({"HW_ASSUME_ROLE_AGENCY_NAME": "readers"}, ["agency"]),
        ({"HW_AUTH_URL": "http://iam.example.org/v3"}, ["IAM endpoint"]),
        ({"HW_CLOUD": "no cloud"}, ["cloud", "endpoint", "IAM endpoint", "STS endpoint"]),
        ({"HW_REGION_NAME": "no region"}, ["region", "project id", "endpoint", "IAM endpoint", "STS endpoint"]),
    ],
)
def test_one_wrong_setting_hides_no_other(whoami, environ, wrong):
    """What is wrong is told beside all that is right; the code is 4, for no query could be made."""
    enough = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hush", "HW_REGION_NAME": "cn-north-4"}
    if "HW_ACCESS_KEY" in environ:
        del enough["HW_SECRET_KEY"]
    shown = whoami(code=4, **{**enough, **environ})
    assert problems(shown) == wrong
    assert "hush" not in json.dumps(shown)


def test_variables_that_are_not_used(whoami, css_logs):
    """Variables of the Terraform provider that are set and not taken are listed by name, never with their values."""
    enough = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hush", "HW_REGION_NAME": "cn-north-4"}
    unused = {"HW_USER_NAME": "me", "HW_USER_PASSWORD": "hush", "OS_PASSWORD": "hush", "HW_REGION": "typing-error"}
    assert whoami(**enough, **unused)["not used"] == ["HW_REGION", "HW_USER_NAME", "HW_USER_PASSWORD", "OS_PASSWORD"]
    text = css_logs(None, **enough, **unused)("whoami")
    assert "set, and not used: HW_REGION, HW_USER_NAME, HW_USER_PASSWORD, OS_PASSWORD" in text.stdout
    assert "hush" not in text.stdout


# The variables of the Terraform provider's documentation and source; each is taken or reported.
# fmt: off
TERRAFORM = [
    "HW_ACCESS_KEY", "HW_ASSUME_ROLE_AGENCY_NAME", "HW_ASSUME_ROLE_DOMAIN_ID", "HW_ASSUME_ROLE_DOMAIN_NAME",
    "HW_ASSUME_ROLE_DURATION", "HW_ASSUME_ROLE_IDP_ID", "HW_ASSUME_ROLE_ID_TOKEN", "HW_ASSUME_ROLE_ID_TOKEN_FILE",
    "HW_AUTH_TOKEN", "HW_AUTH_URL", "HW_CLOUD", "HW_DOMAIN_ID", "HW_DOMAIN_NAME", "HW_ENABLE_FORCE_NEW",
    "HW_ENTERPRISE_PROJECT_ID", "HW_INSECURE", "HW_MAX_RETRIES", "HW_PROFILE", "HW_PROJECT_ID", "HW_PROJECT_NAME",
    "HW_REGION_NAME", "HW_SECRET_KEY", "HW_SECURITY_TOKEN", "HW_SHARED_CONFIG_FILE", "HW_SIGNING_ALGORITHM",
    "HW_TF_CUSTOM_UA", "HW_USER_ID", "HW_USER_NAME", "HW_USER_PASSWORD", "OS_ACCESS_KEY", "OS_AGENCY_DOMAIN_NAME",
    "OS_AGENCY_NAME", "OS_AUTH_TOKEN", "OS_AUTH_URL", "OS_CACERT", "OS_CERT", "OS_DELEGATED_PROJECT", "OS_DOMAIN_ID",
    "OS_DOMAIN_NAME", "OS_INSECURE", "OS_KEY", "OS_PASSWORD", "OS_PROJECT_DOMAIN_ID", "OS_PROJECT_DOMAIN_NAME",
    "OS_PROJECT_ID", "OS_PROJECT_NAME", "OS_REGION_NAME", "OS_SECRET_KEY", "OS_TENANT_ID", "OS_TENANT_NAME",
    "OS_USERNAME", "OS_USER_DOMAIN_ID", "OS_USER_DOMAIN_NAME", "OS_USER_ID", "SKIP_CHECK_UPGRADE",
    "SKIP_CHECK_WEBSITE_TYPE",
]
# fmt: on
NOT_TAKEN = {
    *("HW_DOMAIN_ID", "HW_DOMAIN_NAME", "HW_USER_NAME", "HW_USER_ID", "HW_USER_PASSWORD", "HW_ENTERPRISE_PROJECT_ID"),
    *("HW_ENABLE_FORCE_NEW", "HW_SIGNING_ALGORITHM", "HW_ASSUME_ROLE_IDP_ID", "HW_ASSUME_ROLE_ID_TOKEN"),
    *("HW_ASSUME_ROLE_ID_TOKEN_FILE", "HW_TF_CUSTOM_UA", "SKIP_CHECK_UPGRADE", "SKIP_CHECK_WEBSITE_TYPE"),
}


def test_every_variable_of_the_terraform_provider_is_taken_or_reported():
    """Of all its variables those that are not taken here are reported, and no other."""
    reported = unused_variables(dict.fromkeys(TERRAFORM, "x"))
    assert set(reported) == NOT_TAKEN | {name for name in TERRAFORM if name.startswith("OS_")}
    assert unused_variables(dict.fromkeys(TERRAFORM, " ")) == []
    page = (ROOT / "docs" / "settings.md").read_text()
    assert [name for name in TERRAFORM if not name.startswith("OS_") and name not in page] == []


CHECKS = {
    "all": (Account(), None, True, True, 0),
    "no projects": (Account(can_list_projects=False), None, True, True, 0),
    "no clusters": (Account(can_list_clusters=False), None, True, True, 0),
    "a cluster": (Account(can_list_clusters=False), Cluster().cluster_id, True, True, 0),
    "another cluster": (Account(), "f5c4d3b2-0000-4a4a-8b8b-123456789abc", True, False, 4),
}


@pytest.mark.parametrize("name", CHECKS)
def test_check(css_logs, whoami, name):
    """IAM and CSS are asked once each, and what works is said; the code is 4 if CSS cannot be asked."""
    account, cluster_id, iam, css, code = CHECKS[name]
    with Emulator(site=Site(accounts=(account,))) as emulator:
        options = ["--check", *(["--cluster-id", cluster_id] if cluster_id else [])]
        shown = whoami(*options, code=code, **emulator.environment())["checks"]
        assert {service: "problem" not in row for service, row in shown.items()} == {"IAM": iam, "CSS": css}
        asked = [request.path for request in emulator.requests]
        assert len([path for path in asked if path.startswith("/v1.0/")]) == 1
        assert all("limit=1" in request.query for request in emulator.requests if request.path.startswith("/v1.0/"))
        text = css_logs(emulator)("whoami", *options)
    assert text.returncode == code
    assert ("?" if name == "no clusters" else "✓") in text.stdout
    assert ("✗" in text.stdout) == (code == 4)


def test_check_of_a_project_that_is_given_and_cannot_be_looked_up(whoami):
    """A project id that is given works without IAM, whose refusal is told, and is no failure."""
    with Emulator(site=Site(projects=(Project(name="cn-north-4_team"),))) as emulator:
        shown = whoami("--check", **emulator.environment())["checks"]
    assert "IAM lists 0 projects named 'cn-north-4'" in shown["IAM"]["problem"]
    assert "problem" not in shown["CSS"]


def test_check_where_iam_refuses_every_list_of_projects(whoami, emulator, answering):
    """Without a project nothing can be asked of CSS: IAM's refusal is not told as one of CSS, and the code is 4."""
    iam = answering((403, b"{}"), (403, b"{}"))
    environ = {**emulator.environment(), "HW_PROJECT_ID": "", "HW_AUTH_URL": f"{iam.url}/v3"}
    checks = whoami("--check", code=4, **environ)["checks"]
    assert [name for name, row in checks.items() if "IAM returned HTTP 403" in row["problem"]] == ["IAM", "CSS"]
    assert emulator.requests == []


def test_check_asks_for_the_project_once(whoami, emulator):
    """The project that was found is the one that is used: IAM is not asked for it again."""
    whoami("--check", **{**emulator.environment(), "HW_PROJECT_ID": ""})
    assert [request.path for request in emulator.requests if request.path.startswith("/v3/")] == ["/v3/projects"]


def test_check_of_a_project_id_that_the_keys_may_not_use(whoami, emulator):
    """A wrong project id is no missing right: the code is 4, and IAM's line says that its project is another one."""
    shown = whoami("--check", code=4, **{**emulator.environment(), "HW_PROJECT_ID": "9" * 32})["checks"]
    assert "CSS.0015" in shown["CSS"]["problem"]
    assert f"the project is {emulator.project_id}; the one that is used is {'9' * 32}" in shown["IAM"]["value"]


def test_a_cluster_without_a_check(css_logs):
    """A cluster is of use only with a check: anything else is wrong usage."""
    done = css_logs()("whoami", "--cluster-id", Cluster().cluster_id)
    assert done.returncode == 2
    assert "--cluster-id: only with --check" in done.stderr
