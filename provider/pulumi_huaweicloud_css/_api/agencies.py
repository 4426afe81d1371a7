"""Keys of an agency: asked for at IAM (v3) or STS (v5) with the caller's own, kept, and renewed before they end.

Source: IAM's CreateTemporaryAccessKeyByAgency and STS's AssumeAgency, as the vendor's SDK sends them.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from http import HTTPStatus

from .._config.agency import Agency
from .._config.credentials import RENEW_SECONDS, Credentials
from .._config.settings import Settings
from .._log import LOGGER
from .._text import sanitize
from .._threads import ForkSafeLock
from .._time import parse_rfc3339
from ..errors import ApiError, CssError, InvalidResponseError, SettingsError
from .attempt import Response
from .body import load_json
from .deadline import Deadline
from .signing import auth_for
from .transport import Transport

_PAUSE_SECONDS = 30.0  # before IAM or STS is asked again for what it would not give, or to renew keys that last a while
_BRIEF_PAUSE_SECONDS = 5.0  # before it is asked again for what it could not give
_SESSION = "pulumi-huaweicloud-css"


class AgencyKeys:
    """The keys of the last agency of a chain. Safe to share between threads."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self._keys: Credentials | None = None
        self._renew_at = 0.0
        self._error: CssError | None = None
        self._error_until = 0.0
        self._lock = ForkSafeLock()

    def current(self, caller: Callable[[], Credentials], deadline: Deadline) -> Credentials:
        """Return keys that last for a while yet.

        An error is repeated for a while, or each of a fleet's clusters would retry in its turn, for as long as its own
        deadline, before the circuit breaker could open.

        Args:
            caller: returns the caller's own credentials.
            deadline: when to give up.

        Raises:
            SettingsError: an agency is refused.
            CssError: IAM or STS could not be reached.
        """
        with self._lock:
            now = time.time()
            if self._keys is not None and now < self._renew_at:
                return self._keys
            if self._error is not None and now < self._error_until:
                raise copy.copy(self._error)
            try:
                keys = caller()
                for agency in self._settings.agencies:
                    keys = self._assume(agency, keys, deadline)
            except CssError as error:
                kept = self._keys
                if kept is None or not error.retryable or kept.ends_within(_PAUSE_SECONDS):
                    self._error = copy.copy(error)
                    pause = _PAUSE_SECONDS if isinstance(error, SettingsError) else _BRIEF_PAUSE_SECONDS
                    self._error_until = time.time() + pause
                    raise
                LOGGER.debug("credentials: the agency's keys could not be renewed yet, and are used while they last")
                self._renew_at = now + _PAUSE_SECONDS
                return kept
            left = (keys.expires_at or 0.0) - time.time()
            self._renew_at = time.time() + max(left - RENEW_SECONDS, left / 2)
            self._keys, self._error = keys, None
            return keys

    def forget(self, refused: Credentials) -> None:
        """Ask anew next time, if the kept keys are those that were refused."""
        with self._lock:
            if self._keys is refused:
                self._keys = None

    def _assume(self, agency: Agency, caller: Credentials, deadline: Deadline) -> Credentials:
        """Return the keys of one agency, asked for with the caller's."""
        self._transport.credentials.add(caller)
        service, of_iam = agency.service, agency.service == "IAM"
        base = self._settings.iam_endpoint if of_iam else self._settings.sts_endpoint
        where = self._settings.sources.get("agencies", "arguments")
        shown = self._transport.credentials.redact(
            f"the agency {agency.name!r} of account {agency.account!r} ({where})"
        )
        if base is None:
            raise AssertionError("unreachable: settings with agencies tell where their services are")
        path, body = _iam_request(agency) if of_iam else _sts_request(agency)
        try:
            answer: Response = self._transport.request(
                base + path,
                {},
                auth_for(caller),
                deadline,
                lambda response: (response, False),
                service=service,
                body=json.dumps(body).encode(),
                fresh=True,
                source=caller.source,
            )
        except ApiError as refused:
            if refused.retryable:
                raise
            advice = ""
            if refused.status != HTTPStatus.UNAUTHORIZED:
                refused.hint = None  # it is about queries
            if refused.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                advice = (
                    ". Check that it is there, and that it trusts the account of the keys "
                    f"({sanitize(caller.source)}), whose user must be allowed to assume it."
                )
            raise SettingsError("assume_role", f"{shown} is refused: {refused}{advice}") from None
        try:
            access_key, secret_key, token, expires = _keys(answer.body, of_iam=of_iam)
        except (InvalidResponseError, ValueError, KeyError, TypeError):
            raise InvalidResponseError(f"{service} sent no temporary keys for {shown}") from None
        LOGGER.debug("credentials: %s gave keys of %s", service, sanitize(shown, 300))
        keys = Credentials(access_key, secret_key, token, source=shown, expires_at=expires)
        self._transport.credentials.add(keys)
        return keys


def _iam_request(agency: Agency) -> tuple[str, dict[str, object]]:
    role: dict[str, object] = {"agency_name": agency.name, "domain_name": agency.domain_name}
    if agency.duration is not None:
        role["duration_seconds"] = agency.duration
    identity = {"methods": ["assume_role"], "assume_role": role}
    return "/v3.0/OS-CREDENTIAL/securitytokens", {"auth": {"identity": identity}}


def _sts_request(agency: Agency) -> tuple[str, dict[str, object]]:
    body: dict[str, object] = {
        "agency_urn": f"iam::{agency.domain_id}:agency:{agency.name}",
        "agency_session_name": _SESSION,
    }
    if agency.duration is not None:
        body["duration_seconds"] = agency.duration
    return "/v5/agencies/assume", body


def _keys(body: bytes, *, of_iam: bool) -> tuple[str, str, str, float]:
    """Return access key, secret key, security token, and the Unix time when they end."""
    whole = load_json(body)
    if of_iam:
        names = ("access", "secret", "securitytoken", "expires_at")
        given = whole["credential"]
    else:
        names = ("access_key_id", "secret_access_key", "security_token", "expiration")
        given = whole["credentials"]
    texts = [given[name] for name in names]
    if not all(isinstance(text, str) and text and text.isascii() and text.isprintable() for text in texts):
        raise ValueError("not a text")
    return texts[0], texts[1], texts[2], parse_rfc3339(texts[3]) / 1000
