"""`css-logs whoami`, and that keys of any source are in nothing that the command line or the emulator prints."""

from __future__ import annotations

import json
import pickle

import pytest
from pulumi_huaweicloud_css._api.client import CssClient
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css.emulator import Account, Emulator, Site
from pulumi_huaweicloud_css.errors import CssError

ACCESS_KEY = "AK0MARKED0TEST0KEY00"
SECRET_KEY = "Sk0MarkedSecretKeyForTests0123456789abcd"
SECURITY_TOKEN = "St0MarkedSecurityTokenForTests0123456789"
TOKEN = "To0MarkedIamTokenForTests0123456789abcdef"
SECRETS = (SECRET_KEY, SECURITY_TOKEN, TOKEN)

# Each source, as the environment that a user of it has; {home} is a home folder with a profile file.
SOURCES = {
    "terraform": {"HW_ACCESS_KEY": ACCESS_KEY, "HW_SECRET_KEY": SECRET_KEY, "HW_SECURITY_TOKEN": SECURITY_TOKEN},
    "token": {"HW_AUTH_TOKEN": TOKEN},
    "sdk": {
        "HUAWEICLOUD_SDK_AK": ACCESS_KEY,
        "HUAWEICLOUD_SDK_SK": SECRET_KEY,
        "HUAWEICLOUD_SDK_SECURITY_TOKEN": SECURITY_TOKEN,
    },
    "sample": {"CLOUD_SDK_AK": "AK0PLAIN", "CLOUD_SDK_SK": SECRET_KEY},
    "profile": {"HOME": "{home}"},
    "koocli": {"HOME": "{home}", "HW_PROFILE": "default"},
}
WHERE = {
    "terraform": "environment (HW_ACCESS_KEY, HW_SECRET_KEY, HW_SECURITY_TOKEN)",
    "token": "environment (HW_AUTH_TOKEN)",
    "sdk": "environment (HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_SECURITY_TOKEN)",
    "sample": "environment (CLOUD_SDK_AK, CLOUD_SDK_SK)",
    "profile": "credentials (ak, sk, security_token)",
    "koocli": "/.hcloud/config.json, whose SSO session `hcloud configure sso` renews",
}


@pytest.fixture
def access_log():
    """Collect the emulator's access lines."""
    return []


@pytest.fixture
def emulator(access_log):
    """Serve the marked temporary keys, a permanent pair with the same secret, and the marked token."""
    accounts = (
        Account(credentials=Credentials(ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN)),
        Account(credentials=Credentials("AK0PLAIN", SECRET_KEY)),
        Account(credentials=Credentials(token=TOKEN)),
    )
    with Emulator(site=Site(accounts=accounts), access_log=access_log.append) as emulator:
        yield emulator


@pytest.fixture(params=SOURCES)
def source(request):
    """Name each source in turn."""
    return request.param


@pytest.fixture
def environ(source, emulator, tmp_path):
    """Return the environment of a user with that source."""
    folder = tmp_path / ".huaweicloud"
    folder.mkdir()
    profile = f"[basic]\nak={ACCESS_KEY}\nsk={SECRET_KEY}\nsecurity_token={SECURITY_TOKEN}\n"
    (folder / "credentials").write_text(profile)
    session = {"accessKeyId": ACCESS_KEY, "secretAccessKey": SECRET_KEY, "securityToken": SECURITY_TOKEN}
    koocli = {"current": "default", "profiles": [{"name": "default", "mode": "SSO", "ssoAuth": {"stsToken": session}}]}
    (tmp_path / ".hcloud").mkdir()
    (tmp_path / ".hcloud" / "config.json").write_text(json.dumps(koocli))
    keys = ("HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN")
    around = {name: value for name, value in emulator.environment().items() if name not in keys}
    own = {name: value.format(home=tmp_path) for name, value in SOURCES[source].items()}
    return {**around, **own}


@pytest.fixture
def run(css_logs):
    """Return what runs a command in an environment."""
    return lambda environ, *arguments: css_logs(None, **environ)(*arguments)


def _assert_clean(text):
    assert [secret for secret in SECRETS if secret in text] == []


