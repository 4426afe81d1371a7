"""Parses the API's error responses, whose bodies vary, and adds what a user can do about the known codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .._text import sanitize
from ..errors import NO_PROJECT_CODE, RETRY_LATER_CODE, ApiError, InvalidResponseError
from .body import load_json

# Of CSS, the API gateway, other services and older sites.
CODE_KEYS = ("errCode", "error_code", "errorCode", "code")
_MESSAGE_KEYS = ("externalMessage", "error_msg", "errorMsg", "message", "title")
LIST_RECORDS = "css:log:listJob"  # the action that a request for records needs
_SKEW_SECONDS = 15 * 60
_LONGEST_TEXT = 10_000  # characters that are sanitized, which is slow

_KEYS_HINT = "Check the access key, the secret key and, for temporary keys, the security token (source: {source})."
_EXPIRED_HINT = "The token has expired or belongs to another region; get a new one (source: {source})."
_PERMISSION_HINT = "Check the project id, and that the user (source of the keys: {source}) may {action}."
_CODE_HINTS = {
    "APIGW.0301": _KEYS_HINT,
    "APIGW.0302": _PERMISSION_HINT,
    "APIGW.0307": _EXPIRED_HINT,
    "APIGW.0308": "The API is throttled; send requests less often, or read fewer clusters at once.",
    NO_PROJECT_CODE: _PERMISSION_HINT,
    "CSS.3027": "Check the cluster id, and that the cluster is in this region and project.",
    "CSS.0022": "Check the cluster id, and that the cluster is in this region and project.",
    RETRY_LATER_CODE: "The cluster is busy; try again later.",
}
# Of IAM and STS, whose requests are not about clusters.
_HINTS_ELSEWHERE = {
    401: _KEYS_HINT,
    403: "The user (source of the keys: {source}) may not do this; or give what was asked for as a setting.",
    404: "Check the address of IAM (HW_AUTH_URL, or the setting endpoints).",
}
_STATUS_HINTS = {
    401: _KEYS_HINT,
    403: _PERMISSION_HINT,
    404: "Check the cluster id, the region and the project id.",
    429: _CODE_HINTS["APIGW.0308"],
}


def read_error_response(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    service: str = "CSS",
    source: str = "unknown",
    now: datetime | None = None,
    suspect: bool = False,
    by_token: bool = False,
    redact: Callable[[str], str] = str,
) -> ApiError | None:
    """Return the error that a response stands for, or None if it is a success.

    A 2xx can be an error: CSS returns 202 with CSS.0011 for "try again later".

    Args:
        status: the HTTP status.
        headers: the response headers; names are case-insensitive.
        body: the complete body; it need not be JSON.
        service: the name of the service, for the error's text.
        source: where the credentials came from, for the hint.
        now: the time to compare the server's clock with; the current time by default.
        suspect: True to look for an error in the body of a 200 too, because it is otherwise invalid.
        by_token: whether the request had an IAM token instead of a signature.
        redact: redacts secrets in a text; applied to the server's texts before they are shortened.
    """
    if status < 200 or (status == 200 and not suspect):
        return None
    code, message = _code_and_message(body)
    if 200 <= status < 300 and not code:
        return None
    if not message and status >= 300:
        message = _plain_text(headers, body)
    hint = _hint_of(code, status) if service == "CSS" else _HINTS_ELSEWHERE.get(status)
    if 300 <= status < 400:
        message = message or "a redirect, which is not followed"
        hint = "Check the endpoint: a signed request is never sent on to another address."
    if by_token and hint == _KEYS_HINT:
        hint = _EXPIRED_HINT
    elif status == 401:
        hint = _skew_hint(headers, now or datetime.now(UTC)) or hint
    request_id = headers.get("X-Request-Id")
    return ApiError(
        status,
        sanitize(_short(redact(code)), 60) if code else None,
        sanitize(_short(redact(message))),
        sanitize(_short(redact(request_id)), 80) if request_id else None,
        hint.format(source=source, action=LIST_RECORDS) if hint else None,
        service=service,
    )


def _hint_of(code: str | None, status: int) -> str | None:
    return _CODE_HINTS.get(code or "") or _STATUS_HINTS.get(status)


def name_action(error: ApiError, source: str, action: str) -> ApiError:
    """Return an error whose hint, if it is about permissions, names the action that the request needed.

    The action is one of the API's policies, such as ``css:cluster:list``; `source` is where the credentials came from.
    """
    if error.service == "CSS" and _hint_of(error.code, error.status) == _PERMISSION_HINT:
        error.hint = _PERMISSION_HINT.format(source=source, action=action)
    return error


def _code_and_message(body: bytes) -> tuple[str | None, str]:
    try:
        data = load_json(body)
    except InvalidResponseError:
        return None, ""
    if isinstance(data, dict) and isinstance(data.get("error"), dict):
        data = data["error"]
    if not isinstance(data, dict):
        return None, ""
    code, message = _first_text(data, CODE_KEYS), _first_text(data, _MESSAGE_KEYS) or ""
    if code and message.startswith(code):
        message = message[len(code) :].lstrip(" :")  # CSS repeats the code in front of its message
    return code, message


def _short(text: str) -> str:
    return text[:_LONGEST_TEXT]


def _first_text(data: dict[str, object], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        value = data.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return None


def _plain_text(headers: Mapping[str, str], body: bytes) -> str:
    """Return a plain-text body, such as a proxy's; "" for any other, such as HTML."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return body.decode("utf-8", "replace") if kind == "text/plain" else ""


def _skew_hint(headers: Mapping[str, str], now: datetime) -> str | None:
    """Return a hint if this machine's clock differs from the server's by more than a signature may."""
    try:
        server = parsedate_to_datetime(headers.get("Date", ""))
        seconds = (now - server.astimezone(UTC)).total_seconds()
    except (TypeError, ValueError, ArithmeticError):
        return None  # an invalid date, or one out of range
    if abs(seconds) <= _SKEW_SECONDS:
        return None
    direction = "ahead of" if seconds > 0 else "behind"
    return (
        f"This machine's clock is {abs(seconds) / 60:.0f} minutes {direction} the server's, "
        "and signatures more than 15 minutes off are refused: set the clock."
    )
