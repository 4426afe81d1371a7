"""Settings are found in the promised order, never mixed, and never shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_huaweicloud_css import ClusterSelector, CssClient, get_clusters, get_fleet_log_records, get_log_records
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css._config.temporary import METADATA_VARIABLE
from pulumi_huaweicloud_css.errors import SettingsError

ID = "0123456789abcdef0123456789abcdef"
KEYS = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hush-sk"}
ENOUGH = {**KEYS, "HW_REGION_NAME": "cn-north-4"}
OVERRIDE = "HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4"


def found(environ=None, config=None, **arguments):
    """Return the settings of an environment and a stack's configuration."""
    return resolve(environ=ENOUGH if environ is None else environ, config=(config or {}).get, **arguments)


def refused(environ=None, config=None, **arguments):
    """Return the text of the error that settings give; it never holds a secret."""
    with pytest.raises(SettingsError) as error:
        found(environ, config, **arguments)
    assert "hush" not in str(error.value)
    return str(error.value)


# Every place in the order in which it counts: (argument, stack configuration, environment variables).
PLACES = {
    "project_id": ("project_id", "projectId", ["HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID"]),
    "region": ("region", "region", ["HW_REGION_NAME"]),
    "max_retries": (None, "maxRetries", ["HW_MAX_RETRIES"]),
    "insecure": (None, "insecure", ["HW_INSECURE"]),
}
VALUES = {
    "project_id": [character * 32 for character in "abcd"],
    "region": ["cn-north-4", "cn-south-1", "cn-east-3"],
    "max_retries": ["7", "8"],
    "insecure": ["true", "false"],
}


@pytest.mark.parametrize("name", PLACES)
def test_first_place_counts(name):
    """A setting is taken from the argument, then the stack's configuration, then the environment, in that order."""
    argument, key, variables = PLACES[name]
    places = [*([("argument", argument)] if argument else []), ("config", key), *(("environ", v) for v in variables)]
    assert len(places) == len(VALUES[name])
    for start in range(len(places)):
        arguments, config = {}, {}
        environ = {**ENOUGH, "HW_PROJECT_ID": ID} if name == "region" else dict(ENOUGH)
        kinds = {"argument": arguments, "config": config, "environ": environ}
        for (kind, where), value in list(zip(places, VALUES[name], strict=True))[start:]:
            kinds[kind][where] = value
        shown = str(getattr(found(environ, config, **arguments), name)).lower()
        assert shown == VALUES[name][start], places[start]


CREDENTIALS = [
    ("stack configuration", {"accessKey": "AK1", "secretKey": "SK1", "securityToken": "ST1"}, ("AK1", "SK1", "ST1")),
    ("HW_", {"ACCESS_KEY": "AK2", "SECRET_KEY": "SK2"}, ("AK2", "SK2", None)),
    ("HUAWEICLOUD_SDK_", {"AK": "AK3", "SK": "SK3", "SECURITY_TOKEN": "ST3"}, ("AK3", "SK3", "ST3")),
    ("CLOUD_SDK_", {"AK": "AK4", "SK": "SK4"}, ("AK4", "SK4", None)),
]


@pytest.mark.parametrize("first", range(4))
def test_key_pair_comes_from_the_first_place_that_has_one(first):
    """Of all places with a key pair the first one counts, and its pair comes whole, with its own security token."""
    environ, config = {"HW_REGION_NAME": "cn-north-4"}, {}
    for prefix, values, _ in CREDENTIALS[first:]:
        if prefix == "stack configuration":
            config |= values
        else:
            environ |= {prefix + name: value for name, value in values.items()}
    credentials = found(environ, config).credentials
    assert (credentials.access_key, credentials.secret_key, credentials.security_token) == CREDENTIALS[first][2]
    assert CREDENTIALS[first][0] in credentials.source


