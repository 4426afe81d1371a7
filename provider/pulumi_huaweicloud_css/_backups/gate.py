"""Is this good enough? The one rule by which a deployment goes on, or stops with a sentence that says why.

A pure function of the records and the current time. With the records newest first, the verdict is

- passed: there is a SUCCESS at most `max_age` old, and at most `max_consecutive_failures` failures are newer than it;
- pending: not passed, but a RUNNING record newer than the newest SUCCESS is at most `max_running` old;
- failed: otherwise, also if there are no records.

A gate does not pass on what cannot be known: any status other than SUCCESS and RUNNING is a failure, a record without
a time is ordered as the worst case, and the verdict is failed if a time is in the future or if records were not read,
unless those that were are proved to be the newest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, cast

from .._durations import Duration, format_duration, parse_duration
from .._text import as_given, sanitize
from .._time import rfc3339, unix_ms
from .._validation import check_int
from .._verdict import State, Verdict
from ..errors import ArgumentError

if TYPE_CHECKING:
    from .._record import Outcome, Record

NO_RECORDS_HINT = "; check that log backup is switched on"  # where it is not known whether it is

# The clock skew that the API gateway accepts in a signature; a time further ahead is not explained by clocks.
CLOCK_SKEW_MS = 15 * 60 * 1000
_AT_ONE_MOMENT: tuple[Outcome, ...] = ("RUNNING", "SUCCESS", "FAIL")


@dataclass(frozen=True)
class Gate:
    """What is good enough. Durations are a timedelta, seconds, or text like ``90m``, ``24h``, ``7d``, ``PT36H``.

    Args:
        max_age: how old the newest success may be, by default so that a daily backup which starts a little later, or
            takes a little longer, is not stale.
        max_running: how long a backup may run before it counts as stuck.
        max_consecutive_failures: how many backups may have failed since the newest success.

    Raises:
        ArgumentError: a value is invalid; the text names it.
    """

    max_age: Duration = "26h"
    max_running: Duration = "2h"
    max_consecutive_failures: int = 0

    def __post_init__(self) -> None:
        """Check the values, and convert the durations to timedeltas."""
        durations: tuple[Literal["max_age", "max_running"], ...] = ("max_age", "max_running")
        for name in durations:
            object.__setattr__(self, name, self._duration(name))
        failures = check_int("max_consecutive_failures", self.max_consecutive_failures, 0)
        object.__setattr__(self, "max_consecutive_failures", failures)

    @classmethod
    def of(cls, value: Gate | Mapping[str, object]) -> Gate:
        """Return a gate from a gate, or from a mapping of its arguments.

        Raises:
            ArgumentError: it is neither, has an unknown argument, or a value is invalid.
        """
        if isinstance(value, Gate):
            return value
        names = ("max_age", "max_running", "max_consecutive_failures")
        if not isinstance(value, Mapping) or not set(value) <= set(names):
            raise ArgumentError("gate", f"{as_given(value)} is not a Gate, nor a mapping of {', '.join(names)}")
        given = {name: item for name, item in value.items() if item is not None}
        return cls(
            max_age=cast("Duration", given.get("max_age", cls.max_age)),
            max_running=cast("Duration", given.get("max_running", cls.max_running)),
            max_consecutive_failures=cast("int", given.get("max_consecutive_failures", cls.max_consecutive_failures)),
        )

    def _duration(self, name: Literal["max_age", "max_running"]) -> timedelta:
        """Return one of the durations as a timedelta, which `__post_init__` has made it."""
        return parse_duration(name, getattr(self, name))

    def to_dict(self) -> dict[str, object]:
        """Return the gate as plain JSON values, durations in seconds; `of` reads it back."""
        return {
            "max_age": self._duration("max_age").total_seconds(),
            "max_running": self._duration("max_running").total_seconds(),
            "max_consecutive_failures": self.max_consecutive_failures,
        }

    def judge(
        self,
        records: Iterable[Record],
        *,
        now: datetime,
        cluster_id: str | None = None,
        truncated: bool = False,
        newest_first: bool = False,
        total_size: int | None = None,
        only: str | None = None,
    ) -> Verdict:
        """Judge a cluster's records, given in any order.

        Args:
            records: the records that were read; two different records with the same id both count.
            now: the current time, with a time zone.
            cluster_id: the cluster, or its name and id, for the reason; default: from the records.
            truncated: whether there are records that were not read, or there may be.
            newest_first: whether the records are proved to be the newest; matters only with `truncated`.
            total_size: how many records there are, for the reason; None if unknown.
            only: the filters of the query in words, for the reason; None if there are none.
        """
        judged = ordered(records)
        from_records = next((record.cluster_id for record in judged if record.cluster_id), "")
        named = sanitize(cluster_id, 120) if cluster_id else sanitize(from_records, 60)
        subject = f"log backups of cluster {named}" if named else "log backups"
        if only:
            subject = f"{subject} ({only} only)"
        unread = f"{len(judged)} of {total_size}" if total_size else f"{len(judged)} were, and there may be more"
        missing = f"not all records were read ({unread})" if truncated and not newest_first else None
        return replace(_Judgement(self, subject, judged, unix_ms(now)).verdict(missing), cluster=named or None)


class Ordered(tuple["Record", ...]):
    """Records without duplicates, in the order in which they are judged: the newest first, see `newness`."""

    __slots__ = ()


def ordered(records: Iterable[Record]) -> Ordered:
    """Return records without duplicates, in the order in which they are judged."""
    if isinstance(records, Ordered):
        return records
    from .._api.models import distinct  # here, so that a program which declares a gate loads no validation

    return Ordered(sorted(distinct(records), key=newness, reverse=True))


def moment_of(record: Record) -> int | None:
    """Return the time from which a record's age counts, in Unix ms: its end, or its start while it has none or runs."""
    return record.created_at if record.outcome == "RUNNING" else record.finished_at or record.created_at


