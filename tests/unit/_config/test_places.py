"""Each setting from each place where users keep it, run against the emulator in a program and on the command line.

A row gives the right value in one place and wrong ones in every place that counts less; the query succeeds only with
the right one. With the right number of retries, which is none, it fails at once.
"""

from __future__ import annotations

import contextlib
import json

import pulumi
import pytest
from pulumi_huaweicloud_css import get_log_records
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css._config.settings import SettingsArguments
from pulumi_huaweicloud_css._config.table import AGENCY_VARIABLES, SETTINGS
from pulumi_huaweicloud_css.emulator import Account, Agency, Backups, Cluster, Emulator, Project, Site
from pulumi_huaweicloud_css.errors import ApiError

from tests.support.setting_places import (
    BESIDES,
    BRIEF,
    CLOUD,
    CLUSTERS,
    HERE,
    IN_ENVIRONMENT,
    IN_INI,
    IN_KOOCLI,
    KEYS,
    NOBODY,
    OTHER_REGION,
    OWN,
    PLAIN,
    REGION,
    TEAM,
    TOKEN,
    Place,
    rows,
    settings,
)
from tests.support.tls import Tunnel, unsigned_certificate


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
        # The keys stand beside what is tried: in a file whose entries count with its keys only, or in the environment.
        keys = IN_KOOCLI if given.koocli or setting in ("profile", "file") else IN_ENVIRONMENT
        keys = IN_INI if "iam_endpoint" in given.ini else keys
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
