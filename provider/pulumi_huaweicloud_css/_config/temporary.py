"""Temporary credentials where there are no keys: OIDC, an identity provider, pod identity, an ECS's metadata.

The vendor's SDK gets them (extra ``sdk``); they are kept until shortly before they expire.
"""

from __future__ import annotations

import calendar
import importlib
import importlib.util
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._log import LOGGER
from .._text import sanitize
from .._threads import ForkSafeLock
from ..errors import SettingsError
from .credentials import MASK, RENEW_SECONDS, Credentials
from .profile import read_file

# The metadata service's base URL, for a machine whose firmware does not tell that it is Huawei Cloud's; or "off".
METADATA_VARIABLE = "PULUMI_HUAWEICLOUD_CSS_METADATA"
ASSET_TAG = "/sys/class/dmi/id/chassis_asset_tag"

_LAST_SECONDS = 30.0  # of keys that could not be renewed; a query must be able to end

# The user and password of an address.
_USER_INFO = re.compile(r"(//)[^/?#\s]*@")

# What the SDK logs may hold what it was sent: an address with a password, a service's own words.
_SILENT = logging.Logger("huaweicloudsdkcore", logging.CRITICAL + 1)  # noqa: LOG001 - given to the SDK, and known to nobody else

# The names and values of the variables that decide whose temporary keys there are.
Origin = tuple[tuple[str, str], ...]
_DECIDING = (
    *("HUAWEICLOUD_OIDC_", "HUAWEICLOUD_SDK_IDP_ID", "HUAWEICLOUD_SDK_ID_TOKEN_FILE", "HC_CONTAINER_"),
    *("HUAWEICLOUD_SDK_IAM_ENDPOINT", "HUAWEICLOUD_SDK_STS_ENDPOINT", METADATA_VARIABLE),
)

_lock = ForkSafeLock()
_kept: dict[Origin, Credentials] = {}  # those of the last origin only


@dataclass(frozen=True)
class _Way:
    """One way to temporary credentials: when it applies, what it is called, how the SDK calls its provider."""

    name: str
    applies: Callable[[Mapping[str, str]], bool]
    provider: str
    token_file: str = ""  # the variable that names a file with a secret
    asked_for: bool = False  # whether its variables are a user's own, not those of every pod or machine


def _all_set(*names: str) -> Callable[[Mapping[str, str]], bool]:
    return lambda environ: all(environ.get(name, "").strip() for name in names)


def _on_huawei_cloud(environ: Mapping[str, str]) -> bool:
    """Say at once, without a packet sent, whether this machine is one of Huawei Cloud's.

    Elsewhere the metadata service's address swallows requests, or is another cloud's. The firmware's asset tag is
    what cloud-init looks at, too. METADATA_VARIABLE overrides it.
    """
    chosen = environ.get(METADATA_VARIABLE, "").strip()
    if chosen:
        return chosen.lower() != "off"
    try:
        return Path(ASSET_TAG).read_text().strip().upper() == "HUAWEICLOUD"
    except OSError:
        return False


