"""A window is never taken for whole, nor for the newest, where the site contradicts itself or changes unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._api import pagination as paging
from pulumi_huaweicloud_css._api.models import RecordPage
from pulumi_huaweicloud_css._api.pagination import newest_first, read_window
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css.errors import ApiError

from tests.support.paging_site import Site, down, record


@pytest.mark.parametrize("said", [0, 1, 99, 150])
def test_total_smaller_than_what_came_is_not_believed(said):
    """A total that the site's own pages contradict ends no reading, so a cap hides nothing behind it."""
    site = Site.of(250, cap=100)
    window = read_window(lambda *asked: replace(site.page(*asked), total_size=said), 1, None)
    assert [int(each.id) for each in window.records] == down(250, 1)
    assert (window.truncated, window.total_size) == (False, said)


def test_total_smaller_than_what_came_does_not_end_a_window():
    """Whether there is more past a limit is asked where the total cannot be right."""
    for limit, truncated in ((10, True), (37, False)):
        site = Site.of(37)
        window = read_window(lambda *asked, site=site: replace(site.page(*asked), total_size=0), 1, limit)
        assert (len(window.records), window.truncated) == (limit, truncated)


def test_total_smaller_than_what_came_proves_no_end_at_the_last_reachable_window():
    """Where offsets over 1000 are refused, a total that cannot be right does not make what was read the whole."""
    site = Site.of(2500, max_offset=1000)
    assert read_window(lambda *asked: replace(site.page(*asked), total_size=5), 1, None).truncated


def test_pages_of_one_record_are_never_known_whole():
    """Pages of one record cannot overlap: one that is cleared away as another comes in goes unseen, total or not."""

    def rotate(records):
        del records[0]
        records.append(record(6))

    site = Site([record(number) for number in range(1, 6)], cap=1, before_page={2: rotate})
    numbers, truncated = site.read()
    assert 2 not in numbers  # it moved to the place that had been read
    assert truncated
    assert Site.of(5, cap=1).read(limit=5) == (down(5, 1), True)


@pytest.mark.parametrize(("count", "total"), [(1999, True), (1998, False)])
def test_doubt_is_remembered_where_the_last_reachable_window_joins(count, total):
    """A doubt about the first pages stays, though the last window that can be reached shows the end."""
    site = Site.of(count, total=total, max_offset=1000, cap=1)
    site.before_page[2] = lambda _: setattr(site, "cap", None)
    assert site.read() == (down(count, 1), True)
    assert [position for position, _, _ in site.asked] == [1, 2, 1001, 1000]


def test_order_with_a_gap_is_no_proof():
    """Records that were skipped while others were cleared away may be newer than some that were read."""

    def add(records):
        records.insert(0, record(int(records[0].id) + 1))

    def clear_away(records):
        del records[:5]

    site = Site.of(40, cap=4, before_page={2: add, 4: add, 8: clear_away})
    window = read_window(site.page, 1, None)
    read = [int(each.id) for each in window.records]
    assert read == sorted(read, reverse=True)
    assert len(read) < 42  # some were skipped
    assert (window.truncated, window.newest_first) == (True, False)


def test_records_that_come_in_on_top_leave_the_proof():
    """Pages that begin with a record that is known already have skipped none, so what was read is still the newest."""

    def add(records):
        records.insert(0, record(int(records[0].id) + 1))

    site = Site.of(2500, before_page=dict.fromkeys(range(1, 50), add))
    window = read_window(site.page, 1, None)
    assert (window.truncated, window.newest_first) == (True, True)


def scripted(total, *pages):
    """Return a site that answers with these pages, one after the other, and the same total."""
    left = iter(pages)
    return lambda *_: RecordPage(cluster_log_record=tuple(next(left)), total_size=total)


def test_gap_is_remembered():
    """Once records were skipped, a later page that begins with a known record does not bring the proof back."""
    nine, eight, five, four = (record(number) for number in (9, 8, 5, 4))
    again = ([nine, eight], [five])
    window = read_window(scripted(4, *again, *again, [nine, eight], [five, four], [five, four]), 1, None)
    assert window.records == (nine, eight, five, four)
    assert (window.truncated, window.newest_first) == (True, False)


