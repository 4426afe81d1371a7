"""The emulator's HTTP server, on aiohttp: receives requests, and sends every response in one place."""

from __future__ import annotations

import asyncio
import inspect
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web

from .calls import Call, RecordedRequest, RequestLog
from .control import PREFIX, Control
from .faults import FaultPlan, PlayedFault, kind_of
from .iam_errors import as_iam_says
from .responses import GatewayRefusedError, RefusedError, Response, broken
from .sending import web_response

if TYPE_CHECKING:
    from .api import Api

OnRequest: TypeAlias = Callable[[RecordedRequest], Awaitable[None] | None]
AccessLog: TypeAlias = Callable[[str], None]

_log = logging.getLogger(__name__)


class Server:
    """Handles HTTP requests; `on_request`, `access_log` and `latency` are those of `Emulator`."""

    def __init__(
        self,
        *,
        api: Api,
        control: Control,
        log: RequestLog,
        faults: FaultPlan,
        on_request: OnRequest | None = None,
        access_log: AccessLog | None = None,
        latency: float = 0.0,
    ) -> None:
        self._api = api
        self._control = control
        self._requests = log
        self._faults = faults
        self._on_request = on_request
        self._access_log = access_log
        self._latency = latency

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Handle one request: read it, compute the response, send it."""
        request_id = uuid.uuid4().hex
        call = _call(request)
        fault: PlayedFault | None = None
        if call.segments[:1] == (PREFIX,):
            response = await self._decide(request, call, None, request_id, fault)
        else:
            recorded = self._requests.add(call, _peer_port(request), request_id)
            fault = self._faults.take(kind_of(call))
            if self._latency:
                await asyncio.sleep(self._latency)
            response = await self._decide(request, call, recorded, request_id, fault)
            if fault is not None and fault.change is not None:
                response = fault.change(response)
            # Before the response is sent: a client that has it must find it in the log.
            self._requests.set_status(recorded, response.status)
        self._write_access_line(call, response.status, request_id)
        return await self._send(request, response, request_id, fault)

    async def _decide(
        self,
        request: web.BaseRequest,
        call: Call,
        recorded: RecordedRequest | None,
        request_id: str,
        fault: PlayedFault | None,
    ) -> Response:
        """Return the response to a call; `recorded` is None for control calls, which are not in the log."""
        try:
            if request.can_read_body:
                call = replace(call, body=await _body(request))
            if recorded is None:
                return self._control.respond(call)
            if self._on_request is not None:
                returned = self._on_request(recorded)
                if inspect.isawaitable(returned):
                    await returned
            return self._api_under(fault, call).respond(call)
        except RefusedError as error:
            return error.response(request_id)
        except Exception:
            # The client gets a broken service's response, the log the traceback.
            _log.exception("the emulator could not respond to request %s", request_id)
            return broken().response(request_id)

    def _api_under(self, fault: PlayedFault | None, call: Call) -> Api:
        """Return the API with a fault's quirks.

        Raises:
            RefusedError: the fault is an error response.
        """
        if fault is None:
            return self._api
        if fault.error is not None:
            raise as_iam_says(fault.error) if kind_of(call) == "iam" else fault.error
        return self._api.as_if(fault.quirks, fault.skew) if fault.quirks or fault.skew else self._api

    async def _send(
        self, request: web.BaseRequest, response: Response, request_id: str, fault: PlayedFault | None
    ) -> web.StreamResponse:
        """Send a response, as a fault has it; return aiohttp's response."""
        ours = {"Content-Type": "application/json", "X-Request-Id": request_id, "Server": "css-logs-emulator"}
        response = replace(response, headers={**ours, **response.headers})
        return web_response(response) if fault is None or fault.send is None else await fault.send(request, response)

    def _write_access_line(self, call: Call, status: int, request_id: str) -> None:
        if self._access_log is None:
            return
        target = self._requests.redact(call.target)
        try:
            self._access_log(f"{call.method} {target} {status} {request_id}")
        except Exception:
            # Such as a closed pipe on standard output: no reason to leave the client without a response.
            _log.exception("the access line of request %s could not be written", request_id)


def _call(request: web.BaseRequest) -> Call:
    """Return the request without its body."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        key, text = name.lower(), _valid(value)
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    target = _valid(request.raw_path)
    return Call(method=request.method, target=target, headers=headers, secure=request.secure)


async def _body(request: web.BaseRequest) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise GatewayRefusedError(413, "APIGW.0201", "The request body is too large") from None


def _valid(text: str) -> str:
    """Replace bytes that are not UTF-8, which could not be encoded again."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _peer_port(request: web.BaseRequest) -> int:
    peer = request.transport.get_extra_info("peername") if request.transport is not None else None
    return int(peer[1]) if peer else 0
