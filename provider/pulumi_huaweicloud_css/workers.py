"""Does the same thing with many items, several at once."""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")


def in_parallel(do: Callable[[_T], _R], items: Sequence[_T], at_once: int) -> list[_R]:
    """Return what `do` returns for each item, in the items' order.

    The threads are daemons: whoever is interrupted while it waits here ends at once, and begins nothing more. (A
    `concurrent.futures` pool would be waited for, at the latest when Python ends.)

    Args:
        do: what to do with an item, on some thread.
        items: the items.
        at_once: how many at once.

    Raises:
        BaseException: the first that `do` raises; items that have not begun are left alone then.
    """
    if len(items) <= 1 or at_once <= 1:
        return [do(item) for item in items]
    waiting = iter(range(len(items)))
    taking = threading.Lock()
    stopped = threading.Event()
    done: queue.SimpleQueue[tuple[int, _R | None, BaseException | None]] = queue.SimpleQueue()

    def work() -> None:
        while not stopped.is_set():
            with taking:
                number = next(waiting, None)
            if number is None:
                return
            try:
                done.put((number, do(items[number]), None))
            except BaseException as error:
                done.put((number, None, error))

    for _ in range(min(at_once, len(items))):
        threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True).start()
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
