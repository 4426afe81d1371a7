"""KooCLI's configuration file: which profile counts, what is an error, and that nothing of it is shown."""

from __future__ import annotations

import json
import os
import time

import pytest
from pulumi_huaweicloud_css._config.agency import Agency
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css.errors import SettingsError

ID = "0123456789abcdef0123456789abcdef"
AKSK = {
    "name": "default",
    "mode": "AKSK",
    "accessKeyId": "AK0DEFAULT",
    "secretAccessKey": "hush-default",
    "region": "cn-north-4",
    "projectId": ID,
}
SSO = {
    "name": "team",
    "mode": "SSO",
    "accessKeyId": "AK0OLD",
    "secretAccessKey": "hush-old",
    "region": "cn-east-3",
    "ssoAuth": {
        "stsToken": {"accessKeyId": "AK0SSO", "secretAccessKey": "hush-sso", "securityToken": "hush-session"},
    },
}
ENV_KEYS = {"HW_ACCESS_KEY": "AK0ENV", "HW_SECRET_KEY": "hush-env"}


@pytest.fixture
def file(tmp_path):
    """Return the writer of the configuration file, at its usual place in a home of its own."""

    def write(*profiles, path=None, **config):
        target = path or tmp_path / ".hcloud" / "config.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps({"current": "default", "profiles": list(profiles), **config}))
        return target

    return write


@pytest.fixture
def home(tmp_path):
    """Return an environment with that home."""
    return {"HOME": str(tmp_path)}


def key_of(environ, **arguments):
    """Return the access key that an environment leads to."""
    return resolve(environ=environ, **arguments).credentials.access_key


def test_the_current_profile_when_there_is_nothing_else(file, home):
    """Keys, region and project id come from the file's current profile, and the sources say so."""
    where = file({"name": "other"}, AKSK)
    settings = resolve(environ=home)
    assert (settings.credentials.access_key, settings.credentials.secret_key) == ("AK0DEFAULT", "hush-default")
    assert (settings.region, settings.project_id) == ("cn-north-4", ID)
    assert settings.credentials.source == f"the KooCLI profile 'default' in {where}"
    assert settings.sources["region"] == f"region of the KooCLI profile 'default' in {where}"
    assert "hush" not in repr(settings)


def test_keys_of_an_sso_session(file, home):
    """A profile of mode SSO signs with the session's keys, whatever old keys stand beside them."""
    file(AKSK, SSO)
    credentials = resolve(environ={**home, "HW_PROFILE": "team"}).credentials
    assert (credentials.access_key, credentials.security_token) == ("AK0SSO", "hush-session")


@pytest.mark.parametrize(
    ("environ", "config", "argument", "key"),
    [
        ({}, {}, None, "AK0ENV"),  # nobody asked for it
        ({"HW_PROFILE": "default"}, {}, None, "AK0DEFAULT"),
        ({"HW_SHARED_CONFIG_FILE": "~/.hcloud/config.json"}, {}, None, "AK0DEFAULT"),
        ({"HW_PROFILE": "team"}, {}, None, "AK0SSO"),
        ({"HW_PROFILE": "team"}, {"profile": "default"}, None, "AK0DEFAULT"),
        ({"HW_PROFILE": "team"}, {"profile": "default"}, "team", "AK0SSO"),
        ({"HW_PROFILE": "team"}, {"accessKey": "AK0STACK", "secretKey": "hush"}, None, "AK0STACK"),
        ({}, {"accessKey": "AK0STACK", "secretKey": "hush", "profile": "team"}, None, "AK0SSO"),
        ({}, {"accessKey": "AK0STACK", "secretKey": "hush"}, "team", "AK0SSO"),
    ],
)
def test_a_profile_that_is_asked_for_comes_before_the_place_that_asks(file, home, environ, config, argument, key):
    """A named profile counts before the keys of the place that names it, and after those of earlier places."""
    file(AKSK, SSO)
    given = {**home, **ENV_KEYS, "HW_REGION_NAME": "cn-north-4", **environ}
    assert key_of(given, config=config.get, profile=argument) == key


