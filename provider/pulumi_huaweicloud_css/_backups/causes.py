"""Why a gate does not pass: the cluster's log settings are asked for once, and the reason ends with what they tell.

Asked for only where a verdict is final and did not pass. Whatever goes wrong, the verdict stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from .._durations import format_duration
from .._log import LOGGER
from .._text import sanitize
from .._time import unix_ms
from .._verdict import Verdict
from ..errors import expected
from .gate import NO_RECORDS_HINT

if TYPE_CHECKING:
    from .._api.log_settings import LogSettings

# Returns a cluster's log settings; None if log backup was never set up.
AskSettings = Callable[[], "LogSettings | None"]

_OFF = "log backup is switched off"
_DAY = timedelta(days=1)


def with_cause(verdict: Verdict, now: datetime, cluster_id: str, ask: AskSettings) -> Verdict:
    """Return a verdict as of `now` whose reason ends with the cause; unchanged if it passed, or no cause is known."""
    if verdict.passed:
        return verdict
    try:
        cause = cause_of(ask(), now)
    except Exception as error:
        LOGGER.debug(
            "the log settings of cluster %s are not known: %s", sanitize(cluster_id, 60), sanitize(str(expected(error)))
        )
        return verdict
    if cause is None:
        LOGGER.debug("the log settings of cluster %s tell no cause", sanitize(cluster_id, 60))
        return verdict
    reason = verdict.reason if verdict.reason.endswith("...") else verdict.reason.removesuffix(".")
    if verdict.record is None:
        reason = reason.removesuffix(NO_RECORDS_HINT)
    return replace(verdict, reason=f"{reason}; {cause}")


def cause_of(settings: LogSettings | None, now: datetime) -> str | None:
    """Return what log settings, None if log backup was never set up, tell about missing backups; None if nothing."""
    if settings is None or settings.log_switch is False:
        return _OFF
    if settings.auto_enable is False:
        return "automatic backup is off"
    starts_at = settings.starts_at
    if not settings.auto_enable or starts_at is None:
        return None
    zone = starts_at.isoformat("minutes")[5:]
    due = format_duration(_until(starts_at, now))
    return f"automatic backup runs at {starts_at:%H:%M} GMT{zone}, so the next one is due in {due}"


def _until(starts_at: time, now: datetime) -> timedelta:
    """Return how long it is until a time of day comes next: more than nothing, and at most a day."""
    reached = timedelta(milliseconds=unix_ms(now))  # since a midnight in UTC
    begins = timedelta(hours=starts_at.hour, minutes=starts_at.minute) - (starts_at.utcoffset() or timedelta())
    return (begins - reached) % _DAY or _DAY
