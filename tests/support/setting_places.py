"""Each setting, and each place where users keep it, the one that counts most first."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

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
        "profile file": Place(ini={"iam_endpoint": url}),
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
IN_INI = key_places(KEYS)["profile file"]
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
