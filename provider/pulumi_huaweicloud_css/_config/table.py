"""Every setting, and what it is called in every place where users keep it. One table: `SETTINGS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypedDict

NAMESPACE = "huaweicloud"
KOOCLI_FILE = "~/.hcloud/config.json"


@dataclass(frozen=True)
class Reader:
    """Who reads an error, and so how the error writes what it names.

    Args:
        namespace: what stands before the keys of the stack's configuration; None where there is no stack.
        write: returns an argument as it is written.
        kind: what an argument is called, before its name.
        arguments: the settings that can be given as arguments.
        site_project: how the project of one of several regions is given.
        site: whether an error is about one of several regions: the settings' own, of which all settings are, or
            another one, of which none is but those that are given with it; None: about none of several.
    """

    namespace: str | None = NAMESPACE
    write: Callable[[str], str] = str
    kind: str = "the argument "
    arguments: frozenset[str] = frozenset({"project_id", "region"})
    site_project: str = "the argument sites"
    site: Literal["own", "other"] | None = None

    def argument(self, name: str) -> str:
        """Return an argument's name, with what it is, for the middle of a sentence."""
        return self.kind + self.write(name)


PROGRAM = Reader()


class Setting(NamedTuple):
    """One row of the settings table: what a setting is, and its names in every place where users keep it ("": none)."""

    name: str
    what: str
    config: str
    terraform: str = ""
    sdk: str = ""
    sample: str = ""
    profile: str = ""
    koocli: str = ""
    secret: bool = False
    kind: object = str

    def places(self, reader: Reader = PROGRAM) -> str:
        """Return the setting's names in words, for an error that says where it can be given."""
        variables = [name for name in (self.terraform, self.sdk, self.sample) if name]
        places = [reader.argument(self.name)] if self.name in reader.arguments else []
        if self.name == "project_id" and reader.site is not None:
            places = [reader.site_project]
            if reader.site == "other":
                return reader.site_project
        if reader.namespace is not None:
            secret = " --secret" if self.secret else ""
            places.append(f"`pulumi config set{secret} {reader.namespace}:{self.config} ...`")
        environment = f"the environment ({', '.join(variables)})"
        places.append(f"or {environment}" if places else environment)
        if self.profile:
            places.append(f"or {self.profile} in the profile file ~/.huaweicloud/credentials")
        if self.koocli:
            places.append(f"or {self.koocli} in a profile of {KOOCLI_FILE}")
        return ", ".join(places)


class AssumeRole(TypedDict):
    """An agency to act as, as the stack's configuration has it."""

    agency_name: str
    """Name of the agency."""
    domain_name: str | None
    """Name of the account that the agency belongs to; its keys come from IAM."""
    domain_id: str | None
    """Id of that account; if it is given, the keys come from STS."""
    duration: int | None
    """Seconds for which the keys last, 900 to 86400 (STS: 43200); as the service decides if not given."""


