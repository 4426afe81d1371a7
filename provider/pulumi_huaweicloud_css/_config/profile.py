"""The vendor's profile file: ``~/.huaweicloud/credentials``, an INI file with a section for each set of keys."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from .._log import LOGGER
from .._text import sanitize
from ..errors import SettingsError

FILE_VARIABLE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
SECTION = "basic"  # as in the vendor's SDK, which reads no other
MAX_BYTES = 1024 * 1024


def home(environ: Mapping[str, str], path: Path) -> Path:
    """Return a path with a leading ``~`` replaced by the home folder that the environment names."""
    if path.parts[:1] == ("~",):
        return Path(environ.get("HOME") or environ.get("USERPROFILE") or "~").joinpath(*path.parts[1:])
    try:
        return path.expanduser()
    except (RuntimeError, ValueError):  # the file of a user that there is not; it is said when it is read
        return path


def profile_path(environ: Mapping[str, str]) -> Path:
    """Return where the profile file is, or would be."""
    return home(environ, Path(environ.get(FILE_VARIABLE, "").strip() or "~/.huaweicloud/credentials"))


def read_profile(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the entries of the section ``[basic]``; none where no file was asked for, and none can be read.

    Raises:
        SettingsError: a file that the variable names is not there or cannot be read, or the file is of another kind.
            Nothing that the file holds is shown.
    """
    import configparser  # here, for most reads need no file

    path = profile_path(environ)
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with io.TextIOWrapper(io.BytesIO(read_file(path, "profile_file")), encoding="utf-8-sig") as text:
            parser.read_file(text)
    except FileNotFoundError:
        if not environ.get(FILE_VARIABLE, "").strip():
            LOGGER.debug("profile: there is no file %s", shown(path))
            return {}
        raise SettingsError("profile_file", f"there is no file {shown(path)}, though {FILE_VARIABLE} is set") from None
    except OSError as error:
        if not environ.get(FILE_VARIABLE, "").strip():
            LOGGER.debug("profile: %s cannot be read: %s", shown(path), error.strerror)
            return {}
        raise SettingsError("profile_file", f"{shown(path)} cannot be read: {error.strerror}") from None
    except (configparser.Error, UnicodeDecodeError):
        raise SettingsError("profile_file", f"{shown(path)} is not an INI file with a section [{SECTION}]") from None
    if parser.has_section(SECTION):
        LOGGER.debug("profile: %s, section [%s]", shown(path), SECTION)
        return dict(parser.items(SECTION))
    LOGGER.debug("profile: %s has no section [%s]", shown(path), SECTION)
    return {}


def unreadable(path: Path) -> str | None:
    """Return the file and why it cannot be read, in words for people; None if it can, or is not there."""
    try:
        read_file(path, "")
    except (FileNotFoundError, SettingsError):
        return None
    except OSError as error:
        return f"{shown(path)} cannot be read: {error.strerror}"
    return None


def read_file(path: Path, what: str) -> bytes:
    """Return what is in a file that a setting names; it can be a pipe or a device, which may never end.

    Args:
        path: the file.
        what: what the file is for, with which an error begins.

    Raises:
        SettingsError: it is no regular file, or too large for what it is.
        OSError: it cannot be read.
    """
    if path.parts[:1] == ("~",):  # no home is known; a folder of that name in the working folder is none
        raise FileNotFoundError
    # Without O_NONBLOCK, opening a pipe waits for somebody who writes.
    flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))
    try:
        descriptor = os.open(path, flags)
    except ValueError:  # a NUL, or a character that the file system's encoding does not have
        raise SettingsError(what, f"{shown(path)} is not a file's name") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # of what was opened: the name may stand for another now
            raise SettingsError(what, f"{shown(path)} is not a regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(content) > MAX_BYTES:
        raise SettingsError(what, f"{shown(path)} is larger than {MAX_BYTES // 2**20} MiB")
    return content


def shown(path: Path) -> str:
    """Return a file's name as it is shown."""
    return sanitize(str(path), 300)
