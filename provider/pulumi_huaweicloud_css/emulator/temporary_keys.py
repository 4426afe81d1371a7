"""The temporary keys that the emulator hands out: whose rights they give, and until when."""

from __future__ import annotations

import re
import secrets
import threading
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .._config.credentials import MASK, Credentials

if TYPE_CHECKING:
    from .accounts import Account
    from .agencies import Agency

# More than that are in no test; the oldest are forgotten, and are unknown from then on.
_MOST_KEPT = 10_000
_AGENCIES = uuid.UUID("6f2c6a0d-2a55-4c0b-8a5e-0f6a3b7c9d21")  # where the ids of agencies come from
# All are made of letters, digits and "-", so that they look the same wherever they are written.
_SECRET_KEY = "emulated-temporary-secret-"  # noqa: S105 - what they begin with
_SECURITY_TOKEN = "emulated-security-token-"  # noqa: S105 - what they begin with
_SECRETS = re.compile(f"(?:{_SECRET_KEY}|{_SECURITY_TOKEN})[0-9a-f]+")


@dataclass(frozen=True, kw_only=True)
class AgencySession:
    """One temporary key pair, that of the account: an agency, assumed by somebody under a name."""

    account: Account
    agency: Agency
    name: str

    @property
    def expires_at(self) -> float:
        """When the keys end, as Unix time in seconds."""
        return self.account.credentials.expires_at or 0.0

    @property
    def urn(self) -> str:
        """The name by which STS knows who has the keys."""
        return f"sts::{self.agency.domain_id}:assumed-agency:{self.agency.name}/{self.name}"

    @property
    def principal_id(self) -> str:
        """The agency's id, and what the caller calls it."""
        return f"{uuid.uuid5(_AGENCIES, self.agency.urn).hex}:{self.name}"


class TemporaryKeys:
    """All temporary keys there are. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[str, AgencySession] = {}

    def issue(self, agency: Agency, name: str, expires_at: float) -> AgencySession:
        """Make keys with the agency's rights, which end at a Unix time in seconds; `name` is the caller's for them."""
        access_key = f"HST{secrets.token_hex(9)[:17].upper()}"
        credentials = Credentials(
            access_key,
            _SECRET_KEY + secrets.token_hex(20),
            security_token=_SECURITY_TOKEN + secrets.token_hex(40),
            source="the emulator's temporary keys",
            expires_at=expires_at,
        )
        session = AgencySession(account=replace(agency.account, credentials=credentials), agency=agency, name=name)
        with self._lock:
            self._sessions[access_key] = session
            if len(self._sessions) > _MOST_KEPT:
                del self._sessions[next(iter(self._sessions))]
        return session

    def find(self, access_key: str | None) -> AgencySession | None:
        """Return what a temporary access key stands for, or None; keys that have ended are found, too."""
        with self._lock:
            return self._sessions.get(access_key or "")

    def expire_all(self, now: float) -> None:
        """End all keys that there are."""
        with self._lock:
            for access_key, session in self._sessions.items():
                if session.expires_at > now:
                    ended = replace(session.account.credentials, expires_at=now)
                    account = replace(session.account, credentials=ended)
                    self._sessions[access_key] = replace(session, account=account)

    def access_keys(self) -> list[str]:
        """Return the access keys handed out up to now (at most the latest 10,000), oldest first."""
        with self._lock:
            return list(self._sessions)


def redact(text: str) -> str:
    """Return the text without secrets of temporary keys; they are known by what they begin with."""
    return _SECRETS.sub(MASK, text)
