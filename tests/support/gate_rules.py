"""The gate's rules written a second time, plainly and without any order, on records in the API's own form.

Nothing of the package is used here: where both agree, neither is likely to be wrong alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SKEW_MS = 15 * 60 * 1000
Raw = dict[str, Any]


def time_of(value: Any) -> int | None:
    """Return a time in ms; null, empty text and 0 are none."""
    return None if value in (None, "", 0, "0") else int(value)


def kind(record: Raw) -> str:
    """Return SUCCESS, RUNNING or FAIL; whatever else it may be is a failure."""
    status = record.get("status")
    text = "" if status is None else status.strip()
    if text.isascii() and text.upper() in ("SUCCESS", "RUNNING"):
        return text.upper()
    return "FAIL"


def started(record: Raw) -> int | None:
    """Return what tells newer from older: the start, else the end."""
    start = time_of(record.get("createAt"))
    return time_of(record.get("finishedAt")) if start is None else start


def unique(records: Sequence[Raw]) -> list[Raw]:
    """Return the records, each once: two that differ are two, whatever their ids, and so are two without an id."""
    kept: list[Raw] = []
    for record in records:
        if not record.get("id") or not any(same(record, other) for other in kept):
            kept.append(record)
    return kept


def same(one: Raw, other: Raw) -> bool:
    """Say whether two records say the same."""
    times = ("createAt", "finishedAt")
    return all(
        (time_of(one.get(name)) == time_of(other.get(name))) if name in times else one.get(name) == other.get(name)
        for name in {*one, *other, *times}
    )


def proved(records: Sequence[Raw]) -> bool:
    """Say whether records, as they came, prove that they came newest first."""
    times = [started(record) for record in records]
    if len(times) < 2 or any(time is None for time in times):
        return False
    return all(times[place] > times[place + 1] for place in range(len(times) - 1))


def state(
    records: Sequence[Raw],
    *,
    now: int,
    max_age: float,
    max_running: float,
    max_failures: int,
    complete: bool = True,
    in_order: bool = False,
) -> str:
    """Return the verdict's state.

    Args:
        records: what was read, as it came.
        now: the present, Unix time in ms.
        max_age: in ms, as `max_running`.
        max_running: how long a backup may run.
        max_failures: how many may have failed since the newest success.
        complete: whether all records are known to be there.
        in_order: whether they are known to have come from the first one on.
    """
    records = unique(records)
    for record in records:
        for name in ("createAt", "finishedAt"):
            time = time_of(record.get(name))
            if time is not None and time > now + SKEW_MS:
                return "failed"
    if not complete and not (in_order and proved(records)):
        return "failed"
    successes = [record for record in records if kind(record) == "SUCCESS"]
    for success in successes:
        moment = time_of(success.get("finishedAt"))
        moment = time_of(success.get("createAt")) if moment is None else moment
        newer = [record for record in records if kind(record) == "FAIL" and _fails_after(record, success)]
        if moment is not None and now - moment <= max_age and len(newer) <= max_failures:
            return "passed"
    for running in records:
        start = time_of(running.get("createAt"))
        if kind(running) != "RUNNING" or start is None or now - start > max_running:
            continue
        if all(started(success) is None or start > started(success) for success in successes):
            return "pending"
    return "failed"


def _fails_after(failure: Raw, success: Raw) -> bool:
    """Say whether a failure is newer than a success, or may be."""
    failed, succeeded = started(failure), started(success)
    return failed is None or succeeded is None or failed >= succeeded