def test_a_profile_is_a_whole(file, home):
    """Region, project and agency of a profile do not go with other keys, and the project not with another region."""
    file({**AKSK, "agencyName": "readers", "agencyDomainName": "them"})
    with pytest.raises(SettingsError, match="region: not given"):
        resolve(environ={**home, **ENV_KEYS})
    settings = resolve(environ={**home, **ENV_KEYS, "HW_REGION_NAME": "cn-north-4"})
    assert (settings.project_id, settings.agencies) == (None, ())
    settings = resolve(environ=home)
    assert [agency.name for agency in settings.agencies] == ["readers"]
    assert resolve(environ=home, region="cn-north-4").project_id == ID
    assert resolve(environ=home, region="cn-east-3").project_id is None


def test_an_entry_that_is_null(file, home):
    """A null is no value, as where the Terraform provider reads the file."""
    empty = dict.fromkeys(("securityToken", "projectId", "agencyName", "agencyDomainName", "agencyDomainId", "ssoAuth"))
    file({**AKSK, **empty})
    settings = resolve(environ=home)
    assert (settings.region, settings.project_id, settings.agencies) == ("cn-north-4", None, ())


def test_an_agency_with_name_and_id_of_its_account(file, home):
    """With both, the name counts, by which the Terraform provider assumes an agency of a profile."""
    file({**AKSK, "agencyName": "readers", "agencyDomainName": "them", "agencyDomainId": "d0"})
    assert resolve(environ=home).agencies == (Agency("readers", "them"),)


def test_another_file(file, home, tmp_path):
    """The variable and the stack's configuration name another file, also with a tilde for the home folder."""
    other = file(AKSK, path=tmp_path / "other" / "koocli.json")
    assert key_of({**home, "HW_SHARED_CONFIG_FILE": str(other)}) == "AK0DEFAULT"
    assert key_of({**home, "HW_SHARED_CONFIG_FILE": "~/other/koocli.json"}) == "AK0DEFAULT"
    assert key_of(home, config={"sharedConfigFile": str(other)}.get) == "AK0DEFAULT"


