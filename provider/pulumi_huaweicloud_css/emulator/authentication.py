"""Authentication: verifies the signature or token of a request as the API gateway does."""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .._api import signing
from .responses import unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .accounts import Account
    from .calls import Call
    from .temporary_keys import TemporaryKeys

# Requests whose X-Sdk-Date is further away from the server's time than this are refused (api.md).
LONGEST_SKEW_SECONDS = 15 * 60

_AUTHORIZATION = re.compile(
    re.escape(signing.ALGORITHM) + r"\s+Access=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([^,\s]+)\s*"
)
_DATE = signing.DATE_HEADER.lower()
_SECURITY_TOKEN = signing.SECURITY_TOKEN_HEADER.lower()
_TOKEN = signing.TOKEN_HEADER.lower()


class Authenticator:
    """Identifies the account that sent a request, with its own keys or with temporary ones."""

    def __init__(self, *, accounts: Sequence[Account], clock: Callable[[], float], keys: TemporaryKeys) -> None:
        self._keys = keys
        self._by_access_key = {
            account.credentials.access_key: account for account in accounts if account.credentials.access_key
        }
        self._with_token = [account for account in accounts if account.credentials.token]
        self._clock = clock
        self._accounts = accounts

    def ahead_by(self, seconds: float) -> Authenticator:
        """Return one with the same accounts, whose clock is so many seconds ahead."""
        return Authenticator(accounts=self._accounts, clock=lambda: self._clock() + seconds, keys=self._keys)

    def identify(self, call: Call) -> Account:
        """Return whose request this is.

        Raises:
            GatewayRefusedError: 401 APIGW.0301, with the reason in its message.
        """
        authorization = call.headers.get("authorization")
        if authorization is not None:
            return self._by_signature(call, authorization)
        token = call.headers.get(_TOKEN)
        if token is not None:
            return self._by_token(token)
        raise unauthenticated("neither an Authorization header nor an X-Auth-Token header is there")

    def _by_token(self, token: str) -> Account:
        for account in self._with_token:
            if _same(token, account.credentials.token):
                return account
        raise unauthenticated("decrypt token fail")

    def _by_signature(self, call: Call, authorization: str) -> Account:
        parts = _AUTHORIZATION.fullmatch(authorization)
        if parts is None:
            raise unauthenticated(
                f"the Authorization header is not '{signing.ALGORITHM} Access=..., SignedHeaders=..., Signature=...'"
            )
        access_key, names, given = parts.groups()
        session = self._keys.find(access_key)
        account = session.account if session else self._by_access_key.get(access_key)
        if account is None:
            # The key is not repeated: people do put the secret one where the access key belongs.
            raise unauthenticated("Get secretKey failed, err: ak not exist")
        # The rules say sorted, in lower case; a client that does otherwise gets another signature than we do.
        signed = sorted(name.lower() for name in names.split(";"))
        self._check_headers(call, signed)
        self._check_date(call.headers[_DATE])
        canonical = signing.canonical_request(
            call.method, call.path, call.parameters, call.headers, signed, body=call.body
        )
        expected = signing.signature(canonical, call.headers[_DATE], account.credentials.secret_key or "")
        if not _same(given, expected):
            raise unauthenticated("verify aksk signature fail")
        _check_security_token(call, account, signed)
        self._check_end(account)
        return account

    def _check_headers(self, call: Call, signed: Sequence[str]) -> None:
        absent = [name for name in signed if name not in call.headers]
        if absent:
            raise unauthenticated(f"the signed header {absent[0]} is not in the request")
        if _DATE not in signed:
            raise unauthenticated(f"{signing.DATE_HEADER} is missing or not among the signed headers")

    def _check_end(self, account: Account) -> None:
        expires_at = account.credentials.expires_at
        if expires_at is not None and expires_at <= self._clock():
            raise unauthenticated("verify aksk signature fail, the security token has expired")

    def _check_date(self, text: str) -> None:
        try:
            date = datetime.strptime(text, signing.DATE_FORMAT).replace(tzinfo=UTC)
        except ValueError:
            raise unauthenticated(f"{signing.DATE_HEADER} is not a time like 20220624T035357Z") from None
        # The header has whole seconds only, so the server's time is cut to them as well.
        if abs(int(self._clock()) - date.timestamp()) > LONGEST_SKEW_SECONDS:
            raise unauthenticated(
                f"the request has expired: {signing.DATE_HEADER} is more than 15 minutes away from the server's time"
            )


def _check_security_token(call: Call, account: Account, signed: Sequence[str]) -> None:
    expected = account.credentials.security_token
    given = call.headers.get(_SECURITY_TOKEN)
    if expected is None and given is None:
        return
    if expected is None:
        raise unauthenticated(f"{signing.SECURITY_TOKEN_HEADER} came with a key pair that is not temporary")
    if given is None or _SECURITY_TOKEN not in signed:
        raise unauthenticated(f"{signing.SECURITY_TOKEN_HEADER} is missing or not among the signed headers")
    if not _same(given, expected):
        raise unauthenticated(f"{signing.SECURITY_TOKEN_HEADER} is not the one of this key pair")


def _same(given: str, expected: str | None) -> bool:
    """Compare in constant time; as bytes, because text that is not ASCII cannot be compared so."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), (expected or "").encode())
