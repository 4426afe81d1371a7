"""How the log backup of a cluster is set up, as CSS shows it under ``logs/settings``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import ArgumentError

_PERIOD = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9] GMT[+-](0[0-9]|1[0-4]):[0-5][0-9]")


@dataclass(frozen=True, kw_only=True)
class LogSettings:
    """The settings of a cluster's log backup.

    Args:
        log_switch: whether log backup is switched on at all.
        auto_enable: whether a backup is made every day.
        period: when that backup begins, such as ``02:00 GMT+08:00``; without automatic backup it is not shown.
        bucket: the OBS bucket that backups are written to.
        base_path: the path in the bucket.
        agency: the agency by which CSS may write there.
    """

    log_switch: bool = True
    auto_enable: bool = True
    period: str = "00:00 GMT+08:00"
    bucket: str = "css-backup-1610678043608"
    base_path: str = "css/log"
    agency: str = "css_obs_agency"

    def __post_init__(self) -> None:
        for name in ("log_switch", "auto_enable"):
            if not isinstance(getattr(self, name), bool):
                raise ArgumentError(name, f"must be true or false, got {getattr(self, name)!r}")
        for name in ("bucket", "base_path", "agency"):
            if not isinstance(getattr(self, name), str):
                raise ArgumentError(name, f"must be text, got {getattr(self, name)!r}")
        if not isinstance(self.period, str) or not _PERIOD.fullmatch(self.period):
            raise ArgumentError("period", f"must be a time like '02:00 GMT+08:00', got {self.period!r}")
