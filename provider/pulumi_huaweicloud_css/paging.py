"""Reads a window of records, page by page, from sites that do not all page alike.

- 1000 records a request; another one only while the page was full, or the site says that there are more;
- a page that is the first one again means that the site ignores `offset`: it is asked with `start`, once;
- a site that refuses offsets over 1000 is read up to its last reachable window;
- records that shift while pages are read are kept once, by id, and what a shift may have hidden is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from .client import MAX_PAGE
from .errors import ApiError
from .models import Record, RecordPage

# Asks for one page: position of its first record (from 1), size, and what the site calls the position.
PageGetter = Callable[[int, int, str], RecordPage]

_LAST_DOCUMENTED_OFFSET = 1000
_MAX_PASSES = 3


@dataclass(frozen=True)
class Window:
    """What was read, in no particular order; see `LogRecordsAnswer` for the fields."""

    records: tuple[Record, ...]
    total_size: int | None
    truncated: bool
    newest_first: bool


def newest_first(records: Iterable[Record]) -> list[Record]:
    """Return the records newest first: by creation, then by id; those without a time come last."""
    return sorted(records, key=lambda record: (_created(record), record.id), reverse=True)


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
    for _ in range(_MAX_PASSES):
        reader.read_pass()
        if not reader.shifted:
            break
    records = list(reader.records.values())
    if limit is not None and len(records) > limit:
        # A site that ignores `limit`, or a shift, can bring more than was asked for.
        records = newest_first(records)[:limit]
    return Window(tuple(records), reader.total_size, reader.truncated, reader.came_newest_first)


def _created(record: Record) -> int:
    return -1 if record.created_at is None else record.created_at


@dataclass
class _Reader:
    """The state of reading one window; `end` is the position just past it, or None for all records."""

    get_page: PageGetter
    offset: int
    end: int | None
    filtered: bool = False
    records: dict[str, Record] = field(default_factory=dict)
    total_size: int | None = None
    truncated: bool = False
    shifted: bool = False
    came_newest_first: bool = True
    _offset_name: str = "offset"
    _first_id: str | None = None
    _barren: bool = False  # whether the last page brought nothing new
    _seen: set[str] = field(default_factory=set)
    _last_created: int | None = None

    def read_pass(self) -> None:
        """Read the window once, and note whether records shifted while it was read."""
        self._seen, self._first_id, self._last_created = set(), None, None
        self.shifted, self.truncated, self.came_newest_first, self._barren = False, False, True, False
        position = self.offset
        while True:
            size = self._size_at(position)
            try:
                page = self.get_page(position, size, self._offset_name)
            except ApiError as error:
                if error.status == 400 and self._seen and position > _LAST_DOCUMENTED_OFFSET:
                    self._read_last_reachable()
                    return
                raise
            if self._ignores_offset(page, position):
                if self._offset_name == "offset":
                    self._offset_name = "start"
                    continue
                if self._seen:
                    self.truncated = self.total_size is None or self.total_size > len(self._seen)
                    return
            new = self._take(page)
            position += len({record.id for record in page.records})  # a record that is there twice counts once
            if self.end is not None and position >= self.end:
                self.truncated = position > self.end or self._is_more_at(position)
                return
            says_more = self.total_size is not None and self.total_size >= position
            if not page.records or (new == 0 and self._barren) or (len(page.records) < size and not says_more):
                # A total may count records that a filter leaves out; else it says that some could not be read.
                found = self.offset - 1 + len(self._seen)
                self.truncated = self.total_size is not None and self.total_size > found and not self.filtered
                return
            self._barren = new == 0

    def _ignores_offset(self, page: RecordPage, position: int) -> bool:
        """Say whether a page is the window's first one again, or reaches past the end of all records."""
        if not page.records or position == 1:
            return False
        if self._seen:
            return page.records[0].id == self._first_id
        return page.total_size is not None and position - 1 + len(page.records) > page.total_size

    def _size_at(self, position: int) -> int:
        return MAX_PAGE if self.end is None else min(MAX_PAGE, self.end - position)

    def _take(self, page: RecordPage, *, overlaps: bool = False) -> int:
        """Keep a page's records and return how many are new.

        Where the page does not overlap those before, a known record means that records shifted.
        """
        new, seen, records, last = 0, self._seen, self.records, self._last_created
        for record in page.records:
            record_id = record.id
            if record_id not in seen:
                new += 1
                created = _created(record)
                if last is not None and created > last:
                    self.came_newest_first = False
                last = created
                seen.add(record_id)
            records[record_id] = record
        self._last_created = last
        if len(self._seen) > new:
            known = len({record.id for record in page.records}) - new
            self.shifted |= page.total_size != self.total_size or (known > 0 and not overlaps)
        self.total_size = page.total_size
        if self._first_id is None and page.records:
            self._first_id = page.records[0].id
        return new

    def _read_last_reachable(self) -> None:
        """Read the last window of a site that refuses offsets over 1000."""
        start = _LAST_DOCUMENTED_OFFSET
        size = self._size_at(start)
        page = self.get_page(start, size, self._offset_name)
        self._take(page, overlaps=True)
        if len(page.records) >= size:
            self.truncated = self._is_more_at(start + len(page.records))

    def _is_more_at(self, position: int) -> bool:
        """Say whether there is a record at a position; where it cannot be known, that there is."""
        if self.total_size is not None:
            return self.total_size >= position
        try:
            return bool(self.get_page(position, 1, self._offset_name).records)
        except ApiError as error:
            if error.status == 400 and position > _LAST_DOCUMENTED_OFFSET:
                return True
            raise
