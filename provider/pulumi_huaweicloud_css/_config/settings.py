"""Where the settings come from: arguments, the stack's configuration, the environment; in that order.

The names are in `sources`; here are the rules. Credentials come whole from one source: the first source that has any
part of them decides, so that an access key is never paired with a secret key from somewhere else.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .._log import LOGGER
from .._text import sanitize
from ..errors import SettingsError
from . import endpoints
from .credentials import Credentials
from .sources import PROGRAM, SETTINGS_BY_NAME, ConfigGetter, Found, Reader, Source, all_sources
from .temporary import temporary_credentials

DEFAULT_MAX_RETRIES = 5

_IN_HEADERS = ("access_key", "secret_key", "security_token", "token")
PROJECT_ID = re.compile(r"[0-9a-fA-F]{32}")


@dataclass(frozen=True)
class Settings:
    """Everything a client needs to know but the question itself.

    Args:
        credentials: what requests are signed with.
        endpoint: base URL of the CSS API.
        region: the region's name, or None where only an endpoint was given.
        project_id: 32 hexadecimal digits, or None to look it up at IAM by the region's name.
        iam_endpoint: base URL of IAM for that look-up, or None where there is no region.
        max_retries: how often a request is tried again.
        insecure: True to accept any TLS certificate.
        sources: where each of them was found, by its name, in words for people.
        reader: who reads errors about the settings.
    """

    credentials: Credentials
    endpoint: str
    region: str | None = None
    project_id: str | None = None
    iam_endpoint: str | None = None
    max_retries: int = DEFAULT_MAX_RETRIES
    insecure: bool = False
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)
    reader: Reader = field(default=PROGRAM, compare=False)


def resolve(
    *,
    project_id: str | None = None,
    region: str | None = None,
    endpoint: str | None = None,
    config: ConfigGetter | None = None,
    environ: Mapping[str, str] | None = None,
    reader: Reader = PROGRAM,
) -> Settings:
    """Find every setting, or say which one is missing or wrong.

    Args:
        project_id: as the caller gave it, or None.
        region: as the caller gave it, or None.
        endpoint: base URL of the CSS API as the caller gave it, or None.
        config: looks a key up in the stack's configuration, namespace ``huaweicloud`` (so ``"region"`` is
            ``huaweicloud:region``); None where there is no stack.
        environ: the environment; that of the process by default.
        reader: who reads the error.

    Raises:
        SettingsError: a setting is missing or wrong. Nothing is sent before all of them are known.
    """
    environ = os.environ if environ is None else environ
    sources = all_sources(config, environ, reader.namespace)

    def first(name: str, argument: str | None = None) -> Found[object] | None:
        if argument is not None:
            return Found(argument, reader.argument(name))
        return next((found for found in (source.find(name) for source in sources) if found), None)

    region_given, project_found = first("region", region), first("project_id", project_id)
    region_found = None if region_given is None else Found(_text("region", region_given), region_given.where)
    if region_found:
        endpoints.check_region(region_found.value, region_found.where)
    urls = _endpoint_table(first("endpoints"), reader)
    css = _css_endpoint(endpoint, urls, region_found, environ, reader)
    iam = _iam_endpoint(css.value, urls, region_found, environ, reader)
    retries, insecure = first("max_retries"), first("insecure")
    settings = Settings(
        credentials=_credentials(sources, environ, reader),
        endpoint=css.value,
        region=region_found.value if region_found else None,
        project_id=_project_id(project_found, region_found, reader),
        iam_endpoint=iam.value if iam else None,
        max_retries=_max_retries(retries),
        insecure=_flag("insecure", insecure),
        sources={
            "region": region_found.where if region_found else "not given",
            "project_id": project_found.where if project_found else "looked up at IAM when it is needed",
            "endpoint": css.where,
            "iam_endpoint": iam.where if iam else "not given",
            "max_retries": retries.where if retries else "the default",
            "insecure": insecure.where if insecure else "the default",
        },
        reader=reader,
    )
    if LOGGER.isEnabledFor(logging.DEBUG):
        _log(settings)
    return settings


def _log(settings: Settings) -> None:
    """Log every setting with its source; of the credentials only the source."""
    named = [f"credentials from {sanitize(settings.credentials.source)}"]
    for name, source in settings.sources.items():
        value = getattr(settings, name)
        shown = "" if value is None else f"{sanitize(settings.credentials.redact_wholly(str(value)), 300)} from "
        named.append(f"{name} {shown}{sanitize(source, 300)}")
    LOGGER.debug("settings: %s", "; ".join(named))


def _credentials(sources: list[Source], environ: Mapping[str, str], reader: Reader) -> Credentials:
    """Return the credentials of the first source that has any part of them."""
    for source in sources:
        found = {name: source.find(name) for name in ("token", "access_key", "secret_key", "security_token")}
        if not any(found.values()):
            continue
        text = {name: _text(name, item) if item else None for name, item in found.items()}
        if found["token"]:
            # As in the Terraform provider, a token is used before a key pair that stands beside it.
            return Credentials(token=text["token"], source=f"{source.name} ({found['token'].where})")
        missing = [source.label(name) for name in ("access_key", "secret_key") if not found[name]]
        if missing:
            given = ", ".join(item.where for item in found.values() if item)
            raise SettingsError(
                "credentials",
                f"half a key pair: {given} is set, but {' and '.join(missing)} is not; "
                "set both in the same place (keys from different places are never mixed)",
            )
        labels = f"{source.label('access_key')}, {source.label('secret_key')}"
        return Credentials(
            access_key=text["access_key"],
            secret_key=text["secret_key"],
            security_token=text["security_token"],
            source=f"{source.name} ({labels})",
        )
    temporary = temporary_credentials(environ)
    if temporary is not None:
        return temporary
    raise SettingsError(
        "credentials",
        "none found; give an access key and a secret key, or a token: "
        + "; ".join(
            f"{name}: {SETTINGS_BY_NAME[name].places(reader)}" for name in ("access_key", "secret_key", "token")
        ),
    )


def _css_endpoint(
    argument: str | None, urls: dict[str, str], region: Found[str] | None, environ: Mapping[str, str], reader: Reader
) -> Found[str]:
    """Return the CSS API's base URL, and where it was found."""
    if argument is not None:
        where = reader.argument("endpoint")
        return Found(endpoints.base_url(_text("endpoint", Found(argument, where)), where), where)
    if urls.get("css"):
        where = f"{reader.namespace}:endpoints, key css"
        return Found(endpoints.base_url(urls["css"], where), where)
    config = f"as key css of {reader.namespace}:endpoints, " if reader.namespace else ""
    remedy = f"(give the endpoint as {reader.argument('endpoint')}, {config}or in HUAWEICLOUD_SDK_REGION_CSS_<REGION>)"
    if region is None:
        raise SettingsError("region", f"not given; give it by {SETTINGS_BY_NAME['region'].places(reader)} {remedy}")
    variable = endpoints.region_variable("css", region.value)
    if environ.get(variable, "").strip():
        # The vendor's SDKs allow several, separated by commas, and try the first one first.
        return Found(endpoints.base_url(environ[variable].split(",")[0], variable), variable)
    url = endpoints.css_url(region.value)
    if url is None:
        raise endpoints.unknown_region(region.value, region.where, remedy)
    return Found(url, "the region")


