"""`css-logs list`: a cluster's log backup records, as a table for people or as data."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import click

from ..durations import format_duration
from ..times import from_unix_ms, rfc3339
from . import showing
from .exit_codes import IN_SHORT
from .options import asking_options
from .showing import one_line
from .strip import can_show, newest_kinds, strip

if TYPE_CHECKING:
    from ..models import Record
    from ..query import LogRecordsAnswer

_LONGEST_CELL = 500
_PIPE_WIDTH = 10 * _LONGEST_CELL  # in a pipe there is no edge to wrap at
_COLOURS = {"SUCCESS": "green", "FAIL": "red", "RUNNING": "yellow"}


@click.command("list", epilog=IN_SHORT)
@click.option("--cluster-id", required=True, help="The cluster's id, a UUID.")
@asking_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "yaml"]),
    default="table",
    show_default=True,
    help="In csv, what a spreadsheet would take for a formula, in a cell's beginning or after , ; or |, gets an "
    "apostrophe in front; json and yaml hold every text as it is.",
)
def command(*, cluster_id: str, form: str, **asking: Any) -> None:
    """List a cluster's log backup records, newest first."""
    from ..query import log_records

    given = {name: value for name, value in asking.items() if value is not None}
    answer = log_records(cluster_id=cluster_id, **given)
    if form == "table":
        _print_table(answer)
    else:
        showing.print_data(_DATA[form](answer))


def _print_table(answer: LogRecordsAnswer) -> None:
    """Print a table; every text from the server is data: no markup, no control characters."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    if not sys.stdout.isatty():
        console.width = _PIPE_WIDTH
    if not answer.records:
        console.print(f"No log backup records of cluster {answer.cluster_id}.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("started", "age", "took", "status", "type"):
        table.add_column(heading, no_wrap=True)
    table.add_column("path", overflow="fold")
    now = datetime.now(timezone.utc)
    for record in answer.records:
        cells = [*_when(record, now), record.status, record.job_type, _path(record)]
        texts = [Text(one_line(cell or "", _LONGEST_CELL) or "-") for cell in cells]
        texts[3].stylize(_COLOURS.get(record.status or "", "bold"))
        table.add_row(*texts)
    console.print(table)
    more = "; there are more that were not read" if answer.truncated else ""
    if can_show():
        click.echo(strip(newest_kinds(answer.records)), nl=False)
    total = "" if answer.total_size is None else f" of {answer.total_size}"
    console.print(f"{len(answer.records)}{total} records{more}", style="dim")


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


def _path(record: Record) -> str | None:
    """Return where the backup is; for a failed one, why it failed."""
    return record.failed_msg if record.status == "FAIL" and record.failed_msg else record.log_path


def _as_csv(answer: LogRecordsAnswer) -> str:
    from ..models import Record

    return showing.as_csv((record.to_outputs() for record in answer.records), list(Record.model_fields))


_DATA: dict[str, Callable[[LogRecordsAnswer], str]] = {
    "json": lambda answer: showing.as_json(answer.to_outputs()),
    "csv": _as_csv,
    "yaml": lambda answer: showing.as_yaml(answer.to_outputs()),
}
