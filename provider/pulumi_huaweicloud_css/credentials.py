"""What a request is signed with: a key pair (perhaps temporary) or a token, never shown."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

MASK = "***"


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
        """Return `text` with every secret of these credentials replaced by ``***``."""
        for secret in (self.secret_key, self.security_token, self.token):
            if secret:
                text = text.replace(secret, MASK)
        return text

    def __reduce__(self) -> tuple[type[Credentials], tuple[str | None, None, None, None, str]]:
        """Pickle without the secrets: a copy that ends up in a file or a state cannot sign anything."""
        return (Credentials, (self.access_key, None, None, None, self.source))
