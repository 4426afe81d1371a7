"""Faults that the emulator injects: what networks, gateways and sites do to a response.

They are injected one after the other, each for a number of requests; the last one, if it has no number, for ever.
Control calls are not affected. Two faults are not among them, because they concern no response: a refused connection is
a port that nobody listens on, and an untrusted certificate is `Emulator`'s ``ssl_context``.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any, TypeAlias

from aiohttp import web

from ..errors import ArgumentError
from . import sending
from .responses import CssRefusedError, GatewayRefusedError, RefusedError, Response

Change: TypeAlias = Callable[[Response], Response]
Send: TypeAlias = Callable[[web.BaseRequest, Response], Awaitable[web.StreamResponse]]

_SKEW_SECONDS = 3600.0
_GIVEN = re.compile(r"([^:]+)(?::([1-9][0-9]{0,8}))?")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with one request.

    Args:
        says: a short description.
        refusal: the error response, whoever sent the request.
        quirks: the site's quirks, with the names of `Quirks`.
        skew: how many seconds the server's clock is ahead.
        change: changes the response.
        send: sends the response; None: completely and immediately.
    """

    says: str
    refusal: RefusedError | None = None
    quirks: Mapping[str, Any] = field(default_factory=dict)
    skew: float = 0.0
    change: Change | None = None
    send: Send | None = None


class FaultPlan:
    """The pending faults. Safe to use from several threads.

    Args:
        given: faults as ``NAME`` or ``NAME:TIMES``, in the order in which they are injected.

    Raises:
        ArgumentError: one of them is not of that form or unknown, or would never be injected.
    """

    def __init__(self, given: Sequence[str] = ()) -> None:
        self._lock = threading.Lock()
        self._next: list[tuple[Fault, int | None]] = []
        for text in given:
            if self._next and self._next[-1][1] is None:
                raise ArgumentError("fault", f"{text!r} would never be played, for the one before it has no number")
            self.add(*parse_fault(text))

    def add(self, name: str, times: int | None = None) -> None:
        """Inject a fault after those that are pending; one without a number ends now.

        Args:
            name: one of `FAULTS`.
            times: the number of requests; None: all from then on.

        Raises:
            ArgumentError: there is no such fault, or the number is not 1 or more.
        """
        if not isinstance(name, str) or name not in FAULTS:
            raise ArgumentError("fault", f"{name!r} is not one of {', '.join(FAULTS)}")
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
            raise ArgumentError("fault", f"{name} is played 1 or more times, got {times!r}")
        with self._lock:
            self._next = [item for item in self._next if item[1] is not None]
            self._next.append((FAULTS[name], times))

    def clear(self) -> None:
        """Remove all pending faults."""
        with self._lock:
            self._next.clear()

    def take(self) -> Fault | None:
        """Return the fault for the next request, or None."""
        with self._lock:
            if not self._next:
                return None
            fault, times = self._next[0]
            if times is not None:
                self._next[:1] = [(fault, times - 1)] if times > 1 else []
            return fault


def parse_fault(text: str) -> tuple[str, int | None]:
    """Parse ``NAME`` or ``NAME:TIMES``.

    Raises:
        ArgumentError: it is not of that form, or there is no fault of that name.
    """
    parts = _GIVEN.fullmatch(text)
    name = parts[1] if parts else text.partition(":")[0]
    if name not in FAULTS:
        raise ArgumentError("fault", f"{name!r} is not one of {', '.join(FAULTS)}")
    if parts is None:
        raise ArgumentError("fault", f"{text!r} is not NAME or NAME:TIMES, with a number of at least 1")
    return name, int(parts[2]) if parts[2] else None


