"""Every error this package raises on purpose.

CssError                    anything below; catch this one to catch them all
├── ArgumentError           an argument is wrong; nothing was sent (also a ValueError)
├── SettingsError           a key, region, endpoint or project id is missing or wrong (also a ValueError)
├── CssConnectionError      no answer: refused, reset, TLS, name not found
│   └── CssTimeoutError     no answer in time (also a TimeoutError)
├── InvalidResponseError    an answer that is not what the API promises
├── ApiError                the API said no: HTTP status, code, message, request id, hint
├── GateError               the answer came, and is not good enough
├── FleetError              one or more clusters of a fleet failed: their errors by cluster id
└── UnexpectedError         a defect of this package; told as one line, so that it is one cluster's own error

All of them carry data of plain types, so that nobody has to parse their text, and can be pickled and printed. No secret
is ever put into one: text that comes from a server passes through `Credentials.redact` first. What Pulumi's engine
would interpret as colours is neutralized.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ._text import for_engine

if TYPE_CHECKING:
    from ._backups.gate import Verdict

RETRY_LATER_CODE = "CSS.0011"


class CssError(Exception):
    """Base of every error this package raises on purpose."""

    @property
    def retryable(self) -> bool:
        """Whether the same question, asked again later, may well be answered."""
        return False

    def __str__(self) -> str:
        """Return the text, safe to be shown by Pulumi's engine: a program that fails hands it over with a traceback."""
        return for_engine(self._text())

    def _text(self) -> str:
        return super().__str__()


class ArgumentError(CssError, ValueError):
    """An argument has the wrong shape or value. Raised before any request is sent.

    Attributes:
        argument: the argument's name in Python, such as ``cluster_id``; command line, plugin and policies write it
            in their own way.
        reason: what is wrong with it, and what to do.
    """

    def __init__(self, argument: str, reason: str) -> None:
        super().__init__(argument, reason)
        self.argument = argument
        self.reason = reason

    def _text(self) -> str:
        return f"{self.argument}: {self.reason}"


class SettingsError(CssError, ValueError):
    """A setting (credentials, region, endpoint, project id, ...) is missing or wrong. Raised before it is used.

    Attributes:
        setting: the setting's name, such as ``project_id``.
        reason: what is wrong with it, and every place where it can be given.
    """

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(setting, reason)
        self.setting = setting
        self.reason = reason

    def _text(self) -> str:
        return f"{self.setting}: {self.reason}"


class CssConnectionError(CssError):
    """The API could not be reached, or the connection broke before the whole answer was there."""

    @property
    def retryable(self) -> bool:
        """True: what broke may be mended."""
        return True


class CssTimeoutError(CssConnectionError, TimeoutError):
    """The API did not answer within the deadline."""


class InvalidResponseError(CssError):
    """The server answered with something that is not an answer of this API."""


class ApiError(CssError):
    """The API refused the request.

    Attributes:
        status: the HTTP status (an int; 202 is possible, for code CSS.0011).
        code: the error code, such as ``CSS.3027`` or ``APIGW.0301``; None if the body had none.
        message: the server's own words; may be empty.
        request_id: the ``X-Request-Id`` header, for the vendor's support; None if there was none.
        hint: what to do about it; None where there is nothing useful to say.
    """

    def __init__(
        self,
        status: int,
        code: str | None = None,
        message: str = "",
        request_id: str | None = None,
        hint: str | None = None,
        *,
        service: str = "CSS",
        attempts: int = 1,
    ) -> None:
        super().__init__(status, code, message, request_id, hint)
        self.status = status
        self.code = code
        self.message = message
        self.request_id = request_id
        self.hint = hint
        self.service = service
        self.attempts = attempts

    @property
    def retryable(self) -> bool:
        """True for throttling, for errors of the server's own, and for "try again later" (202 with CSS.0011)."""
        busy = self.status == 202 and self.code == RETRY_LATER_CODE
        return busy or self.status == 429 or self.status >= 500

    def _text(self) -> str:
        """One line: service, status, code, message, request id, number of attempts, hint."""
        text = f"{self.service} returned HTTP {self.status}"
        if self.code:
            text += f", {self.code}"
        if self.message:
            text += f": {self.message}"
        text += f" (request id: {self.request_id or 'none given'}"
        text += f"; {self.attempts} attempts)" if self.attempts > 1 else ")"
        return f"{text}. {self.hint}" if self.hint else text


class GateError(CssError):
    """A gate did not pass. ``verdict`` says why; the error's text is the verdict's reason."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict

    def _text(self) -> str:
        return self.verdict.reason


class FleetError(CssError):
    """Clusters of a fleet could not be read, or did not pass the gate.

    Attributes:
        errors: the error of each cluster that failed, by its id, in the order in which they were asked for.
        asked: how many clusters there were.
    """

    def __init__(self, errors: Mapping[str, CssError], asked: int) -> None:
        super().__init__(dict(errors), asked)
        self.errors = dict(errors)
        self.asked = asked

    @property
    def retryable(self) -> bool:
        """True if that is so of every error."""
        return all(error.retryable for error in self.errors.values())

    def _text(self) -> str:
        """Return a line that says how many failed, and a line for each of them that names the cluster."""
        lines = [f"{len(self.errors)} of {self.asked} clusters failed:"]
        for cluster_id, error in self.errors.items():
            text = str(error)
            lines.append(f"- {text}" if cluster_id in text else f"- {cluster_id}: {text}")
        return "\n".join(lines)


class UnexpectedError(CssError):
    """A defect of this package, told as one line."""


def expected(error: Exception) -> CssError:
    """Return an error of this package as it is, any other one as an `UnexpectedError`."""
    return error if isinstance(error, CssError) else UnexpectedError(unexpected(error))


def unexpected(error: BaseException) -> str:
    """Return what a user is told of an error that is none of these: its kind and place, for its text may be secret."""
    place, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
        place, trace = f" ({file}, line {trace.tb_lineno})", trace.tb_next
    return f"unexpected error {type(error).__name__}; it is a defect of pulumi-huaweicloud-css{place}, please report it"
