"""Many items, several at once; and locks that are free in a forked process."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from pulumi_huaweicloud_css import _threads
from pulumi_huaweicloud_css._threads import ForkSafeLock, after_fork, in_parallel

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
    raised = threading.Event()

    def do(item):
        begun.append(item)
        if item == 0:
            raise ValueError("item 0 says no")
        raised.wait(PATIENCE)

    with pytest.raises(ValueError, match=r"^item 0 says no$"):
        in_parallel(do, range(100), 2)
    assert set(begun) <= {0, 1, 2}  # the failed item's thread may have begun one more, before the error was seen
    raised.set()


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


class Counting:
    """Counts how often it was renewed."""

    def __init__(self):
        self.renewed = 0

    def renew(self):
        """Count."""
        self.renewed += 1


@pytest.fixture
def fork(monkeypatch):
    """Return what does in this process what is done in each forked one, to nothing but a test's own objects."""
    monkeypatch.setattr(_threads, "_renewables", weakref.WeakSet())
    return _threads._renew_all


def test_each_fork_renews_what_is_alive(fork):
    """All that asked for it is renewed once in each forked process, and nothing is kept alive for that."""
    kept, dropped = Counting(), Counting()
    after_fork(kept)
    after_fork(dropped)
    alive = weakref.ref(dropped)
    fork()
    assert (kept.renewed, dropped.renewed) == (1, 1)
    del dropped
    gc.collect()
    assert alive() is None
    fork()
    assert kept.renewed == 2


def test_lock_that_a_parent_held_is_free_in_a_forked_process(fork):
    """A lock keeps others out until it is left, or until there is a new process."""
    lock = ForkSafeLock()
    with lock:
        assert lock._lock.locked()
    assert not lock._lock.locked()
    lock.__enter__()
    fork()
    assert not lock._lock.locked()
    with lock:
        assert lock._lock.locked()
