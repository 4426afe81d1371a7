"""Is this good enough? The one rule by which a deployment goes on, or stops with a sentence that says why.

Pure: the records and the present time go in, a verdict comes out. Looking at the records newest first:

- passed: there is a SUCCESS at most `max_age` old, and at most `max_consecutive_failures` FAILs are newer than it;
- pending: not passed, but a RUNNING record newer than the newest SUCCESS is at most `max_running` old;
- failed: everything else, no records included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from .durations import Duration, format_duration, parse_duration
from .errors import ArgumentError
from .printable import clean
from .question import whole_number
from .times import rfc3339, unix_ms

if TYPE_CHECKING:
    from .models import Record

State = Literal["passed", "pending", "failed"]


@dataclass(frozen=True)
class Verdict:
    """What a gate says of a cluster's log backups.

    Args:
        state: ``passed``, ``pending`` (a running backup may still change it) or ``failed``.
        reason: one sentence that a person can act on; it names the deciding record, or says that there is none.
        record: the record that decided, or None.
        age: how old that record is: since its end if it succeeded or failed, since its start if it runs.
    """

    state: State
    reason: str
    record: Record | None = None
    age: timedelta | None = None

    @property
    def passed(self) -> bool:
        """Whether the gate passed."""
        return self.state == "passed"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; the age is in seconds."""
        return {
            "state": self.state,
            "reason": self.reason,
            "record": None if self.record is None else self.record.to_outputs(),
            "age": None if self.age is None else self.age.total_seconds(),
        }


@dataclass(frozen=True)
class Gate:
    """What is good enough. Durations are a timedelta, seconds, or text like ``90m``, ``24h``, ``7d``, ``PT36H``.

    Args:
        max_age: how old the newest success may be.
        max_running: how long a backup may run before it counts as stuck.
        max_consecutive_failures: how many backups may have failed since the newest success.

    Raises:
        ArgumentError: a value is none of these; the text names it.
    """

    max_age: Duration = "24h"
    max_running: Duration = "2h"
    max_consecutive_failures: int = 0

    def __post_init__(self) -> None:
        """Check the values, and keep the durations as timedeltas."""
        for name in ("max_age", "max_running"):
            object.__setattr__(self, name, parse_duration(name, getattr(self, name)))
        failures = whole_number("max_consecutive_failures", self.max_consecutive_failures, 0)
        object.__setattr__(self, "max_consecutive_failures", failures)

    @classmethod
    def of(cls, value: Gate | Mapping[str, Any]) -> Gate:
        """Return a gate given as such, or as a mapping of its arguments.

        Raises:
            ArgumentError: it is neither, or holds something else.
        """
        if isinstance(value, Gate):
            return value
        names = ("max_age", "max_running", "max_consecutive_failures")
        if not isinstance(value, Mapping) or not set(value) <= set(names):
            raise ArgumentError(f"gate: {value!r} is not a Gate, nor a mapping of {', '.join(names)}")
        return cls(**{name: given for name, given in value.items() if given is not None})

    def to_dict(self) -> dict[str, Any]:
        """Return the gate as plain JSON values, durations in seconds; `of` reads it back."""
        return {
            "max_age": parse_duration("max_age", self.max_age).total_seconds(),
            "max_running": parse_duration("max_running", self.max_running).total_seconds(),
            "max_consecutive_failures": self.max_consecutive_failures,
        }

    def judge(
        self,
        records: Iterable[Record],
        *,
        now: datetime,
        cluster_id: str | None = None,
        truncated: bool = False,
        newest_first: bool = True,
    ) -> Verdict:
        """Judge a cluster's records, given in any order.

        Args:
            records: what was read.
            now: the present time, with a time zone.
            cluster_id: the cluster, for the reason; taken from the records if not given.
            truncated: whether there are records that were not read.
            newest_first: whether the records came newest first, so that unread ones are older.
        """
        ordered = sorted(set(records), key=_order, reverse=True)
        named = clean(cluster_id or next((record.cluster_id for record in ordered if record.cluster_id), ""), 60)
        subject = f"log backups of cluster {named}" if named else "log backups"
        return _Judgement(self, subject, ordered, unix_ms(now)).verdict(complete=newest_first or not truncated)


def moment_of(record: Record) -> int | None:
    """Return when a record counts from, in Unix ms: its end, or its start while it runs or where no end is given."""
    return record.created_at if record.status == "RUNNING" else record.finished_at or record.created_at


def age_of(record: Record, now_ms: int) -> timedelta | None:
    """Return how old a record is at a time, given as Unix time in milliseconds; None where it has no time."""
    moment = moment_of(record)
    return None if moment is None else timedelta(milliseconds=now_ms - moment)


