"""Parses the body of a response; an error response with status 200, or nonsense, becomes an error without secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .._text import sanitize
from ..errors import InvalidResponseError
from .attempt import Response
from .error_response import read_error_response

_T = TypeVar("_T")

# Parses a body; the second argument redacts secrets in a text. Raises an InvalidResponseError.
Parser = Callable[[bytes, Callable[[str], str]], _T]


def parsed(response: Response, parse: Parser[_T], *, service: str, source: str, redact: Callable[[str], str]) -> _T:
    """Parse a body.

    Args:
        response: a response with a status of success.
        parse: parses its body.
        service: the name of the service, for errors.
        source: where the credentials came from, for the hint in an error.
        redact: redacts secrets in a text.

    Raises:
        ApiError: the body is an error of the API.
        InvalidResponseError: the body is invalid.
    """
    try:
        return parse(response.body, redact)
    except InvalidResponseError as error:
        api_error = read_error_response(
            response.status,
            response.headers,
            response.body,
            service=service,
            source=source,
            suspect=True,
            redact=redact,
        )
        if api_error is not None:
            raise api_error from None
        request_id = sanitize(redact(response.headers.get("X-Request-Id") or "none given"), 80)
        text = f"{error} (HTTP {response.status}, request id: {request_id})"
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type == "text/html":
            text += ". It is a page of HTML: check the endpoint, and whether a proxy responds in its place."
        raise InvalidResponseError(sanitize(redact(text))) from None
