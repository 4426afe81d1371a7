"""The table behind a timeline: a row a backup, and what all rows have in common said once above them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from .._backups.status import Kind, kind_of
from .._durations import format_duration
from .._text import sanitize
from .._time import rfc3339

if TYPE_CHECKING:
    from .._record import Record

_LONGEST_CELL = 300
_WORTH_SAYING_ONCE = 8  # characters


@dataclass(frozen=True)
class Row:
    """One backup's texts."""

    kind: Kind
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Headings, rows, and sentences about what all rows have in common."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    in_common: tuple[str, ...]


def table_of(records: Sequence[Record], *, brief: bool) -> Table:
    """Return the table of records, which are newest first; a brief one has no room for their types and ids."""
    folder = _common_folder([record.log_path for record in records if record.log_path])
    types = {record.job_type for record in records}
    one_type = len(records) > 1 and len(types) == 1 and None not in types
    columns: list[tuple[str, Callable[[Record], str]]] = [
        ("Started (UTC)", _started),
        ("Took", _took),
        ("Status", lambda record: _cell(record.status)),
        ("Type", lambda record: _cell(record.job_type)),
        ("Path, or why it failed", lambda record: _result(record, folder)),
        ("Record id", lambda record: _cell(record.id)),
    ]
    left_out = {"Type", "Record id"} if brief else {"Type"} if one_type else set()
    shown = [(heading, read) for heading, read in columns if heading not in left_out]
    in_common = []
    if one_type:
        in_common.append(f"All were started as {_cell(records[0].job_type)}.")
    if brief and records:
        in_common.append("Details are left out of a page about so many records; css-logs list has them.")
    if folder:
        in_common.append(f"All paths begin with {_cell(folder)}")
    return Table(
        headings=tuple(heading for heading, _ in shown),
        rows=tuple(Row(kind_of(record), tuple(read(record) for _, read in shown)) for record in records),
        in_common=tuple(in_common),
    )


def _started(record: Record) -> str:
    """Return the start, to the minute."""
    return "-" if record.created_at is None else rfc3339(record.created_at)[:16].replace("T", " ")


def _took(record: Record) -> str:
    if record.created_at is None or record.finished_at is None:
        return "-"
    return format_duration(timedelta(milliseconds=record.finished_at - record.created_at))


def _result(record: Record, folder: str) -> str:
    """Return where the backup is, without the folder that is said once; for a failed one, why it failed."""
    if record.status == "FAIL" and record.failed_msg:
        return _cell(record.failed_msg)
    return _cell((record.log_path or "").removeprefix(folder))


def _cell(text: str | None) -> str:
    return sanitize(text or "", _LONGEST_CELL) or "-"


def _common_folder(paths: list[str]) -> str:
    """Return the folder in which all paths are, with its slash, if it is long enough to be said once."""
    if len(paths) < 2:
        return ""
    first, last = min(paths), max(paths)  # what these two have in common, all between them have
    folder = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
    folder = folder[: folder.rfind("/") + 1]
    return folder if _WORTH_SAYING_ONCE <= len(folder) <= _LONGEST_CELL else ""
