"""Each setting from each place where users keep it, run against the emulator in a program and on the command line.

A row gives the right value in one place and wrong ones in every place that counts less; the query succeeds only with
the right one. With the right number of retries, which is none, it fails at once.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field

import pulumi
import pytest
from pulumi_huaweicloud_css import get_log_records
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css._config.settings import SettingsArguments
from pulumi_huaweicloud_css._config.table import AGENCY_VARIABLES, SETTINGS
from pulumi_huaweicloud_css.emulator import Account, Agency, Backups, Cluster, Emulator, Project, Site
from pulumi_huaweicloud_css.errors import ApiError

from tests.support.tls import Tunnel, unsigned_certificate

REGION, OTHER_REGION = "cn-north-4", "cn-east-3"
OWN, TEAM, ELSEWHERE = ("a" * 32, "b" * 32, "c" * 32)
CLUSTERS = {OWN: "4213d908-f5dc-4633-8401-cfd7175fca0c", TEAM: "f5c4d3b2-0000-4a4a-8b8b-123456789abc"}
KEYS = ("RIGHT0ACCESS0KEY", "hush-right", "hush-session")
PLAIN = ("PLAIN0ACCESS0KEY", "hush-plain")  # for places that have no security token
WRONG = ("WRONG0ACCESS0KEY", "hush-wrong", "hush-none")
TOKEN = "hush-token"
HERE = "http://emulator"  # stands for its address until it is known
NOBODY = "http://127.0.0.1:9"  # the discard port, where nobody listens
CLOUD = "right.example"
DOMAIN = {"domainName": "emulated-account"}
BY_ID = {"domainId": "fedcba9876543210fedcba9876543210"}
BRIEF = 1800  # seconds; the only duration that the agency "brief" allows
OF_AN_AGENCY = {
    "agencyName": "HW_ASSUME_ROLE_AGENCY_NAME",
    "domainName": "HW_ASSUME_ROLE_DOMAIN_NAME",
    "domainId": "HW_ASSUME_ROLE_DOMAIN_ID",
    "duration": "HW_ASSUME_ROLE_DURATION",
}


@dataclass
class Place:
    """What stands where: arguments, the stack's configuration, the environment, the two files."""

    argument: dict[str, str] = field(default_factory=dict)
    config: dict[str, object] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    ini: dict[str, str] = field(default_factory=dict)
    koocli: dict[str, object] = field(default_factory=dict)

    def under(self, other: Place) -> Place:
        """Return both, the other one's values where both have some."""
        return Place(
            *({**mine, **theirs} for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True))
        )


def _keys(values, names, kind):
    return Place(**{kind: dict(zip(names, values, strict=False))})


def key_places(values, plain=PLAIN):
    """Return every place of a key pair with its security token, the one that counts most first."""
    return {
        "stack configuration": _keys(values, ["accessKey", "secretKey", "securityToken"], "config"),
        "HW_ACCESS_KEY": _keys(values, ["HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"], "environ"),
        "HUAWEICLOUD_SDK_AK": _keys(
            values, ["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN"], "environ"
        ),
        "CLOUD_SDK_AK": _keys(plain, ["CLOUD_SDK_AK", "CLOUD_SDK_SK"], "environ"),
        "profile file": _keys(values, ["ak", "sk", "security_token"], "ini"),
        "KooCLI": _keys(values, ["accessKeyId", "secretAccessKey", "securityToken"], "koocli"),
    }


def places(key, variable, value, *, argument=None, sdk=None, ini=None, koocli=None):
    """Return every place of a setting with this value, the one that counts most first."""
    found = {argument: Place(argument={argument: value})} if argument else {}
    found[f"huaweicloud:{key}"] = Place(config={key: value})
    for name in (variable, sdk):
        if name:
            found[name] = Place(environ={name: value})
    if ini:
        found["profile file"] = Place(ini={ini: value})
    if koocli:
        found["KooCLI"] = Place(koocli={koocli: value})
    return found


