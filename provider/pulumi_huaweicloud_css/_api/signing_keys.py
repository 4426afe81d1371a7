"""The keys that a client signs with: its own, which are renewed if they are temporary, or those of its agency."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .._config.credentials import RENEW_SECONDS, Credentials
from .._config.settings import Settings
from ..errors import SettingsError
from .deadline import Deadline
from .transport import Transport

if TYPE_CHECKING:
    from .._config.temporary import Origin
    from .agencies import AgencyKeys


class SigningKeys:
    """One client's keys. Safe to share between threads. All of them are hidden in what the transport shows."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._own = settings.credentials
        self._transport = transport
        self._agency: AgencyKeys | None = None
        if settings.agencies:
            from .agencies import AgencyKeys  # here, for most programs act as no agency

            self._agency = AgencyKeys(settings, transport)
        self._origin = _origin() if self._own.expires_at is not None else ()

    def current(self, deadline: Deadline) -> Credentials:
        """Return the keys to sign with; temporary ones that end soon are renewed first.

        Raises:
            SettingsError, CssError: an agency's keys were not given.
        """
        if self._agency is None:
            return self._current_own()
        keys = self._agency.current(self._current_own, deadline)
        self._transport.credentials.current = keys
        return keys

    def forget(self, refused: Credentials) -> bool:
        """Ask for others next time in place of keys that were refused; return whether there is somebody to ask."""
        if self._agency is None:
            return False
        self._agency.forget(refused)
        return True

    def _current_own(self) -> Credentials:
        if self._own.ends_within(RENEW_SECONDS):
            from .._config.temporary import temporary_credentials

            if _origin() != self._origin:
                raise SettingsError(
                    "credentials",
                    f"temporary ones of {self._own.source} end, and there are other variables now than those that gave "
                    "them; make a new client",
                )
            renewed = temporary_credentials(os.environ)
            if renewed is not None:
                self._own = renewed
                self._transport.credentials.add(renewed)
                self._transport.credentials.current = renewed
        return self._own


def _origin() -> Origin:
    from .._config.temporary import origin_of  # here, for most programs have no temporary keys

    return origin_of(os.environ)
