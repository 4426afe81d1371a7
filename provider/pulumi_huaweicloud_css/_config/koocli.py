"""KooCLI's configuration file, ``~/.hcloud/config.json``: profiles with keys, a region, a project, an agency.

Source: the fields that the Terraform provider reads of it (`shared_config_file`, `profile`).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .._log import LOGGER
from .._text import sanitize
from .._time import parse_rfc3339, rfc3339
from ..errors import SettingsError
from .profile import read_file, shown

_ACCESS_KEY = re.compile(r"[A-Za-z0-9_-]{1,32}")  # they have 20 characters; encrypted ones have more
_DECRYPT = "run `hcloud configure set --cli-auth-encrypt=false`, or give the keys in another place"
_LOG_IN = "hcloud configure sso"
_EXPIRY = "expir"  # how the name of the entry that tells the end begins; the rest is not known
_FIRST_MOMENT = 10**9  # as Unix time in seconds; a smaller number is a duration, or none


@dataclass(frozen=True)
class Profile:
    """One profile.

    Args:
        label: profile and file, in words for people.
        values: the profile's entries by KooCLI's names; keys and agency are those that its mode uses.
        by_sso: whether the keys are those of an SSO session.
    """

    label: str
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    by_sso: bool = False

    @property
    def source_of_keys(self) -> str:
        """Where the keys come from; the file need not tell when a session ends, so it is said what renews it."""
        return f"{self.label}, whose SSO session `{_LOG_IN}` renews" if self.by_sso else self.label


def read_profile(path: Path, chosen: str | None, asked_by: tuple[str, ...], place: str) -> Profile:
    """Return the chosen profile; an empty one where there is no file and nobody asked for one.

    Args:
        path: the configuration file.
        chosen: the profile's name; None: the file's current one.
        asked_by: the settings that ask for it, in words for people; empty if nobody did.
        place: where the name was given, in brackets; empty if the error says so already.

    Raises:
        SettingsError: the file or the profile is not there, cannot be read, or has keys that cannot be used. Nothing
            that the file holds is shown but the names of its profiles.
    """
    where = shown(path)
    try:
        content = read_file(path, "profile")
    except FileNotFoundError:
        if not asked_by:
            return Profile(where)
        raise SettingsError("profile", f"there is no file {where}, though {_asked(asked_by)} for it") from None
    except OSError as error:
        if not asked_by:
            LOGGER.debug("profile: %s cannot be read: %s", where, error.strerror)
            return Profile(where)
        raise SettingsError("profile", f"{where} cannot be read: {error.strerror}") from None
    config = _object(content, where)
    profiles = _profiles(config, where)
    name = chosen if chosen is not None else _current(config, profiles, where, asked=bool(asked_by))
    if name is None:
        return Profile(where)
    label = f"the KooCLI profile {sanitize(name, 100)!r} in {where}"
    found = profiles.get(name)
    if found is None:
        names = sanitize(", ".join(profiles), 200) or "none"
        by = place if chosen is not None else ", which it names as the current one"
        raise SettingsError("profile", f"{where} has no profile {sanitize(name, 100)!r}{by}; it has: {names}")
    LOGGER.debug("profile: %s", label)
    values = _usable(found, label)
    if asked_by and not values.get("accessKeyId"):
        raise SettingsError("profile", f"{label} has no keys; choose a profile of mode AKSK or SSO")
    access_key = str(values.get("accessKeyId", ""))
    encrypted = str(config.get("authEncrypt", "")).strip().lower() == "true"
    if access_key and (encrypted or not _ACCESS_KEY.fullmatch(access_key)):
        raise SettingsError("profile", f"the keys of {label} are encrypted; {_DECRYPT}")
    return Profile(label, values, by_sso=_by_sso(found))


def _object(content: bytes, where: str) -> dict[str, object]:
    try:
        config = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        config = None
    if not isinstance(config, dict):
        raise SettingsError("profile", f"{where} is not a JSON object, as KooCLI writes it") from None
    return config


def _profiles(config: Mapping[str, object], where: str) -> dict[str, dict[str, object]]:
    """Return the profiles by name.

    Raises:
        SettingsError: there is no list of them, or two have one name.
    """
    listed = config.get("profiles") or []
    if not isinstance(listed, list) or not all(
        isinstance(each, dict) and isinstance(each.get("name"), str) for each in listed
    ):
        raise SettingsError("profile", f"{where} has no list of profiles, each with a name")
    profiles = {each["name"]: each for each in listed}
    if len(profiles) < len(listed):
        raise SettingsError("profile", f"{where} has two profiles of the same name")
    return profiles


def _current(config: Mapping[str, object], profiles: Mapping[str, object], where: str, *, asked: bool) -> str | None:
    current = config.get("current")
    if isinstance(current, str) and current:
        return current
    if not asked:
        return None
    names = sanitize(", ".join(profiles), 200) or "none"
    raise SettingsError("profile", f"{where} names no current profile; give a profile's name; it has: {names}")


def _by_sso(profile: Mapping[str, object]) -> bool:
    return str(profile.get("mode", "")).strip().upper() == "SSO"


def _usable(profile: Mapping[str, object], label: str) -> dict[str, object]:
    """Return a profile's entries, its keys being those that its mode uses.

    Raises:
        SettingsError: it has no such keys, an entry is not a text, or the session has ended.
    """
    keys = ("accessKeyId", "secretAccessKey", "securityToken")
    values = {name: value for name, value in profile.items() if name not in keys and value is not None}
    holder: Mapping[str, object] = profile
    if _by_sso(profile):
        login = profile.get("ssoAuth")
        token = login.get("stsToken") if isinstance(login, dict) else None
        holder = token if isinstance(token, dict) else {}
        ended = _ended(holder)
        if ended:
            raise SettingsError("profile", f"the SSO session of {label} ended at {ended}; run `{_LOG_IN}`")
        if not (holder.get("accessKeyId") and holder.get("secretAccessKey")):
            raise SettingsError("profile", f"{label} has no keys of an SSO session; run `{_LOG_IN}`")
    values |= {name: holder[name] for name in keys if holder.get(name) is not None}
    for name in (*keys, "region", "projectId", "agencyName", "agencyDomainName", "agencyDomainId"):
        if not isinstance(values.get(name, ""), str):
            raise SettingsError("profile", f"{name} of {label} is not a text")
    return values


def _ended(token: Mapping[str, object]) -> str | None:
    """Return when temporary keys ended; None if they did not, or nothing says so."""
    for name, value in token.items():
        if not name.lower().startswith(_EXPIRY):
            continue
        try:
            moment = parse_rfc3339(value) if isinstance(value, str) and not value.strip().isdigit() else None
            if moment is None and isinstance(value, int | str) and not isinstance(value, bool):
                number = int(value)
                moment = number if number > 10**11 else number * 1000  # milliseconds, or seconds
            if moment and moment >= _FIRST_MOMENT * 1000:
                return rfc3339(moment) if moment <= time.time() * 1000 else None
        except (ValueError, OverflowError):
            continue
    return None


def _asked(chosen: tuple[str, ...]) -> str:
    return f"{' and '.join(chosen)} {'asks' if len(chosen) == 1 else 'ask'}"
