"""Every place where users keep settings, and what each setting is called there. One table: `SETTINGS`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from .profile import profile_path, read_profile, shown

NAMESPACE = "huaweicloud"

# Looks up a key of the namespace in a stack's configuration: "region" stands for huaweicloud:region.
ConfigGetter = Callable[[str], object]


@dataclass(frozen=True)
class Reader:
    """Who reads an error, and so how the error writes what it names.

    Args:
        namespace: what stands before the keys of the stack's configuration; None where there is no stack.
        write: returns an argument as it is written.
        kind: what an argument is called, before its name.
    """

    namespace: str | None = NAMESPACE
    write: Callable[[str], str] = str
    kind: str = "the argument "

    def argument(self, name: str) -> str:
        """Return an argument's name, with what it is, for the middle of a sentence."""
        return self.kind + self.write(name)


PROGRAM = Reader()


@dataclass(frozen=True)
class Setting:
    """One row of the settings table: what a setting is, and its names in every place where users keep it ("": none)."""

    name: str
    what: str
    config: str
    terraform: str = ""
    sdk: str = ""
    sample: str = ""
    profile: str = ""
    secret: bool = False
    kind: object = str

    def places(self, reader: Reader = PROGRAM) -> str:
        """Return the setting's names in words, for an error that says where it can be given."""
        variables = [name for name in (self.terraform, self.sdk, self.sample) if name]
        places = [reader.argument(self.name)] if self.name in ("project_id", "region") else []
        if reader.namespace is not None:
            secret = " --secret" if self.secret else ""
            places.append(f"`pulumi config set{secret} {reader.namespace}:{self.config} ...`")
        environment = f"the environment ({', '.join(variables)})"
        places.append(f"or {environment}" if places else environment)
        if self.profile:
            places.append(f"or {self.profile} in the profile file ~/.huaweicloud/credentials")
        return ", ".join(places)


# Source: the names of pulumi-huaweicloud, the Terraform provider, the vendor's SDKs and its sample code.
SETTINGS = (
    Setting("access_key", "access key", "accessKey", "HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK", "CLOUD_SDK_AK", "ak"),
    Setting(
        "secret_key",
        "secret key",
        "secretKey",
        "HW_SECRET_KEY",
        "HUAWEICLOUD_SDK_SK",
        "CLOUD_SDK_SK",
        "sk",
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
        secret=True,
    ),
    Setting("token", "IAM token instead of keys", "token", "HW_AUTH_TOKEN", secret=True),
    Setting(
        "project_id", "project id", "projectId", "HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID", profile="project_id"
    ),
    Setting("region", "region", "region", "HW_REGION_NAME"),
    Setting("endpoints", "endpoints (object with keys `css`, `iam`)", "endpoints", kind=dict[str, str]),
    Setting("max_retries", "retries of a request, 5 by default", "maxRetries", "HW_MAX_RETRIES", kind=int),
    Setting("insecure", "accept any TLS certificate", "insecure", "HW_INSECURE", kind=bool),
)
SETTINGS_BY_NAME = {setting.name: setting for setting in SETTINGS}


_V = TypeVar("_V", covariant=True)


@dataclass(frozen=True)
class Found(Generic[_V]):
    """A setting's value, and where it was found, in words for people."""

    value: _V
    where: str


class Source:
    """One column of the table: one place where users keep settings."""

    def __init__(self, name: str, get: ConfigGetter, names: dict[str, str]) -> None:
        self.name = name
        self._get = get
        self._names = names

    def find(self, setting: str) -> Found[object] | None:
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
        super().__init__(f"profile file {shown(profile_path(environ))}", lambda key: entries().get(key), names)


def all_sources(
    config: ConfigGetter | None, environ: Mapping[str, str], namespace: str | None = NAMESPACE
) -> list[Source]:
    """Return every place to look, in the order in which they count."""
    sources = []
    if config is not None:
        names = {setting.name: f"{namespace}:{setting.config}" for setting in SETTINGS}
        sources.append(Source("stack configuration", lambda key: config(key.partition(":")[2]), names))
    for column in ("terraform", "sdk", "sample"):
        names = {setting.name: getattr(setting, column) for setting in SETTINGS}
        sources.append(Source("environment", environ.get, {k: v for k, v in names.items() if v}))
    names = {setting.name: setting.profile for setting in SETTINGS if setting.profile}
    sources.append(_ProfileSource(environ, names))
    return sources
