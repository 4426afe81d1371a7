"""Every place where users keep settings, and what each setting is called there. One table: `SETTINGS`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .profile import profile_path, read_profile

NAMESPACE = "huaweicloud"

# Looks up a key of the namespace in a stack's configuration: "region" stands for huaweicloud:region.
ConfigGetter = Callable[[str], Any]


@dataclass(frozen=True)
class Setting:
    """One row of the settings table: a setting's names in every place where users keep it ("" for none)."""

    name: str
    config: str
    terraform: str = ""
    sdk: str = ""
    sample: str = ""
    profile: str = ""
    secret: bool = False

    def places(self) -> str:
        """Return the setting's names in words, for an error that says where it can be given."""
        variables = [name for name in (self.terraform, self.sdk, self.sample) if name]
        argument = f"the argument {self.name}, " if self.name in ("project_id", "region") else ""
        secret = " --secret" if self.secret else ""
        config = f"`pulumi config set{secret} {NAMESPACE}:{self.config} ...`"
        profile = f", or {self.profile} in the profile file ~/.huaweicloud/credentials" if self.profile else ""
        return f"{argument}{config}, or the environment ({', '.join(variables)}){profile}"


# Source: the names of pulumi-huaweicloud, the Terraform provider, the vendor's SDKs and its sample code.
SETTINGS = (
    Setting("access_key", "accessKey", "HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK", "CLOUD_SDK_AK", "ak"),
    Setting("secret_key", "secretKey", "HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK", "CLOUD_SDK_SK", "sk", secret=True),
    Setting(
        "security_token",
        "securityToken",
        "HW_SECURITY_TOKEN",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        "",
        "security_token",
        True,
    ),
    Setting("token", "token", "HW_AUTH_TOKEN", secret=True),
    Setting("project_id", "projectId", "HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID", profile="project_id"),
    Setting("region", "region", "HW_REGION_NAME"),
    Setting("endpoints", "endpoints"),
    Setting("max_retries", "maxRetries", "HW_MAX_RETRIES"),
    Setting("insecure", "insecure", "HW_INSECURE"),
)
SETTINGS_BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True)
class Found:
    """A setting's value, and where it was found, in words for people."""

    value: Any
    where: str


class Source:
    """One column of the table: one place where users keep settings."""

    def __init__(self, name: str, get: ConfigGetter, names: dict[str, str]) -> None:
        self.name = name
        self._get = get
        self._names = names

    def find(self, setting: str) -> Found | None:
        """Return the setting's value here; an empty text counts as not given."""
        key = self._names.get(setting)
        value = self._get(key) if key else None
        if isinstance(value, str):
            value = value.strip()
        return None if value is None or value == "" else Found(value, self.label(setting))

    def label(self, setting: str) -> str:
        """Return the setting's name as users of this place write it."""
        return self._names.get(setting, setting)


class _ProfileSource(Source):
    """The profile file; read when something is looked for in it, and once."""

    def __init__(self, environ: Mapping[str, str], names: dict[str, str]) -> None:
        entries = functools.cache(lambda: read_profile(environ))
        super().__init__(f"profile file {profile_path(environ)}", lambda key: entries().get(key), names)


def all_sources(config: ConfigGetter | None, environ: Mapping[str, str]) -> list[Source]:
    """Return every place to look, in the order in which they count."""
    sources = []
    if config is not None:
        names = {setting.name: f"{NAMESPACE}:{setting.config}" for setting in SETTINGS}
        sources.append(Source("stack configuration", lambda key: config(key.partition(":")[2]), names))
    for column in ("terraform", "sdk", "sample"):
        names = {setting.name: getattr(setting, column) for setting in SETTINGS}
        sources.append(Source("environment", environ.get, {k: v for k, v in names.items() if v}))
    names = {setting.name: setting.profile for setting in SETTINGS if setting.profile}
    sources.append(_ProfileSource(environ, names))
    return sources
