"""Questions under way: each on a thread of its own, and all of them ended at once when the engine says so."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any

# As many connections to a host are kept open.
_MOST_AT_ONCE = 16


class Cancelled(Exception):
    """The engine cancelled the question."""


class Questions:
    """Asks in threads that do not keep the process from ending. Used on one event loop."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(_MOST_AT_ONCE)
        self._under_way: set[asyncio.Future[Any]] = set()
        self._cancelled = False

    async def ask(self, question: Callable[[], Any]) -> Any:
        """Return a question's answer, asked once there is a place for it.

        Raises:
            Cancelled: `cancel` was called before the answer came.
            Exception: whatever the question raises.
        """
        async with self._places:
            if self._cancelled:
                raise Cancelled
            answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self._under_way.add(answer)
            try:
                threading.Thread(target=_answer, args=(question, answer), name="css-question", daemon=True).start()
                return await answer
            finally:
                self._under_way.discard(answer)

    def cancel(self) -> None:
        """End all questions under way, and refuse those to come; what they had to do with the API is cut off."""
        self._cancelled = True
        if not self._under_way:
            return
        from .._api.deadline import cut_all  # here, so that a plugin which asks nothing does not load the HTTP library

        for answer in self._under_way:
            if not answer.done():
                answer.set_exception(Cancelled())
        cut_all()


def _answer(question: Callable[[], Any], answer: asyncio.Future[Any]) -> None:
    """Run a question on its thread, and hand what came of it to the event loop."""
    settle: Callable[[Any], None]
    try:
        settle, value = answer.set_result, question()
    except BaseException as error:
        settle, value = answer.set_exception, error

    def hand_over() -> None:
        if not answer.done():  # it was cancelled meanwhile
            settle(value)

    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        answer.get_loop().call_soon_threadsafe(hand_over)
