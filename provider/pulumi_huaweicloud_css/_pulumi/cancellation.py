"""Ends all reads when the engine cancels a deployment, so that nobody waits for a deadline after Ctrl-C.

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
_under_way: dict[Future[Any], Callable[[], Exception]] = {}  # with what makes the error of each if it is cancelled
_cancelled = threading.Event()


def cancellable(work: Callable[[], _T]) -> _T:
    """Return the result of `work`, which runs on a daemon thread.

    Raises:
        CssError: `cancel_all` was called, before or during the call.
        BaseException: whatever `work` raises.
    """
    return start(work, lambda: CssError("cancelled")).result()


def start(work: Callable[[], _T], cancelled: Callable[[], Exception]) -> Future[_T]:
    """Start `work` on a daemon thread, and return its future result.

    Args:
        work: what to do.
        cancelled: returns the error that is the result if `cancel_all` is called, before or meanwhile.
    """
    result: Future[_T] = Future()
    with _lock:
        if _cancelled.is_set():
            result.set_exception(cancelled())
            return result
        _under_way[result] = cancelled
    result.add_done_callback(_forget)
    threading.Thread(target=_run, args=(work, result), name="css-read", daemon=True).start()
    return result


def cancel_all() -> None:
    """Cancel all work, and any that is started later; shut down its connections."""
    with _lock:
        _cancelled.set()
        ended = list(_under_way.items())
    for result, cancelled in ended:
        with suppress(InvalidStateError):  # already set
            result.set_exception(cancelled())
    if ended:
        from .._api.deadline import cut_all  # here: a process that reads nothing loads no HTTP library

        cut_all()


def cancel_with_engine() -> None:
    """If this process is a dynamic provider, call `cancel_all` when the engine cancels or the process ends.

    A provider's calls share four threads, which four reads may block; gRPC gives a method threads of its own if it has
    this attribute. With versions of gRPC or Pulumi that lack these, reads continue until their deadline.
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
    """Runs the engine's Cancel, which ends all reads."""

    def submit(self, fn: Callable[..., _T], /, *args: Any, **kwargs: Any) -> Future[_T]:
        cancel_all()
        return super().submit(fn, *args, **kwargs)


def _at_the_end() -> None:
    threading.main_thread().join()  # ends after SIGINT; Python then waits for the calls' threads
    cancel_all()


def _forget(result: Future[Any]) -> None:
    with _lock:
        del _under_way[result]


def _run(work: Callable[[], _T], result: Future[_T]) -> None:
    try:
        value = work()
    except BaseException as error:
        with suppress(InvalidStateError):
            result.set_exception(error)
        return
    with suppress(InvalidStateError):
        result.set_result(value)
