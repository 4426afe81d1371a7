"""Any site whatever: what is called whole is whole, and a gate passes on no part of which it is not known."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._api import pagination as paging
from pulumi_huaweicloud_css._api.models import RecordPage
from pulumi_huaweicloud_css._api.pagination import came_newest_first, read_window
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css._time import unix_ms
from pulumi_huaweicloud_css.errors import ApiError

from tests.support.properties import times

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
GATE = Gate(max_age="26h")
LAST_OFFSET = 6  # instead of 1000, as pages are small here


@dataclass
class Site:
    """A site in memory that may be odd in every way at once; `moments` has the records as they were at each time."""

    chance: random.Random
    order: str
    cap: int | None
    total: str
    names: tuple[str, ...]
    max_offset: int | None
    unrest: float
    records: list[Record] = field(default_factory=list)
    moments: list[list[Record]] = field(default_factory=list)
    made: int = 0
    asked: int = 0

    def fill(self, count: int) -> None:
        """Make up so many records, in the site's order."""
        self.records = [self.new(self.chance.uniform(0.5, 60)) for _ in range(count)]
        if self.order in ("newest", "oldest"):
            self.records.sort(key=lambda record: record.created_at, reverse=self.order == "newest")
        self.first_total = count
        self.moments = [list(self.records)]

    def new(self, hours: float) -> Record:
        """Make up a record that began so many hours ago."""
        self.made += 1
        status = self.chance.choice(["SUCCESS", "SUCCESS", "FAIL", "RUNNING"])
        return Record(id=f"r{self.made}", status=status, created_at=unix_ms(NOW - timedelta(hours=hours)))

    def page(self, position: int, size: int, name: str) -> RecordPage:
        """Answer as the API does, more or less; meanwhile records come and go."""
        self.asked += 1
        assert self.asked < 1000, "there is no end"
        if self.asked > 1 and self.chance.random() < self.unrest:
            self.change()
        shown = list(self.records)
        if self.order == "random":
            self.chance.shuffle(shown)
        position = position if name in self.names else 1
        if self.max_offset is not None and position > self.max_offset:
            raise ApiError(400, "CSS.0001")
        part = shown[position - 1 : position - 1 + min(size, self.cap or size)]
        total = {"right": len(self.records), "none": None, "stale": self.first_total}[self.total]
        return RecordPage(cluster_log_record=tuple(part), total_size=total)

    def change(self) -> None:
        """Clear a record away, or add one that has just begun."""
        if self.records and self.chance.random() < 0.5:
            del self.records[self.chance.randrange(len(self.records))]
        else:
            place = {"newest": 0, "oldest": len(self.records)}.get(
                self.order, self.chance.randint(0, len(self.records))
            )
            self.records.insert(place, self.new(0.4 - self.made * 0.001))
        self.moments.append(list(self.records))


SITES = st.builds(
    Site,
    chance=st.randoms(use_true_random=False),
    order=st.sampled_from(["newest", "oldest", "shuffled", "random"]),
    cap=st.sampled_from([None, None, 1, 2, 3, 7]),
    total=st.sampled_from(["right", "right", "none", "stale"]),
    names=st.sampled_from([("offset", "start"), ("offset",), ("start",), ()]),
    max_offset=st.sampled_from([None, None, LAST_OFFSET]),
    unrest=st.sampled_from([0.0, 0.0, 0.3, 0.6]),
)


@times(15)
@given(SITES, st.integers(0, 25), st.integers(3, 8))
def test_no_site_makes_a_gate_pass_on_what_is_not_known(site, count, size):
    """A window that is not called truncated has every record; a gate passes only if the records of some moment do.

    One exception is the design's own: records that came strictly newest first, where the rest cannot be reached. And
    where the order is another one at each request while records come and go, a page can join the last one by chance.
    A total that is out of date can agree with what came though records came and went: then the verdict alone is held.
    """
    assume(site.order != "random" or not site.unrest)
    site.fill(count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "MAX_PAGE", size)
        patch.setattr(paging, "_LAST_DOCUMENTED_OFFSET", LAST_OFFSET)
        window = read_window(site.page, 1, None)
    if not window.truncated and not (site.total == "stale" and site.unrest):
        read = {record.id for record in window.records}
        assert any({record.id for record in moment} <= read for moment in site.moments)
    assert not window.newest_first or came_newest_first(window.records)
    verdict = GATE.judge(
        window.records, now=NOW, truncated=window.truncated, newest_first=window.newest_first and window.truncated
    )
    if verdict.passed and not (window.truncated and window.newest_first):
        assert any(GATE.judge(moment, now=NOW).passed for moment in site.moments)
