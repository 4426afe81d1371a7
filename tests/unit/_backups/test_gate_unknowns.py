"""What looked known and was not: pages of one record, records without ids, odd totals, times and names in outputs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pulumi_huaweicloud_css._api.models import RecordPage, parse_page
from pulumi_huaweicloud_css._api.pagination import read_window
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._backups.stack_outputs import judge_outputs
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css._time import rfc3339, unix_ms
from pulumi_huaweicloud_css.errors import CssError

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NOW_MS = unix_ms(NOW)
HOUR_MS = 3_600_000


def record(name, status, hours):
    """Return a record that began so many hours before NOW."""
    return Record(id=name, status=status, created_at=NOW_MS - round(hours * HOUR_MS))


GOOD, BAD = record("good", "SUCCESS", 10), record("bad", "FAIL", 0.5)
EXPORTED = {"id": "a", "status": "SUCCESS", "created_at": rfc3339(NOW_MS - HOUR_MS)}


def read(*moments, cap, total=None, gate=Gate()):  # noqa: B008 - a gate never changes
    """Read a site that has these records at the first request, those at the second, and so on; judge what came."""
    asked = []

    def page(position, size, _):
        records = moments[min(len(asked), len(moments) - 1)]
        asked.append(position)
        assert len(asked) < 50, "there is no end"
        return RecordPage(
            cluster_log_record=tuple(records[position - 1 : position - 1 + min(size, cap)]), total_size=total
        )

    window = read_window(page, 1, None)
    verdict = gate.judge(window.records, now=NOW, truncated=window.truncated, newest_first=window.newest_first)
    return window, verdict


def test_a_record_cleared_after_a_page_of_one_hides_no_failure():
    """An empty second page is the end only if the first record is still where it was."""
    window, verdict = read([GOOD, BAD], [BAD], cap=1)
    assert (window.truncated or BAD in window.records, verdict.passed) == (True, False)


def test_one_record_without_a_total_is_known_to_be_all():
    """A cluster's only backup is judged, though the site says no total."""
    window, verdict = read([GOOD], cap=1000)
    assert (window.truncated, verdict.state) == (False, "passed")


def test_pages_of_one_record_prove_no_order():
    """Where nothing shows whether a record was skipped, descending times prove nothing."""
    running, bad, good = record("r", "RUNNING", 0.1), record("f", "FAIL", 1), record("s", "SUCCESS", 2)
    window, verdict = read([running, bad, good], [bad, good], cap=1)
    assert (window.newest_first, verdict.passed) == (False, False)


@pytest.mark.parametrize("total", [None, 3])
@pytest.mark.parametrize("cap", [1, 2])
def test_a_record_without_an_id_that_moved_hides_no_failure(cap, total):
    """A record without an id that comes again on a later page is a sign that records moved."""
    old = record("", "FAIL", 50)
    _, verdict = read([old, GOOD, BAD], [BAD, GOOD, old], cap=cap, total=total)
    assert not verdict.passed


@pytest.mark.parametrize("total", [None, 2, 3, 4])
@pytest.mark.parametrize("successes", [1, 5])
def test_failures_without_an_id_all_count(successes, total):
    """Two failures that say the same, and have no id, are two: nobody knows that they are one."""
    failed = record("", "FAIL", 0.5)
    records = [failed, failed, *(record(f"s{number}", "SUCCESS", 1 + number) for number in range(successes))]
    total = total and total - 1 + successes
    _, verdict = read(records, cap=1000, total=total, gate=Gate(max_consecutive_failures=1))
    assert verdict.state == "failed"
    exported = [{**EXPORTED, "id": "", "status": "FAIL"}] * 2 + [
        {**EXPORTED, "created_at": rfc3339(NOW_MS - 2 * HOUR_MS)}
    ]
    assert judge_outputs(exported, Gate(max_consecutive_failures=1), now=NOW, where="it").state == "failed"


@pytest.mark.parametrize("total", [3, 4])
def test_a_page_with_a_record_twice_proves_no_order(total):
    """Times descend strictly only once a record that came twice is counted once: that proves nothing."""
    failed = record("x", "FAIL", 0.5)
    window, verdict = read(
        [failed, failed, record("s", "SUCCESS", 1)], cap=1000, total=total, gate=Gate(max_consecutive_failures=1)
    )
    assert (window.truncated, window.newest_first, verdict.state) == (True, False, "failed")


def test_a_total_of_before_records_moved_is_no_end():
    """Where records moved, a total that did not follow them does not hide the last ones."""
    old = [record(f"r{number}", "SUCCESS", number) for number in range(1, 6)]
    window, _ = read(old, [record("new", "FAIL", 0.5), *old], cap=3, total=5)
    assert window.truncated or set(old) <= set(window.records)


@pytest.mark.parametrize("total", ["true", "false", "-1", "1.5", '"many"', "[]"])
def test_a_total_that_is_no_number_is_no_answer(total):
    """A truth value is no total, though Python takes it for a number."""
    with pytest.raises(CssError):
        parse_page(b'{"clusterLogRecord": [], "totalSize": %s}' % total.encode())


@pytest.mark.parametrize("total", [-5, 0, 1.9, 2, True, False, "1", float("nan")])
@pytest.mark.parametrize("name", ["total_size", "totalSize"])
def test_an_output_whose_total_is_not_what_it_holds(name, total):
    """A total that contradicts the records, or is none, says that not all is known."""
    verdict = judge_outputs({"records": [EXPORTED], "truncated": False, name: total}, Gate(), now=NOW, where="x")
    assert verdict.state == "failed"
    assert "not all records were read" in verdict.reason


def test_times_of_outputs_are_what_they_say():
    """An output's time of 1970 is not taken for one in seconds: such a success is old."""
    early = {**EXPORTED, "created_at": rfc3339((NOW_MS - HOUR_MS) // 1000)}
    verdict = judge_outputs([early], Gate(), now=NOW, where="x")
    assert (verdict.state, verdict.record.created_at) == ("failed", (NOW_MS - HOUR_MS) // 1000)


@pytest.mark.parametrize(
    "value",
    [
        {"records": [EXPORTED], "total_size": 5, "totalSize": 1},
        {"Records": [{**EXPORTED, "status": "FAIL"}], "records": [EXPORTED]},
        [{**EXPORTED, "Status": "FAIL"}],
        [{"Status": "FAIL", **EXPORTED}],
    ],
)
def test_two_spellings_of_one_name_are_refused(value):
    """Where a name is there twice, in two spellings, nobody knows which one counts."""
    with pytest.raises(CssError, match="twice"):
        judge_outputs(value, Gate(), now=NOW, where="the output x")


def test_a_site_that_repeats_itself_comes_to_an_end():
    """A site that has one record at first, and for ever another one, is left after a few requests."""
    asked = []

    def page(position, *_):
        asked.append(position)
        assert len(asked) < 20, "there is no end"
        return RecordPage(cluster_log_record=(GOOD if len(asked) in (1, 3, 5) else BAD,))

    assert read_window(page, 1, None).truncated
