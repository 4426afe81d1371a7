"""Control calls under ``/_emulator/``, to inspect and change the emulator over HTTP.

They need no signature, so they are for this machine only. The emulator listens on loopback; web pages in a browser on
this machine are rejected by the Host header (a foreign name that resolves to 127.0.0.1) and by the Origin header (a
page from elsewhere).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..errors import ArgumentError
from . import cluster_control
from .responses import ControlRefusedError, Response, json_response, shown

if TYPE_CHECKING:
    from .calls import Call, RequestLog
    from .faults import FaultPlan
    from .records import ClusterRecords
    from .registry import Registry

PREFIX = "_emulator"
_OWN_NAMES = ("localhost", "127.0.0.1", "::1")


class Control:
    """The control calls; `host` is the address that the emulator listens on."""

    def __init__(self, *, records: Registry, log: RequestLog, host: str, faults: FaultPlan) -> None:
        self._records = records
        self._faults = faults
        self._log = log
        self._hosts = {*_OWN_NAMES, host}

    def respond(self, call: Call) -> Response:
        """Return the response to a control call.

        Raises:
            ControlRefusedError: it comes from elsewhere, is not one of these calls, or asks for what cannot be done.
        """
        self._refuse_strangers(call)
        try:
            return self._done(call)
        except ArgumentError as error:
            raise ControlRefusedError(400, str(error)) from None

    def _done(self, call: Call) -> Response:
        """Do what a control call asks for, and return the response.

        Raises:
            ArgumentError: it cannot be done.
        """
        match call.segments[1:]:
            case ("health",):
                _only(call, "GET")
                return json_response({"status": "ok"})
            case ("clusters",):
                _only(call, "GET", "POST")
                if call.method == "POST":
                    return json_response(cluster_control.add(self._records, _document(call)), 201)
                names = self._records.names()
                return json_response({"clusters": list(names), "names": names})
            case ("clusters", cluster_id):
                self._cluster(cluster_id)
                _only(call, "DELETE")
                self._records.remove(cluster_id)
                return json_response({"status": "ok"})
            case ("clusters", cluster_id, "log-settings"):
                _only(call, "POST")
                self._cluster(cluster_id)
                return json_response(cluster_control.set_log_settings(self._records, cluster_id, _document(call)))
            case ("requests",):
                _only(call, "GET")
                return json_response({"requests": [recorded.to_dict() for recorded in self._log.snapshot()]})
            case ("faults",):
                _only(call, "POST", "DELETE")
                return self._set_fault(call)
            case ("clusters", cluster_id, "records"):
                _only(call, "POST")
                return json_response(self._cluster(cluster_id).add(_document(call)), 201)
            case ("clusters", cluster_id, "finish"):
                _only(call, "POST")
                return self._finish(self._cluster(cluster_id), _document(call))
        raise ControlRefusedError(404, "there is no such control call")

    def _refuse_strangers(self, call: Call) -> None:
        host = call.headers.get("host", "")
        if _host_name(f"//{host}") not in self._hosts:
            raise ControlRefusedError(403, f"control calls are for this machine only, not for the host {shown(host)}")
        origin = call.headers.get("origin")
        own = f"{'https' if call.secure else 'http'}://{host}"
        if origin is not None and origin.lower() != own.lower():
            raise ControlRefusedError(403, f"control calls are not for web pages of {shown(origin)}")

    def _cluster(self, cluster_id: str) -> ClusterRecords:
        if cluster_id not in self._records:
            raise ControlRefusedError(404, f"there is no cluster {shown(cluster_id)}")
        return self._records[cluster_id]

    def _set_fault(self, call: Call) -> Response:
        if call.method == "DELETE":
            self._faults.clear()
            return json_response({"status": "ok"})
        fields = _document(call)
        self._faults.add(fields.get("name", ""), fields.get("times"))
        return json_response({"status": "ok"}, 201)

    def _finish(self, records: ClusterRecords, fields: dict[str, Any]) -> Response:
        ended = records.finish(fields.get("status", "SUCCESS"))
        if not ended:
            raise ControlRefusedError(409, "no log backup task is running on this cluster")
        return json_response({"clusterLogRecord": ended})


def _host_name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _only(call: Call, *methods: str) -> None:
    if call.method not in methods:
        message = f"this control call is {' or '.join(methods)} only"
        raise ControlRefusedError(405, message, {"Allow": ", ".join(methods)})


def _document(call: Call) -> dict[str, Any]:
    """Parse the JSON object in the body; no body is an empty object."""
    try:
        document = json.loads(call.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise ControlRefusedError(400, f"the body is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise ControlRefusedError(400, "the body must be a JSON object")
    return document
