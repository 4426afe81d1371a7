"""Windows of records are read whole from sites that page each in their own way, also while records change.

The sites here are functions in memory, for the reader asks a function for its pages; `test_query` asks real servers.
"""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css._api.models import RecordPage
from pulumi_huaweicloud_css._api.pagination import newest_first, read_window
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css.errors import ApiError, CssTimeoutError

from tests.support.paging_site import Site, down, record


@pytest.mark.parametrize(
    ("count", "with_total", "without"),
    [(0, 1, 1), (1, 1, 3), (999, 1, 2), (1000, 2, 2), (1001, 2, 3), (1999, 3, 3), (2500, 3, 4), (10_500, 11, 12)],
)
def test_all_records_in_as_few_requests_as_promised(count, with_total, without):
    """Up to 999 records cost one request, and each further 999 one more; without a total, the end costs another one."""
    for total, requests in ((True, with_total), (False, without)):
        site = Site.of(count, total=total)
        assert site.read() == (down(count, 1), False)
        assert len(site.asked) == requests
        assert site.asked[:with_total] == [(1 + 999 * number, 1000, "offset") for number in range(with_total)]


@pytest.mark.parametrize(
    ("offset", "limit", "total", "numbers", "truncated", "asked"),
    [
        (1, 10, True, down(37, 28), True, [(1, 10)]),
        (1, 10, False, down(37, 28), True, [(1, 10), (11, 1)]),
        (28, 10, True, down(10, 1), False, [(28, 10)]),
        (28, 10, False, down(10, 1), False, [(28, 10), (38, 1)]),
        (1, 37, True, down(37, 1), False, [(1, 37)]),
        (1, 36, True, down(37, 2), True, [(1, 36)]),
        (1, 38, True, down(37, 1), False, [(1, 38)]),
        (30, None, True, down(8, 1), False, [(30, 1000)]),
        (38, None, True, [], False, [(38, 1000)]),
        (500, 10, True, [], False, [(500, 10)]),
        (1, 1, True, [37], True, [(1, 1)]),
    ],
)
def test_window(offset, limit, total, numbers, truncated, asked):
    """Just the window is asked for, and whether there is more past it is told from the total or by one more record."""
    site = Site.of(37, total=total)
    assert site.read(offset, limit) == (numbers, truncated)
    assert [(position, size) for position, size, _ in site.asked] == asked


@pytest.mark.parametrize(
    ("limit", "truncated", "asked"),
    [
        (1000, True, [(1, 1000)]),
        (1500, True, [(1, 1000), (1000, 501)]),
        (2500, False, [(1, 1000), (1000, 1000), (1999, 502)]),
        (100_000, False, [(1, 1000), (1000, 1000), (1999, 1000)]),
    ],
)
def test_window_of_several_pages(limit, truncated, asked):
    """The last page of a limited window is only as long as it must be."""
    site = Site.of(2500)
    assert site.read(limit=limit) == (down(2500, max(1, 2501 - limit)), truncated)
    assert [(position, size) for position, size, _ in site.asked] == asked


@pytest.mark.parametrize(
    ("names", "total", "count", "read", "truncated", "requests"),
    [
        (("start",), True, 2500, 2500, False, ["offset", "offset", "start", "start"]),
        (("start",), False, 2500, 2500, False, ["offset", "offset", "start", "start", "start"]),
        ((), True, 2500, 1000, True, ["offset", "offset", "start"]),
        ((), False, 2500, 1000, True, ["offset", "offset", "start"]),
        ((), True, 1000, 1000, False, ["offset", "offset", "start"]),
        ((), True, 999, 999, False, ["offset"]),
        ((), False, 999, 999, True, ["offset", "offset", "start"]),
    ],
)
def test_ignored_offset_ends_the_loop(names, total, count, read, truncated, requests):
    """A site that ignores `offset` is asked with `start` once; if it ignores that too, the end is known by a total."""
    site = Site.of(count, names=names, total=total)
    assert site.read() == (down(count, count - read + 1), truncated)
    assert [name for _, _, name in site.asked] == requests


def test_first_page_of_a_site_that_ignores_offset():
    """A window that begins later is right on a site that calls the offset `start`, too."""
    assert Site.of(37, names=("start",)).read(offset=11) == (down(27, 1), False)


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize(
    ("count", "offset", "limit", "numbers", "truncated"),
    [
        (2500, 1, None, down(2500, 502), True),
        (1500, 1, None, down(1500, 1), False),
        (1998, 1, None, down(1998, 1), False),
        (2500, 500, None, down(2001, 502), True),
        (2500, 1, 1500, down(2500, 1001), True),
        (2500, 1, 1999, down(2500, 502), True),
        (2500, 1, 2200, down(2500, 502), True),
        (2500, 1000, 1000, down(1501, 502), True),
    ],
)
def test_refused_offsets_over_1000(count, offset, limit, numbers, truncated, total):
    """Where offsets over 1000 are refused, the last reachable window is read, and what is past it is admitted."""
    assert Site.of(count, max_offset=1000, total=total).read(offset, limit) == (numbers, truncated)


