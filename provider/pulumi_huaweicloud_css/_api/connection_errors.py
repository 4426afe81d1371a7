"""Converts the HTTP libraries' exceptions to this package's: which URL, which reason, no secret."""

from __future__ import annotations

import re
from collections.abc import Callable

import requests
import urllib3

from .._text import sanitize
from ..errors import CssConnectionError, CssTimeoutError


def is_tls_failure(error: Exception) -> bool:
    """Return whether TLS failed, which no retry changes."""
    return isinstance(error, requests.exceptions.SSLError | urllib3.exceptions.SSLError)


def connection_error(url: str, error: Exception, redact: Callable[[str], str]) -> CssConnectionError:
    """Return the `CssConnectionError` for an exception of the HTTP libraries, on a request of this URL."""
    shown = redact(url)
    # With a secret in the URL, the reason may have it in small letters, as the host's name.
    reason = _innermost(error, redact) if shown == url else type(error).__name__
    if is_tls_failure(error):
        return CssConnectionError(
            f"TLS to {shown} failed: {reason}. Check the endpoint and the certificate authorities "
            "(REQUESTS_CA_BUNDLE); the setting insecure (HW_INSECURE=true) accepts any certificate."
        )
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return CssTimeoutError(f"no response from {shown} in time")
    if isinstance(error, requests.exceptions.InvalidHeader):  # its own text has the value, escaped
        return CssConnectionError(
            f"{shown} cannot be requested: a key, a token or the project id is not valid in a header"
        )
    return CssConnectionError(f"the connection to {shown} failed: {reason}")


def _innermost(error: BaseException, redact: Callable[[str], str]) -> str:
    """Return the innermost reason of an HTTP library's error, without secrets."""
    seen = error
    while True:
        inner = getattr(seen, "reason", None)
        inner = (
            inner
            if isinstance(inner, BaseException)
            else next((part for part in seen.args if isinstance(part, BaseException)), None)
        )
        if inner is None:
            break
        seen = inner
    text = str(seen) or type(seen).__name__
    text = re.sub(r"^\w+\(host=[^()]*\): ", "", text)  # urllib3's prefix that names the connection
    return sanitize(redact(text.rpartition(">: ")[2] or text)[:10_000], 300)
