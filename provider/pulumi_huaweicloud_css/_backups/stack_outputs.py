"""Reads records from a stack's outputs: a list of records, one record, or a whole result.

Outputs of Python programs have snake_case names, those of the plugin camelCase; values of None are missing in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import cached_property

from pydantic_core import ValidationError

from .._api.models import distinct
from .._record import Record
from .._text import INEXACT, sanitize
from .._time import parse_rfc3339
from .._verdict import Verdict
from ..errors import InvalidResponseError
from .cluster_ref import ClusterRef
from .gate import Gate, Ordered, ordered
from .result import judged_only

_FIELDS = frozenset(field.name for field in fields(Record))
# The parts of a whole result that are used here; no other is looked at. Some say how it was read: without them, records
# would be hidden.
RESULT_PARTS = frozenset(
    {
        *("records", "truncated", "total_size", "read_at", "cluster_id", "cluster_name"),
        *("status", "offset", "job_id", "job_type"),
    }
)
_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")


@dataclass(frozen=True)
class StackRecords:
    """The records of one cluster in a stack output; the fields are those of `LogRecordsResult` and `Gate.judge`."""

    records: tuple[Record, ...]
    cluster_id: str | None = None
    truncated: bool = False
    total_size: int | None = None
    only: str | None = None
    cluster_name: str | None = None

    @cached_property
    def ordered(self) -> Ordered:
        """The records in the order in which a gate judges them."""
        return ordered(self.records)

    def judge(self, gate: Gate, *, now: datetime | None = None) -> Verdict:
        """Return a gate's verdict as of a time, by default now.

        Outputs and files do not contain the server's order, so if records are missing, nothing proves that the others
        are the newest.
        """
        return gate.judge(
            self.ordered,
            now=now or datetime.now(UTC),
            cluster_id=self.cluster_id and ClusterRef(self.cluster_id, self.cluster_name).title,
            truncated=self.truncated,
            total_size=self.total_size,
            only=self.only,
        )

    def explanation(self, _verdict: Verdict, /, *, now: datetime | None = None) -> None:
        """Return None: what was read before is judged without a question."""


def read_stack_output(value: object, where: str) -> StackRecords:
    """Read the value of a stack output.

    Args:
        value: the output, as JSON values.
        where: the name of the value, for errors, such as ``the output logs of stack dev``.

    Raises:
        InvalidResponseError: the value has none of the three forms, or has records of several clusters.
    """
    result: dict[str, object] = {}
    items: object = None
    if isinstance(value, list):
        items = value
    elif isinstance(value, Mapping):
        result = _snake(value, where)
        if "records" in result:
            result = {name: item for name, item in result.items() if name in RESULT_PARTS}
        if result.get("records") is None and "read_at" in result:
            raise InvalidResponseError(f"{where} was read with include_records=False; a gate needs the records")
        items = result.get("records", [result])
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise InvalidResponseError(
            f"{where} is neither a list of log records, nor one record, nor a whole result "
            "of LogRecords or get_log_records"
        )
    records = tuple(record_of(item, f"{where}, record {number}") for number, item in enumerate(items, 1))
    if "records" not in result:
        return StackRecords(records, one_cluster(records, None, where))
    total = result.get("total_size")
    total_size = None
    if isinstance(total, int | float) and not isinstance(total, bool) and 0 < total < INEXACT:
        total_size = int(total)
    only = judged_only(result)
    number = len(distinct(records))
    # A total other than the number of records contradicts them, so some may be missing. If they are filtered by job,
    # the total counts all jobs.
    contradicted = (
        total is not None
        and (isinstance(total, bool) or total != number)
        and not (only and total_size and total_size >= number)
    )
    hidden = result.get("status") is not None or result.get("offset") not in (None, 1)
    missing = hidden or contradicted or result.get("truncated") not in (None, False)
    named = result.get("cluster_id")
    cluster_id = one_cluster(records, named if isinstance(named, str) else None, where)
    name = result.get("cluster_name")
    cluster_name = name if isinstance(name, str) else None
    return StackRecords(records, cluster_id, missing, None if hidden else total_size, only, cluster_name)


def one_cluster(records: Iterable[Record], cluster_id: str | None, where: str) -> str | None:
    """Return the id of the one cluster that records belong to; None if nothing names one.

    Args:
        records: the records.
        cluster_id: the cluster that they should belong to, if known.
        where: where they were read, for the error.

    Raises:
        InvalidResponseError: they name several, or another one. Ids are compared case-insensitively.
    """
    found: dict[str, str] = {}
    for named in (cluster_id, *(record.cluster_id for record in records)):
        if named and named.strip():
            found.setdefault(named.strip().lower(), named)
    if len(found) > 1:
        first, second, *_ = (sanitize(named, 60) for named in found.values())
        raise InvalidResponseError(f"{where} holds records of several clusters, such as {first} and {second}")
    return next(iter(found.values()), None)


def judge_outputs(value: object, gate: Gate, *, now: datetime, where: str) -> Verdict:
    """Read the value of a stack output and judge it.

    Raises:
        InvalidResponseError: the value has no log records.
    """
    return read_stack_output(value, where).judge(gate, now=now)


def _snake(value: Mapping[str, object], where: str) -> dict[str, object]:
    """Return a mapping with snake_case names.

    Raises:
        InvalidResponseError: a name is ambiguous, because it is there in both spellings.
    """
    names: dict[str, object] = {}
    for name, item in value.items():
        snake = _UPPER.sub(r"_\1", name).lower()
        if snake in names:
            raise InvalidResponseError(f"{where} has {sanitize(snake, 40)} twice, in different spellings")
        names[snake] = item
    return names


def record_of(value: Mapping[str, object], where: str) -> Record:
    """Convert the outputs of a record back to a `Record`; values of None are missing or null."""
    fields = _snake(value, where)
    if not isinstance(fields.get("status"), str) and not ("id" in fields and fields.get("status") is None):
        raise InvalidResponseError(f"{where}, is not a log record: it has no status")
    times: dict[str, int] = {}
    for name in ("created_at", "finished_at"):
        text = fields.pop(name, None)
        if text not in (None, "", 0):
            try:
                milliseconds = parse_rfc3339(text) if isinstance(text, str) else -1
                if milliseconds < 0:
                    raise ValueError("is before 1970")
                times[name] = milliseconds
            except ValueError:
                raise InvalidResponseError(f"{where}: {name} is not an RFC 3339 time") from None
    known = {name: item for name, item in fields.items() if name in _FIELDS and item is not None}
    try:
        # The times are already in milliseconds, also small ones, which in the API would be seconds.
        record = Record.of({"id": "", **known})
        return replace(record, created_at=times.get("created_at"), finished_at=times.get("finished_at"))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise InvalidResponseError(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
