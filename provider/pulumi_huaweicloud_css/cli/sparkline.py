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
    from .._record import Record

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
    """Return the marks of these kinds, as many as the terminal is wide, and their legend; "" where there is none.

    The legend stands behind the marks where all of them fit before it, else below them. It reads without colours, for
    the characters differ. No line is as wide as the terminal, if that has 40 columns or more.
    """
    if not kinds:
        return ""
    room = shutil.get_terminal_size().columns - indent - 1
    shown = kinds[-max(1, room) :]
    legend = ["(newest last;"]
    legend += [f"{kind.symbol} {kind.label} " for kind in (SUCCESS, FAIL, RUNNING, OTHER) if kind in set(shown)]
    legend[-1] = f"{legend[-1].rstrip()})"
    runs = ((kind, "".join(same.symbol for same in run)) for kind, run in groupby(shown))
    marks = "".join(styled(symbols, fg=kind.colour) for kind, symbols in runs)
    beside = len(kinds) + len("  ") + len(" ".join(legend)) <= room
    explained = [styled(line, dim=True) for line in _folded(legend, len(" ".join(legend)) if beside else room)]
    lines = [f"{marks}  {explained[0]}"] if beside else [marks, *explained]
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def _folded(parts: list[str], width: int) -> list[str]:
    """Return the parts in lines of at most this width, none of them broken."""
    lines = [parts[0]]
    for part in parts[1:]:
        longer = f"{lines[-1]} {part}"
        if len(longer.rstrip()) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return [line.rstrip() for line in lines]
