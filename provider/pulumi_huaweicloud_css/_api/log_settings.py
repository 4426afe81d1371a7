"""How the log backup of a cluster is set up: read tolerantly, for what a server sends is only data."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta, timezone

from .._text import sanitize
from ..errors import InvalidResponseError
from .body import load_json
from .models import check_cluster, check_no_error

_LONGEST_TEXT = 256
_SWITCHES = {"true": True, "false": False}
_PERIOD = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(:\d\d)?\s*GMT\s*(?P<sign>[+-])(?P<hours>\d{1,2})(:?(?P<minutes>\d\d))?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class LogSettings:
    """How the log backup of a cluster is set up; None for what the API does not tell, or not in a known form.

    Attributes:
        log_switch: whether log backup is switched on at all.
        auto_enable: whether a backup is made every day.
        period: when that backup begins, as the API writes it, such as ``02:00 GMT+08:00``.
        obs_bucket: the OBS bucket that backups are written to.
        base_path: the path in the bucket.
        agency: the agency by which CSS may write there.
    """

    log_switch: bool | None = None
    auto_enable: bool | None = None
    period: str | None = None
    obs_bucket: str | None = None
    base_path: str | None = None
    agency: str | None = None

    @property
    def starts_at(self) -> time | None:
        """When the daily backup begins, with its time zone; None if `period` is missing or not a time with a zone."""
        found = _PERIOD.fullmatch((self.period or "").strip())
        if found is None:
            return None
        offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        try:
            zone = timezone(-offset if found["sign"] == "-" else offset)
            return time(int(found["hour"]), int(found["minute"]), tzinfo=zone)
        except ValueError:  # there is no such hour, minute or zone
            return None


def parse_log_settings(body: bytes, redact: Callable[[str], str], cluster_id: str) -> tuple[LogSettings | None, bool]:
    """Read the log settings of a cluster.

    Args:
        body: the response's body.
        redact: takes secrets out of texts that a server may have been sent.
        cluster_id: the cluster that was asked about.

    Returns:
        The settings, None if log backup was never set up; and whether they name the cluster.

    Raises:
        InvalidResponseError: they are not log settings, or those of another cluster.
    """
    document = load_json(body)
    if not isinstance(document, dict) or "logConfiguration" not in document:
        raise InvalidResponseError("the response is not the log settings of a cluster")
    check_no_error(document)
    settings = document["logConfiguration"]
    if settings is None or settings == {}:
        return None, False
    if not isinstance(settings, dict):
        raise InvalidResponseError("the log settings in the response are not an object")

    def text(name: str) -> str | None:
        value = settings.get(name)
        return sanitize(redact(value[:10_000]), _LONGEST_TEXT) if isinstance(value, str) else None

    named = settings.get("clusterId")
    proved = check_cluster(cluster_id, [named if isinstance(named, str) else None], redact, part="its log settings are")
    return LogSettings(
        log_switch=_switch(settings.get("logSwitch")),
        auto_enable=_switch(settings.get("autoEnable")),
        period=text("period"),
        obs_bucket=text("obsBucket"),
        base_path=text("basePath"),
        agency=text("agency"),
    ), proved


def _switch(value: object) -> bool | None:
    if isinstance(value, str):
        return _SWITCHES.get(value.strip().lower())
    return value if isinstance(value, bool) else None
