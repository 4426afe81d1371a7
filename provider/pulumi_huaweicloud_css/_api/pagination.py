"""Reads a window of records, or a whole list of something else, page by page, from sites that paginate differently.

- Each request asks for 1000 records. Each further page begins with the last record of the one before, which shows
  whether records moved meanwhile: if they did, the window is read again, up to three times.
- The end is known from the site's total, unless there are more records than it says or records moved, or from a page
  without new records. A short page proves nothing, because sites cap their pages.
- A page that repeats the first one means that the site ignores `offset`: `start` is tried, once.
- A site that rejects offsets over 1000 is read up to its last reachable window.

A window that may be incomplete is truncated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from .._record import Record
from .._validation import MAX_LIMIT
from ..errors import ApiError
from .client import MAX_PAGE
from .models import distinct
from .pages import Listed, Page, PageGetter

_Item = TypeVar("_Item", bound=Listed)

_LAST_DOCUMENTED_OFFSET = 1000
_MAX_PASSES = 3


class Window(NamedTuple):
    """The records that were read.

    Args:
        records: in the order in which they were returned, without duplicates.
        total_size: the number of records according to the site; None if it returns none.
        truncated: whether there are records past the window, or there may be.
        newest_first: whether the records are proved to be the newest there are.
    """

    records: tuple[Record, ...]
    total_size: int | None
    truncated: bool
    newest_first: bool


def newest_first(records: Iterable[Record]) -> list[Record]:
    """Return the records newest first: by creation time, then id; those without a creation time come last."""
    return sorted(records, key=lambda record: (record.created_at or -1, record.id), reverse=True)


def read_window(get_page: PageGetter[Record], offset: int, limit: int | None, *, filtered: bool = False) -> Window:
    """Read at most `limit` records (None: all) from position `offset` on.

    Args:
        get_page: requests one page.
        offset: position of the first record, from 1.
        limit: how many records; None for all.
        filtered: whether the site filters, so that its total may include records that are on no page.

    Raises:
        CssError: whatever `get_page` raises; no partial window is returned.
    """
    reader = _Reader(get_page, offset, None if limit is None else offset + limit, filtered)
    records = reader.read()
    proved = offset == 1 and not (reader.skipped or reader.doubled) and came_newest_first(records)
    if limit is not None and len(records) > limit:
        # A site that ignores `limit` returns more than requested.
        records = newest_first(records)[:limit]
    return Window(tuple(records), reader.total_size, reader.truncated or reader.moved, proved)


def read_list(get_page: PageGetter[_Item]) -> tuple[list[_Item], bool]:
    """Read a whole list; return what is on it, each id once, and whether that is certainly all.

    Ids are compared without regard to case. Two items that differ and have one id cannot both be right, so then it is
    not certain.

    Raises:
        CssError: whatever `get_page` raises.
    """
    reader = _Reader(get_page, 1, None)
    items = reader.read()
    found = {item.id.lower(): item for item in items}
    alike = all(found[item.id.lower()] == item for item in items)
    return list(found.values()), alike and not (reader.truncated or reader.moved)


def came_newest_first(records: Sequence[Record]) -> bool:
    """Return whether records are certainly in order: at least two, with strictly descending times."""
    times = [record.time or 0 for record in records]
    return len(times) >= 2 and all(times) and all(earlier > later for earlier, later in pairwise(times))


class _Page(NamedTuple):
    """One page: its first position, how many records were requested, and how many were returned."""

    first: int
    size: int
    returned: int


@dataclass
class _Reader(Generic[_Item]):
    """The state of reading one window; `end` is the position just past it, or None for all records."""

    get_page: PageGetter[_Item]
    offset: int
    end: int | None
    filtered: bool = False
    total_size: int | None = None
    truncated: bool = False
    moved: bool = False  # whether records moved during the last pass
    skipped: bool = False  # whether some may have moved past the position that was read
    doubled: bool = False  # whether a page had a duplicate record, which no order explains
    _records: list[_Item] = field(default_factory=list)  # of the last pass, in the order returned
    _earlier: list[_Item] = field(default_factory=list)  # of passes during which records moved
    _ids: set[str] = field(default_factory=set)
    _position: int = 0  # of the next record
    _pages: list[_Page] = field(default_factory=list)
    _offset_name: str = "offset"
    _unsteady: bool = False  # whether records moved during a pass before this one

    def read(self) -> list[_Item]:
        """Read the window, again if records move meanwhile."""
        for number in range(1, _MAX_PASSES + 1):
            self.read_pass(to_the_end=number == _MAX_PASSES)
            if not self.moved:
                break
        return self.everything()

    def everything(self) -> list[_Item]:
        """Return the last pass's records; if records moved in it too, also those that only earlier passes found."""
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
        # It begins with the last record of the page before, unless that had no other: this would never end.
        first = self._position - 1 if self._pages and self._pages[-1].returned > 1 else self._position
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
        if len(self._records) >= MAX_LIMIT:  # a site's pages may never end
            self.truncated = True
            return True
        # A short page is the last one only if the total says so; after records moved, the total may be outdated.
        complete = self._total is not None and self._total < self._position
        return len(page.records) < size and complete and (self.moved or not self._unsteady)

    def _ignores_offset(self, page: Page[_Item], first: int) -> bool:
        """Return whether a page repeats the window's first one, or reaches past the end of all records."""
        if not page.records or first == 1:
            return False
        if self._records:
            as_expected = first < self._position and page.records[0] == self._records[-1]
            return _is_same(page.records[0], self._records[0]) and not as_expected
        return page.total_size is not None and first - 1 + len(page.records) > page.total_size

    def _size_at(self, first: int) -> int:
        return MAX_PAGE if self.end is None else min(MAX_PAGE, self.end - first)

    def _take(self, page: Page[_Item], first: int, size: int) -> int:
        """Keep a page's records and return how many are new."""
        records: Sequence[_Item] = page.records
        ids = {record.id for record in records}
        if len(ids) < len(records):
            records = distinct(records)
            self.doubled |= len(records) < len(page.records)
        self._pages.append(_Page(first, size, len(records)))
        if self._records:
            self.moved |= page.total_size != self.total_size
            # Without the last record of the page before, it is unknown whether records moved.
            unseen = bool(records) and first == self._position
            self.truncated |= unseen
            self.skipped |= unseen
            records = self._after_those_before(records, known=self._position - first)
        self.total_size = page.total_size
        self._position = first + self._pages[-1].returned
        self._records += records
        self._ids |= ids
        return len(records)

    def _after_those_before(self, records: Sequence[_Item], known: int) -> Sequence[_Item]:
        """Return a page's records without those of the pages before, and note whether records moved.

        Args:
            records: the page's.
            known: how many of its first records should be the last ones of the pages before.
        """
        overlap = self._records[len(self._records) - known :]
        if len(records) >= known and all(map(_is_same, records, overlap)):
            self._records[len(self._records) - known :] = records[:known]  # their status may have changed
            records = records[known:]
        else:
            self.moved = True
            self.skipped |= not records or records[0] not in self._records
        # A record without an id that is on two pages may be the same one, moved.
        if self.moved or any(record.id in self._ids for record in records):
            self.moved = True
            found = set(self._records)
            records = [record for record in records if record not in found]
        return records

    def _is_last_still_there(self, size: int) -> bool:
        """Return whether the only record before an empty page is still in its position, so that none was missed."""
        if not self._records:
            return True
        page = self.get_page(self._position - 1, size, self._offset_name)
        return len(page.records) == 1 and _is_same(page.records[0], self._records[-1])

    def _read_last_reachable(self) -> None:
        """Read the last window of a site that rejects offsets over 1000, unless it was read already."""
        first = _LAST_DOCUMENTED_OFFSET
        if self._pages[-1].first != first:
            size = self._size_at(first)
            self._take(self.get_page(first, size, self._offset_name), first, size)
        if self._total is not None and not self._unsteady:
            self.truncated |= self._total_says_more()
            return
        # A page that is shorter than one before was not capped, so it was the last one.
        last = self._pages[-1]
        self.truncated |= last.returned >= min(last.size, max(page.returned for page in self._pages))

    @property
    def _total(self) -> int | None:
        """The site's total, or None if there is none or more records were returned than it says."""
        return None if self.total_size is None or self.total_size < self._position - 1 else self.total_size

    def _total_says_more(self) -> bool:
        """Return whether the site's total says that records are missing; a filtered one may count too many."""
        return self._total is not None and self._total >= self._position and not self.filtered

    def _is_more(self) -> bool:
        """Return whether there is a record past the window, or there may be."""
        if self._total is not None:
            return self._total >= self._position
        try:
            return bool(self.get_page(self._position, 1, self._offset_name).records)
        except ApiError as error:
            if error.status == 400 and self._position > _LAST_DOCUMENTED_OFFSET:
                return True
            raise


def _is_same(record: Listed, other: Listed) -> bool:
    """Return whether two records are the same, perhaps read at different times: only id and start never change."""
    return (record.id, record.created_at) == (other.id, other.created_at) if record.id else record == other