_WAYS = (
    _Way(
        "OIDC",
        _all_set("HUAWEICLOUD_OIDC_PROVIDER_URN", "HUAWEICLOUD_OIDC_AGENCY_URN"),
        "OidcStsCredentialProvider",
        "HUAWEICLOUD_OIDC_TOKEN_FILE",
        asked_for=True,
    ),
    _Way(
        "identity provider",
        _all_set("HUAWEICLOUD_SDK_IDP_ID", "HUAWEICLOUD_SDK_ID_TOKEN_FILE"),
        "EnvCredentialProvider",
        "HUAWEICLOUD_SDK_ID_TOKEN_FILE",
        asked_for=True,
    ),
    _Way(
        "pod identity",
        _all_set("HC_CONTAINER_CREDENTIALS_FULL_URI", "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
        "PodIdentityCredentialProvider",
        "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ),
    _Way("ECS metadata", _on_huawei_cloud, "MetadataCredentialProvider"),
)


def temporary_credentials(environ: Mapping[str, str]) -> Credentials | None:
    """Return temporary credentials, or None where the SDK is not installed or no way to them applies.

    Raises:
        SettingsError: a way applies, but gave no credentials.
    """
    if not _sdk_is_there():
        return None
    origin = origin_of(environ)
    with _lock:
        for way in _WAYS:
            if way.applies(environ):
                kept = _kept.get(origin)
                if kept is not None and not kept.ends_within(RENEW_SECONDS):
                    return kept
                try:
                    fetched = _fetch(way, environ)
                    _kept.clear()
                    _kept[origin] = fetched
                except SettingsError:
                    if kept is None or kept.ends_within(_LAST_SECONDS):
                        raise
                    LOGGER.debug(
                        "credentials: %s gave no new ones yet, and the old ones are used while they last", way.name
                    )
                return _kept[origin]
    return None


def asked_for(environ: Mapping[str, str]) -> bool:
    """Return whether variables ask for temporary credentials, and the SDK is installed, which gets them."""
    return any(way.asked_for and way.applies(environ) for way in _WAYS) and _sdk_is_there()


def _sdk_is_there() -> bool:
    return importlib.util.find_spec("huaweicloudsdkcore") is not None


def origin_of(environ: Mapping[str, str]) -> Origin:
    """Return what decides whose keys temporary ones are: other variables may lead to another account's."""
    return tuple(sorted((name, value) for name, value in environ.items() if name.startswith(_DECIDING)))


def _fetch(way: _Way, environ: Mapping[str, str]) -> Credentials:
    """Ask the SDK's provider for credentials."""
    secret = _token(environ.get(way.token_file, "").strip())
    try:
        found = _ask_sdk(way.provider, environ)
    except Exception as error:  # the SDK raises its own errors, those of requests, and others
        raise SettingsError(
            "credentials", f"{way.name} gave none: {type(error).__name__}: {sanitize(_told(error, secret), 300)}"
        ) from None
    LOGGER.debug("credentials: %s gave temporary ones", way.name)
    return Credentials(
        found.ak,
        found.sk,
        found.security_token,
        source=f"huaweicloudsdkcore ({way.name})",
        expires_at=_unix_time(found._expired_at),  # noqa: SLF001 - the SDK tells it nowhere else
    )


def _unix_time(seconds: float | None) -> float:
    """Return the Unix time that the SDK means: it reads the times of the service, in UTC, as if they were local."""
    return float(calendar.timegm(time.localtime(seconds))) if seconds else 0.0  # unknown: ended, so asked for again


def _token(path: str) -> str:
    """Return the secret in a token file, to know it again in an error; the SDK would wait for a pipe, so it is refused.

    Raises:
        SettingsError: it is no regular file.
    """
    try:
        return read_file(Path(path), "credentials").decode(errors="replace").strip() if path else ""
    except OSError:
        return ""  # the SDK says so


def _told(error: Exception, secret: str) -> str:
    """Return what an error says; a service's words are left out, for it may repeat what it was sent, or send keys."""
    status = getattr(error, "status_code", None)
    text = str(error)
    if status is not None:
        text = f"HTTP {status}, request id: {getattr(error, 'request_id', None) or 'none given'}"
    # By its lines and words: an error shows a line break as a backslash and a letter.
    for part in sorted({secret, *secret.split()}, key=len, reverse=True):
        if len(part) > 5:
            text = text.replace(part, MASK)
    return _USER_INFO.sub(rf"\1{MASK}@", text)


def _ask_sdk(provider: str, environ: Mapping[str, str]) -> Any:  # type: ignore[explicit-any]  # the vendor's package has no types
    """Return the SDK's credentials object, filled."""
    providers = importlib.import_module("huaweicloudsdkcore.auth.provider")
    http_client = importlib.import_module("huaweicloudsdkcore.http.http_client")
    http_config = importlib.import_module("huaweicloudsdkcore.http.http_config")
    chosen = environ.get(METADATA_VARIABLE, "").strip()
    if chosen:
        importlib.import_module("huaweicloudsdkcore.auth.internal").MetadataAccessor._METADATA_ENDPOINT = chosen  # noqa: SLF001
    found = getattr(providers, provider).get_basic().get_credentials()
    handlers = importlib.import_module("huaweicloudsdkcore.http.http_handler")
    exceptions = importlib.import_module("huaweicloudsdkcore.exceptions.exception_handler")
    found.process_sts(
        http_client.HttpClient(
            http_config.HttpConfig.get_default_config(),
            handlers.HttpHandler(),
            exceptions.DefaultExceptionHandler(),
            _SILENT,
        )
    )
    if not (found.ak and found.sk):
        raise ValueError("the answer holds no key pair")
    return found
