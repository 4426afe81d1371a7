"""Agencies: roles of an account that another account may act as, for as long as temporary keys last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .._text import as_given
from ..errors import SettingsError
from .sources import Found
from .table import AGENCY_VARIABLES

_LONGEST_CHAIN = 5
_SHORTEST, _LONGEST, _LONGEST_OF_STS = 900, 86_400, 43_200  # seconds; what the APIs of IAM and STS allow


@dataclass(frozen=True)
class Agency:
    """An agency to act as.

    Args:
        name: the agency's name.
        domain_name: the name of the account that it belongs to; its keys come from IAM (v3).
        domain_id: that account's id; if it is given, the keys come from STS (v5), as in the Terraform provider.
        duration: how long the keys last, 900 to 86,400 seconds (STS: 43,200); None: as long as the service gives them.
    """

    name: str
    domain_name: str | None = None
    domain_id: str | None = None
    duration: int | None = None

    @property
    def service(self) -> Literal["IAM", "STS"]:
        """The service that the keys come from."""
        return "IAM" if self.domain_id is None else "STS"

    @property
    def account(self) -> str | None:
        """The account by what that service is asked with."""
        return self.domain_name if self.domain_id is None else self.domain_id


def read_agencies(found: Found[object] | None, environ: Mapping[str, str]) -> tuple[Agency, ...]:
    """Return the agencies to act as, one after the other; none if none was given.

    Args:
        found: an object, a list of objects, or the name that the environment gives.
        environ: the environment, for what belongs to that name.

    Raises:
        SettingsError: a part of one is missing or wrong.
    """
    if found is None:
        given = [name for name in AGENCY_VARIABLES.values() if environ.get(name, "").strip()]
        if given:
            raise SettingsError(
                "assume_role",
                f"{' and '.join(given)} is set, but {AGENCY_VARIABLES['agencyName']} is not; set it, or neither",
            )
        return ()
    if found.where == AGENCY_VARIABLES["agencyName"]:
        entry = {key: environ.get(name, "").strip() for key, name in AGENCY_VARIABLES.items()}
        return (_agency({key: value for key, value in entry.items() if value}, AGENCY_VARIABLES, "the environment"),)
    listed = found.value if isinstance(found.value, list) else [found.value]
    if not 1 <= len(listed) <= _LONGEST_CHAIN:
        raise SettingsError("assume_role", f"{found.where} is a list of {len(listed)} agencies, not of 1 to 5")
    names = {key: found.names.get(key, key) for key in AGENCY_VARIABLES}
    return tuple(_agency(each, names, found.where, of_file=found.of_file) for each in listed)


def _agency(entry: object, names: Mapping[str, str], where: str, *, of_file: bool = False) -> Agency:
    if not isinstance(entry, Mapping):
        raise SettingsError("assume_role", f"{where} is not an object with {', '.join(names.values())}")
    unknown = [str(key) for key in entry if key not in names]
    if unknown:
        raise SettingsError("assume_role", f"{where} has {unknown[0]!r}, which is none of {', '.join(names.values())}")
    texts = {key: _text(entry.get(key), names[key], where) for key in ("agencyName", "domainName", "domainId")}
    if texts["agencyName"] is None:
        raise SettingsError("assume_role", f"{where} has no {names['agencyName']}")
    if texts["domainName"] is None and texts["domainId"] is None:
        named = "an agency" if of_file else f"the agency {texts['agencyName']!r}"
        raise SettingsError(
            "assume_role",
            f"{where} names {named} and not its account; give {names['domainName']} (IAM) or {names['domainId']} (STS)",
        )
    longest = _LONGEST if texts["domainId"] is None else _LONGEST_OF_STS
    duration = _duration(entry.get("duration"), names["duration"], longest)
    return Agency(texts["agencyName"], texts["domainName"], texts["domainId"], duration)


def _text(value: object, name: str, where: str) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not value.strip().isprintable() or len(value) > 256:
        raise SettingsError("assume_role", f"{name} of {where} is not a name")
    return value.strip() or None


def _duration(value: object, name: str, longest: int) -> int | None:
    if value is None or value == "":
        return None
    try:
        number = int(value) if isinstance(value, str) or (isinstance(value, int | float) and int(value) == value) else 0
    except (ValueError, OverflowError):
        number = 0
    if isinstance(value, bool) or not _SHORTEST <= number <= longest:
        raise SettingsError(
            "assume_role", f"{as_given(value)} ({name}) is not a number of seconds from {_SHORTEST} to {longest}"
        )
    return number
