"""Sends responses late, partially, endlessly, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from .responses import Response

LATE_SECONDS = 1.0
OVERSIZED_BYTES = 65 * 1024 * 1024

_TRICKLE_SECONDS = 0.05
_PIECE = b" " * (1024 * 1024)


def web_response(response: Response) -> web.StreamResponse:
    """Return the regular aiohttp response, sent completely and immediately."""
    return web.Response(status=response.status, body=response.body, headers=response.headers)


async def late(_: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Send the response 1 s late."""
    await asyncio.sleep(LATE_SECONDS)
    return web_response(response)


async def never(request: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Send nothing until the client disconnects."""
    while not _gone(request):  # noqa: ASYNC110 - there is no event for it
        await asyncio.sleep(_TRICKLE_SECONDS)
    return web_response(response)


async def reset(request: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Reset the connection instead of sending a response."""
    _reset(request)
    return web_response(response)


async def reset_in_body(request: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Reset the connection after half of the body."""
    sent = await _begun(request, response, len(response.body), _half(response))
    _reset(request)
    return sent


async def truncated(request: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Send half of the body that Content-Length announces, and close the connection."""
    sent = await _begun(request, response, len(response.body), _half(response))
    if request.transport is not None:
        request.transport.close()
    return sent


async def oversized(request: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Send 65 MiB of white space before the body, in chunks, so that it is never in memory completely."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(OVERSIZED_BYTES // len(_PIECE)):
            yield _PIECE
        yield response.body

    return await _begun(request, response, OVERSIZED_BYTES + len(response.body), pieces())


async def slow(request: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Send a space every 0.05 s until the client disconnects."""

    async def pieces() -> AsyncIterator[bytes]:
        while not _gone(request):
            yield b" "
            await asyncio.sleep(_TRICKLE_SECONDS)

    return await _begun(request, response, None, pieces())


async def _half(response: Response) -> AsyncIterator[bytes]:
    yield response.body[: len(response.body) // 2]


async def _begun(
    request: web.BaseRequest, response: Response, length: int | None, pieces: AsyncIterator[bytes]
) -> web.StreamResponse:
    """Send the headers and the body in pieces; without a length, with chunked encoding."""
    sent = web.StreamResponse(status=response.status, headers=response.headers)
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
    """Reset the connection: closing it does that without SO_LINGER time."""
    transport = request.transport
    if transport is None:
        return
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
