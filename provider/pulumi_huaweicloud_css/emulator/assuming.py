"""Assuming an agency: IAM's way (v3) and STS's way (v5) to exchange one's own keys for temporary ones."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .iam_errors import iam_forbidden, iam_invalid, sts_denied, sts_invalid, sts_unknown
from .responses import json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from .accounts import Account
    from .agencies import Agency
    from .calls import Call
    from .responses import RefusedError, Response
    from .site import Site
    from .temporary_keys import AgencySession, TemporaryKeys

_IAM_DEFAULT = 900
_IAM_LONGEST = 86_400
_STS_DEFAULT = 3_600
_STS_LONGEST = 43_200
_CHAIN_LONGEST = 3_600
_SESSION_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{2,128}")
_UNNAMED = "iam-session"


class Assuming:
    """The operations that hand out temporary keys of the site's agencies."""

    def __init__(self, *, site: Site, keys: TemporaryKeys, clock: Callable[[], float]) -> None:
        self._agencies = site.agencies
        self._keys = keys
        self._clock = clock

    def by_iam(self, call: Call, account: Account) -> Response:
        """Respond as IAM's CreateTemporaryAccessKeyByAgency does.

        Raises:
            IamRefusedError: the body is none of this operation, the agency is unknown, or it does not trust the caller.
        """
        identity = _object(_object(_document(call, iam_invalid), "auth", iam_invalid), "identity", iam_invalid)
        if identity.get("methods") != ["assume_role"]:
            raise iam_invalid("methods must be assume_role")
        wanted = _object(identity, "assume_role", iam_invalid)
        name = _text(wanted, "agency_name", iam_invalid)
        domains = {
            key: _text(wanted, key, iam_invalid) for key in ("domain_name", "domain_id") if wanted.get(key) is not None
        }
        if not domains:
            raise iam_invalid("domain_name or domain_id must be there")
        user = _object(wanted, "session_user", iam_invalid) if wanted.get("session_user") is not None else {}
        found = [
            agency
            for agency in self._agencies
            if agency.name == name and all(getattr(agency, key) == value for key, value in domains.items())
        ]
        if not found or not self._trusted(found[0], account):
            # One error for both: who may not, does not learn what there is.
            raise iam_forbidden()
        seconds = _duration(wanted, found[0], _IAM_DEFAULT, _IAM_LONGEST, iam_invalid)
        session = self._issue(found[0], str(user.get("name") or _UNNAMED), seconds)
        keys = session.account.credentials
        credential = {
            "access": keys.access_key,
            "secret": keys.secret_key,
            "securitytoken": keys.security_token,
            "expires_at": _time(session).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        }
        return json_response({"credential": credential}, 201)

    def by_sts(self, call: Call, account: Account) -> Response:
        """Respond as STS's AssumeAgency does.

        Raises:
            StsRefusedError: the body is none of this operation, the agency is unknown, or it does not trust the caller.
        """
        wanted = _document(call, sts_invalid)
        urn = _text(wanted, "agency_urn", sts_invalid)
        name = _text(wanted, "agency_session_name", sts_invalid)
        if not _SESSION_NAME.fullmatch(name):
            raise sts_invalid("agency_session_name must have 2 to 128 letters, digits and _+=,.@-")
        found = [agency for agency in self._agencies if agency.urn == urn]
        if not found:
            raise sts_unknown(urn)
        if not self._trusted(found[0], account):
            raise sts_denied(urn)
        longest = _CHAIN_LONGEST if self._keys.find(account.credentials.access_key) else _STS_LONGEST
        seconds = _duration(wanted, found[0], _STS_DEFAULT, longest, sts_invalid)
        session = self._issue(found[0], name, seconds)
        keys = session.account.credentials
        document = {
            "assumed_agency": {"urn": session.urn, "id": session.principal_id},
            "credentials": {
                "access_key_id": keys.access_key,
                "secret_access_key": keys.secret_key,
                "security_token": keys.security_token,
                "expiration": _time(session).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            },
        }
        return json_response(document)

    def _trusted(self, agency: Agency, account: Account) -> bool:
        access_key = account.credentials.access_key
        session = self._keys.find(access_key)
        return agency.trusts(access_key, session.agency.name if session else None)

    def _issue(self, agency: Agency, name: str, seconds: int) -> AgencySession:
        lasts = seconds if agency.lasts is None else agency.lasts
        return self._keys.issue(agency, name, self._clock() + lasts)


def _time(session: AgencySession) -> datetime:
    return datetime.fromtimestamp(session.expires_at, UTC)


def _document(call: Call, invalid: Callable[[str], RefusedError]) -> dict[str, Any]:
    try:
        document = json.loads(call.body)
    except (ValueError, RecursionError):
        raise invalid("it is not JSON") from None
    if not isinstance(document, dict):
        raise invalid("it is not a JSON object")
    return document


def _object(document: dict[str, Any], name: str, invalid: Callable[[str], RefusedError]) -> dict[str, Any]:
    value = document.get(name)
    if not isinstance(value, dict):
        raise invalid(f"{name} must be an object")
    return value


def _text(document: dict[str, Any], name: str, invalid: Callable[[str], RefusedError]) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise invalid(f"{name} must be text")
    return value


def _duration(
    wanted: dict[str, Any], agency: Agency, default: int, longest: int, invalid: Callable[[str], RefusedError]
) -> int:
    """Read for how many seconds keys are asked for; nothing, like null, is the default, if the agency allows it."""
    longest = min(longest, agency.max_duration)
    seconds = wanted.get("duration_seconds")
    if seconds is None:
        return min(max(default, agency.min_duration), longest)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not agency.min_duration <= seconds <= longest:
        raise invalid(f"duration_seconds must be a whole number from {agency.min_duration} to {longest}")
    return seconds