def test_what_only_earlier_readings_had_is_kept():
    """Of a record that the last reading missed its latest version is kept; those without an id are all kept."""
    first, later = Record(id="a", status="RUNNING"), Record(id="a", status="FAIL")
    one, two, three = (Record(id="", status="FAIL", failed_msg=text) for text in ("1", "2", "3"))
    c, d = record(3), record(2)
    pages = [[first, one], [c]], [[later, two], [c]], [[c, three], [d], []]
    window = read_window(scripted(9, *(page for reading in pages for page in reading)), 1, None)
    assert window.records == (c, three, d, later, one, two)
    assert window.truncated


def test_one_record_fewer_than_the_total_is_said():
    """A single record that the total counts and no page brings makes the answer truncated."""
    records = [record(number) for number in down(4, 1)]
    window = read_window(scripted(5, records, records[-1:]), 1, None)
    assert (window.records, window.truncated) == (tuple(records), True)


def test_record_that_changes_where_pages_meet_has_not_moved():
    """A backup that ends between two pages is the same record: nothing is read again, and its end counts."""

    def end(records):
        records[999] = replace(records[999], status="FAIL")

    site = Site.of(1500, before_page={2: end})
    window = read_window(site.page, 1, None)
    assert (len(window.records), window.truncated, len(site.asked)) == (1500, False, 2)
    assert window.records[999].status == "FAIL"


def test_records_without_an_id_are_told_apart_by_all_that_they_say():
    """One without an id, of the same moment as the last one read, is not taken for that one."""
    twins = [Record(id="", created_at=5, status=status) for status in ("FAIL", "SUCCESS")]
    site = Site([*(record(number) for number in down(1009, 11)), *twins], total=False)
    site.before_page[2] = lambda records: records.pop(0)
    assert {*twins} <= {*read_window(site.page, 1, None).records}


@pytest.mark.parametrize("total", [True, False])
def test_doubled_id_where_pages_meet_hides_no_record(total):
    """Another record with the id of the last one read is not taken for that one read again."""
    records = [*(record(number) for number in down(1010, 11)), Record(id="000011", created_at=5)]
    assert len(records) == 1001

    site = Site(records, total=total, before_page={2: lambda them: them.pop(0)})
    window = read_window(site.page, 1, None)
    assert {each.created_at for each in window.records} >= {each.created_at for each in site.records}


VERSIONS = st.lists(
    st.builds(
        Record,
        id=st.sampled_from(["a", "b", "c", "d", ""]),
        created_at=st.sampled_from([None, 10**12, 10**12 + 1]),
        status=st.sampled_from(["SUCCESS", "FAIL"]),
    ),
    max_size=12,
    unique=True,
)


