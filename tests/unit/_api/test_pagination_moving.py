"""Records that come, go, move or are doubled while pages are read: none is hidden, and what is not known is said."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._api import pagination as paging
from pulumi_huaweicloud_css._api.models import RecordPage
from pulumi_huaweicloud_css._api.pagination import read_window
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css._validation import MAX_LIMIT
from pulumi_huaweicloud_css.errors import ApiError

from tests.support.paging_site import Site, down, record

SMALL_PAGES = st.integers(2, 6)
COUNTS = st.integers(0, 25)


def read_in_small_pages(site, size, offset=1, limit=None):
    """Read with a smaller page than the API's, so that few records make many pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "MAX_PAGE", size)
        return site.read(offset, limit)


@given(COUNTS, SMALL_PAGES, st.integers(1, 30), st.none() | st.integers(1, 30), st.booleans())
def test_any_window_is_a_slice(count, size, offset, limit, total):
    """For any number of records and any page size, a window is the slice it says, and truncated if more follow."""
    end = count if limit is None else min(count, offset - 1 + limit)
    numbers, truncated = read_in_small_pages(Site.of(count, total=total), size, offset, limit)
    assert numbers == down(count, 1)[offset - 1 : end]
    assert truncated == (end < count)


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize(
    ("count", "limit", "numbers", "truncated"),
    [(1000, None, down(1000, 1), False), (1500, 1001, down(1500, 500), True), (1500, None, down(1500, 1), False)],
)
def test_record_added_while_paging_is_no_ignored_offset(count, limit, numbers, truncated, total):
    """A page that brings only known records because one came in on top does not end the reading."""
    site = Site.of(count, total=total, before_page={2: lambda records: records.insert(0, record(9999))})
    read, was_truncated = site.read(limit=limit)
    wanted = [9999, *numbers][:limit]
    assert read in (numbers, wanted)
    assert was_truncated == truncated


@given(COUNTS, st.integers(4, 8), st.booleans(), st.lists(st.tuples(st.integers(2, 8), st.integers(0, 25)), max_size=3))
@example(1, 4, False, [(2, 0)])
@example(2, 4, False, [(2, 0)])
def test_records_added_while_paging_hide_none(count, size, total, added):
    """Records that come in anywhere between two pages, less than a page full, hide and double none that were there.

    Where there were one or two, the first may have moved to where the second page begins, as if the site ignored the
    offset. Without a total that stays open, and the window is called truncated.
    """
    changes = {}
    for serial, (page, place) in enumerate(added):
        changes[page] = lambda records, place=place, serial=serial: records.insert(place, record(1000 + serial))
    numbers, truncated = read_in_small_pages(Site.of(count, total=total, before_page=changes), size)
    assert [number for number in numbers if number < 1000] == down(count, 1)
    assert truncated is False or len(added) >= 3 or (count in (1, 2) and not total)


@given(COUNTS.filter(bool), SMALL_PAGES, st.integers(2, 8), st.integers(0, 24), st.booleans())
def test_record_removed_while_paging_hides_none(count, size, page, place, total):
    """A record that goes away between two pages takes no other one with it, with a total and without one."""

    def remove(records):
        if place < len(records):
            del records[place]

    site = Site.of(count, total=total, before_page={page: remove})
    numbers, truncated = read_in_small_pages(site, size)
    assert set(numbers) >= {int(each.id) for each in site.records}
    assert truncated is False


def test_records_that_are_there_twice_hide_no_others():
    """A page with each record twice counts for as many records as it has, so none of the next ones is skipped."""
    everything = [Record(id=f"{number:04}", created_at=number) for number in range(2500, 0, -1)]

    def get_page(position, size, _):
        part = [record for record in everything[position - 1 : position - 1 + size] for _ in range(2)]
        return RecordPage(cluster_log_record=part, total_size=2500)

    assert len(read_window(get_page, 1, None).records) == 2500


def test_fewer_records_than_the_total_is_said():
    """Where the site says that there are more than could be read, the answer is not taken for the whole."""
    page = RecordPage(cluster_log_record=[Record(id="1", created_at=1)] * 5, total_size=5)
    assert read_window(lambda *_: page, 1, None).truncated


@pytest.mark.parametrize("total", [True, False])
def test_oldest_cleared_away_while_one_is_added_hides_none(total):
    """Where the total stays, for one record went as another came, a page that does not join the last one tells."""

    def rotate(records):
        del records[0]
        records.append(record(2501))

    site = Site([record(number) for number in range(1, 2501)], total=total, before_page={2: rotate})
    assert site.read() == (down(2501, 2), False)
    assert len(site.asked) > 3


@pytest.mark.parametrize("total", [True, False])
def test_order_that_changes_with_every_request_is_never_known_whole(total):
    """Records that still move when the window is read for the third time make it truncated, and prove no order."""
    shuffle = random.Random(1).shuffle
    site = Site.of(2500, total=total, before_page=dict.fromkeys(range(1, 50), shuffle))
    window = read_window(site.page, 1, None)
    assert window.truncated
    assert not window.newest_first
    assert len(site.asked) == (7 if total else 8)


def test_records_that_move_three_times_are_kept_once_by_id():
    """What earlier readings had and the last one missed is kept; of two versions of a record the later one counts."""

    def turn(records):
        first = records.pop(0)
        records.append(Record(id=first.id, created_at=first.created_at, status=f"read {len(site.asked)}"))

    site = Site.of(2500, before_page=dict.fromkeys(range(1, 50), turn))
    window = read_window(site.page, 1, None)
    assert window.truncated
    versions = {}
    for each in window.records:
        versions.setdefault(each.id, []).append(each.status)
    assert len(versions) == 2500
    assert [len(found) for found in versions.values() if len(found) > 1] == [2, 2]  # both read in the last pass


def test_site_without_an_end_is_left_at_last():
    """A site that sends new records for ever is read up to the greatest limit, and that is said."""

    def get_page(position, size, _):
        return RecordPage(cluster_log_record=tuple(record(each) for each in range(position, position + size)))

    window = read_window(get_page, 1, None)
    assert MAX_LIMIT <= len(window.records) < MAX_LIMIT + 1000
    assert window.truncated


def test_two_records_with_one_id_both_count():
    """A doubled id hides nothing: both records are there; a record that is there twice is there once."""
    one, other = Record(id="a", status="SUCCESS"), Record(id="a", status="FAIL")
    assert read_window(Site([one, other, one]).page, 1, None).records == (one, other)
    nameless = [Record(id="", status="SUCCESS"), Record(id="", status="FAIL")]
    assert read_window(Site(nameless).page, 1, None).records == tuple(nameless)


def test_error_in_the_look_past_a_window_is_an_error():
    """Whether there is more past a window is not guessed when the API refuses to say."""

    def fail(_):
        raise ApiError(500)

    with pytest.raises(ApiError):
        Site.of(37, total=False, before_page={2: fail}).read(limit=10)


def test_one_empty_page_is_the_end():
    """Nothing is asked for after a page that brings nothing."""
    site = Site.of(1000, total=False)
    assert site.read() == (down(1000, 1), False)
    assert [position for position, _, _ in site.asked] == [1, 1000]
