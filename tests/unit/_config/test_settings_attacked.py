"""Settings under attack: places that contradict each other, agencies that are refused, and wrong files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid

import pytest
from pulumi_huaweicloud_css import CssClient, get_fleet_log_records
from pulumi_huaweicloud_css._api import agencies
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css.emulator import Account, Agency, Backups, Cluster, Project, Site
from pulumi_huaweicloud_css.errors import ApiError, FleetError, SettingsError

OWN, TEAM = "a" * 32, "b" * 32
CLUSTER, TEAM_CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c", "f5c4d3b2-0000-4a4a-8b8b-123456789abc"
ROLE = {"agencyName": "readers", "domainName": "emulated-account"}
PROFILE = {
    "name": "p",
    "mode": "AKSK",
    "accessKeyId": "EMULATED0ACCESS0KEY0",
    "secretAccessKey": "emulated-secret-key-that-opens-nothing-0",
    "region": "cn-north-4",
    "projectId": OWN,
}


@pytest.fixture
def koocli(tmp_path):
    """Return the writer of a KooCLI file with one profile, which returns the environment of that home."""

    def write(**entries):
        (tmp_path / ".hcloud").mkdir()
        config = {"current": "p", "profiles": [{**PROFILE, **entries}]}
        (tmp_path / ".hcloud" / "config.json").write_text(json.dumps(config))
        return {"HOME": str(tmp_path)}

    return write


@pytest.fixture
def two_projects(start):
    """Serve a region's own project and a sub-project, each with a cluster."""
    projects = (
        Project(project_id=OWN, clusters=(Cluster(cluster_id=CLUSTER),)),
        Project(project_id=TEAM, name="cn-north-4_team", clusters=(Cluster(cluster_id=TEAM_CLUSTER),)),
    )
    return start(site=Site(projects=projects))


@pytest.mark.parametrize("place", ["HW_PROJECT_ID", "huaweicloud:projectId"])
def test_a_project_id_behind_that_of_a_profile_for_another_region(koocli, place):
    """The project of a profile does not count in another region; then the id that was given elsewhere does."""
    environ = {**koocli(), "HW_PROFILE": "p"}
    config = {}
    if place == "HW_PROJECT_ID":
        environ["HW_PROJECT_ID"] = TEAM
    else:  # the profile is named in the stack, too, and so comes before it
        config = {"profile": "p", "projectId": TEAM}
    assert resolve(environ=environ, config=config.get, region="cn-east-3").project_id == TEAM


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_project_name(two_projects, css_logs, name):
    """An option without a value, as from an empty variable of a pipeline, is an error; no other project is asked."""
    two_projects.clear_requests()
    done = css_logs(two_projects)("list", "--cluster-id", CLUSTER, "--project-name", name, HW_PROJECT_ID=TEAM)
    assert (done.returncode, two_projects.requests) == (4, [])
    assert "--project-name" in done.stderr


@pytest.mark.parametrize("name", ["cn-north-4_team", "cn-north-4"])
def test_a_project_name_of_another_region(two_projects, css_logs, name):
    """Clusters of the settings' project do not pass for those of the region that is asked for: nothing is sent."""
    two_projects.clear_requests()
    css = {"HUAWEICLOUD_SDK_REGION_CSS_CN_EAST_3": two_projects.endpoint}
    run = css_logs(two_projects, HW_PROJECT_ID="", HW_PROJECT_NAME=name, **css)
    for command in (("gate", "--all-clusters"), ("list", "--cluster-id", TEAM_CLUSTER), ("whoami",)):
        done = run(*command, "--region", "cn-east-3")
        assert done.returncode == 4
        told = f"'{name}' (HW_PROJECT_NAME) is the name of a project in cn-north-4, and the region is 'cn-east-3'"
        assert told in done.stdout + done.stderr
    assert two_projects.requests == []
    assert run("list", "--cluster-id", TEAM_CLUSTER if "_" in name else CLUSTER).returncode == 0


