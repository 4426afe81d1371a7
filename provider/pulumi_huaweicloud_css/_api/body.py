"""Reads and decompresses response bodies, with a limit on everything that a server could make large.

A regular page of 1,000 records has about 0.5 MB and 10,000 values. The limits leave room for sites that send more
fields, or more records than requested; anything beyond would cost memory and time before it is rejected.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import InvalidResponseError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

MAX_VALUES = 200_000  # in one body: as many as fit into the largest body of regular records

_CHUNK_BYTES = 256 * 1024
_IDENTITY = ("", "identity")
_GZIP = ("gzip", "x-gzip")


class BrokenBodyError(Exception):
    """The body is incomplete or cannot be decompressed: it was damaged in transit."""


def read_body(raw: BaseHTTPResponse, url: str, longest: int, check_time: Callable[[], None]) -> bytes:
    """Read a complete body as it arrives, and decompress it.

    Args:
        raw: urllib3's response, unread.
        url: the requested URL, for errors.
        longest: the most bytes, compressed or decompressed.
        check_time: called after each chunk; raises when the time is up.

    Raises:
        InvalidResponseError: the body is larger, or has a Content-Encoding that was not requested.
        BrokenBodyError: the body cannot be decompressed.
    """
    coding = raw.headers.get("Content-Encoding", "").strip().lower()
    if coding not in _IDENTITY + _GZIP:
        raise InvalidResponseError(f"the response from {url} has a Content-Encoding that was not requested")
    decompressor = zlib.decompressobj(16 + zlib.MAX_WBITS) if coding in _GZIP else None
    body, received = bytearray(), 0
    while chunk := raw.read1(_CHUNK_BYTES, decode_content=False):
        received += len(chunk)
        body += chunk if decompressor is None else _decompress(decompressor, chunk, longest + 1 - len(body))
        if max(received, len(body)) > longest:
            raise InvalidResponseError(f"the response from {url} is larger than {longest / 2**20:.4g} MiB")
        check_time()
    if decompressor is not None and received and not decompressor.eof:
        raise BrokenBodyError("the gzip stream ends too early")
    return bytes(body)


def _decompress(decompressor: zlib._Decompress, chunk: bytes, most: int) -> bytes:
    try:
        decompressed: bytes = decompressor.decompress(chunk, most)
    except zlib.error as error:
        raise BrokenBodyError(f"the body is not gzip: {error}") from None
    if decompressor.unused_data:
        raise BrokenBodyError("there is data after the end of the gzip stream")
    return decompressed


def check_values(body: bytes) -> None:
    """Reject a body that may have too many values, before it is parsed.

    Raises:
        InvalidResponseError: it has more than `MAX_VALUES` commas and opening brackets.
    """
    if len(body) > MAX_VALUES and len(body) - len(body.translate(None, b",[{")) > MAX_VALUES:
        raise InvalidResponseError(f"the response has more than {MAX_VALUES:,} values")


def unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object of these pairs, for `json.loads`.

    Raises:
        InvalidResponseError: a key is given twice.
    """
    made = dict(pairs)
    if len(made) != len(pairs):
        raise InvalidResponseError("an object in the response has a duplicate key")
    return made


def load_json(  # type: ignore[explicit-any]  # JSON may be anything; callers check it
    body: bytes, make_object: Callable[[list[tuple[str, object]]], object] = unique_keys
) -> Any:
    """Parse a JSON body; `make_object` makes each object of its keys and values.

    Raises:
        InvalidResponseError: it has too many values, is not JSON, is nested too deeply, or has an object with a
            duplicate key.
    """
    check_values(body)
    try:
        return json.loads(body, object_pairs_hook=make_object)
    except RecursionError:
        raise InvalidResponseError("the response is nested too deeply") from None
    except ValueError:
        raise InvalidResponseError("the response is not JSON") from None
