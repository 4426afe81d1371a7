"""The vendor's profile file: ``~/.huaweicloud/credentials``, an INI file with a section for each set of keys."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path

from .errors import SettingsError

FILE_VARIABLE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
SECTION_VARIABLE = "HW_PROFILE"
DEFAULT_SECTION = "basic"


def profile_path(environ: Mapping[str, str]) -> Path:
    """Return where the profile file is, or would be."""
    named = environ.get(FILE_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser()
    return Path(environ.get("HOME") or environ.get("USERPROFILE") or "~") / ".huaweicloud" / "credentials"


def read_profile(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the entries of the chosen section; an empty one where there is no file and none was asked for.

    Raises:
        SettingsError: a file or section that a variable names is not there, or the file cannot be read. Nothing
            that the file holds is shown.
    """
    path = profile_path(environ)
    wanted = environ.get(SECTION_VARIABLE, "").strip()
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with path.open(encoding="utf-8-sig") as file:
            parser.read_file(file)
    except FileNotFoundError:
        named = [name for name in (FILE_VARIABLE, SECTION_VARIABLE) if environ.get(name, "").strip()]
        if not named:
            return {}
        raise SettingsError(f"profile: there is no file {path}, though {' and '.join(named)} is set") from None
    except OSError as error:
        raise SettingsError(f"profile: {path} cannot be read: {error.strerror}") from None
    except (configparser.Error, UnicodeDecodeError):
        raise SettingsError(f"profile: {path} is not an INI file with sections like [{DEFAULT_SECTION}]") from None
    section = wanted or DEFAULT_SECTION
    if parser.has_section(section):
        return dict(parser.items(section))
    if wanted:
        found = ", ".join(parser.sections()) or "none"
        raise SettingsError(f"profile: {path} has no section [{wanted}] ({SECTION_VARIABLE}); it has: {found}")
    return {}
