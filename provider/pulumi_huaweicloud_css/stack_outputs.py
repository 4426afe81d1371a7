"""Reads records back from a stack's outputs: a list of records, one record, or a whole answer.

Outputs of Python programs have snake_case names, those of the native plugin camelCase; entries that were None are
missing in both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from pydantic import ValidationError

from .errors import InvalidResponseError
from .gate import Gate, Verdict
from .models import Record
from .times import parse_rfc3339

_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")


@dataclass(frozen=True)
class StackRecords:
    """What a stack output says of one cluster; see `LogRecordsAnswer` for the fields."""

    records: tuple[Record, ...]
    cluster_id: str | None = None
    truncated: bool = False
    newest_first: bool = False  # outputs do not tell how the records came

    def judge(self, gate: Gate, *, now: datetime | None = None) -> Verdict:
        """Return what a gate says at a time, by default now."""
        return gate.judge(
            self.records,
            now=now or datetime.now(timezone.utc),
            cluster_id=self.cluster_id,
            truncated=self.truncated,
            newest_first=self.newest_first,
        )


def read_stack_output(value: Any, where: str) -> StackRecords:
    """Read the value of a stack output.

    Args:
        value: the output, as JSON values.
        where: what the value is, for errors, such as ``the output logs of stack dev``.

    Raises:
        InvalidResponseError: the value is none of the three shapes.
    """
    cluster_id, truncated = None, False
    if isinstance(value, list):
        items = value
    elif isinstance(value, Mapping):
        value = _snake(value)
        cluster_id, truncated = value.get("cluster_id"), bool(value.get("truncated", False))
        items = value.get("records", [value])
    else:
        items = None
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise InvalidResponseError(
            f"{where} is neither a list of log records, nor one record, nor a whole answer "
            "of LogRecords or get_log_records"
        )
    records = tuple(_record(_snake(item), f"{where}, record {number}") for number, item in enumerate(items, 1))
    return StackRecords(records, cluster_id if isinstance(cluster_id, str) else None, truncated)


def judge_outputs(value: Any, gate: Gate, *, now: datetime, where: str) -> Verdict:
    """Read the value of a stack output and judge it.

    Raises:
        InvalidResponseError: the value holds no log records.
    """
    return read_stack_output(value, where).judge(gate, now=now)


def _snake(value: Mapping[str, Any]) -> dict[str, Any]:
    return {_UPPER.sub(r"_\1", name).lower(): item for name, item in value.items()}


def _record(fields: dict[str, Any], where: str) -> Record:
    """Make a record of one that `Record.to_outputs` wrote."""
    if not isinstance(fields.get("status"), str):
        raise InvalidResponseError(f"{where}, is not a log record: it has no status")
    times: dict[str, int] = {}
    for name in ("created_at", "finished_at"):
        text = fields.get(name)
        if text is not None:
            try:
                times[name] = parse_rfc3339(text)
            except (AttributeError, TypeError, ValueError):
                raise InvalidResponseError(f"{where}: {name} is not an RFC 3339 time") from None
    known = {name: item for name, item in fields.items() if name in Record.model_fields and item is not None}
    try:
        return Record.model_validate({"id": "(no id)", **known, **times})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise InvalidResponseError(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
