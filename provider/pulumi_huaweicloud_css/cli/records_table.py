"""A cluster's log backup records as a table for people."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from .._backups.cluster_ref import ClusterRef
from .._backups.status import kind_of
from .._durations import format_duration
from .._time import from_unix_ms, rfc3339
from .sparkline import can_show, newest_kinds, strip
from .terminal import one_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from .._backups.result import LogRecordsResult
    from .._record import Record

_LONGEST_CELL = 500
_PIPE_WIDTH = 10 * _LONGEST_CELL  # in a pipe there is no edge to wrap at
_NARROWEST = 16  # columns in which a failure can still be read, in several lines
_HEADINGS = ("started", "age", "took", "status", "type", "path", "failure")


def as_table(result: LogRecordsResult) -> str:
    """Return a table; every text from the server is data: no markup, no control characters."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    if not sys.stdout.isatty():
        console.width = _PIPE_WIDTH
    if not result.records:
        return f"No log backup records of cluster {ClusterRef(result.cluster_id, result.cluster_name).title}.\n"
    now = datetime.now(UTC)
    rows: list[list[Text]] = []
    for record in result.records:
        cells = [*_when(record, now), record.status, record.job_type, record.log_path, record.failed_msg]
        rows.append([Text(one_line(cell or "", _LONGEST_CELL) or "-") for cell in cells])
        rows[-1][3].stylize(kind_of(record).colour or "bold")
    with console.capture() as captured:
        _print_rows(console, rows)
        more = "; there are more that were not read" if result.truncated else ""
        total = "" if result.total_size is None else f" of {result.total_size}"
        if can_show():
            console.print(Text.from_ansi(strip(newest_kinds(result.records)).rstrip("\n")))
        console.print(f"{len(result.records)}{total} records{more}", style="dim")
    return captured.get()


def _print_rows(console: Console, rows: list[list[Text]]) -> None:
    """Print rows under headings, each path on one line; where there is no room for it, under its record's line.

    A failure is folded to make room. Without any failure there is no such column.
    """
    from rich.padding import Padding
    from rich.segment import Segments
    from rich.table import Table
    from rich.text import Text

    failed = any(row[-1].plain != "-" for row in rows)
    headings = _HEADINGS if failed else _HEADINGS[:-1]
    widths = [max(len(heading), *(row[number].cell_len for row in rows)) for number, heading in enumerate(headings)]
    if failed:
        widths[-1] = min(widths[-1], _NARROWEST)
    gap = next((gap for gap in (2, 1) if sum(widths) + gap * (len(widths) - 1) <= console.width), 0)
    table = Table(box=None, pad_edge=False, padding=(0, gap or 1, 0, 0), header_style="bold")
    for heading in headings if gap else headings[:5]:
        table.add_column(heading, no_wrap=heading != "failure", overflow="fold" if heading == "failure" else "ellipsis")
    for row in rows:
        table.add_row(*row[: len(table.columns)])
    if gap:
        console.print(table)
        return
    heading_line, *lines = console.render_lines(table, pad=False, new_lines=True)
    console.print(Segments(heading_line), end="")
    for line, row in zip(lines, rows, strict=True):
        console.print(Segments(line), end="")
        path, failure = row[5:]
        if path.plain != "-":
            console.print(Text("  ") + path, soft_wrap=True)  # even a longer one is copied as one line
        if failure.plain != "-":
            console.print(Padding(failure, (0, 0, 0, 2), expand=False), overflow="fold")


def _when(record: Record, now: datetime) -> tuple[str, str, str]:
    """Return when a backup started, how long ago that is, and how long it took."""
    if record.created_at is None:
        return "", "", ""
    started = from_unix_ms(record.created_at)
    age = format_duration(now - started)
    if record.finished_at is None:
        return rfc3339(record.created_at), age, ""
    took = timedelta(milliseconds=record.finished_at - record.created_at)
    return rfc3339(record.created_at), age, format_duration(took)