def agency_places(name, domain=DOMAIN, duration=None):
    """Return every place of an agency: its name, its account, and how long its keys last."""
    whole = {"agencyName": name, **domain, **({"duration": duration} if duration else {})}
    variables = {OF_AN_AGENCY[key]: str(value) for key, value in whole.items()}
    places = {
        "huaweicloud:assumeRole": Place(config={"assumeRole": whole}),
        "HW_ASSUME_ROLE_AGENCY_NAME": Place(environ=variables),
    }
    if duration is None:  # which a KooCLI profile does not have
        account = {f"agencyD{key[1:]}": value for key, value in domain.items()}
        places["KooCLI"] = Place(koocli={"agencyName": name, **account})
    return places


def endpoint_places(url):
    """Return every place of the address of CSS."""
    return {
        "argument": Place(argument={"endpoint": url}),
        "huaweicloud:endpoints": Place(config={"endpoints": {"css": url}}),
        "HUAWEICLOUD_SDK_REGION_CSS": Place(environ={"HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4": url}),
    }


def iam_places(url):
    """Return every place of the address of IAM."""
    return {
        "huaweicloud:endpoints": Place(config={"endpoints": {"iam": url}}),
        "huaweicloud:authUrl": Place(config={"authUrl": f"{url}/v3"}),
        "HW_AUTH_URL": Place(environ={"HW_AUTH_URL": f"{url}/v3"}),
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": Place(environ={"HUAWEICLOUD_SDK_IAM_ENDPOINT": url}),
    }


def sts_places(url):
    """Return every place of the address of STS."""
    return {
        "huaweicloud:endpoints": Place(config={"endpoints": {"sts": url}}),
        "HUAWEICLOUD_SDK_STS_ENDPOINT": Place(environ={"HUAWEICLOUD_SDK_STS_ENDPOINT": url}),
    }


# Which settings each row needs besides its own: keys in a place that belongs to it.
IN_ENVIRONMENT = key_places(KEYS)["HW_ACCESS_KEY"]
IN_KOOCLI = key_places(KEYS)["KooCLI"]
# Which variables some rows need besides.
BESIDES = {
    "cloud": {"HW_INSECURE": "true"},
    "STS": agency_places("readers", BY_ID)["HW_ASSUME_ROLE_AGENCY_NAME"].environ,
}


