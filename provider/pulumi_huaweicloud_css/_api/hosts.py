"""What applies to a host: the environment's proxy and certificates, and the site's rate limit.

A proxy's address is checked before it is used, and never shown with its password.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.exceptions import InvalidURL
from requests.utils import prepend_scheme_if_needed, select_proxy
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from .._config.credentials import MASK
from .._config.endpoints import is_loopback
from .._log import LOGGER
from .._text import sanitize
from ..errors import SettingsError
from .throttle import AdaptiveLimiter

_SHORTEST_PASSWORD = 4  # a shorter one would be masked in unrelated words


@dataclass(frozen=True)
class Host:  # type: ignore[explicit-any]  # its settings are what `requests` takes
    """What all requests to one host share.

    Args:
        connection_settings: proxies and certificates, as the adapter of `requests` takes them.
        limiter: the host's rate limit.
        secrets: the proxy's user and password in every form in which they may appear, the longest first.
    """

    connection_settings: Mapping[str, Any]  # type: ignore[explicit-any]
    limiter: AdaptiveLimiter
    secrets: tuple[str, ...] = ()

    @classmethod
    def of(cls, url: str, *, verify: bool | None, redact: Callable[[str], str] = str) -> Host:
        """Read the environment's settings for a URL; `verify` is False to accept any certificate.

        Raises:
            SettingsError: the proxy's address is invalid; the text names the variable, not its value.
        """
        with requests.Session() as session:
            found = session.merge_environment_settings(url, _no_proxies(url), True, verify, None)  # type: ignore[arg-type]  # None stands for no proxy
        secrets = _proxy_secrets(url, found["proxies"])
        site = sanitize(urlsplit(f"//{redact(urlsplit(url).netloc)}").hostname or "")
        proxy = select_proxy(url, found["proxies"])
        LOGGER.debug(
            "%s: %s; certificates: %s",
            *(site, f"proxy from {_variable(url, proxy)}" if proxy else "no proxy", _certificates(found["verify"])),
        )
        return cls(dict(found), AdaptiveLimiter(site=site), secrets)

    def redact(self, text: str) -> str:
        """Return `text` without the proxy's user and password."""
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return text


def _no_proxies(url: str) -> dict[str, str | None]:
    """Return that a loopback URL needs no proxy; for any other the environment decides."""
    return {"http": None, "https": None, "all": None} if is_loopback(url) else {}


def _certificates(verify: object) -> str:
    """Return how certificates are verified, for the log."""
    return f"by {sanitize(str(verify), 300)}" if isinstance(verify, str) else "checked" if verify else "any"


def _proxy_secrets(url: str, proxies: Mapping[str, str] | None) -> tuple[str, ...]:
    """Check the proxy for a URL, and return what errors must not show of it."""
    proxy = select_proxy(url, proxies)
    if not proxy:
        return ()
    try:
        parsed = parse_url(prepend_scheme_if_needed(proxy, "http"))  # type: ignore[no-untyped-call]
        usable = (
            re.fullmatch(r"[a-z0-9._:%\[\]-]+", parsed.host or "", re.IGNORECASE) is not None
            and parsed.scheme is not None
            and parsed.scheme.startswith(("http", "socks"))
        )
        user = parsed.auth
    except (LocationParseError, InvalidURL, ValueError, TypeError):
        usable, user = False, None
    if not usable:
        raise SettingsError(
            _variable(url, proxy),
            "the proxy's address cannot be read (it is not shown, because there may be a "
            "password in it); give it like http://proxy.example.com:8080",
        )
    return _forms(proxy, user)


def _forms(proxy: str, user: str | None) -> tuple[str, ...]:
    if not user:
        return ()
    raw = proxy.rpartition("@")[0].rpartition("//")[2]
    plain = unquote(raw)
    passwords = [text.partition(":")[2] for text in (raw, plain, user)]
    encoded = base64.b64encode(plain.encode("utf-8", "replace")).decode()
    forms = {raw, plain, user, encoded, *(word for word in passwords if len(word) >= _SHORTEST_PASSWORD)}
    return tuple(sorted((form for form in forms if len(form) >= _SHORTEST_PASSWORD), key=len, reverse=True))


def _variable(url: str, proxy: str) -> str:
    """Return the name of the environment variable that holds a proxy's address."""
    scheme = urlsplit(url).scheme
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    return next((name for name in names if os.environ.get(name) == proxy), "proxy settings")