def _iam_endpoint(
    css: str, urls: dict[str, str], region: Found[str] | None, environ: Mapping[str, str], reader: Reader
) -> Found[str] | None:
    """Return IAM's base URL, and where it was found."""
    if urls.get("iam"):
        where = f"{reader.namespace}:endpoints, key iam"
        return Found(endpoints.base_url(urls["iam"], where), where)
    variable = "HUAWEICLOUD_SDK_IAM_ENDPOINT"
    if environ.get(variable, "").strip():
        return Found(endpoints.base_url(environ[variable], variable), variable)
    if endpoints.is_loopback(css):
        # An emulator serves both; a signature made for it has no business at the real IAM.
        return Found(css, "the endpoint, for it is on this machine")
    return Found(endpoints.iam_url(region.value), "the region") if region else None


def _endpoint_table(found: Found[object] | None, reader: Reader) -> dict[str, str]:
    """Read the setting ``endpoints``, an object that arrives as such or as JSON text."""
    if found is None:
        return {}
    value = found.value
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise SettingsError(
            "endpoints",
            f"{found.where} is not an object of addresses; "
            f"set it by `pulumi config set --path {reader.namespace}:endpoints.css https://...`",
        )
    return value


def _project_id(found: Found[object] | None, region: Found[str] | None, reader: Reader) -> str | None:
    if found is None:
        if region is None:
            raise SettingsError(
                "project_id",
                "not given, and without a region it cannot be looked up; "
                f"give it by {SETTINGS_BY_NAME['project_id'].places(reader)}",
            )
        return None
    value = _text("project_id", found)
    if not PROJECT_ID.fullmatch(value):
        raise SettingsError(
            "project_id",
            f"{value!r} ({found.where}) is not a project's id of 32 hexadecimal digits (not its name)"
            f"; give it by {SETTINGS_BY_NAME['project_id'].places(reader)}",
        )
    return value


def _max_retries(found: Found[object] | None) -> int:
    if found is None:
        return DEFAULT_MAX_RETRIES
    value = found.value
    try:
        number = int(value) if isinstance(value, str | int) or (isinstance(value, float) and value.is_integer()) else -1
    except ValueError:
        number = -1
    if isinstance(value, bool) or not 0 <= number <= 100:
        raise SettingsError("max_retries", f"{found.value!r} ({found.where}) is not a whole number from 0 to 100")
    return number


def _flag(name: str, found: Found[object] | None) -> bool:
    value = str(found.value).lower() if found else "false"
    if value not in ("true", "1", "false", "0"):
        where = found.where if found else ""
        raise SettingsError(name, f"{value!r} ({where}) is neither true nor false")
    return value in ("true", "1")


def _text(name: str, found: Found[object]) -> str:
    """Return a setting's text; a value of another kind is not shown, for it may be secret."""
    if not isinstance(found.value, str):
        raise SettingsError(name, f"{found.where} is not a text")
    if any(ord(character) < 32 or ord(character) == 127 for character in found.value):
        raise SettingsError(name, f"{found.where} holds a control character, perhaps a line break")
    if name in _IN_HEADERS and not found.value.isascii():
        raise SettingsError(name, f"{found.where} holds a character that is not ASCII, which no key has")
    return found.value
