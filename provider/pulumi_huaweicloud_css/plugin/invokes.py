"""Running invokes: each on a thread of its own, and all ended when the engine cancels."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any

# As many connections to a host are kept open.
_MOST_AT_ONCE = 16


class Cancelled(Exception):
    """The engine cancelled the invoke."""


class Invokes:
    """Runs invokes on daemon threads. Used on one event loop."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_MOST_AT_ONCE)
        self._running: set[asyncio.Future[Any]] = set()
        self._cancelled = False

    async def run(self, read: Callable[[], Any]) -> Any:
        """Return the result of `read`, which is called once there is a free slot.

        Raises:
            Cancelled: `cancel` was called before there was a result.
            Exception: whatever `read` raises.
        """
        async with self._slots:
            if self._cancelled:
                raise Cancelled
            result: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self._running.add(result)
            try:
                threading.Thread(target=_run, args=(read, result), name="css-invoke", daemon=True).start()
                return await result
            finally:
                self._running.discard(result)

    def cancel(self) -> None:
        """Cancel all invokes, and any that is started later; shut down their connections."""
        self._cancelled = True
        if not self._running:
            return
        from .._api.deadline import cut_all  # here, so that a plugin that reads nothing does not load the HTTP library

        for result in self._running:
            if not result.done():
                result.set_exception(Cancelled())
        cut_all()


def _run(read: Callable[[], Any], result: asyncio.Future[Any]) -> None:
    """Call `read` on its thread, and pass the result to the event loop."""
    settle: Callable[[Any], None]
    try:
        settle, value = result.set_result, read()
    except BaseException as error:
        settle, value = result.set_exception, error

    def hand_over() -> None:
        if not result.done():  # it was cancelled meanwhile
            settle(value)

    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is waiting
        result.get_loop().call_soon_threadsafe(hand_over)
