"""Many items, several at once."""

from __future__ import annotations

import threading

import pytest
from pulumi_huaweicloud_css._threads import in_parallel

PATIENCE = 30  # seconds; only a failure ever takes so long


def test_results_come_in_the_order_of_the_items():
    """Whichever item is done first, its result stands where the item stood."""
    second_is_done = threading.Event()

    def do(item):
        if item == 0:
            assert second_is_done.wait(PATIENCE)
        if item == 1:
            second_is_done.set()
        return item * 10

    assert in_parallel(do, range(5), 2) == [0, 10, 20, 30, 40]


def test_as_many_as_allowed_run_at_once():
    """All the threads are in use together, and there are no more of them."""
    together = threading.Barrier(3)
    threads = set()

    def do(_):
        threads.add(threading.get_ident())
        together.wait(PATIENCE)

    in_parallel(do, range(9), 3)
    assert len(threads) == 3


def test_one_at_a_time_needs_no_thread():
    """With one item, or one at a time, the caller's own thread does the work."""
    here = threading.get_ident()
    assert set(in_parallel(lambda _: threading.get_ident(), range(3), 1)) == {here}
    assert in_parallel(lambda _: threading.get_ident(), ["one"], 16) == [here]


def test_an_error_is_raised_and_ends_the_rest():
    """What an item raises is raised, and items that have not begun are left alone."""
    begun = []
    first_failed = threading.Event()

    def do(item):
        begun.append(item)
        if item == 0:
            first_failed.set()
            raise ValueError("item 0 says no")
        assert first_failed.wait(PATIENCE)
        return item

    with pytest.raises(ValueError, match=r"^item 0 says no$"):
        in_parallel(do, range(100_000), 2)
    assert len(begun) < 100_000


def test_no_items_are_no_results():
    """Nothing to do is done."""
    assert in_parallel(str, [], 16) == []


def test_two_items_run_at_once_on_threads_that_hold_nobody_up():
    """Two items are enough to use two threads; they are daemons, so an interrupted program does not wait for them."""
    together = threading.Barrier(2)

    def do(_):
        together.wait(PATIENCE)
        return threading.current_thread().daemon

    assert in_parallel(do, range(2), 2) == [True, True]
