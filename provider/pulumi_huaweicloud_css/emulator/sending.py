"""Ways to send an answer late, in part, without end, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from .responses import Answer

LATE_SECONDS = 1.0
OVERSIZED_BYTES = 65 * 1024 * 1024

_TRICKLE_SECONDS = 0.05
_PIECE = b" " * (1024 * 1024)


def response(answer: Answer) -> web.StreamResponse:
    """Return an answer as it is sent when nothing is wrong: whole, and at once."""
    return web.Response(status=answer.status, body=answer.body, headers=answer.headers)


async def late(_: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Send the answer a little later."""
    await asyncio.sleep(LATE_SECONDS)
    return response(answer)


async def never(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Send nothing until the client is gone."""
    while not _gone(request):
        await asyncio.sleep(_TRICKLE_SECONDS)
    return response(answer)


async def reset(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Reset the connection instead of an answer."""
    _reset(request)
    return response(answer)


async def reset_in_body(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Reset the connection after half of the body."""
    sent = await _begun(request, answer, len(answer.body), _half(answer))
    _reset(request)
    return sent


async def truncated(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Promise the whole body, send half of it, and end the connection as if that were all."""
    sent = await _begun(request, answer, len(answer.body), _half(answer))
    if request.transport is not None:
        request.transport.close()
    return sent


async def oversized(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Send so much white space before the answer that the body is over 64 MiB; no more of it is ever in memory."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(OVERSIZED_BYTES // len(_PIECE)):
            yield _PIECE
        yield answer.body

    return await _begun(request, answer, OVERSIZED_BYTES + len(answer.body), pieces())


async def slow(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Send a space every now and then, until the client is gone."""

    async def pieces() -> AsyncIterator[bytes]:
        while not _gone(request):
            yield b" "
            await asyncio.sleep(_TRICKLE_SECONDS)

    return await _begun(request, answer, None, pieces())


async def _half(answer: Answer) -> AsyncIterator[bytes]:
    yield answer.body[: len(answer.body) // 2]


async def _begun(
    request: web.BaseRequest, answer: Answer, length: int | None, pieces: AsyncIterator[bytes]
) -> web.StreamResponse:
    """Send the headers and these pieces of the body; without a length, in chunks."""
    sent = web.StreamResponse(status=answer.status, headers=answer.headers)
    if length is None:
        sent.enable_chunked_encoding()
    else:
        sent.content_length = length
    with contextlib.suppress(ConnectionError):  # a client that has hung up
        await sent.prepare(request)
        async for piece in pieces:
            await sent.write(piece)
    return sent


def _gone(request: web.BaseRequest) -> bool:
    return request.transport is None or request.transport.is_closing()


def _reset(request: web.BaseRequest) -> None:
    """End the connection with a reset: that is what closing does where nothing may linger."""
    transport = request.transport
    if transport is None:
        return
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
