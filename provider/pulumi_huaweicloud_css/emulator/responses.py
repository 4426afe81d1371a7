"""The emulator's responses, and its error responses in the formats of CSS and of the API gateway."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LIST_ACTION = "css:log:listJob"
_LONGEST_SHOWN = 80


@dataclass(frozen=True, kw_only=True)
class Response:
    """A complete response, before it is sent: its body is JSON, and Content-Type and X-Request-Id are added later."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_response(document: Any, status: int = 200) -> Response:
    """Return a response with this document in its body."""
    return Response(status=status, body=json.dumps(document).encode())


class RefusedError(Exception):
    """The request is refused; the subclasses differ in the format of the response."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}

    def body(self, request_id: str) -> dict[str, str]:
        """Return the body in the gateway's format, which is everyone's but CSS's."""
        return {"error_code": self.code, "error_msg": self.message, "request_id": request_id}

    def response(self, request_id: str) -> Response:
        """Return the error response."""
        return Response(status=self.status, body=json.dumps(self.body(request_id)).encode(), headers=self.headers)


class GatewayRefusedError(RefusedError):
    """The API gateway refuses: the path, the signature, the permission."""


class CssRefusedError(RefusedError):
    """The service itself refuses: the project, the cluster, a parameter."""

    def body(self, request_id: str) -> dict[str, str]:  # noqa: ARG002 - other shapes have it
        """Return the body in the format of CSS, without a request id, which is in the header."""
        return {"errCode": self.code, "externalMessage": f"{self.code} : {self.message}"}


class ControlRefusedError(RefusedError):
    """A control call of the emulator is refused; its codes are the emulator's own."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, f"EMULATOR.{status:04}", message, headers)


def unauthenticated(why: str) -> GatewayRefusedError:
    """Return the gateway's error for failed authentication."""
    return GatewayRefusedError(401, "APIGW.0301", f"Incorrect IAM authentication information: {why}")


def not_permitted(action: str = LIST_ACTION) -> GatewayRefusedError:
    """Return the gateway's error for a missing permission, such as to list log backup tasks."""
    return GatewayRefusedError(403, "APIGW.0302", f"Policy doesn't allow {action} to be performed.")


def no_such_api() -> GatewayRefusedError:
    """Return the gateway's error for an unknown path."""
    return GatewayRefusedError(404, "APIGW.0101", "The API does not exist or has not been published in the environment")


def wrong_method(allowed: str) -> GatewayRefusedError:
    """Return the gateway's error for a method that the path does not have."""
    message = f"The API does not exist with this method; it has {allowed}"
    return GatewayRefusedError(405, "APIGW.0101", message, {"Allow": allowed})


def wrong_parameter(name: str, value: str, rule: str) -> CssRefusedError:
    """Return the error for a wrong query parameter."""
    return CssRefusedError(400, "CSS.0001", f"Incorrect parameters: {name} {rule}, got {shown(value)}")


def unknown_project() -> CssRefusedError:
    """Return the error for a project that does not exist or is not the caller's: CSS does not say which."""
    return CssRefusedError(403, "CSS.0015", "The project is not found, or permission to it is denied.")


def unknown_cluster(cluster_id: str) -> CssRefusedError:
    """Return the error for a cluster that is not in the project."""
    return CssRefusedError(404, "CSS.3027", f"The cluster {shown(cluster_id)} does not exist.")


def broken() -> CssRefusedError:
    """Return the error for a defect of the emulator, or of a hook."""
    return CssRefusedError(500, "CSS.0005", "The server encountered an internal error.")


def shown(text: str) -> str:
    """Return a client's value, quoted, and shortened if it is long."""
    return repr(text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "...")
