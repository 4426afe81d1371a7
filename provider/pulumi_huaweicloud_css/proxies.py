"""The proxy that the environment names for a host: checked before it is used, and never shown with its password."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from requests.exceptions import InvalidURL
from requests.utils import prepend_scheme_if_needed, select_proxy
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from .credentials import MASK
from .errors import SettingsError

_SHORTEST_PASSWORD = 4  # a shorter one would be taken out of words that have nothing to do with it


@dataclass(frozen=True)
class Proxy:
    """What errors must not show of the proxy for one host.

    Args:
        secrets: its user and password in the forms in which they may be met, the longest first.
    """

    secrets: tuple[str, ...] = ()

    @classmethod
    def of(cls, url: str, proxies: Mapping[str, str | None]) -> Proxy:
        """Return the proxy for an address, without secrets where there is none.

        Raises:
            SettingsError: the proxy's address cannot be read; the text names the variable, not its value.
        """
        proxy = select_proxy(url, dict(proxies))  # type: ignore[arg-type]  # None: no proxy
        if not proxy:
            return cls()
        try:
            parsed = parse_url(prepend_scheme_if_needed(proxy, "http"))  # type: ignore[no-untyped-call]
            usable = bool(parsed.host) and parsed.scheme is not None and parsed.scheme.startswith(("http", "socks"))
            user = parsed.auth
        except (LocationParseError, InvalidURL, ValueError, TypeError):
            usable, user = False, None
        if not usable:
            raise SettingsError(
                f"{_variable(url, proxy)}: the proxy's address cannot be read (it is not shown, because there may be a "
                "password in it); give it like http://proxy.example.com:8080"
            )
        return cls(_forms(proxy, user))

    def redact(self, text: str) -> str:
        """Return `text` without the proxy's user and password."""
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return text


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