def _edited(edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    """Return a change that edits the document in a response, if it is a list of records."""

    def change(response: Response) -> Response:
        document = json.loads(response.body) if response.status == 200 and response.body else None
        if not isinstance(document, dict) or "clusterLogRecord" not in document:
            return response
        return replace(response, body=json.dumps(edit(document)).encode())

    return change


def _with_wrong_types(page: dict[str, Any]) -> dict[str, Any]:
    return {**page, "clusterLogRecord": [{**record, "createAt": [1]} for record in page["clusterLogRecord"]]}


def _twice(page: dict[str, Any]) -> dict[str, Any]:
    records = page["clusterLogRecord"]
    return {**page, "clusterLogRecord": [record for pair in zip(records, records, strict=True) for record in pair]}


def _with_unknown_fields(page: dict[str, Any]) -> dict[str, Any]:
    records = [{**record, "retention": {"days": [7, None]}} for record in page["clusterLogRecord"]]
    return {**page, "clusterLogRecord": records, "nextMarker": {"of": [None, 1]}}


def _html(_: Response) -> Response:
    page = b"<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body>Please log in.</body></html>\n"
    return Response(body=page, headers={"Content-Type": "text/html; charset=utf-8"})


def _not_utf_8(response: Response) -> Response:
    return replace(response, body=b'{"note":"\xff\xfe",' + response.body[1:])


def _redirect(_: Response) -> Response:
    # To the emulator itself, so that a client that follows it is in the request log.
    return Response(status=302, body=b"", headers={"Location": "/redirected"})


def _skewed(response: Response) -> Response:
    date = formatdate(time.time() + _SKEW_SECONDS, usegmt=True)
    return replace(response, headers={**response.headers, "Date": date})


_THROTTLED = "Too many requests"

FAULTS: Mapping[str, Fault] = {
    "latency": Fault(says="the response is 1 s late", send=sending.late),
    "no-answer": Fault(says="no response to the request", send=sending.never),
    "429": Fault(says="429 APIGW.0308", refusal=GatewayRefusedError(429, "APIGW.0308", _THROTTLED)),
    "429-retry-after": Fault(
        says="429 APIGW.0308 with Retry-After: 1",
        refusal=GatewayRefusedError(429, "APIGW.0308", _THROTTLED, {"Retry-After": "1"}),
    ),
    "500": Fault(
        says="500 CSS.0005", refusal=CssRefusedError(500, "CSS.0005", "The server encountered an internal error.")
    ),
    "503": Fault(says="503 from the gateway", refusal=GatewayRefusedError(503, "APIGW.0201", "Backend unavailable")),
    "202": Fault(says="202 with CSS.0011", refusal=CssRefusedError(202, "CSS.0011", "Try again later.")),
    "reset": Fault(says="the connection is reset before the response", send=sending.reset),
    "reset-in-body": Fault(says="the connection is reset in the middle of the body", send=sending.reset_in_body),
    "truncated-body": Fault(says="half of the body, then the connection is closed", send=sending.truncated),
    "oversized-body": Fault(says="a body of over 65 MiB; the client's limit is 8 MiB", send=sending.oversized),
    "slow-body": Fault(says="a body that trickles endlessly", send=sending.slow),
    "html": Fault(says="200 with an HTML page", change=_html),
    "not-utf-8": Fault(says="JSON that is not UTF-8", change=_not_utf_8),
    "wrong-types": Fault(says="createAt is a list", change=_edited(_with_wrong_types)),
    "unknown-fields": Fault(
        says="unknown fields",
        change=_edited(_with_unknown_fields),
    ),
    "redirect": Fault(says="302 to another address", change=_redirect),
    "duplicate-ids": Fault(says="each record is duplicated", change=_edited(_twice)),
    "seconds": Fault(says="times in seconds", quirks={"time_format": "seconds"}),
    "strings": Fault(says="times as text", quirks={"time_format": "string"}),
    "offset-ignored": Fault(says="offset is ignored", quirks={"offset_names": "none"}),
    "offset-limit": Fault(says="an offset over 1000 is rejected with 400", quirks={"max_offset": 1000}),
    "no-total": Fault(says="totalSize is missing", quirks={"total_size": False}),
    "clock-skew": Fault(says="the server's clock is an hour ahead", skew=_SKEW_SECONDS, change=_skewed),
}