@pytest.mark.parametrize(("total", "truncated"), [(True, False), (False, True)])
def test_exactly_the_last_reachable_record(total, truncated):
    """1,999 records are all reachable; without a total it cannot be known that there is no more."""
    assert Site.of(1999, max_offset=1000, total=total).read() == (down(1999, 1), truncated)


def test_refused_first_offset_is_an_error():
    """A window that begins past what the site allows is refused by the site, not read somewhere else."""
    with pytest.raises(ApiError):
        Site.of(2500, max_offset=1000).read(offset=1001)


@pytest.mark.parametrize("error", [ApiError(500), ApiError(403), CssTimeoutError("late")])
def test_failed_page_fails_the_whole(error):
    """A part of the records is never given out for the whole."""

    def fail(_):
        raise error

    with pytest.raises(type(error)):
        Site.of(2500, before_page={3: fail}).read()


@pytest.mark.parametrize("limit", [None, 250])
def test_site_that_caps_pages_is_read_whole(limit):
    """Pages shorter than asked for do not end the reading while the total says that there are more."""
    site = Site.of(300, cap=100)
    assert site.read(limit=limit) == (down(300, 301 - (limit or 300)), limit is not None)
    assert [position for position, _, _ in site.asked] == [1, 100, 199, *([] if limit else [298])]


def test_total_that_says_more_than_can_be_read_is_truncated():
    """If the site says that there are more records and gives none, they are left unread, and that is said."""

    def page(position, size, _):
        records = tuple(record(number) for number in range(position, position + size) if number <= 1500)
        return RecordPage(cluster_log_record=records, total_size=2500)

    window = read_window(page, 1, None)
    assert (len(window.records), window.truncated) == (1500, True)


@pytest.mark.parametrize(("limit", "numbers"), [(None, down(37, 1)), (10, down(37, 28))])
@pytest.mark.parametrize("total", [True, False])
def test_site_that_ignores_limit(limit, numbers, total):
    """What comes beyond the limit is left out, the newest records are kept."""
    site = Site.of(37, obeys_limit=False, total=total)
    assert site.read(limit=limit) == (numbers, limit is not None)


@pytest.mark.parametrize("cap", [1, 2, 7, 10, 37, 64, 100, 299])
def test_cap_without_a_total_hides_nothing(cap):
    """However many records a site puts on a page, without a total a short page is never taken for the last one."""
    numbers, truncated = Site.of(300, total=False, cap=cap).read()
    assert numbers == down(300, 1)
    assert truncated == (cap == 1)  # pages of one record cannot overlap


@pytest.mark.parametrize("count", [1, 10, 37, 100])
def test_site_without_any_paging_or_total_is_never_known_whole(count):
    """A site that always sends its first page, and no total, may have more: that is said."""
    assert Site.of(count, total=False, names=(), cap=count).read() == (down(count, 1), True)


@pytest.mark.parametrize(
    ("order", "flag"),
    [
        ([3, 2, 1], True),
        ([2, 1], True),
        ([1, 2, 3], False),
        ([2, 3, 1], False),
        ([2, 2], False),
        ([3, 2, 2], False),
        ([3, None], False),
        ([None, 3, 2], False),
        ([], False),
        ([5], False),
    ],
)
def test_only_strictly_descending_times_prove_an_order(order, flag):
    """One record, equal times and missing ones are no proof that unread records are older."""
    records = [Record(id=f"{place}", created_at=created and created * 10**12) for place, created in enumerate(order)]
    assert read_window(Site(records).page, 1, None).newest_first is flag


def test_end_stands_for_a_missing_start_in_the_proof_of_order():
    """Where a record has no start, its end counts, as everywhere."""
    records = [Record(id="a", finished_at=3 * 10**12), Record(id="b", created_at=2 * 10**12, finished_at=9 * 10**12)]
    assert read_window(Site(records).page, 1, None).newest_first
    assert not read_window(Site(records[::-1]).page, 1, None).newest_first


def test_order_is_proved_from_the_first_record_on_only():
    """A window that begins later cannot prove anything about what came before it."""
    assert read_window(Site.of(10).page, 1, 5).newest_first
    assert not read_window(Site.of(10).page, 2, 5).newest_first


def test_wrong_order_across_pages_is_seen():
    """Pages that each descend, but not from one to the next, are no newest first."""
    records = [record(number) for number in [*down(1000, 1), *down(2500, 1001)]]
    assert not read_window(Site(records).page, 1, None).newest_first


def test_order_counts_ids_last_and_missing_times_oldest():
    """Newest first means by time, then by id, greatest first; without a time a record is older than all others."""
    five, nine = 5 * 10**12, 9 * 10**12
    records = [
        *(Record(id="a", created_at=five), Record(id="b", created_at=five)),
        *(Record(id="d"), Record(id="c", created_at=nine)),
    ]
    assert [each.id for each in newest_first(records)] == ["c", "b", "a", "d"]
