"""Progress on a terminal while clusters are read: a bar for more than a few of them, and nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_A_FEW = 5


def shows_bar(number: int) -> bool:
    """Return whether so many clusters are worth a bar, and there is a terminal to show it on."""
    return number > _A_FEW and sys.stderr.isatty()


@contextmanager
def reading(number: int, *, quiet: bool = False) -> Iterator[Callable[[], None]]:
    """Show how many clusters were read, on standard error, if that is a terminal.

    Args:
        number: how many are to be read.
        quiet: whether nothing is shown.

    Yields:
        what to call once for each that was read; on any thread.
    """
    if quiet or not shows_bar(number):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("reading clusters"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=number)
        yield lambda: progress.advance(task)