HALVES = [
    ("huaweicloud:accessKey", {}, {"accessKey": "AK"}, "huaweicloud:secretKey"),
    ("huaweicloud:secretKey", {}, {"secretKey": "hush"}, "huaweicloud:accessKey"),
    ("HW_ACCESS_KEY", {"HW_ACCESS_KEY": "AK"}, {}, "HW_SECRET_KEY"),
    ("HW_SECRET_KEY", {"HW_SECRET_KEY": "hush"}, {}, "HW_ACCESS_KEY"),
    ("HUAWEICLOUD_SDK_AK", {"HUAWEICLOUD_SDK_AK": "AK"}, {}, "HUAWEICLOUD_SDK_SK"),
    ("CLOUD_SDK_SK", {"CLOUD_SDK_SK": "hush"}, {}, "CLOUD_SDK_AK"),
    ("HW_SECURITY_TOKEN", {"HW_SECURITY_TOKEN": "hush"}, {}, "HW_ACCESS_KEY and HW_SECRET_KEY"),
    ("HW_ACCESS_KEY", {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": " "}, {}, "HW_SECRET_KEY"),
]


@pytest.mark.parametrize(("given_by", "environ", "config", "missing"), HALVES)
@pytest.mark.parametrize(
    "elsewhere", [{}, {"CLOUD_SDK_AK": "OTHER", "CLOUD_SDK_SK": "hush-other"}], ids=["alone", "more"]
)
def test_half_a_pair_is_never_completed_from_elsewhere(given_by, environ, config, missing, elsewhere):
    """Half a pair in one place is an error that names both halves, whatever other places have."""
    environ = {"HW_REGION_NAME": "cn-north-4", **elsewhere, **environ}
    if "CLOUD_SDK_SK" in given_by and elsewhere:
        environ.pop("CLOUD_SDK_AK")
    verb = "are" if " and " in missing else "is"
    assert f"half a key pair: {given_by} is set, but {missing} {verb} not" in refused(environ, config)


def test_no_credentials_at_all():
    """The error names every place where they can be given."""
    text = refused({"HW_REGION_NAME": "cn-north-4"})
    names = "huaweicloud:accessKey huaweicloud:secretKey huaweicloud:token HW_ACCESS_KEY HW_SECRET_KEY HW_AUTH_TOKEN"
    names += " HUAWEICLOUD_SDK_AK HUAWEICLOUD_SDK_SK CLOUD_SDK_AK CLOUD_SDK_SK"
    assert [name for name in names.split() if name not in text] == []


@pytest.mark.parametrize(
    ("environ", "config", "token"),
    [
        ({"HW_AUTH_TOKEN": "T"}, {}, "T"),
        ({"HW_AUTH_TOKEN": "T", **KEYS}, {}, "T"),
        ({"HW_AUTH_TOKEN": "T"}, {"token": "C"}, "C"),
        ({**KEYS}, {"token": "C"}, "C"),
        ({"HW_AUTH_TOKEN": "T"}, {"accessKey": "AK", "secretKey": "SK"}, None),
        ({"HW_AUTH_TOKEN": "T", "CLOUD_SDK_AK": "AK", "CLOUD_SDK_SK": "SK"}, {}, "T"),
        ({"HW_AUTH_TOKEN": "", **KEYS}, {}, None),
    ],
)
def test_token(environ, config, token):
    """A token counts before the key pair beside it, but not before one of an earlier place."""
    credentials = found({"HW_REGION_NAME": "cn-north-4", **environ}, config).credentials
    assert credentials.token == token
    assert (credentials.secret_key is None) == (token is not None)


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_empty_setting_counts_as_not_given(blank):
    """An empty value gives way to the next place, and space around a value is dropped."""
    settings = found({**ENOUGH, "HW_PROJECT_ID": f" {ID}\n"}, {"projectId": blank, "region": blank, "accessKey": blank})
    assert (settings.project_id, settings.credentials.access_key) == (ID, "AK")


def test_stack_configuration_may_be_missing():
    """Outside a stack the environment is enough."""
    settings = resolve(environ=ENOUGH)
    assert settings.credentials == Credentials("AK", "hush-sk", source="environment (HW_ACCESS_KEY, HW_SECRET_KEY)")
    assert (settings.endpoint, settings.region) == ("https://css.cn-north-4.myhuaweicloud.com", "cn-north-4")
    assert settings.iam_endpoint == "https://iam.cn-north-4.myhuaweicloud.com"
    assert (settings.project_id, settings.max_retries, settings.insecure) == (None, 5, False)


def test_process_environment_is_the_default(monkeypatch):
    """Without an explicit environment, that of the process is used."""
    for name, value in ENOUGH.items():
        monkeypatch.setenv(name, value)
    assert resolve().region == "cn-north-4"


@pytest.mark.parametrize(
    ("environ", "config", "arguments", "words"),
    [
        (
            {"HW_REGION_NAME": ""},
            {},
            {},
            ["region: not given", "huaweicloud:region", "HW_REGION_NAME", "argument endpoint"],
        ),
        (
            {},
            {},
            {"region": "cn-north-5"},
            ["'cn-north-5'", "region: CSS has no known endpoint in 'cn-north-5'; did you mean cn-north-"],
        ),
        ({}, {}, {"region": "zz-far-1"}, ["'zz-far-1'", "HUAWEICLOUD_SDK_REGION_CSS_<REGION>"]),
        ({"HW_REGION_NAME": "north"}, {}, {}, ["'north' (HW_REGION_NAME)", "looks like cn-north-4"]),
        ({"HW_REGION_NAME": "cn-north-4\x00"}, {}, {}, ["HW_REGION_NAME holds a control character"]),
        ({}, {}, {"region": 4}, ["region: it is not a text"]),
        ({OVERRIDE: "http://css.example.com"}, {}, {}, [OVERRIDE, "plain http"]),
        ({OVERRIDE: "https://anna:hush@css.example.com"}, {}, {}, [OVERRIDE, "no user"]),
        ({}, {}, {"endpoint": "https://anna:hush@css.example.com"}, ["endpoint: it is not an address", "no user"]),
        ({}, {}, {"endpoint": 5}, ["endpoint: it is not a text"]),
        ({}, {"endpoints": {"css": "http://x.example.com"}}, {}, ["huaweicloud:endpoints, key css", "plain http"]),
        ({}, {"endpoints": {"iam": "x y"}}, {}, ["huaweicloud:endpoints, key iam"]),
        ({}, {"endpoints": "not JSON"}, {}, ["endpoints: huaweicloud:endpoints is not an object of addresses"]),
        ({}, {"endpoints": "[" * 100_000}, {}, ["not an object"]),
        ({}, {"endpoints": "[]"}, {}, ["not an object", "huaweicloud:endpoints.css"]),
        ({}, {"endpoints": {"css": 5}}, {}, ["not an object"]),
        ({}, {"endpoints": True}, {}, ["not an object"]),
        ({"HW_PROJECT_ID": "my-project"}, {}, {}, ["'my-project' (HW_PROJECT_ID)", "32 hexadecimal digits"]),
        ({}, {}, {"project_id": ID[:-1]}, ["the argument project_id", "HUAWEICLOUD_SDK_PROJECT_ID"]),
        ({}, {"projectId": ID + "0"}, {}, ["huaweicloud:projectId"]),
        ({}, {}, {"project_id": 5}, ["project_id: it is not a text"]),
        ({"HW_REGION_NAME": ""}, {}, {"endpoint": "a.example.com"}, ["project_id: not given", "HW_PROJECT_ID"]),
        ({"HW_MAX_RETRIES": "many"}, {}, {}, ["max_retries: 'many' (HW_MAX_RETRIES)", "0 to 100"]),
        ({"HW_MAX_RETRIES": "-1"}, {}, {}, ["max_retries: '-1'"]),
        ({"HW_MAX_RETRIES": "101"}, {}, {}, ["max_retries: '101'"]),
        ({}, {"maxRetries": True}, {}, ["max_retries: True (huaweicloud:maxRetries)"]),
        ({}, {"maxRetries": 2.5}, {}, ["max_retries: 2.5 (huaweicloud:maxRetries)"]),
        ({"HW_INSECURE": "yes"}, {}, {}, ["insecure: 'yes' (HW_INSECURE) is neither true nor false"]),
        ({"HW_SECRET_KEY": "hush\nhush"}, {}, {}, ["secret_key: HW_SECRET_KEY holds a control character"]),
        ({"HW_ACCESS_KEY": "A\x7fK"}, {}, {}, ["access_key: HW_ACCESS_KEY holds a control character"]),
        ({"HW_AUTH_TOKEN": "hush\thush"}, {}, {}, ["token: HW_AUTH_TOKEN holds a control character"]),
        ({"HW_SECURITY_TOKEN": "hush\rhush"}, {}, {}, ["security_token: HW_SECURITY_TOKEN"]),
        ({"HW_AUTH_TOKEN": "hush-тайна"}, {}, {}, ["token: HW_AUTH_TOKEN"]),
        ({"HW_ACCESS_KEY": "ключ"}, {}, {}, ["access_key: HW_ACCESS_KEY"]),
        ({"HW_SECRET_KEY": "hush\udcff"}, {}, {}, ["secret_key: HW_SECRET_KEY"]),
        ({}, {"accessKey": 5, "secretKey": "hush"}, {}, ["access_key: huaweicloud:accessKey is not a text"]),
        ({}, {"accessKey": "AK", "secretKey": ["hush"]}, {}, ["secret_key: huaweicloud:secretKey is not a text"]),
    ],
)
def test_wrong_setting(environ, config, arguments, words):
    """The error names the setting, the place where it was given, and what is right; secrets are not repeated."""
    text = refused({**ENOUGH, **environ}, config, **arguments)
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(("value", "number"), [("0", 0), ("100", 100), (0, 0), (3.0, 3), (" 4 ", 4)])
def test_max_retries(value, number):
    """The number of retries may be text or a number, and 0 is one."""
    assert found(config={"maxRetries": value}).max_retries == number


@pytest.mark.parametrize(
    ("value", "flag"),
    [("true", True), ("True", True), ("1", True), (True, True), ("false", False), ("FALSE", False), ("0", False)],
)
def test_insecure(value, flag):
    """Certificates go unchecked only where that is said."""
    assert found(config={"insecure": value}).insecure is flag


SECRETS = ("HW_SECRET_KEY", "HW_SECURITY_TOKEN", "HW_AUTH_TOKEN", "HUAWEICLOUD_SDK_SK", "CLOUD_SDK_SK")
OTHERS = ("HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK", "HW_PROJECT_ID", "HW_REGION_NAME", "HW_MAX_RETRIES", OVERRIDE)


@given(
    st.dictionaries(st.sampled_from(SECRETS), st.text().map(lambda text: f"hush{text}hush")),
    st.dictionaries(
        st.sampled_from(OTHERS), st.text() | st.sampled_from(["AK", ID, "cn-north-4", "3", "a.example.com"])
    ),
)
def test_settings_are_found_or_refused_without_secrets(secrets, others):
    """Any environment gives settings or a SettingsError, and neither shows a secret."""
    try:
        shown = repr(resolve(environ={**others, **secrets}))
    except SettingsError as error:
        shown = str(error)
    assert "hush" not in shown


@pytest.mark.parametrize("setting", ["region", "credentials", "project_id"])
def test_outside_a_stack_nobody_is_told_to_set_its_configuration(setting):
    """Where no stack's configuration is read, errors do not advise `pulumi config set`; in a program they do."""
    given = {"region": None, "credentials": "cn-north-4", "project_id": "cn-north-4"}
    arguments = {"region": given[setting], "project_id": "x" if setting == "project_id" else None}
    environ = {"HW_AUTH_TOKEN": "hush"} if setting == "project_id" else {}
    for config, advised in ((None, False), ({}.get, True)):
        with pytest.raises(SettingsError) as refused:
            resolve(config=config, environ={**environ, METADATA_VARIABLE: "off"}, **arguments)
        assert ("pulumi config set" in str(refused.value), refused.value.setting) == (advised, setting)


def test_clients_and_functions_outside_a_program_read_no_stack(monkeypatch):
    """Neither `CssClient` nor the functions advise what nothing reads there."""
    for name in ("HW_REGION_NAME", "HW_ACCESS_KEY", "HW_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    calls = (
        CssClient,
        lambda: get_log_records(cluster_id="4213d908-f5dc-4633-8401-cfd7175fca0c"),
        lambda: get_fleet_log_records(clusters=ClusterSelector()),
        get_clusters,
    )
    for call in calls:
        with pytest.raises(SettingsError) as refused:
            call()
        assert "pulumi config set" not in str(refused.value)
