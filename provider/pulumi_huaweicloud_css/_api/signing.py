"""Request authentication: Huawei Cloud's SDK-HMAC-SHA256 signature, or a token.

The signature follows the vendor's "AK/SK signing and authentication", and tests compare it with the vendor's own
signer. The emulator verifies requests with the same functions.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase

from .._config.credentials import Credentials

ALGORITHM = "SDK-HMAC-SHA256"
DATE_FORMAT = "%Y%m%dT%H%M%SZ"
DATE_HEADER = "X-Sdk-Date"
SECURITY_TOKEN_HEADER = "X-Security-Token"  # noqa: S105 - a header's name
PROJECT_HEADER = "X-Project-Id"
TOKEN_HEADER = "X-Auth-Token"  # noqa: S105 - a header's name

_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_path(path: str) -> str:
    """Return the percent-encoded path that is signed; it ends in "/" even if the path sent does not."""
    encoded = "/".join(quote(part, safe="~") for part in unquote(path).split("/"))
    return encoded if encoded.endswith("/") else encoded + "/"


def canonical_query(parameters: Iterable[tuple[str, str]]) -> str:
    """Return the query string that is signed: sorted by name, then value, percent-encoded."""
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(parameters))


def canonical_request(
    method: str,
    path: str,
    parameters: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    signed_headers: Sequence[str],
    *,
    body: bytes = b"",
) -> str:
    """Return the canonical request, from which the signature is computed.

    Args:
        method: the HTTP method.
        path: the path as sent.
        parameters: the query parameters, decoded.
        headers: the headers as sent, with names in lower case.
        signed_headers: names of the headers that are signed, in lower case and in the order of the signature.
        body: the request's body.

    Raises:
        KeyError: a signed header is not among the headers.
    """
    lines = [method.upper(), canonical_path(path), canonical_query(parameters)]
    lines += [f"{name}:{headers[name].strip()}" for name in signed_headers]
    lines += ["", ";".join(signed_headers), hashlib.sha256(body).hexdigest()]
    return "\n".join(lines)


def signature(canonical: str, date: str, secret_key: str) -> str:
    """Return the hexadecimal signature of a canonical request made at `date` (the X-Sdk-Date header's text)."""
    to_sign = f"{ALGORITHM}\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.new(secret_key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()


def host_header(url: str) -> str:
    """Return the Host header of a URL, without the scheme's default port."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    return host if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"


class AkSkAuth(AuthBase):
    """Signs a request with an access key pair; give it to `requests` as ``auth``.

    Args:
        access_key: the access key id (AK).
        secret_key: the secret access key (SK).
        security_token: the security token of a temporary key pair, or None.
        project_id: sent and signed as X-Project-Id, as the vendor's SDKs do, or None.
    """

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        security_token: str | None = None,
        project_id: str | None = None,
    ) -> None:
        self._access_key = access_key
        self._secret_key = secret_key
        self._security_token = security_token
        self._project_id = project_id

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the date, the identifying headers and the Authorization header."""
        date = datetime.now(UTC).strftime(DATE_FORMAT)
        url = request.url or ""
        added = {"Host": host_header(url), DATE_HEADER: request.headers.get(DATE_HEADER, date)}
        if self._project_id:
            added[PROJECT_HEADER] = self._project_id
        if self._security_token:
            added[SECURITY_TOKEN_HEADER] = self._security_token
        request.headers.update(added)
        headers = {name.lower(): value for name, value in added.items()}
        signed = sorted(headers)
        parts = urlsplit(url)
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        canonical = canonical_request(
            request.method or "GET",
            parts.path,
            parse_qsl(parts.query, keep_blank_values=True),
            headers,
            signed,
            body=bytes(body),
        )
        signed_text = signature(canonical, added[DATE_HEADER], self._secret_key)
        request.headers["Authorization"] = (
            f"{ALGORITHM} Access={self._access_key}, SignedHeaders={';'.join(signed)}, Signature={signed_text}"
        )
        return request


class TokenAuth(AuthBase):
    """Adds an IAM token to a request (X-Auth-Token); give it to `requests` as ``auth``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the token's header."""
        request.headers[TOKEN_HEADER] = self._token
        return request


def auth_for(credentials: Credentials, project_id: str | None = None) -> AuthBase:
    """Return the `requests` auth object for these credentials.

    Raises:
        ValueError: the credentials have neither a token nor a complete key pair.
    """
    if credentials.token:
        return TokenAuth(credentials.token)
    if credentials.access_key and credentials.secret_key:
        return AkSkAuth(credentials.access_key, credentials.secret_key, credentials.security_token, project_id)
    raise ValueError("neither a token nor a key pair to sign with")
