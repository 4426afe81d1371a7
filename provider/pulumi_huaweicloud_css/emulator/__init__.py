"""The CSS log backup API, served on this machine: for trying things out without an account, and for tests.

    with Emulator() as emulator:
        os.environ.update(emulator.environment())
        ...

Needs aiohttp: ``pip install 'pulumi-huaweicloud-css[emulator]'``.
"""

from __future__ import annotations

try:
    import aiohttp as _aiohttp  # noqa: F401 - only to say what is missing
except ModuleNotFoundError as error:
    text = "the emulator needs aiohttp: pip install 'pulumi-huaweicloud-css[emulator]'"
    raise ModuleNotFoundError(text, name=error.name) from error

from .._config.credentials import Credentials
from .accounts import Account
from .agencies import Agency
from .calls import RecordedRequest
from .clusters import LogSettings
from .faults import FAULTS, Fault
from .generation import generate, read_records
from .running import Emulator, EmulatorError
from .serving import serve
from .site import Backups, Cluster, Project, Quirks, Site

__all__ = [
    "FAULTS",
    "Account",
    "Agency",
    "Backups",
    "Cluster",
    "Credentials",
    "Emulator",
    "EmulatorError",
    "Fault",
    "LogSettings",
    "Project",
    "Quirks",
    "RecordedRequest",
    "Site",
    "generate",
    "read_records",
    "serve",
]
