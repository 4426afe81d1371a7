"""Refusals of IAM and STS, each in its own shape; those of the API gateway before them are as elsewhere."""

from __future__ import annotations

import base64
import json
from http import HTTPStatus

from .responses import CssRefusedError, RefusedError, Response, shown


class IamRefusedError(RefusedError):
    """IAM itself refuses, in the shape that it has from Keystone."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, str(status), message)

    def response(self, request_id: str) -> Response:  # noqa: ARG002 - other shapes have it
        """Return the error response as it is sent; IAM has no request id in the body."""
        error = {"message": self.message, "code": self.status, "title": HTTPStatus(self.status).phrase}
        return Response(status=self.status, body=json.dumps({"error": error}).encode(), headers=self.headers)


class StsRefusedError(RefusedError):
    """STS refuses a request that it cannot do."""


class StsDeniedError(StsRefusedError):
    """STS refuses somebody who has not the right to."""

    def body(self, request_id: str) -> dict[str, str]:
        """Return the body; in addition it has why, encoded, which the vendor's SDK hands on."""
        why = base64.b64encode(f"emulated: {request_id}".encode()).decode()
        return {**super().body(request_id), "encoded_authorization_message": why}


def iam_forbidden() -> IamRefusedError:
    """Return IAM's error response to somebody who has not the right to."""
    return IamRefusedError(403, "You are not authorized to perform the requested action.")


def iam_invalid(why: str) -> IamRefusedError:
    """Return IAM's error response to a request that it does not understand."""
    return IamRefusedError(400, f"The request body is invalid: {why}.")


def sts_invalid(why: str) -> StsRefusedError:
    """Return STS's error response to a request that it does not understand."""
    return StsRefusedError(400, "STS5.1001", f"invalid parameter: {why}")


def sts_unknown(urn: str) -> StsRefusedError:
    """Return STS's error response to an agency that is not there."""
    return StsRefusedError(403, "STS5.1106", f"the agency {shown(urn)} cannot be found")


def sts_denied(urn: str) -> StsDeniedError:
    """Return STS's error response to a caller whom the agency does not trust."""
    return StsDeniedError(403, "PAP5.0001", f"access denied: sts:agencies:assume on {shown(urn)} is not allowed")


def as_iam_says(error: RefusedError) -> RefusedError:
    """Return an error response as IAM and STS have it: that of CSS in IAM's shape, that of the gateway as it is."""
    return IamRefusedError(error.status, error.message) if isinstance(error, CssRefusedError) else error