@given(VERSIONS, st.integers(2, 6), st.booleans())
def test_versions_and_ties_hide_no_record(records, size, total):
    """Records with the same id, the same time, or both are all read, each once, however the pages cut them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "MAX_PAGE", size)
        window = read_window(Site(records, total=total).page, 1, None)
    assert sorted(window.records, key=repr) == sorted(records, key=repr)
    named = [each.id for each in records]  # one without an id may be one that has moved
    assert not window.truncated or len(set(named)) < len(named)


def test_ties_come_newest_id_first_and_missing_times_last():
    """Among records of one moment the greatest id is first, and versions of one record stay as they came."""
    one, other = Record(id="b", created_at=5, status="FAIL"), Record(id="b", created_at=5, status="SUCCESS")
    records = [Record(id="z"), Record(id="a", created_at=5), one, Record(id="c", created_at=4), other]
    assert [each.id for each in newest_first(records)] == ["b", "b", "a", "c", "z"]
    assert newest_first(records)[:2] == [one, other]


@pytest.mark.parametrize("status", [400, 403, 404, 500])
@pytest.mark.parametrize(("offset", "limit", "reachable"), [(1, 10, True), (995, 5, True), (996, 5, False)])
def test_refused_look_past_a_window_is_an_error(status, offset, limit, reachable):
    """Only a 400 for a place past the documented offsets says that more is there; no other refusal says anything."""

    def refuse(_):
        raise ApiError(status)

    site = Site.of(2500, total=False, before_page={2: refuse})
    if status == 400 and not reachable:
        assert read_window(site.page, offset, limit).truncated
        return
    with pytest.raises(ApiError):
        read_window(site.page, offset, limit)


@pytest.mark.parametrize(
    ("count", "limit", "truncated"), [(1050, None, False), (2500, None, True), (2500, 1050, True), (2500, 1095, True)]
)
def test_last_reachable_window_of_a_site_that_caps_its_pages(count, limit, truncated):
    """Where pages are capped, and no total is said, a last page shorter than the others is the end, and no other is."""
    site = Site.of(count, total=False, cap=100, max_offset=1000)
    numbers, was_truncated = site.read(limit=limit)
    assert numbers == down(count, count - len(numbers) + 1)
    assert len(numbers) == min(count, limit or 1099)
    assert was_truncated == truncated


def test_id_that_comes_again_pages_later_is_seen():
    """A doubled id is noticed however many pages lie between, for the site may have moved that far."""
    records = [*(record(number) for number in down(9, 2)), Record(id="000009", created_at=5)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "MAX_PAGE", 3)
        window = read_window(Site(records).page, 1, None)
    assert (window.records, window.truncated) == (tuple(records), True)


@pytest.mark.parametrize("offset", [2, 11, 37])
def test_ignored_offset_of_a_later_window_costs_one_request(offset):
    """A first page that reaches past the total shows at once that the site calls the offset `start`."""
    site = Site.of(37, names=("start",))
    assert site.read(offset) == (down(38 - offset, 1), False)
    assert [name for _, _, name in site.asked] == ["offset", "start"]


def test_site_that_calls_the_offset_start_is_followed_record_by_record():
    """A page that repeats the only record before it shows that `offset` is ignored, so `start` is tried."""
    site = Site.of(3, cap=1, names=("start",))
    assert site.read() == ([3, 2, 1], True)
    assert [name for _, _, name in site.asked[:3]] == ["offset", "offset", "start"]


def test_page_that_begins_as_the_window_does_may_be_the_next_one():
    """Where the last record read says the same as the first, a page that begins with it ignores no `offset`."""
    twin = Record(id="", created_at=10**12, status="FAIL")
    records = [twin, record(2), twin, record(1)]
    window = read_window(Site(records, cap=3, names=("offset",)).page, 1, None)
    assert (window.records, window.truncated) == (tuple(records), False)


def test_window_that_is_just_full_stays_in_the_order_of_the_site():
    """Only where a site sent more than a window holds are the newest picked."""
    records = [record(number) for number in (1, 3, 2)]
    assert read_window(Site(records).page, 1, 3).records == tuple(records)
    assert read_window(Site(records, obeys_limit=False).page, 1, 2).records == (record(3), record(2))


def test_record_that_came_twice_is_remembered():
    """After a page with a record twice nothing proves the order, though the next page has none twice."""
    nine, eight = record(9), record(8)
    versions = [Record(id="a", created_at=10**12 + each) for each in (5, 4)]
    window = read_window(scripted(4, [nine, nine, eight], [eight, *versions]), 1, None)
    assert (window.records, window.newest_first) == ((nine, eight, *versions), False)


def test_two_versions_of_a_record_are_not_one_that_came_twice():
    """Records with one id that differ are two, so strictly descending times still prove the order."""
    versions = [Record(id="a", created_at=10**12 + each) for each in (5, 4)]
    assert read_window(scripted(2, versions), 1, None).newest_first


def test_refusal_of_a_documented_offset_is_an_error():
    """A 400 for the offset 1000 says nothing of what a site allows, so the page is not read once more."""

    def refuse(_):
        raise ApiError(400, "CSS.0001")

    site = Site.of(1500, before_page={2: refuse})
    with pytest.raises(ApiError):
        site.read()
    assert [position for position, _, _ in site.asked] == [1, 1000]