ASKED = {"HW_PROFILE": "default"}
WRONG = {
    "no such file": (None, ASKED, "there is no file .*config.json, though HW_PROFILE asks for it"),
    "no such profile": ([AKSK], {"HW_PROFILE": "prod"}, r"has no profile 'prod' \(HW_PROFILE\); it has: default"),
    "no current one": ([{**AKSK, "name": "x"}], {}, "has no profile 'default', which it names as the current one"),
    "no keys": ([{"name": "default", "mode": "AKSK"}], ASKED, "'default' .* has no keys; choose a profile of mode"),
    "half a pair": ([{**AKSK, "secretAccessKey": ""}], ASKED, "half a key pair: accessKeyId of .* is set"),
    "no session": ([{**SSO, "name": "default", "ssoAuth": {}}], ASKED, "no keys of an SSO session; run `hcloud"),
    "a number": ([{**AKSK, "region": 4}], ASKED, "region of the KooCLI profile 'default' .* is not a text"),
    "two of a name": ([AKSK, AKSK], ASKED, "has two profiles of the same name"),
    "no names": ([{"mode": "AKSK"}], ASKED, "has no list of profiles, each with a name"),
    "is as long as what is encrypted": ([{**AKSK, "accessKeyId": "Ab9" * 16}], ASKED, "are encrypted; run `hcloud"),
    "looks encrypted": ([{**AKSK, "accessKeyId": "hush+/=="}], ASKED, "are encrypted; run `hcloud configure set"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_file_is_one_clear_error(file, home, name):
    """The error names the file, the profile and what to do, and shows nothing else of what is in it."""
    profiles, environ, words = WRONG[name]
    if profiles is not None:
        file(*profiles)
    with pytest.raises(SettingsError, match=words) as error:
        resolve(environ={**home, "HW_REGION_NAME": "cn-north-4", **environ})
    assert "hush" not in str(error.value)
    assert "AK0" not in str(error.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00", "[" * 100_000, '"hush"'])
def test_what_is_no_configuration_file(file, home, text):
    """A file that is no JSON object is one error that shows nothing of it, asked for or not."""
    file(AKSK).write_text(text)
    for environ in (home, {**home, **ASKED}):
        with pytest.raises(SettingsError, match="is not a JSON object, as KooCLI writes it") as error:
            resolve(environ={**environ, "HW_REGION_NAME": "cn-north-4"})
        assert "hush" not in str(error.value)


@pytest.mark.parametrize("profiles", [[], None])
def test_a_file_without_profiles(home, file, profiles):
    """A file that lists none, or null as Go writes an empty list, is no error unless a profile is asked for."""
    file(profiles=profiles, current="")
    with pytest.raises(SettingsError, match="credentials: none found"):
        resolve(environ={**home, "HW_REGION_NAME": "cn-north-4"})
    with pytest.raises(SettingsError, match=r"has no profile 'default'.*it has: none"):
        resolve(environ={**home, **ASKED, "HW_REGION_NAME": "cn-north-4"})


@pytest.mark.parametrize("encrypted", ["true", True, "TRUE"])
def test_encrypted_keys(file, home, encrypted):
    """A file that says that its keys are encrypted is an error with the command that mends it."""
    file(AKSK, authEncrypt=encrypted)
    with pytest.raises(SettingsError, match="are encrypted; run `hcloud configure set --cli-auth-encrypt=false`"):
        resolve(environ=home)


@pytest.mark.parametrize("form", ["rfc3339", "seconds", "milliseconds", "text"])
@pytest.mark.parametrize("left", [-60, 3600])
def test_an_sso_session_that_ended(file, home, form, left):
    """Where the file says when the session ends, one that ended is an error with its time; one that lasts is used."""
    moment = round(time.time()) + left
    written = {
        "rfc3339": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)),
        "seconds": moment,
        "milliseconds": moment * 1000,
        "text": str(moment),
    }[form]
    token = {**SSO["ssoAuth"]["stsToken"], "expiration": written}
    file({**SSO, "name": "default", "ssoAuth": {"stsToken": token}})
    if left > 0:
        assert key_of(home) == "AK0SSO"
        return
    with pytest.raises(SettingsError, match=r"the SSO session of .* ended at 2.*; run `hcloud configure sso`"):
        resolve(environ=home)


@pytest.mark.parametrize("name", ["expiration", "expiresAt", "expires_at", "expireAt", "expiredTime", "ExpireDate"])
def test_whatever_the_end_of_a_session_is_called(file, home, name):
    """KooCLI's name of it is not known: whatever tells of an end in the past is told before anything is sent."""
    token = {**SSO["ssoAuth"]["stsToken"], name: "2026-01-01T00:00:00Z"}
    file({**SSO, "name": "default", "ssoAuth": {"stsToken": token}})
    with pytest.raises(SettingsError, match=r"the SSO session of .* ended at 2026-01-01"):
        resolve(environ=home)


def test_a_duration_is_no_end_of_a_session(file, home):
    """A number of seconds for which the keys last is no moment of 1970."""
    token = {**SSO["ssoAuth"]["stsToken"], "expiresIn": 3600}
    file({**SSO, "name": "default", "ssoAuth": {"stsToken": token}})
    assert key_of(home) == "AK0SSO"


def test_a_pipe_is_not_read(home, tmp_path):
    """A named pipe in the file's place is an error at once: reading it would wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SettingsError, match="is not a regular file"):
        resolve(environ={**home, "HW_SHARED_CONFIG_FILE": str(tmp_path / "pipe")})


def test_a_file_that_nobody_asked_for_and_that_cannot_be_read(home, tmp_path):
    """Where KooCLI's folder is none, other places count; a profile that is asked for is an error that says so."""
    (tmp_path / ".hcloud").write_text("a file, no folder")
    assert key_of({**home, **ENV_KEYS, "HW_REGION_NAME": "cn-north-4"}) == "AK0ENV"
    with pytest.raises(SettingsError, match="credentials: none found"):
        resolve(environ={**home, "HW_REGION_NAME": "cn-north-4"})
    with pytest.raises(SettingsError, match="cannot be read: Not a directory"):
        resolve(environ={**home, **ASKED})
