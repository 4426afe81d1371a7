"""Where the settings come from: arguments, the stack's configuration, the environment, files; in that order.

The names are in `sources`; here are the rules. Credentials come whole from one source: the first source that has any
part of them decides, so that an access key is never paired with a secret key from somewhere else.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypedDict

from .._log import LOGGER
from .._text import sanitize
from ..errors import SettingsError
from .agency import Agency
from .credentials import Credentials
from .finder import DEFAULT_MAX_RETRIES, Finder
from .sources import ConfigGetter
from .table import PROGRAM, Reader


@dataclass(frozen=True)
class Settings:
    """Everything a client needs to know but the query itself.

    Args:
        credentials: what requests are signed with, or the keys for an agency's are asked for with.
        endpoint: base URL of the CSS API.
        region: the region's name, or None where only an endpoint was given.
        project_id: 32 hexadecimal digits, or None to look it up at IAM by name.
        project_name: the project's name for that look-up; None: the region's.
        iam_endpoint: base URL of IAM, or None where there is no region.
        sts_endpoint: base URL of STS, or None where there is no region.
        agencies: the agencies to act as, one after the other.
        max_retries: how often a request is retried.
        insecure: True to accept any TLS certificate.
        sources: where each of them was found, by its name, in words for people.
        reader: who reads errors about the settings.
    """

    credentials: Credentials
    endpoint: str
    region: str | None = None
    project_id: str | None = None
    project_name: str | None = None
    iam_endpoint: str | None = None
    sts_endpoint: str | None = None
    agencies: tuple[Agency, ...] = ()
    max_retries: int = DEFAULT_MAX_RETRIES
    insecure: bool = False
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)
    reader: Reader = field(default=PROGRAM, compare=False)


def resolve(
    *,
    project_id: str | None = None,
    region: str | None = None,
    endpoint: str | None = None,
    project_name: str | None = None,
    profile: str | None = None,
    config: ConfigGetter | None = None,
    environ: Mapping[str, str] | None = None,
    reader: Reader = PROGRAM,
) -> Settings:
    """Find every setting, or say which one is missing or wrong.

    The first five are what the caller gave, or None. Where there is no stack, `config` is None. The environment is that
    of the process by default. The reader is the error's.

    Raises:
        SettingsError: a setting is missing or wrong. Nothing is sent before all of them are known.
    """
    given = {
        "project_id": project_id,
        "region": region,
        "endpoint": endpoint,
        "project_name": project_name,
        "profile": profile,
    }
    if config is None:
        reader = replace(reader, namespace=None)  # no advice to set what nobody reads
    found = Finder(given, config, os.environ if environ is None else environ, reader)
    try:
        settings = _settings(found, reader)
    except SettingsError as error:
        raise SettingsError(error.setting, found.redact(error.reason)) from None
    if LOGGER.isEnabledFor(logging.DEBUG):
        _log(settings, found.redact)
    return settings


def _settings(found: Finder, reader: Reader) -> Settings:
    _ = found.cloud  # a wrong one is an error like any other setting, also where no address is made of it
    iam, sts = found.iam, found.sts
    return Settings(
        endpoint=found.endpoint.value,
        region=found.region.value if found.region else None,
        credentials=found.credentials,
        project_id=found.project_id.value if found.project_id else None,
        project_name=found.project_name.value if found.project_name else None,
        iam_endpoint=iam.value if iam else None,
        sts_endpoint=sts.value if sts else None,
        agencies=found.agencies.value,
        max_retries=found.max_retries.value,
        insecure=found.insecure.value,
        sources={
            "region": found.region.where if found.region else "not given",
            "project_id": found.project_id.where if found.project_id else "looked up at IAM when it is needed",
            "project_name": found.project_name.where if found.project_name else "not given",
            "endpoint": found.endpoint.where,
            "iam_endpoint": iam.where if iam else "not given",
            "agencies": found.agencies.where,
            "max_retries": found.max_retries.where,
            "insecure": found.insecure.where,
        },
        reader=reader,
    )


class SettingsArguments(TypedDict, total=False):
    """The arguments by which users say where to read; missing or None if not given."""

    project_id: str | None
    region: str | None
    endpoint: str | None
    project_name: str | None  # of the command line only, as the next one
    profile: str | None


def resolve_arguments(
    arguments: SettingsArguments,
    *,
    config: ConfigGetter | None = None,
    environ: Mapping[str, str] | None = None,
    reader: Reader = PROGRAM,
) -> Settings:
    """Find every setting for a user's arguments; see `resolve`.

    Raises:
        SettingsError: a setting is missing or wrong.
    """
    return resolve(
        project_id=arguments.get("project_id"),
        region=arguments.get("region"),
        endpoint=arguments.get("endpoint"),
        project_name=arguments.get("project_name"),
        profile=arguments.get("profile"),
        config=config,
        environ=environ,
        reader=reader,
    )


def _log(settings: Settings, redact: Callable[[str], str]) -> None:
    """Log every setting with its source; of the credentials only the source."""
    named = [f"credentials from {sanitize(settings.credentials.source)}"]
    for name, source in settings.sources.items():
        value = getattr(settings, name)
        text = redact(settings.credentials.redact_wholly(str(value)))
        shown = "" if value is None else f"{sanitize(text, 300)} from "
        named.append(f"{name} {shown}{sanitize(source, 300)}")
    LOGGER.debug("settings: %s", "; ".join(named))