def age_of(record: Record, now_ms: int) -> timedelta | None:
    """Return a record's age at a time in Unix ms; None if it has no time."""
    moment = moment_of(record)
    return None if moment is None else timedelta(milliseconds=now_ms - moment)


def newness(record: Record) -> tuple[float, int, str, int, int, str, str, str]:
    """Return the sort key from oldest to newest; an unknown time is taken as the worst case.

    At the same moment a failure is newer than a success, and a success newer than a running backup. The rest of the
    key makes the order deterministic.
    """
    unknown = -math.inf if record.outcome == "SUCCESS" else math.inf
    newness = unknown if record.time is None else record.time
    # Two records with one id may differ in any field, so every field that a verdict shows is in the key.
    times = record.finished_at or 0, record.created_at or 0
    certain = record.id, *times, record.status or "", record.failed_msg or "", record.log_path or ""
    return newness, _AT_ONE_MOMENT.index(record.outcome), *certain


def _name(record: Record) -> str:
    return sanitize(record.id, 60) or "one without an id"


class _Judgement:
    """One application of the rule."""

    def __init__(self, gate: Gate, subject: str, records: Ordered, now: int) -> None:
        self._max_age = parse_duration("max_age", gate.max_age)
        self._max_running = parse_duration("max_running", gate.max_running)
        self._max_failures = gate.max_consecutive_failures
        self._subject = subject
        self._records = records
        self._now = now

    def verdict(self, missing: str | None) -> Verdict:
        """Return the verdict; times in the future and missing records are never good enough.

        Args:
            missing: what was not read, in words; None if nothing that matters.
        """
        return (
            self._from_the_future() or self._incomplete(missing) or self._passed() or self._pending() or self._failed()
        )

    def _from_the_future(self) -> Verdict | None:
        latest = self._now + CLOCK_SKEW_MS
        for record in self._records:
            for name, time in (("start", record.created_at), ("end", record.finished_at)):
                if time is not None and time > latest:
                    text = f"the {name} of {_name(record)}, {rfc3339(time)}, lies in the future; check the clocks"
                    return self._say("failed", record, f"{self._subject} cannot be judged: {text}")
        return None

    def _incomplete(self, missing: str | None) -> Verdict | None:
        if missing is None:
            return None
        newest = self._records[0] if self._records else None
        unseen = "there is none among those" if newest is None else f"there may be newer ones than {_name(newest)}"
        text = f"{missing}, and those that were are not proved to be the newest: {unseen}"
        return self._say("failed", newest, f"{self._subject} cannot be judged: {text}")

    def _passed(self) -> Verdict | None:
        failures = 0
        for record in self._records:
            if record.outcome == "FAIL":
                failures += 1
            age = self._age(record)
            if record.outcome != "SUCCESS" or failures > self._max_failures or age is None or age > self._max_age:
                continue
            text = f"{self._subject} are fresh: {_name(record)} succeeded {self._ago(record)}"
            since = f", though {failures} failed since (allowed: {self._max_failures})" if failures else ""
            return self._say("passed", record, f"{text}, within the allowed {format_duration(self._max_age)}{since}")
        return None

    def _pending(self) -> Verdict | None:
        for record in self._records:
            if record.outcome == "SUCCESS":
                return None
            age = self._age(record)
            if record.outcome == "RUNNING" and age is not None and age <= self._max_running:
                text = f"{self._subject} are not settled: {_name(record)} has been running for {format_duration(age)}"
                return self._say("pending", record, f"{text}, within the allowed {format_duration(self._max_running)}")
        return None

    def _failed(self) -> Verdict:
        if not self._records:
            return self._say("failed", None, f"{self._subject}: there is none{NO_RECORDS_HINT}")
        success = next((record for record in self._records if record.outcome == "SUCCESS"), None)
        newer = self._records if success is None else self._records[: self._records.index(success)]
        failures = [record for record in newer if record.outcome == "FAIL"]
        stuck = newer[0] if newer and newer[0].outcome == "RUNNING" else None
        if stuck is not None:
            text = f"are stuck: {_name(stuck)} was started {self._ago(stuck)} and is still running"
            return self._say("failed", stuck, f"{self._subject} {text}{self._more_than(stuck, self._max_running)}")
        if success is None or len(failures) > self._max_failures:
            return self._failing(failures, succeeded=success is not None)
        text = f"are stale: the newest success, {_name(success)}, was {self._ago(success)}"
        return self._say("failed", success, f"{self._subject} {text}{self._more_than(success, self._max_age)}")

    def _failing(self, failures: list[Record], *, succeeded: bool) -> Verdict:
        newest, number = failures[0], len(failures)
        text = f"{_name(newest)} failed {self._ago(newest)}"
        if number > 1:
            text = f"{number} failed in a row, the newest of them {_name(newest)}, {self._ago(newest)}"
        if succeeded and self._max_failures:
            text += f" (allowed: {self._max_failures})"
        if newest.status != "FAIL":  # shown as received
            text += f", with the status {sanitize(repr(newest.status), 60)}" if newest.status else ", with no status"
        cause = sanitize(newest.failed_msg or "", 200)
        text = f"are failing: {'' if succeeded else 'none has succeeded, and '}{text}{f': {cause}' if cause else ''}"
        return self._say("failed", newest, f"{self._subject} {text}")

    def _say(self, state: State, record: Record | None, reason: str) -> Verdict:
        age = None if record is None else self._age(record)
        return Verdict(state, reason, record, None if age is None else age.total_seconds())

    def _age(self, record: Record) -> timedelta | None:
        return age_of(record, self._now)

    def _ago(self, record: Record) -> str:
        moment = moment_of(record)
        if moment is None:
            return "at an unknown time"
        return f"{format_duration(timedelta(milliseconds=self._now - moment))} ago ({rfc3339(moment)})"

    def _more_than(self, record: Record, allowed: timedelta) -> str:
        """Return the end of a sentence about an age, in words, because both may be equal when rounded."""
        known = self._age(record) is not None
        return f", more than the allowed {format_duration(allowed)}" if known else ""