def _order(record: Record) -> tuple[int, str, int, str]:
    """Order by creation, then id; the rest only makes the order of two versions of one record certain."""
    return (_created(record), record.id, record.finished_at or -1, record.status or "")


def _created(record: Record) -> int:
    return -1 if record.created_at is None else record.created_at


def _name(record: Record) -> str:
    return clean(record.id, 60) or "one without an id"


class _Judgement:
    """One application of the rule; splits it into what is asked and how it is said."""

    def __init__(self, gate: Gate, subject: str, records: list[Record], now: int) -> None:
        self._max_age = parse_duration("max_age", gate.max_age)
        self._max_running = parse_duration("max_running", gate.max_running)
        self._max_failures = gate.max_consecutive_failures
        self._subject = subject
        self._records = records
        self._now = now

    def verdict(self, *, complete: bool) -> Verdict:
        """Judge; an incomplete answer is never good enough."""
        if not complete:
            newest = self._records[0] if self._records else None
            unseen = "there is none among those" if newest is None else f"there may be newer ones than {_name(newest)}"
            return self._say(
                "failed",
                newest,
                f"{self._subject} cannot be judged: not all records were read, and they did not come newest first: "
                f"{unseen}; leave out the limit if there is one",
            )
        return self._passed() or self._pending() or self._failed()

    def _passed(self) -> Verdict | None:
        failures = 0
        for record in self._records:
            if record.status == "FAIL":
                failures += 1
            age = self._age(record)
            if record.status != "SUCCESS" or failures > self._max_failures or age is None or age > self._max_age:
                continue
            text = f"{self._subject} are fresh: {_name(record)} succeeded {self._ago(record)}"
            since = f", though {failures} failed since (allowed: {self._max_failures})" if failures else ""
            return self._say("passed", record, f"{text}, within the allowed {format_duration(self._max_age)}{since}")
        return None

    def _pending(self) -> Verdict | None:
        for record in self._records:
            if record.status == "SUCCESS":
                return None
            age = self._age(record)
            if record.status == "RUNNING" and age is not None and age <= self._max_running:
                text = f"{self._subject} are not settled: {_name(record)} has been running for {format_duration(age)}"
                return self._say("pending", record, f"{text}, within the allowed {format_duration(self._max_running)}")
        return None

    def _failed(self) -> Verdict:
        if not self._records:
            return self._say("failed", None, f"{self._subject}: there is none; check that log backup is switched on")
        success = next((record for record in self._records if record.status == "SUCCESS"), None)
        newer = self._records if success is None else self._records[: self._records.index(success)]
        stuck = next((record for record in newer if record.status == "RUNNING"), None)
        failures = [record for record in newer if record.status == "FAIL"]
        if stuck is not None and stuck is newer[0]:
            text = f"are stuck: {_name(stuck)} was started {self._ago(stuck)} and is still running"
            return self._say("failed", stuck, f"{self._subject} {text}{self._more_than(stuck, self._max_running)}")
        if failures and (success is None or len(failures) > self._max_failures):
            return self._failing(failures, succeeded=success is not None)
        if success is not None:
            text = f"are stale: the newest success, {_name(success)}, was {self._ago(success)}"
            return self._say("failed", success, f"{self._subject} {text}{self._more_than(success, self._max_age)}")
        newest = self._records[0]
        status = clean(newest.status or "", 40)
        text = f"none has succeeded; the newest, {_name(newest)}, {f'is {status}' if status else 'has no status'}"
        return self._say("failed", newest, f"{self._subject}: {text}")

    def _failing(self, failures: list[Record], *, succeeded: bool) -> Verdict:
        newest, number = failures[0], len(failures)
        text = f"{_name(newest)} failed {self._ago(newest)}"
        if number > 1:
            text = f"{number} failed in a row, the newest of them {_name(newest)}, {self._ago(newest)}"
        if succeeded and self._max_failures:
            text += f" (allowed: {self._max_failures})"
        cause = clean(newest.failed_msg or "", 200)
        text = f"are failing: {'' if succeeded else 'none has succeeded, and '}{text}{f': {cause}' if cause else ''}"
        return self._say("failed", newest, f"{self._subject} {text}")

    def _say(self, state: State, record: Record | None, reason: str) -> Verdict:
        return Verdict(state, reason, record, None if record is None else self._age(record))

    def _age(self, record: Record) -> timedelta | None:
        return age_of(record, self._now)

    def _ago(self, record: Record) -> str:
        age = self._age(record)
        if age is None:
            return "at an unknown time"
        return f"{format_duration(age)} ago ({rfc3339(moment_of(record) or 0)})"

    def _more_than(self, record: Record, allowed: timedelta) -> str:
        """Return the end of a sentence about an age; said in words, for both may be the same when rounded."""
        known = self._age(record) is not None
        return f", more than the allowed {format_duration(allowed)}" if known else ""