def settings():
    """Return each setting: its places with the right value, and with a wrong one, and the project that is read."""
    return {
        "keys": (key_places(KEYS), key_places(WRONG, WRONG), OWN),
        "token": (
            places("token", "HW_AUTH_TOKEN", TOKEN),
            places("token", "HW_AUTH_TOKEN", "hush-no-token"),
            OWN,
        ),
        "project id": (
            places(
                "projectId", "HW_PROJECT_ID", TEAM, argument="project_id", sdk="HUAWEICLOUD_SDK_PROJECT_ID",
                ini="project_id", koocli="projectId",
            ),
            places(
                "projectId", "HW_PROJECT_ID", ELSEWHERE, argument="project_id", sdk="HUAWEICLOUD_SDK_PROJECT_ID",
                ini="project_id", koocli="projectId",
            ),
            TEAM,
        ),
        "project name": (
            places("projectName", "HW_PROJECT_NAME", f"{REGION}_team", argument="project_name"),
            places("projectName", "HW_PROJECT_NAME", f"{REGION}_none", argument="project_name"),
            TEAM,
        ),
        "region": (
            places("region", "HW_REGION_NAME", REGION, argument="region", koocli="region"),
            places("region", "HW_REGION_NAME", OTHER_REGION, argument="region", koocli="region"),
            OWN,
        ),
        "agency": (agency_places("readers"), agency_places("nobody"), OWN),
        "agency of an id": (agency_places("readers", BY_ID), agency_places("nobody", BY_ID), OWN),
        "agency for a while": (
            agency_places("brief", duration=BRIEF), agency_places("brief", duration=BRIEF // 2), OWN
        ),
        "STS": (sts_places(HERE), sts_places(NOBODY), OWN),
        "cloud": (places("cloud", "HW_CLOUD", CLOUD), places("cloud", "HW_CLOUD", "wrong.example"), OWN),
        "insecure": (places("insecure", "HW_INSECURE", "true"), places("insecure", "HW_INSECURE", "false"), OWN),
        "retries": (places("maxRetries", "HW_MAX_RETRIES", "0"), places("maxRetries", "HW_MAX_RETRIES", "1"), OWN),
        "profile": (
            places("profile", "HW_PROFILE", "default", argument="profile"),
            places("profile", "HW_PROFILE", "nobody", argument="profile"),
            OWN,
        ),
        "endpoint": (endpoint_places(HERE), endpoint_places(NOBODY), OWN),
        "IAM": (iam_places(HERE), iam_places(NOBODY), OWN),
        "file": (
            places("sharedConfigFile", "HW_SHARED_CONFIG_FILE", "~/.hcloud/config.json"),
            places("sharedConfigFile", "HW_SHARED_CONFIG_FILE", "~/nowhere.json"),
            OWN,
        ),
    }  # fmt: skip


def rows():
    """Yield every row: its name, what is given, and the project whose cluster is read."""
    for setting, (right, wrong, project_id) in settings().items():
        names = list(right)
        for number, name in enumerate(names):
            given = Place()
            for below in reversed(names[number + 1 :]):
                given = given.under(wrong[below])
            yield pytest.param(setting, given.under(right[name]), project_id, id=f"{setting}: {name}")


@pytest.fixture(scope="module")
def site():
    """Two projects of one region, open to one pair of keys, another without a token, one token, and two agencies."""
    accounts = (
        Account(credentials=Credentials(*KEYS)),
        Account(credentials=Credentials(*PLAIN)),
        Account(credentials=Credentials(token=TOKEN)),
    )
    clusters = {
        each: (Cluster(cluster_id=cluster_id, backups=Backups(count=1)),) for each, cluster_id in CLUSTERS.items()
    }
    projects = (
        Project(project_id=OWN, clusters=clusters[OWN]),
        Project(project_id=TEAM, name=f"{REGION}_team", clusters=clusters[TEAM]),
    )
    agencies = (Agency(name="readers"), Agency(name="brief", min_duration=BRIEF, max_duration=BRIEF))
    return Site(accounts=accounts, projects=projects, agencies=agencies)


@pytest.fixture(scope="module")
def emulator(site):
    """Serve the site."""
    with Emulator(site=site) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def over_tls(site, tmp_path_factory):
    """Serve the site with a certificate that nobody has signed."""
    context = unsigned_certificate(tmp_path_factory.mktemp("tls"))[1]
    with Emulator(site=site, ssl_context=context) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def tunnel(over_tls):
    """Lead the hosts of the right cloud to the emulator, through a proxy."""
    tunnel = Tunnel(f".{REGION}.{CLOUD}", over_tls.endpoint)
    yield tunnel.url
    tunnel.stop()


@pytest.fixture
def around(emulator, over_tls, tunnel, tmp_path):
    """Return the files and variables of a row, with all that the row needs besides."""

    def make(setting, given):
        # The keys stand beside what is tried: in a KooCLI profile, which counts as a whole, or in the environment.
        keys = IN_KOOCLI if given.koocli or setting in ("profile", "file") else IN_ENVIRONMENT
        given = Place(**json.loads(json.dumps(vars(given)).replace(HERE, emulator.endpoint)))
        whole = given if setting == "keys" or (setting == "token" and given.config) else keys.under(given)
        css = f"HUAWEICLOUD_SDK_REGION_CSS_{REGION.upper().replace('-', '_')}"
        environ = {
            css: over_tls.endpoint if setting == "insecure" else emulator.endpoint,
            f"HUAWEICLOUD_SDK_REGION_CSS_{OTHER_REGION.upper().replace('-', '_')}": NOBODY,
            "HOME": str(tmp_path),
            "NO_PROXY": "*",
            **BESIDES.get(setting, {}),
            **whole.environ,
        }
        if setting == "cloud":
            environ |= {css: "", "HTTPS_PROXY": tunnel, "NO_PROXY": ""}
        if setting == "retries":
            emulator.fault("503", 1)
        if setting != "region":
            environ["HW_REGION_NAME"] = REGION
        if whole.ini:
            (tmp_path / ".huaweicloud").mkdir()
            text = "\n".join(["[basic]", *(f"{name} = {value}" for name, value in whole.ini.items())])
            (tmp_path / ".huaweicloud" / "credentials").write_text(text)
        if whole.koocli:
            (tmp_path / ".hcloud").mkdir()
            profile = {"name": "default", "mode": "AKSK", **whole.koocli}
            config = {"current": "default", "profiles": [{"name": "other"}, profile]}
            (tmp_path / ".hcloud" / "config.json").write_text(json.dumps(config))
        return whole, environ

    yield make
    emulator.clear_faults()


# The names of project and profile are options of the command line, and no arguments of a program.
IN_A_PROGRAM = [row for row in rows() if not {"project_name", "profile"} & set(row.values[1].argument)]
# The command line reads no stack's configuration.
ON_THE_COMMAND_LINE = [row for row in rows() if not row.values[1].config]


def test_every_place_of_every_setting_has_a_row():
    """No name in the table of settings, and no option, is without a row in which it gives the right value."""
    given = [place for right, _, _ in settings().values() for place in right.values()]
    tried = {kind: {name for place in given for name in vars(place)[kind]} for kind in vars(Place())}
    named = {
        "argument": {*SettingsArguments.__annotations__},
        "config": {setting.config for setting in SETTINGS},
        "environ": {*_variables()},
        "ini": {setting.profile for setting in SETTINGS if setting.profile},
        "koocli": {"agencyDomainName", "agencyDomainId", *(each.koocli for each in SETTINGS if each.koocli)},
    }
    assert {kind: names - tried[kind] for kind, names in named.items() if names - tried[kind]} == {}


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize(("setting", "given", "project_id"), IN_A_PROGRAM)
def test_in_a_program(around, monkeypatch, setting, given, project_id):
    """A program's function takes the setting from the place that counts, whatever stands in those that count less."""
    whole, environ = around(setting, given)
    for name in [*_variables(), "HOME", "NO_PROXY", "no_proxy", "https_proxy", "all_proxy", "ALL_PROXY"]:
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    config = {
        f"huaweicloud:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in whole.config.items()
    }
    pulumi.runtime.set_all_config(config)
    refused = pytest.raises(ApiError, match="HTTP 503") if setting == "retries" else contextlib.nullcontext()
    try:
        with refused:
            result = get_log_records(cluster_id=CLUSTERS[project_id], **whole.argument)
    finally:
        pulumi.runtime.set_all_config({})
    if setting != "retries":
        assert (result.project_id, result.count) == (project_id, 1)


@pytest.mark.parametrize(("setting", "given", "project_id"), ON_THE_COMMAND_LINE)
def test_on_the_command_line(around, css_logs, setting, given, project_id):
    """The command line, which reads no stack's configuration, takes the setting from the same places."""
    whole, environ = around(setting, given)
    options = [text for name, value in whole.argument.items() for text in (f"--{name.replace('_', '-')}", value)]
    run = css_logs()
    run.settings = environ
    done = run("list", "--cluster-id", CLUSTERS[project_id], "--format", "json", *options)
    if setting == "retries":
        assert "HTTP 503" in done.stderr
    else:
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["project_id"] == project_id
    assert "hush" not in done.stdout + done.stderr


def _variables():
    names = [name for setting in SETTINGS for name in (setting.terraform, setting.sdk, setting.sample) if name]
    return [*names, *AGENCY_VARIABLES.values()]