def test_a_project_name_of_one_of_several_regions(two_projects, start, css_logs):
    """With several regions, the settings' project is that of their own region, as before, and no error."""
    elsewhere = Project(project_id="c" * 32, region="cn-east-3", clusters=())
    emulator = start(site=Site(projects=(*two_projects.site.projects, elsewhere)))
    run = css_logs(emulator, HW_PROJECT_ID="", HW_PROJECT_NAME="cn-north-4_team")
    done = run("clusters", "--region", "cn-north-4", "--region", "cn-east-3", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert TEAM_CLUSTER in done.stdout


def test_whoami_with_a_wrong_endpoint_of_sts(css_logs):
    """A wrong address of STS is one line of whoami, and hides no other setting."""
    environ = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hush", "HW_REGION_NAME": "cn-north-4"}
    done = css_logs()("whoami", HUAWEICLOUD_SDK_STS_ENDPOINT="http://10.0.0.1", **environ)
    assert "HW_REGION_NAME" in done.stdout
    assert "HUAWEICLOUD_SDK_STS_ENDPOINT" in done.stdout


def test_whoami_with_a_wrong_profile_shows_the_rest(css_logs):
    """A profile that is not there hides none of the settings that other places give."""
    environ = {"HW_PROFILE": "nobody", "HW_REGION_NAME": "cn-north-4", "HW_MAX_RETRIES": "7", "HW_PROJECT_ID": OWN}
    shown = json.loads(css_logs()("whoami", "--format", "json", **environ).stdout)
    assert "HW_PROFILE" in shown["credentials"]["problem"]
    assert shown["retries"]["value"] == 7


def test_whoami_with_the_documented_policy(start, css_logs):
    """For a user with the documented policy, which may not list clusters, --check does not say that nothing works."""
    emulator = start(site=Site(accounts=(Account(can_list_clusters=False),)))
    done = css_logs(emulator)("whoami", "--check")
    assert done.returncode == 0, done.stdout  # IAM and CSS were asked and answered
    assert "may css:log:listJob" not in done.stdout  # that is not what is missing
    assert "--cluster-id" in done.stdout


def test_whoami_with_what_is_no_clusters_id(emulator, css_logs):
    """A wrong argument is wrong usage, and is reported before any request is sent, as by the other commands."""
    done = css_logs(emulator)("whoami", "--check", "--cluster-id", "my-cluster")
    assert (done.returncode, emulator.requests) == (2, [])


def test_whoami_names_a_project_name_that_is_not_used(css_logs):
    """A project name that an id outranks is not "not given": it is set, and not used."""
    environ = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hush", "HW_REGION_NAME": "cn-north-4", "HW_PROJECT_ID": OWN}
    assert "HW_PROJECT_NAME" in css_logs()("whoami", HW_PROJECT_NAME="cn-north-4_team", **environ).stdout


def test_whoami_with_keys_the_wrong_way_round(css_logs):
    """A secret key in the place of the access key is not shown; one is 20 characters long, the other 40."""
    secret = "Sk0MarkedSecretKeyForTests0123456789abcd"
    environ = {"HW_ACCESS_KEY": secret, "HW_SECRET_KEY": "AK0MARKED0TEST0KEY00", "HW_REGION_NAME": "cn-north-4"}
    assert secret not in css_logs()("whoami", **environ).stdout


def test_a_refused_agency_is_no_question_of_permissions_of_css(start):
    """The error of an agency that is refused does not advise on the project id and css:log:listJob."""
    emulator = start(site=Site(agencies=(Agency(name="readers"),)))
    environ = {**emulator.environment(), "HW_ASSUME_ROLE_AGENCY_NAME": "no", "HW_ASSUME_ROLE_DOMAIN_NAME": "them"}
    with CssClient(_settings=resolve(environ=environ)) as client, pytest.raises(SettingsError) as error:
        client.list_log_records(CLUSTER)
    assert "css:log:listJob" not in str(error.value)


def test_a_fleet_asks_once_for_an_agency_that_is_refused(start, monkeypatch):
    """An agency that is refused is one error, and IAM is not asked for it once for each cluster."""
    ids = [str(uuid.UUID(int=number)) for number in range(1, 41)]
    clusters = [Cluster(cluster_id=each, backups=Backups(count=1)) for each in ids]
    emulator = start(site=Site(projects=[Project(clusters=clusters)], agencies=(Agency(name="readers"),)))
    variables = {"HW_ASSUME_ROLE_AGENCY_NAME": "no", "HW_ASSUME_ROLE_DOMAIN_NAME": "them"}
    for name, value in {**emulator.environment(), **variables}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises((FleetError, SettingsError)):
        get_fleet_log_records(cluster_ids=ids)
    assert len(emulator.requests) <= 16  # at most as many as are under way at once


@pytest.mark.parametrize("nothing", [0, "0"])
def test_an_sso_session_with_no_time_of_its_end(koocli, nothing):
    """Zero is no time, as for records: a session is not said to have ended in 1970."""
    token = {"accessKeyId": "AK0SSO", "secretAccessKey": "hush", "securityToken": "hush", "expiration": nothing}
    environ = koocli(mode="SSO", ssoAuth={"stsToken": token})
    assert resolve(environ=environ).credentials.access_key == "AK0SSO"


def test_an_sso_session_that_the_api_says_has_ended(start, koocli):
    """KooCLI's file need not tell when a session ends; where the API refuses its keys, the error says what to run."""
    keys = Credentials("AK0SSO", "hush-sso", "hush-session", expires_at=1.0)
    emulator = start(site=Site(accounts=(Account(credentials=keys),)))
    token = {"accessKeyId": "AK0SSO", "secretAccessKey": "hush-sso", "securityToken": "hush-session"}
    environ = koocli(mode="SSO", ssoAuth={"stsToken": token})
    environ["HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4"] = emulator.endpoint
    with CssClient(_settings=resolve(environ=environ)) as client, pytest.raises(ApiError) as error:
        client.list_log_records(CLUSTER)
    assert error.value.status == 401
    assert "the KooCLI profile 'p' in " in str(error.value)
    assert "`hcloud configure sso`" in str(error.value)


def test_whoami_with_a_wrong_file_of_the_sdk_shows_what_is_in_no_file(css_logs, tmp_path):
    """A profile file that cannot be read says nothing about settings that never stand in it."""
    variables = {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(tmp_path), "HW_REGION_NAME": "cn-north-4"}
    shown = json.loads(css_logs()("whoami", "--format", "json", **variables).stdout)
    assert "problem" in shown["credentials"]
    assert {name for name in ("cloud", "endpoint", "IAM endpoint", "retries") if "problem" in shown[name]} == set()


@pytest.mark.parametrize(("account", "service"), [("DOMAIN_NAME", "IAM"), ("DOMAIN_ID", "STS")])
def test_an_agency_without_a_region(css_logs, account, service):
    """Where nothing tells at which address to ask for an agency's keys, a query and whoami agree on what is missing."""
    keys = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hush", "HW_PROJECT_ID": OWN}
    agency = {"HW_ASSUME_ROLE_AGENCY_NAME": "readers", f"HW_ASSUME_ROLE_{account}": "them"}
    run = css_logs(None, **keys, **agency)
    for command in (("whoami",), ("list", "--cluster-id", CLUSTER)):
        done = run(*command, "--endpoint", "https://css.example.invalid")
        assert done.returncode == 4
        assert f"without a region nothing tells where {service} is" in done.stdout + done.stderr
        assert "HW_REGION_NAME" in done.stdout + done.stderr


def test_a_wrong_cloud_is_an_error_also_where_no_address_is_made_of_it(emulator, css_logs):
    """A query and whoami agree: what whoami says is wrong, with code 4, is an error before anything is sent."""
    run = css_logs(emulator, HW_CLOUD="no cloud")
    for arguments in (("whoami",), ("list", "--cluster-id", CLUSTER)):
        done = run(*arguments)
        assert done.returncode == 4
        assert "'no cloud' (HW_CLOUD) is not a domain" in done.stdout + done.stderr
    assert emulator.requests == []


@pytest.mark.parametrize("variable", ["HW_PROJECT_NAME", "HW_AUTH_URL", "HUAWEICLOUD_SDK_IAM_ENDPOINT", "HW_CLOUD"])
def test_bytes_that_are_no_text(emulator, variable):
    """A variable in another encoding than UTF-8 is one clear error that names it, before anything is sent."""
    environ = {**emulator.environment(), "HW_PROJECT_ID": "", variable: os.fsdecode(b"cn-north-4_\xfcber")}
    with pytest.raises(SettingsError, match=variable):
        resolve(environ=environ)


@pytest.mark.parametrize("entry", ["projectId", "region", "agencyName"])
def test_nothing_of_a_profile_is_shown(koocli, entry):
    """A wrong entry of a profile is not shown, for it may be a secret that stands in the wrong line."""
    with pytest.raises(SettingsError) as error:
        resolve(environ=koocli(**{entry: "hush-in-the-wrong-line"}))
    assert "hush" not in str(error.value)


def test_an_agency_of_a_profile_is_named_as_the_profile_has_it(koocli):
    """An error about the agency of a profile names KooCLI's entries, not those of the stack's configuration."""
    with pytest.raises(SettingsError) as error:
        resolve(environ=koocli(agencyName="readers"))
    assert "agencyDomainName" in str(error.value)


@pytest.mark.parametrize("variable", ["HW_PROFILE", "HW_SHARED_CONFIG_FILE"])
def test_the_emulators_settings_in_a_shell_with_a_profile(emulator, css_logs, koocli, variable):
    """What the emulator prints for a shell leads to it also where the user's own shell names a KooCLI profile."""
    home = koocli(accessKeyId="REAL0KEY", secretAccessKey="hush-real")
    value = "p" if variable == "HW_PROFILE" else "~/.hcloud/config.json"
    run = css_logs()
    run.settings = {**home, variable: value, **emulator.environment()}  # the emulator's come after the shell's own
    done = run("list", "--cluster-id", CLUSTER)
    assert done.returncode == 0, done.stderr


def test_the_emulators_keys_go_to_no_real_iam(emulator):
    """A signature made for an emulator has no business at the IAM that the user's own shell names."""
    environ = {"HW_AUTH_URL": "https://iam.cn-north-4.myhuaweicloud.com/v3", **emulator.environment()}
    assert resolve(environ=environ).iam_endpoint == emulator.endpoint


def test_the_fixture_sets_aside_every_setting_of_an_agency(tmp_path):
    """Users' tests with the fixture `css_emulator` run also in a shell with HW_ASSUME_ROLE_* set."""
    (tmp_path / "test_users.py").write_text(
        "from pulumi_huaweicloud_css import get_log_records\n"
        "def test_users(css_emulator):\n"
        "    assert get_log_records(cluster_id=css_emulator.cluster_id).count\n"
    )
    own = {"HW_ASSUME_ROLE_AGENCY_NAME": "ours", "HW_ASSUME_ROLE_DOMAIN_NAME": "us", "NO_PROXY": "*"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "pulumi_huaweicloud_css.emulator.pytest_plugin", str(tmp_path)],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **own},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_keys_that_still_last_are_used_while_iam_is_away(start, monkeypatch):
    """A renewal that fails for now does not fail a query that the old keys, which have not ended, can be signed for."""
    emulator = start(site=Site(agencies=(Agency(name="readers"),)))
    environ = {**emulator.environment(), "HW_MAX_RETRIES": "0"}
    now = time.time()
    with CssClient(_settings=resolve(environ=environ, config={"assumeRole": {**ROLE, "duration": 3600}}.get)) as client:
        client.list_log_records(CLUSTER)
        monkeypatch.setattr(agencies.time, "time", lambda: now + 3400)  # 200 s before their end
        emulator.fault("503", 1)
        assert client.list_log_records(CLUSTER).records