def test_whoami_names_the_source_and_no_secret(run, environ, source):
    """Every source is named as its users know it, in text and in JSON, and nothing is sent."""
    text = run(environ, "whoami")
    data = run(environ, "whoami", "--format", "json")
    assert (text.returncode, data.returncode) == (0, 0), text.stderr
    assert WHERE[source] in text.stdout
    assert json.loads(data.stdout)["credentials"]["source"].endswith(WHERE[source])
    assert json.loads(data.stdout)["endpoint"]["source"] == "HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4"
    _assert_clean(text.stdout + text.stderr + data.stdout)


def test_no_command_prints_a_secret(run, environ, emulator, access_log):
    """List and gate, when they succeed and when they are refused, show no key; nor does the emulator's own log."""
    good = ("--cluster-id", emulator.cluster_id)
    bad = ("--cluster-id", "ffffffff-0000-0000-0000-000000000000")
    printed = ""
    for command in ("list", "gate"):
        for arguments, codes in ((good, (0,)), (bad, (4,))):
            for form in ((), ("--format", "json")):
                done = run(environ, command, *arguments, *form)
                assert done.returncode in codes, done.stderr
                printed += done.stdout + done.stderr
    assert "CSS.3027" in printed
    _assert_clean(printed)
    assert len(access_log) == len(emulator.requests) == 8
    _assert_clean("".join(access_log) + repr(emulator.requests))


def test_objects_and_exceptions_show_and_keep_no_secret(environ):
    """Printing or pickling settings, or the error of a refusal, reveals nothing; a pickled copy cannot sign."""
    settings = resolve(environ=environ)
    assert any(secret in vars(settings.credentials).values() for secret in SECRETS)  # they are there, and hidden
    with CssClient(_settings=settings) as client, pytest.raises(CssError) as refused:
        client.list_log_records("ffffffff-0000-0000-0000-000000000000")
    shown = [repr(settings), str(settings), repr(client), repr(refused.value), str(refused.value)]
    _assert_clean("".join(shown))
    kept = pickle.dumps(settings) + pickle.dumps(refused.value) + pickle.dumps(settings.credentials)
    assert [secret for secret in SECRETS if secret.encode() in kept] == []


WRONG_PLACES = [
    *("HW_REGION_NAME", "HW_PROJECT_ID", "HW_PROJECT_NAME", "HW_CLOUD", "HW_AUTH_URL", "HW_PROFILE"),
    *("HW_SHARED_CONFIG_FILE", "HW_MAX_RETRIES", "HW_INSECURE", "HUAWEICLOUD_SDK_IAM_ENDPOINT"),
    *("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "HW_ASSUME_ROLE_AGENCY_NAME", "HW_ASSUME_ROLE_DOMAIN_ID"),
    "HW_ASSUME_ROLE_DURATION",
]
# What these need beside them, so that they are read at all.
BESIDES = {"HW_ASSUME_ROLE_AGENCY_NAME": "readers", "HW_ASSUME_ROLE_DOMAIN_NAME": "them"}


@pytest.mark.parametrize("variable", WRONG_PLACES)
def test_a_secret_in_the_place_of_another_setting(run, emulator, variable):
    """A key that was pasted in the wrong variable, too, is known for what it is, and shown by no command."""
    environ = {
        **emulator.environment(),
        "HW_ACCESS_KEY": "AK0PLAIN",
        "HW_SECRET_KEY": SECRET_KEY,
        "HW_PROJECT_ID": "",
        "HW_MAX_RETRIES": "0",
        **(BESIDES if "ASSUME_ROLE" in variable else {}),
        variable: SECRET_KEY,
    }
    for command in (("whoami", "--check"), ("whoami", "--format", "json"), ("-v", "list", "--cluster-name", "a")):
        done = run(environ, *command)
        assert done.stdout + done.stderr
        assert SECRET_KEY.lower() not in (done.stdout + done.stderr).lower()  # addresses have small letters


def test_whoami_without_keys_says_where_to_give_them(run, emulator):
    """Without any key, whoami ends with 4, shows what there is, and the list of places for what is missing."""
    environ = {name: value for name, value in emulator.environment().items() if "KEY" not in name}
    environ.pop("HW_SECURITY_TOKEN")
    done = run(environ, "whoami", "--format", "json")
    assert done.returncode == 4
    shown = json.loads(done.stdout)
    assert "HW_SECRET_KEY" in shown["credentials"]["problem"]
    assert "pulumi config" not in shown["credentials"]["problem"]  # there is no stack
    assert shown["region"] == {"value": "cn-north-4", "source": "HW_REGION_NAME"}
