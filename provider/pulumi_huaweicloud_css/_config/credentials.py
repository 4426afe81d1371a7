"""What a request is signed with: a key pair (perhaps temporary) or a token, never shown."""

from __future__ import annotations

import json
import re
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, quote_plus

from .._threads import ForkSafeLock

MASK = "***"
_MOST_KNOWN = 31  # of temporary ones, besides the first


@dataclass(frozen=True)
class Credentials:
    """An access key pair, or a token; which of them is decided by what is set.

    Args:
        access_key: the access key id (AK). It identifies, it does not authenticate: errors may show it.
        secret_key: the secret access key (SK).
        security_token: the token of a temporary key pair (``X-Security-Token``), or None.
        token: an IAM token (``X-Auth-Token``), used instead of a key pair, or None.
        source: where these came from, in words for people, such as ``environment (HW_ACCESS_KEY)``.
        expires_at: when temporary ones end, as Unix time in seconds; None: not known, or never.
    """

    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    security_token: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    source: str = "arguments"
    expires_at: float | None = field(default=None, compare=False)

    def ends_within(self, seconds: float) -> bool:
        """Say whether these are temporary and end so soon."""
        return self.expires_at is not None and self.expires_at - seconds <= time.time()

    def redact(self, text: str) -> str:
        """Return `text` with every secret of these credentials replaced by ``***``, also where it is encoded."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return text

    def redact_wholly(self, text: str) -> str:
        """Return `text` without the access key either: for logs, which go further than errors do."""
        text = self.redact(text)
        return text.replace(self.access_key, MASK) if self.access_key else text

    def may_be_in(self, body: bytes) -> bool:
        """Say whether a body of JSON may hold a secret; with escapes in it, it may."""
        return bool(self._forms) and (b"\\" in body or any(form in body for form in self._forms_in_bytes))

    @cached_property
    def _forms(self) -> tuple[str, ...]:
        """The secrets as they are, in base64, as JSON writes them, and as addresses do; the longest first."""
        secrets = (self.secret_key, self.security_token, self.token)
        return tuple(sorted({form for secret in secrets if secret for form in _forms_of(secret)}, key=len)[::-1])

    @cached_property
    def _forms_in_bytes(self) -> tuple[bytes, ...]:
        return tuple(form.encode("utf-8", "replace") for form in self._forms)

    def __reduce__(self) -> tuple[type[Credentials], tuple[str | None, None, None, None, str]]:
        """Pickle without the secrets: a copy that ends up in a file or a state cannot sign anything."""
        return (Credentials, (self.access_key, None, None, None, self.source))


class KnownCredentials:
    """All credentials that requests of one client were signed with, to redact them wherever a server repeats them.

    Temporary ones come and go, and a response may repeat the ones of before, so the latest 32 are known besides the
    first. Safe to share between threads.

    Attributes:
        current: those that requests are signed with now.
    """

    def __init__(self, first: Credentials) -> None:
        self.current = first
        self._known: tuple[Credentials, ...] = (first,)
        self._lock = ForkSafeLock()  # or one of two that are added at once could be lost, and then be shown

    def add(self, credentials: Credentials) -> None:
        """Take further credentials into account."""
        with self._lock:
            if credentials not in self._known:
                self._known = (self._known[0], *self._known[1:][-_MOST_KNOWN:], credentials)

    def redact(self, text: str) -> str:
        """Return `text` with every known secret replaced by ``***``; see `Credentials.redact`."""
        for credentials in self._known:
            text = credentials.redact(text)
        return text

    def redact_wholly(self, text: str) -> str:
        """Return `text` without the access keys either; see `Credentials.redact_wholly`."""
        for credentials in self._known:
            text = credentials.redact_wholly(text)
        return text

    def may_be_in(self, body: bytes) -> bool:
        """Return whether a body of JSON may hold a known secret."""
        return any(credentials.may_be_in(body) for credentials in self._known)


def _forms_of(secret: str) -> Iterator[str]:
    """Yield the forms in which a server may repeat a secret that it was sent: whole, in base64, and either encoded."""
    for encode in (b64encode, urlsafe_b64encode):
        encoded = encode(secret.encode("utf-8", "replace")).decode()
        yield from _encoded(encoded)
        yield from _encoded(encoded.rstrip("="))
    yield from _encoded(secret)


def _encoded(text: str) -> Iterator[str]:
    """Yield a text as it is, as JSON writes it, and as addresses do."""
    yield text
    escaped = json.dumps(text)[1:-1]
    yield from (escaped, escaped.replace("/", "\\/"))
    for encoded in (
        quote(text, safe="", errors="replace"),
        quote(text, errors="replace"),
        quote_plus(text, errors="replace"),
    ):
        yield encoded
        yield re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), encoded)
