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
from .calls import Call
from .responses import CssRefusedError, GatewayRefusedError, RefusedError, Response

Change: TypeAlias = Callable[[Response], Response]
Send: TypeAlias = Callable[[web.BaseRequest, Response], Awaitable[web.StreamResponse]]

_SKEW_SECONDS = 3600.0
# What is in the answers, and the field of it that gets a wrong type.
_FIELDS = {
    "clusterLogRecord": "createAt",
    "clusters": "id",
    "logConfiguration": "logSwitch",
    "projects": "id",
    "credential": "expires_at",
    "credentials": "expiration",
}
_GIVEN = re.compile(r"([^:]+)(?::([1-9][0-9]{0,8}))?")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with one request.

    Args:
        says: a short description.
    """

    says: str


@dataclass(frozen=True, kw_only=True)
class PlayedFault(Fault):
    """A fault, and how it is played.

    Args:
        says: a short description.
        error: the error response, whoever sent the request.
        quirks: the site's quirks, with the names of `Quirks`.
        skew: how many seconds the server's clock is ahead.
        change: changes the response.
        send: sends the response; None: completely and immediately.
        only: the kinds of requests that it is played on, see `kind_of`; others are served as usual. None: all.
    """

    error: RefusedError | None = None
    quirks: Mapping[str, Any] = field(default_factory=dict)
    skew: float = 0.0
    change: Change | None = None
    send: Send | None = None
    only: Sequence[str] | None = None


class FaultPlan:
    """The pending faults. Safe to use from several threads.

    Args:
        given: faults as ``NAME`` or ``NAME:TIMES``, in the order in which they are injected.

    Raises:
        ArgumentError: one of them is not of that form or unknown, or would never be injected.
    """

    def __init__(self, given: Sequence[str] = ()) -> None:
        self._lock = threading.Lock()
        self._next: list[tuple[PlayedFault, int | None]] = []
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
            self._next.append((_FAULTS[name], times))

    def clear(self) -> None:
        """Remove all pending faults."""
        with self._lock:
            self._next.clear()

    def take(self, kind: str) -> PlayedFault | None:
        """Return the fault of the next request, which is of this kind (see `kind_of`), or None."""
        with self._lock:
            if not self._next:
                return None
            fault, times = self._next[0]
            if fault.only is not None and kind not in fault.only:
                return None
            if times is not None:
                self._next[:1] = [(fault, times - 1)] if times > 1 else []
            return fault


def kind_of(call: Call) -> str:
    """Return what a request asks for: ``records``, ``clusters``, ``settings`` (all of CSS), ``iam`` (or STS), or ""."""
    match call.segments:
        case ("v1.0", _, "clusters"):
            return "clusters"
        case ("v1.0", _, "clusters", _, "logs", ("records" | "settings") as kind):
            return kind
        case (("v3" | "v3.0" | "v5"), *_):
            return "iam"
    return ""


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


def _edited(edit: Callable[[dict[str, Any], str], dict[str, Any]]) -> Change:
    """Return a change of the document in a response, if it is one of those that are read.

    Args:
        edit: makes the new document of the old one, and of the name of what is in it.
    """

    def change(response: Response) -> Response:
        document = json.loads(response.body) if response.status in (200, 201) and response.body else None
        names = [name for name in _FIELDS if isinstance(document, dict) and document.get(name) is not None]
        if not isinstance(document, dict) or not names:
            return response
        return replace(response, body=json.dumps(edit(document, names[0])).encode())

    return change


def _each(found: Any, more: Mapping[str, Any]) -> Any:
    """Return what was found, an object or a list of them, with more fields in each."""
    return [{**item, **more} for item in found] if isinstance(found, list) else {**found, **more}


def _with_wrong_types(document: dict[str, Any], name: str) -> dict[str, Any]:
    return {**document, name: _each(document[name], {_FIELDS[name]: [1]})}


def _twice(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document[name]
    return {**document, name: [item for pair in zip(found, found, strict=True) for item in pair]}


def _with_unknown_fields(document: dict[str, Any], name: str) -> dict[str, Any]:
    more = _each(document[name], {"retention": {"days": [7, None]}})
    return {**document, name: more, "nextMarker": {"of": [None, 1]}}


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
_LISTS = ("records", "clusters")
_CSS = (*_LISTS, "settings")

_FAULTS = {
    "latency": PlayedFault(says="the response is 1 s late", send=sending.late),
    "no-answer": PlayedFault(says="no response to the request", send=sending.never),
    "429": PlayedFault(says="429 APIGW.0308", error=GatewayRefusedError(429, "APIGW.0308", _THROTTLED)),
    "429-retry-after": PlayedFault(
        says="429 APIGW.0308 with Retry-After: 1",
        error=GatewayRefusedError(429, "APIGW.0308", _THROTTLED, {"Retry-After": "1"}),
    ),
    "500": PlayedFault(
        says="500 CSS.0005", error=CssRefusedError(500, "CSS.0005", "The server encountered an internal error.")
    ),
    "503": PlayedFault(
        says="503 from the gateway", error=GatewayRefusedError(503, "APIGW.0201", "Backend unavailable")
    ),
    "202": PlayedFault(
        says="202 with CSS.0011 (CSS only)", error=CssRefusedError(202, "CSS.0011", "Try again later."), only=_CSS
    ),
    "reset": PlayedFault(says="the connection is reset before the response", send=sending.reset),
    "reset-in-body": PlayedFault(says="the connection is reset in the middle of the body", send=sending.reset_in_body),
    "truncated-body": PlayedFault(says="half of the body, then the connection is closed", send=sending.truncated),
    "oversized-body": PlayedFault(says="a body of over 65 MiB; the client's limit is 8 MiB", send=sending.oversized),
    "slow-body": PlayedFault(says="a body that trickles endlessly", send=sending.slow),
    "html": PlayedFault(says="200 with an HTML page", change=_html),
    "not-utf-8": PlayedFault(says="JSON that is not UTF-8", change=_not_utf_8),
    "wrong-types": PlayedFault(
        says="createAt is a list, and a field of other responses", change=_edited(_with_wrong_types)
    ),
    "unknown-fields": PlayedFault(
        says="unknown fields",
        change=_edited(_with_unknown_fields),
    ),
    "redirect": PlayedFault(says="302 to another address", change=_redirect),
    "duplicate-ids": PlayedFault(says="each record or cluster is duplicated", change=_edited(_twice), only=_LISTS),
    "seconds": PlayedFault(says="times of records in seconds", quirks={"time_format": "seconds"}, only=("records",)),
    "strings": PlayedFault(says="times of records as text", quirks={"time_format": "string"}, only=("records",)),
    "offset-ignored": PlayedFault(says="offset is ignored", quirks={"offset_names": "none"}, only=_LISTS),
    "offset-limit": PlayedFault(
        says="an offset over 1000 is rejected with 400", quirks={"max_offset": 1000}, only=_LISTS
    ),
    "no-total": PlayedFault(says="totalSize is missing", quirks={"total_size": False}, only=_LISTS),
    "clock-skew": PlayedFault(says="the server's clock is an hour ahead", skew=_SKEW_SECONDS, change=_skewed),
}

FAULTS: Mapping[str, Fault] = _FAULTS
