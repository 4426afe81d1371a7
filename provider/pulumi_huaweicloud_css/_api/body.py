"""Bodies of answers, read and unpacked with a limit on everything that a server could make large.

An honest page of 1,000 records has about 0.5 MB and 10,000 values. The limits leave room for sites that send more
fields, or more records than they were asked for; what is beyond them would cost memory and time before it is refused.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import InvalidResponseError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

MAX_VALUES = 200_000  # in one body: as many as fit into the largest body where it is made of honest records

_PIECE_BYTES = 256 * 1024
_AS_IT_IS = ("", "identity")
_PACKED = ("gzip", "x-gzip")


class BrokenBodyError(Exception):
    """The body ended too early, or cannot be unpacked: something broke on its way."""


def read_body(raw: BaseHTTPResponse, url: str, longest: int, check_time: Callable[[], None]) -> bytes:
    """Read a whole body as it arrives, and unpack it.

    Args:
        raw: urllib3's response, of which nothing was read.
        url: what was asked, for errors.
        longest: at most so many bytes, packed or unpacked.
        check_time: called after each piece; raises when the time is up.

    Raises:
        InvalidResponseError: the body is larger, or packed in a way that was not asked for.
        BrokenBodyError: the body cannot be unpacked.
    """
    coding = raw.headers.get("Content-Encoding", "").strip().lower()
    if coding not in _AS_IT_IS + _PACKED:
        raise InvalidResponseError(f"the answer from {url} has a Content-Encoding that was not asked for")
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS) if coding in _PACKED else None
    body, received = bytearray(), 0
    while piece := raw.read1(_PIECE_BYTES, decode_content=False):
        received += len(piece)
        body += piece if unpacker is None else _unpack(unpacker, piece, longest + 1 - len(body))
        if max(received, len(body)) > longest:
            raise InvalidResponseError(f"the answer from {url} is larger than {longest / 2**20:.4g} MiB")
        check_time()
    if unpacker is not None and received and not unpacker.eof:
        raise BrokenBodyError("the gzip stream ends too early")
    return bytes(body)


def _unpack(unpacker: zlib._Decompress, piece: bytes, most: int) -> bytes:
    try:
        unpacked: bytes = unpacker.decompress(piece, most)
    except zlib.error as error:
        raise BrokenBodyError(f"the body is not gzip: {error}") from None
    if unpacker.unused_data:
        raise BrokenBodyError("there is something behind the end of the gzip stream")
    return unpacked


def check_values(body: bytes) -> None:
    """Refuse a body that may hold too many values, before anything is made of it.

    Raises:
        InvalidResponseError: it has more than `MAX_VALUES` of JSON's commas and brackets.
    """
    if len(body) > MAX_VALUES and len(body) - len(body.translate(None, b",[{")) > MAX_VALUES:
        raise InvalidResponseError(f"the answer has more than {MAX_VALUES:,} values")


def load_json(body: bytes) -> Any:  # type: ignore[explicit-any]  # JSON may be anything; its readers check it
    """Return what a body of JSON says.

    Raises:
        InvalidResponseError: it has too many values, is no JSON, is nested too deeply, or an object in it has a key
            twice.
    """
    check_values(body)
    try:
        return json.loads(body, object_pairs_hook=_object)
    except RecursionError:
        raise InvalidResponseError("the answer is nested too deeply") from None
    except ValueError:
        raise InvalidResponseError("the answer is not JSON") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise InvalidResponseError("an object in the answer has a key twice")
    return made
