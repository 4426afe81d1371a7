"""Runs a function on many items concurrently; and resets locks in forked processes."""

from __future__ import annotations

import contextvars
import os
import queue
import threading
import weakref
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Protocol, TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")


def in_parallel(
    do: Callable[[_T], _R], items: Sequence[_T], at_once: int, lane_of: Callable[[_T], Hashable] = lambda _: None
) -> list[_R]:
    """Return the results of `do` for each item, in the items' order.

    The threads are daemons: an interrupted caller returns immediately, and no further item is started. (Python waits
    for a `concurrent.futures` pool, at the latest when it exits.)

    Args:
        do: called with each item, on any thread.
        items: the items.
        at_once: how many run concurrently, of each lane.
        lane_of: returns an item's lane; lanes do not wait for each other.

    Raises:
        BaseException: the first that `do` raises; items that have not started are skipped then.
    """
    lanes = _lanes(items, lane_of)
    if len(items) <= 1 or (at_once <= 1 and len(lanes) == 1):
        return [do(item) for item in items]
    taking = threading.Lock()
    stopped = threading.Event()
    done: queue.SimpleQueue[tuple[int, _R | None, BaseException | None]] = queue.SimpleQueue()

    def work(waiting: Iterator[int]) -> None:
        while not stopped.is_set():
            with taking:
                number = next(waiting, None)
            if number is None:
                return
            try:
                done.put((number, do(items[number]), None))
            except BaseException as error:
                done.put((number, None, error))

    for lane in lanes.values():
        waiting = iter(lane)
        for _ in range(min(at_once, len(lane))):
            threading.Thread(target=contextvars.copy_context().run, args=(work, waiting), daemon=True).start()
    results: dict[int, _R] = {}
    try:
        for _ in items:
            number, result, error = done.get()
            if error is not None:
                raise error
            results[number] = result  # type: ignore[assignment]  # no error: it is a result
    finally:
        stopped.set()
    return [results[number] for number in range(len(items))]


def _lanes(items: Sequence[_T], lane_of: Callable[[_T], Hashable]) -> dict[Hashable, list[int]]:
    """Return the numbers of the items in each lane."""
    lanes: dict[Hashable, list[int]] = defaultdict(list)
    for number, item in enumerate(items):
        lanes[lane_of(item)].append(number)
    return lanes


class Renewable(Protocol):
    """An object with locks, threads or connections of its own."""

    def renew(self) -> None:
        """Create new ones without using the old: a thread of the parent may hold a lock, and does not exist here."""


_renewables: weakref.WeakSet[Renewable] = weakref.WeakSet()


def after_fork(renewable: Renewable) -> None:
    """Call an object's `renew` in every process that is forked from this one, while the object is alive."""
    _renewables.add(renewable)


def _renew_all() -> None:
    for renewable in list(_renewables):
        renewable.renew()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_renew_all)


class ForkSafeLock:
    """A lock that is free in a forked process, whoever held it in the parent."""

    def __init__(self) -> None:
        self.renew()
        after_fork(self)

    def renew(self) -> None:
        """Create a new lock."""
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
