"""A report's data of one cluster, and its key facts: the age of the newest success, and the reasons for failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .._backups.gate import age_of, moment_of
from .._durations import format_duration
from .._text import sanitize
from .._time import rfc3339
from ..errors import SiteError

if TYPE_CHECKING:
    from .._backups.evaluate import CheckResult
    from .._backups.status import State
    from .._record import Record

_LONGEST_MESSAGE = 600
_MOST_CAUSES = 8


@dataclass(frozen=True)
class ClusterReport:
    """The records of one cluster (or stack output, or file), and the gate's verdict.

    Args:
        name: the cluster's name if it is known, else its id; or what the stack output or file is called.
        state: the verdict's state, ``passed``, ``pending`` or ``failed``, or ``error`` if it could not be read.
        reason: the verdict's reason, or the error's text.
        records: the records that were read, newest first.
        truncated: whether there are records that were not read.
        cluster_id: the cluster's id; None if it is not known.
        region: the cluster's region; None if it is not known.
    """

    name: str
    state: State
    reason: str
    records: Sequence[Record] = ()
    truncated: bool = False
    cluster_id: str | None = field(default=None, kw_only=True)
    region: str | None = field(default=None, kw_only=True)

    @classmethod
    def of(
        cls, result: CheckResult[Any], reason: str, records: Sequence[Record] = (), *, truncated: bool = False
    ) -> ClusterReport:
        """Return what a report shows of a result.

        Args:
            result: the result.
            reason: the verdict's reason, or the error's text.
            records: the records that were read, newest first.
            truncated: whether there are records that were not read.
        """
        cluster, error = result.cluster, result.error
        if cluster is None:
            # A site is called by its region, and by its project where that was given.
            region = error.site.partition("/")[0] if isinstance(error, SiteError) else None
            return cls(result.target, result.state, reason, records, truncated, region=region)
        name = cluster.name or result.target
        return cls(name, result.state, reason, records, truncated, cluster_id=cluster.id or None, region=cluster.region)


@dataclass(frozen=True)
class Freshness:
    """The age of the newest success against what is allowed; `share` is how much of it is used up, from 0 to 1."""

    age: str
    text: str
    moment: str
    share: float
    too_old: bool


@dataclass(frozen=True)
class Cause:
    """One reason for failures: how often it was given, and when last, by which record."""

    message: str
    count: int
    moment: str | None
    record_id: str


def freshness_of(records: Sequence[Record], max_age: timedelta, now_ms: int) -> Freshness | None:
    """Return how fresh the newest success is (records are newest first); None if there is none, or it has no time."""
    newest = next((record for record in records if record.outcome == "SUCCESS"), None)
    age = None if newest is None else age_of(newest, now_ms)
    moment = None if newest is None else moment_of(newest)
    if age is None or moment is None:
        return None
    share = max(timedelta(), age) / max_age if max_age else 1.0
    formatted = format_duration(age)
    text = f"{formatted} old, {format_duration(max_age)} allowed"
    return Freshness(formatted, text, rfc3339(moment), min(1.0, share), too_old=age > max_age)


def causes_of(records: Sequence[Record]) -> tuple[list[Cause], int]:
    """Return the reasons for failures, in the order of the records (newest first), and how many more there are."""
    by_message: dict[str, list[Record]] = {}
    for record in records:
        if record.outcome == "FAIL":
            message = sanitize(record.failed_msg or "", _LONGEST_MESSAGE) or "(no reason given)"
            by_message.setdefault(message, []).append(record)
    causes = [_cause(message, failed) for message, failed in by_message.items()]
    return causes[:_MOST_CAUSES], max(0, len(causes) - _MOST_CAUSES)


def _cause(message: str, failed: list[Record]) -> Cause:
    moment = moment_of(failed[0])
    return Cause(message, len(failed), None if moment is None else rfc3339(moment), sanitize(failed[0].id, 60))
