"""Reading a setting's value: what a text, a number, a flag, an object and a key pair may look like."""

from __future__ import annotations

import json
import re

from .._text import as_given
from ..errors import SettingsError
from .credentials import Credentials
from .sources import Found, Source
from .table import CREDENTIALS, Reader

_JSON = (dict, list)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NO_TEXT = re.compile(r"[\ud800-\udfff]")  # what Python makes of a variable's bytes in another encoding


def text(name: str, found: Found[object]) -> str:
    """Return a setting's text; a value of another kind is not shown, for it may be secret.

    Raises:
        SettingsError: it is none, or no text of this setting.
    """
    if not isinstance(found.value, str):
        raise SettingsError(name, f"{found.subject} is not a text")
    if _CONTROL.search(found.value):
        raise SettingsError(name, f"{found.subject} holds a control character, perhaps a line break")
    if _NO_TEXT.search(found.value):
        raise SettingsError(name, f"{found.subject} is not UTF-8")
    if name in CREDENTIALS and not found.value.isascii():
        raise SettingsError(name, f"{found.subject} holds a character that is not ASCII, which no key has")
    return found.value


def integer(name: str, found: Found[object], most: int) -> int:
    """Return a setting's integer, from 0 on.

    Raises:
        SettingsError: it is none, or too large.
    """
    value = found.value
    try:
        number = int(value) if isinstance(value, str | int) or (isinstance(value, float) and value.is_integer()) else -1
    except ValueError:
        number = -1
    if isinstance(value, bool) or not 0 <= number <= most:
        raise SettingsError(name, f"{as_given(value)} ({found.where}) is not an integer from 0 to {most}")
    return number


def flag(name: str, found: Found[object]) -> bool:
    """Return a setting that is true or false.

    Raises:
        SettingsError: it is neither.
    """
    value = str(found.value).lower()
    if value not in ("true", "1", "false", "0"):
        raise SettingsError(name, f"{as_given(value)} ({found.where}) is neither true nor false")
    return value in ("true", "1")


def parsed(name: str, found: Found[object] | None) -> Found[object] | None:
    """Return an object or a list that may have arrived as JSON text; any other text as it is.

    Raises:
        SettingsError: it begins as one, and is none.
    """
    if found is None or not isinstance(found.value, str) or found.value[:1] not in ("{", "["):
        return found
    try:
        value = json.loads(found.value)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, _JSON):
        raise SettingsError(name, f"{found.where} is neither an object nor a list of objects")
    return Found(value, found.where)


def addresses(found: Found[object] | None, reader: Reader) -> dict[str, str]:
    """Return the setting ``endpoints``, an object that arrives as such or as JSON text.

    Raises:
        SettingsError: it is no object of texts.
    """
    if found is None:
        return {}
    value = found.value
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise SettingsError(
            "endpoints",
            f"{found.where} is not an object of addresses; "
            f"set it by `pulumi config set --path {reader.namespace}:endpoints.css https://...`",
        )
    return value


def credentials_of(source: Source) -> Credentials:
    """Return the credentials of one source.

    Raises:
        SettingsError: it has a part of a key pair only, or what cannot be one.
    """
    found = {name: source.find(name) for name in CREDENTIALS}
    texts = {name: text(name, item) if item else None for name, item in found.items()}
    if found["token"]:
        # As in the Terraform provider, a token is used before a key pair that stands beside it.
        return Credentials(token=texts["token"], source=source.describe("token"))
    missing = [source.label(name) for name in ("access_key", "secret_key") if not found[name]]
    if missing:
        given = ", ".join(item.where for item in found.values() if item)
        raise SettingsError(
            "credentials",
            f"half a key pair: {given} is set, but {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not; "
            "set both in the same place (keys from different places are never mixed)",
        )
    return Credentials(
        access_key=texts["access_key"],
        secret_key=texts["secret_key"],
        security_token=texts["security_token"],
        source=source.describe(*(name for name, item in found.items() if item)),
    )
