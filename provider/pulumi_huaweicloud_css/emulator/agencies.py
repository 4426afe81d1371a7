"""Agencies: somebody else's rights, that a caller takes on for a while with temporary keys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import ArgumentError
from .accounts import DOMAIN_ID, Account

DOMAIN_NAME = "emulated-account"
_SHORTEST = 900
_LONGEST = 86_400


@dataclass(frozen=True, kw_only=True)
class Agency:
    """An agency that can be assumed, through IAM (v3) and through STS (v5).

    Args:
        name: the agency's name.
        domain_name: the name of the account that it belongs to; IAM is asked with it.
        domain_id: the id of that account; STS is asked with it.
        account: the rights of those who assume it; the credentials in it are not used.
        trusted: the access keys that may assume it, and the names of agencies whose temporary keys may; None:
            everybody, temporary keys included.
        min_duration: the shortest time in seconds that temporary keys may be asked for.
        max_duration: the longest one. IAM allows a day at most, STS 12 h, and 1 h for a caller with temporary keys.
        lasts: how many seconds the keys really last, whatever was asked for, so that a test needs not wait; None:
            as long as was asked for.
    """

    name: str
    domain_name: str = DOMAIN_NAME
    domain_id: str = DOMAIN_ID
    account: Account = field(default_factory=Account)
    trusted: Sequence[str] | None = None
    min_duration: int = _SHORTEST
    max_duration: int = _LONGEST
    lasts: float | None = None

    def __post_init__(self) -> None:
        for name in ("name", "domain_name", "domain_id"):
            if not getattr(self, name):
                raise ArgumentError(name, "must not be empty")
        if isinstance(self.trusted, str):
            raise ArgumentError("trusted", "must be a list of access keys, not one text")
        if not 1 <= self.min_duration <= self.max_duration:
            raise ArgumentError("min_duration", f"must be from 1 to max_duration, got {self.min_duration!r}")
        if self.lasts is not None and not 0 <= self.lasts < math.inf:
            raise ArgumentError("lasts", f"must not be negative, nor without end, got {self.lasts!r}")

    @property
    def urn(self) -> str:
        """The name by which STS knows it."""
        return f"iam::{self.domain_id}:agency:{self.name}"

    def trusts(self, access_key: str | None, agency: str | None) -> bool:
        """Say whether a caller with these keys, perhaps temporary ones of the named agency, may assume this one."""
        return self.trusted is None or access_key in self.trusted or agency in self.trusted
