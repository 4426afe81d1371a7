"""Reads a window of records, page by page, from sites that do not all page alike.

- 1000 records a request; each further page begins with the last record of the one before, which shows whether records
  moved meanwhile: if they did, the window is read again, up to three times;
- the end is known from the site's total, unless more came than it says or records moved, or from a page that brings
  nothing new: a short page proves nothing, for sites cap their pages;
- a page that is the first one again means that the site ignores `offset`: it is asked with `start`, once;
- a site that refuses offsets over 1000 is read up to its last reachable window.

What cannot be known to have been read makes the window truncated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .._validation import MAX_LIMIT
from ..errors import ApiError
from .client import MAX_PAGE
from .models import Record, RecordPage, distinct

# Asks for one page: position of its first record (from 1), size, and what the site calls the position.
PageGetter = Callable[[int, int, str], RecordPage]

_LAST_DOCUMENTED_OFFSET = 1000
_MAX_PASSES = 3


@dataclass(frozen=True)
class Window:
    """What was read.

    Args:
        records: in the order in which they came, each once.
        total_size: how many records the site says there are; None where it does not say.
        truncated: whether there are records past the window, or it cannot be known that there are none.
        newest_first: whether the records are proved to be the newest there are.
    """

    records: tuple[Record, ...]
    total_size: int | None
    truncated: bool
    newest_first: bool


def newest_first(records: Iterable[Record]) -> list[Record]:
    """Return the records newest first: by creation, then by id; those without a time come last."""
    return sorted(records, key=lambda record: (record.created_at or -1, record.id), reverse=True)


def read_window(get_page: PageGetter, offset: int, limit: int | None, *, filtered: bool = False) -> Window:
    """Read at most `limit` records (None: all) from position `offset` on.

    Args:
        get_page: asks for one page.
        offset: position of the first record, from 1.
        limit: how many records; None for all.
        filtered: whether the site filters, so that its total may count records that are not in any page.

    Raises:
        CssError: whatever `get_page` raises; the window is read whole or not at all.
    """
    reader = _Reader(get_page, offset, None if limit is None else offset + limit, filtered)
    for number in range(1, _MAX_PASSES + 1):
        reader.read_pass(to_the_end=number == _MAX_PASSES)
        if not reader.moved:
            break
    records = reader.everything()
    proved = offset == 1 and not (reader.skipped or reader.doubled) and came_newest_first(records)
    if limit is not None and len(records) > limit:
        # A site that ignores `limit` brings more than was asked for.
        records = newest_first(records)[:limit]
    return Window(tuple(records), reader.total_size, reader.truncated or reader.moved, proved)


def came_newest_first(records: Sequence[Record]) -> bool:
    """Say whether an order is no coincidence: at least two different times, strictly descending from the first on."""
    times = [record.time or 0 for record in records]
    return len(times) >= 2 and all(times) and all(earlier > later for earlier, later in pairwise(times))


@dataclass(frozen=True)
class _Asked:
    """One page: from which position on, how many records were asked for, and how many came."""

    first: int
    size: int
    came: int


@dataclass
class _Reader:
    """The state of reading one window; `end` is the position just past it, or None for all records."""

    get_page: PageGetter
    offset: int
    end: int | None
    filtered: bool = False
    total_size: int | None = None
    truncated: bool = False
    moved: bool = False  # whether records moved during the last pass
    skipped: bool = False  # whether some may have moved past the place that was read
    doubled: bool = False  # whether a page had a record twice, which no order explains
    _records: list[Record] = field(default_factory=list)  # of the last pass, as they came
    _earlier: list[Record] = field(default_factory=list)  # of passes during which records moved
    _ids: set[str] = field(default_factory=set)
    _position: int = 0  # of the next record
    _pages: list[_Asked] = field(default_factory=list)
    _offset_name: str = "offset"
    _unsteady: bool = False  # whether records moved during a pass before this one

    def everything(self) -> list[Record]:
        """Return the last pass's records; if they moved to the last, those of earlier passes that it missed as well."""
        if not self.moved:
            return self._records
        found = set(self._records)
        missed = [
            record for record in self._earlier if (not record.id or record.id not in self._ids) and record not in found
        ]
        return [*self._records, *{record.id or record: record for record in missed}.values()]

    def read_pass(self, *, to_the_end: bool) -> None:
        """Read the window once, and note whether records moved meanwhile; then the rest is read only `to_the_end`."""
        self._earlier += self._records
        self._unsteady |= self.moved
        self._records, self._ids, self._pages, self._position = [], set(), [], self.offset
        self.truncated = self.moved = self.skipped = self.doubled = False
        while not self._read_page():
            if self.moved and not to_the_end:
                return

    def _read_page(self) -> bool:
        """Read the next page; return whether it was the last one."""
        # It begins with the last record of the page before, unless that had no other: there would be no end of it.
        first = self._position - 1 if self._pages and self._pages[-1].came > 1 else self._position
        size = self._size_at(first)
        try:
            page = self.get_page(first, size, self._offset_name)
        except ApiError as error:
            if error.status == 400 and self._records and first > _LAST_DOCUMENTED_OFFSET:
                self._read_last_reachable()
                return True
            raise
        if self._ignores_offset(page, first):
            if self._offset_name == "offset":
                self._offset_name = "start"
                return False
            if self._records:
                self.truncated = self._total is None or self._total > len(self._records)
                return True
        new = self._take(page, first, size)
        if new == 0:
            self.truncated |= self._total_says_more()
            self.moved |= first == self._position and self._total is None and not self._is_last_still_there(size)
            return True
        if self.end is not None and self._position >= self.end:
            self.truncated |= self._position > self.end or self._is_more()
            return True
        if len(self._records) >= MAX_LIMIT:  # a site need not come to an end
            self.truncated = True
            return True
        # A short page is the last one only where the total says so; of records that moved, it may be out of date.
        told = self._total is not None and self._total < self._position
        return len(page.records) < size and told and (self.moved or not self._unsteady)

    def _ignores_offset(self, page: RecordPage, first: int) -> bool:
        """Say whether a page is the window's first one again, or reaches past the end of all records."""
        if not page.records or first == 1:
            return False
        if self._records:
            as_expected = first < self._position and page.records[0] == self._records[-1]
            return _is_same(page.records[0], self._records[0]) and not as_expected
        return page.total_size is not None and first - 1 + len(page.records) > page.total_size

    def _size_at(self, first: int) -> int:
        return MAX_PAGE if self.end is None else min(MAX_PAGE, self.end - first)

    def _take(self, page: RecordPage, first: int, size: int) -> int:
        """Keep a page's records and return how many are new."""
        records: Sequence[Record] = page.records
        ids = {record.id for record in records}
        if len(ids) < len(records):
            records = distinct(records)
            self.doubled |= len(records) < len(page.records)
        self._pages.append(_Asked(first, size, len(records)))
        if self._records:
            self.moved |= page.total_size != self.total_size
            # Without the last record of the page before, nothing tells whether records moved.
            unseen = bool(records) and first == self._position
            self.truncated |= unseen
            self.skipped |= unseen
            records = self._after_those_before(records, known=self._position - first)
        self.total_size = page.total_size
        self._position = first + self._pages[-1].came
        self._records += records
        self._ids |= ids
        return len(records)

    def _after_those_before(self, records: Sequence[Record], known: int) -> Sequence[Record]:
        """Return a page's records but for those that the pages before had, and note whether they moved.

        Args:
            records: the page's.
            known: how many of its first records ought to be the last ones of the pages before.
        """
        overlap = self._records[len(self._records) - known :]
        if len(records) >= known and all(map(_is_same, records, overlap)):
            self._records[len(self._records) - known :] = records[:known]  # one may have changed meanwhile
            records = records[known:]
        else:
            self.moved = True
            self.skipped |= not records or records[0] not in self._records
        # One without an id that comes on two pages may be the same one, which has moved.
        if self.moved or any(record.id in self._ids for record in records):
            self.moved = True
            found = set(self._records)
            records = [record for record in records if record not in found]
        return records

    def _is_last_still_there(self, size: int) -> bool:
        """Say whether the only record before an empty page is where it was, so that none took its place unseen."""
        if not self._records:
            return True
        page = self.get_page(self._position - 1, size, self._offset_name)
        return len(page.records) == 1 and _is_same(page.records[0], self._records[-1])

    def _read_last_reachable(self) -> None:
        """Read the last window of a site that refuses offsets over 1000, unless it was read already."""
        first = _LAST_DOCUMENTED_OFFSET
        if self._pages[-1].first != first:
            size = self._size_at(first)
            self._take(self.get_page(first, size, self._offset_name), first, size)
        if self._total is not None and not self._unsteady:
            self.truncated |= self._total_says_more()
            return
        # A page that is shorter than one before was not capped, so it was the last one.
        last = self._pages[-1]
        self.truncated |= last.came >= min(last.size, max(page.came for page in self._pages))

    @property
    def _total(self) -> int | None:
        """The site's total, or None where there is none that can be right: more records came than it says."""
        return None if self.total_size is None or self.total_size < self._position - 1 else self.total_size

    def _total_says_more(self) -> bool:
        """Say whether records are missing by the site's total, which may count some that a filter leaves out."""
        return self._total is not None and self._total >= self._position and not self.filtered

    def _is_more(self) -> bool:
        """Say whether there is a record past the window; where it cannot be known, that there is."""
        if self._total is not None:
            return self._total >= self._position
        try:
            return bool(self.get_page(self._position, 1, self._offset_name).records)
        except ApiError as error:
            if error.status == 400 and self._position > _LAST_DOCUMENTED_OFFSET:
                return True
            raise


def _is_same(record: Record, other: Record) -> bool:
    """Say whether two records are one, perhaps read at different times: all but the start of a task may change."""
    return (record.id, record.created_at) == (other.id, other.created_at) if record.id else record == other