# Source: the names of pulumi-huaweicloud, the Terraform provider, the vendor's SDKs, its sample code, and KooCLI.
SETTINGS = (
    Setting(
        "access_key",
        "access key",
        "accessKey",
        "HW_ACCESS_KEY",
        "HUAWEICLOUD_SDK_AK",
        "CLOUD_SDK_AK",
        "ak",
        "accessKeyId",
    ),
    Setting(
        "secret_key",
        "secret key",
        "secretKey",
        "HW_SECRET_KEY",
        "HUAWEICLOUD_SDK_SK",
        "CLOUD_SDK_SK",
        "sk",
        "secretAccessKey",
        secret=True,
    ),
    Setting(
        "security_token",
        "security token of temporary keys",
        "securityToken",
        "HW_SECURITY_TOKEN",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        "",
        "security_token",
        "securityToken",
        secret=True,
    ),
    Setting("token", "IAM token instead of keys", "token", "HW_AUTH_TOKEN", secret=True),
    Setting("profile", "name of a KooCLI profile", "profile", "HW_PROFILE"),
    Setting("shared_config_file", "KooCLI's configuration file", "sharedConfigFile", "HW_SHARED_CONFIG_FILE"),
    Setting(
        "project_id",
        "project id",
        "projectId",
        "HW_PROJECT_ID",
        "HUAWEICLOUD_SDK_PROJECT_ID",
        profile="project_id",
        koocli="projectId",
    ),
    Setting("project_name", "project name, to look its id up by", "projectName", "HW_PROJECT_NAME"),
    Setting("region", "region", "region", "HW_REGION_NAME", koocli="region"),
    Setting("cloud", "domain of the cloud, such as myhuaweicloud.eu", "cloud", "HW_CLOUD"),
    Setting("auth_url", "base URL of IAM", "authUrl", "HW_AUTH_URL", profile="iam_endpoint"),
    Setting("endpoints", "endpoints (object with keys `css`, `iam`, `sts`)", "endpoints", kind=dict[str, str]),
    Setting(
        "assume_role",
        "agency to act as (object; a list for a chain)",
        "assumeRole",
        "HW_ASSUME_ROLE_AGENCY_NAME",
        koocli="agencyName",
        kind=list[AssumeRole],
    ),
    Setting("max_retries", "retries of a request, 5 by default", "maxRetries", "HW_MAX_RETRIES", kind=int),
    Setting("insecure", "accept any TLS certificate", "insecure", "HW_INSECURE", kind=bool),
)
SETTINGS_BY_NAME = {setting.name: setting for setting in SETTINGS}
# What belongs to the agency that HW_ASSUME_ROLE_AGENCY_NAME names, by the keys of the setting's object.
AGENCY_VARIABLES = {
    "agencyName": "HW_ASSUME_ROLE_AGENCY_NAME",
    "domainName": "HW_ASSUME_ROLE_DOMAIN_NAME",
    "domainId": "HW_ASSUME_ROLE_DOMAIN_ID",
    "duration": "HW_ASSUME_ROLE_DURATION",
}
# Variables that lead elsewhere, whatever others say; who points a program at one place has to set them aside.
DIVERTING = (
    *("HW_PROFILE", "HW_SHARED_CONFIG_FILE", "HW_PROJECT_NAME", "HW_CLOUD", "HW_AUTH_URL"),
    "HUAWEICLOUD_SDK_PROJECT_ID",
    *AGENCY_VARIABLES.values(),
)
CREDENTIALS = ("token", "access_key", "secret_key", "security_token")


# Of the Terraform provider's own list of variables: those of OpenStack's names, none of which is taken here, for they
# are as often another cloud's.
# fmt: off
_OPENSTACK = frozenset({
    "OS_ACCESS_KEY", "OS_AGENCY_DOMAIN_NAME", "OS_AGENCY_NAME", "OS_AUTH_TOKEN", "OS_AUTH_URL", "OS_CACERT", "OS_CERT",
    "OS_DELEGATED_PROJECT", "OS_DOMAIN_ID", "OS_DOMAIN_NAME", "OS_INSECURE", "OS_KEY", "OS_PASSWORD",
    "OS_PROJECT_DOMAIN_ID", "OS_PROJECT_DOMAIN_NAME", "OS_PROJECT_ID", "OS_PROJECT_NAME", "OS_REGION_NAME",
    "OS_SECRET_KEY", "OS_TENANT_ID", "OS_TENANT_NAME", "OS_USERNAME", "OS_USER_DOMAIN_ID", "OS_USER_DOMAIN_NAME",
    "OS_USER_ID",
})
# fmt: on
_NOT_PREFIXED = frozenset({"SKIP_CHECK_UPGRADE", "SKIP_CHECK_WEBSITE_TYPE"})  # checks that are not made here


def unused_variables(environ: Mapping[str, str]) -> list[str]:
    """Return the names of variables that look like settings of Huawei Cloud, are set, and are not used here."""
    taken = {setting.terraform for setting in SETTINGS} | set(AGENCY_VARIABLES.values())
    return sorted(
        name
        for name, value in environ.items()
        if value.strip() and ((name.startswith("HW_") and name not in taken) or name in _OPENSTACK | _NOT_PREFIXED)
    )
