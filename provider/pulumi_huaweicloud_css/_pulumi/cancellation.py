"""Ends what is under way when the engine cancels a deployment, so that nobody waits for a deadline after Ctrl-C.

Pulumi's process for dynamic providers acknowledges the engine's Cancel and does nothing. A signal does not reach it
either: the engine starts each plugin in a process group of its own.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from ..errors import CssError

_T = TypeVar("_T")

_lock = threading.Lock()
_under_way: set[Future[Any]] = set()
_cancelled = threading.Event()


def cancellable(work: Callable[[], _T]) -> _T:
    """Return what `work` returns; it runs on a thread that does not keep the process from ending.

    Raises:
        CssError: `cancel_all` was called before, or meanwhile.
        BaseException: whatever `work` raises.
    """
    result: Future[_T] = Future()
    with _lock:
        if _cancelled.is_set():
            raise _cancelled_error()
        _under_way.add(result)
    try:
        threading.Thread(target=_run, args=(work, result), name="css-read", daemon=True).start()
        return result.result()
    finally:
        with _lock:
            _under_way.discard(result)


def cancel_all() -> None:
    """End all work that is under way, and refuse any that is to come; its connections are cut."""
    with _lock:
        _cancelled.set()
        ended = list(_under_way)
    for result in ended:
        with suppress(InvalidStateError):  # it came meanwhile
            result.set_exception(_cancelled_error())
    if ended:
        from .._api.deadline import (
            cut_all,  # here, so that a process which reads nothing does not load the HTTP library
        )

        cut_all()


def heed_the_engine() -> None:
    """Have this process's dynamic provider, if it is one, call `cancel_all` when the engine cancels, or it ends.

    Its calls share four threads, which four reads may hold; gRPC gives a method threads of its own if it has this
    attribute. Where a version of gRPC or Pulumi does not have these, reads go on until their deadline.
    """
    servicer = getattr(sys.modules["__main__"], "DynamicResourceProviderServicer", None)
    cancel = getattr(servicer, "Cancel", None)
    if cancel is None:
        return
    with _lock:
        if not hasattr(cancel, "experimental_thread_pool"):
            cancel.experimental_thread_pool = _CancelThreads(max_workers=1)
            threading.Thread(target=_at_the_end, name="css-cancel", daemon=True).start()


class _CancelThreads(ThreadPoolExecutor):
    """Runs the engine's Cancel, which calls for the end of all reads."""

    def submit(self, fn: Callable[..., _T], /, *args: Any, **kwargs: Any) -> Future[_T]:
        cancel_all()
        return super().submit(fn, *args, **kwargs)


def _at_the_end() -> None:
    threading.main_thread().join()  # after SIGINT; the threads of the calls are waited for then
    cancel_all()


def _cancelled_error() -> CssError:
    return CssError("cancelled")


def _run(work: Callable[[], _T], result: Future[_T]) -> None:
    try:
        value = work()
    except BaseException as error:
        with suppress(InvalidStateError):
            result.set_exception(error)
        return
    with suppress(InvalidStateError):
        result.set_result(value)
