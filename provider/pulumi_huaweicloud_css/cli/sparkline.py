"""One line of a terminal that shows how the newest backups went: a character each, another one for each status."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from .._backups.status import FAIL, OTHER, RUNNING, SUCCESS, Kind, kind_of
from .terminal import styled

if TYPE_CHECKING:
    from .._api.models import Record

MOST = 60


def can_show() -> bool:
    """Say whether standard output is a terminal that has these characters; a pipe gets none of them."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "").replace("_", "")
    return sys.stdout.isatty() and encoding == "utf8" and os.environ.get("TERM") != "dumb"


def newest_kinds(records: Iterable[Record]) -> list[Kind]:
    """Return the kinds of the newest records, in the order in which they were started."""
    from .._api.pagination import newest_first  # here, so that nothing is loaded where nothing is read

    return [kind_of(record) for record in reversed(newest_first(records)[:MOST])]


def strip(kinds: list[Kind], indent: int = 0) -> str:
    """Return the line for these kinds, as wide as the terminal allows; "" where there is none.

    It reads without colours: the characters differ, and are explained behind them.
    """
    legend = "  ".join(f"{kind.symbol} {kind.said}" for kind in (SUCCESS, FAIL, RUNNING, OTHER) if kind in set(kinds))
    room = shutil.get_terminal_size().columns - indent - len(legend) - len("  (newest last; )") - 1
    shown = kinds[-max(1, room) :]
    if not shown:
        return ""
    runs = ((kind, "".join(same.symbol for same in run)) for kind, run in groupby(shown))
    marks = "".join(styled(symbols, fg=kind.colour) for kind, symbols in runs)
    return f"{' ' * indent}{marks}  {styled(f'(newest last; {legend})', dim=True)}\n"
