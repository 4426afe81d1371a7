"""A site in memory, for tests of paging: the reader asks a function for its pages."""

from __future__ import annotations

from dataclasses import dataclass, field

from pulumi_huaweicloud_css._api.models import RecordPage
from pulumi_huaweicloud_css._api.pagination import newest_first, read_window
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css.errors import ApiError


def record(number, created=None):
    """Return a record whose id and time come from its number: the greater, the newer."""
    return Record(id=f"{number:06}", created_at=10**12 + number if created is None else created)


@dataclass
class Site:
    """A site in memory, newest records first, that can be odd; `asked` has (position, size, name of the position)."""

    records: list[Record]
    total: bool = True
    names: tuple[str, ...] = ("offset", "start")
    max_offset: int | None = None
    cap: int | None = None
    obeys_limit: bool = True
    before_page: dict[int, object] = field(default_factory=dict)
    asked: list[tuple[int, int, str]] = field(default_factory=list)

    @classmethod
    def of(cls, count, **oddities):
        """Return a site with so many records."""
        return cls([record(number) for number in range(count, 0, -1)], **oddities)

    def page(self, position, size, name):
        """Answer as the API does."""
        self.asked.append((position, size, name))
        if change := self.before_page.get(len(self.asked)):
            change(self.records)
        position = position if name in self.names else 1
        if self.max_offset is not None and position > self.max_offset:
            raise ApiError(400, "CSS.0001")
        size = min(size if self.obeys_limit else len(self.records), self.cap or len(self.records))
        total = len(self.records) if self.total else None
        return RecordPage(cluster_log_record=tuple(self.records[position - 1 : position - 1 + size]), total_size=total)

    def read(self, offset=1, limit=None):
        """Read a window; return the numbers of its records, newest first, and whether more were left unread."""
        window = read_window(self.page, offset, limit)
        numbers = [int(each.id) for each in newest_first(window.records)]
        assert len(set(numbers)) == len(window.records)
        assert window.total_size == (len(self.records) if self.total else None)
        return numbers, window.truncated


def down(first, last):
    """Return the numbers from the first down to the last."""
    return list(range(first, last - 1, -1))
