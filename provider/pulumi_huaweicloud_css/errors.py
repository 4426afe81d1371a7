"""Every error that this package raises on purpose.

CssError                    base of those below
├── ArgumentError           an argument is wrong; no record was requested (also a ValueError)
│   └── NoClusterError      no cluster has the name, or matches the selection
├── SettingsError           a key, region, endpoint or project id is missing or wrong (also a ValueError)
├── CssConnectionError      no response: refused, reset, TLS, name not found
│   └── CssTimeoutError     no response in time (also a TimeoutError)
├── InvalidResponseError    a response that is unexpected, incomplete, too large, or about another cluster
├── ApiError                the API returned an error: HTTP status, code, message, request id, hint
├── SiteError               the clusters of a region or project could not be listed
├── GateError               the records were read, and are not good enough
├── FleetError              one or more clusters of a fleet failed: their errors by cluster id
└── UnexpectedError         a defect of this package, as one line; in a fleet it fails one cluster only

All of them carry data of plain types, so that no code has to parse their text, and can be pickled. Their text names
arguments as Python does; `CssError.worded` is the same text for other readers. None contains a secret: text from a
server passes through `Credentials.redact` first. What Pulumi's engine would interpret as colours is neutralized.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ._text import for_engine

if TYPE_CHECKING:
    from ._verdict import Verdict

RETRY_LATER_CODE = "CSS.0011"
NO_PROJECT_CODE = "CSS.0015"


class CssError(Exception):
    """Base of every error that this package raises on purpose.

    Attributes:
        names_subject: whether the text names the cluster, site or file that the error is about; where several are
            listed, it is put before the others.
    """

    names_subject: bool = False

    @property
    def retryable(self) -> bool:
        """Whether the same query may succeed later."""
        return False

    def __str__(self) -> str:
        """Return the text, safe for Pulumi's engine to show: it prints a failed program's traceback."""
        return self.worded(str)

    def worded(self, write: Callable[[str], str]) -> str:
        """Return the text in the words of a reader who does not know the names in Python.

        Args:
            write: returns an argument or a setting as the reader writes it.
        """
        return for_engine(self._text(write))

    def _text(self, _write: Callable[[str], str]) -> str:
        return super().__str__()


class ArgumentError(CssError, ValueError):
    """An argument has the wrong shape or value. Raised before any record is requested.

    Attributes:
        argument: the argument's name in Python, such as ``cluster_id``; the command line, the plugin and policies
            convert it to their own style.
        reason: what is wrong with it, and what to do.
    """

    def __init__(self, argument: str, reason: str) -> None:
        super().__init__(argument, reason)
        self.argument = argument
        self.reason = reason

    def _text(self, write: Callable[[str], str]) -> str:
        return f"{write(self.argument)}: {self.reason}"


class NoClusterError(ArgumentError):
    """There is no cluster of the name, or none that the selection matches."""

    names_subject = True


class SettingsError(CssError, ValueError):
    """A setting (credentials, region, endpoint, project id, ...) is missing or wrong. Raised before it is used.

    Attributes:
        setting: the setting's name, such as ``project_id``.
        reason: what is wrong with it, and every place where it can be set.
    """

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(setting, reason)
        self.setting = setting
        self.reason = reason

    def _text(self, write: Callable[[str], str]) -> str:
        return f"{write(self.setting)}: {self.reason}"


class CssConnectionError(CssError):
    """The API could not be reached, or the connection broke before the response was complete."""

    @property
    def retryable(self) -> bool:
        """True: the connection may work again later."""
        return True


class CssTimeoutError(CssConnectionError, TimeoutError):
    """The API did not respond within the deadline."""


class InvalidResponseError(CssError):
    """The response is unexpected, incomplete, too large, or about another cluster."""


class ApiError(CssError):
    """The API returned an error.

    Attributes:
        status: the HTTP status (an int; 202 is possible, for code CSS.0011).
        code: the error code, such as ``CSS.3027`` or ``APIGW.0301``; None if the body had none.
        message: the server's message; may be empty.
        request_id: the ``X-Request-Id`` header, for the vendor's support; None if there was none.
        hint: what to do about it; None if there is no advice.
        service: the name of the service, ``CSS`` or ``IAM``.
        attempts: how many attempts were made.
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
        """True for throttling (429), server errors (5xx), and "try again later" (202 with CSS.0011)."""
        busy = self.status == 202 and self.code == RETRY_LATER_CODE
        return busy or self.status == 429 or self.status >= 500

    def _text(self, _write: Callable[[str], str]) -> str:
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
    """A gate did not pass. ``verdict`` is the `Verdict`; the error's text is its reason."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict
        self.names_subject = verdict.cluster is not None

    def _text(self, _write: Callable[[str], str]) -> str:
        return self.verdict.reason


class SiteError(CssError):
    """The clusters of a site, a region or one project in it, could not be listed, so none of them was read.

    Attributes:
        site: the site's name: its region, with the project's id where that was given.
        error: why.
    """

    names_subject = True

    def __init__(self, site: str, error: CssError) -> None:
        super().__init__(site, error)
        self.site = site
        self.error = error

    def _text(self, write: Callable[[str], str]) -> str:
        return f"the clusters in {self.site} are not known, and none of them was read: {self.error.worded(write)}"


class FleetError(CssError):
    """Clusters of a fleet could not be read, or did not pass the gate.

    Attributes:
        errors: the error of each cluster that failed, by its id, in the order given; of a site whose clusters could not
            be listed, by the site's name.
        total: how many clusters were to be read.
        titles: what the clusters are called, by the same keys, where that is not the key.
    """

    def __init__(self, errors: Mapping[str, CssError], total: int, titles: Mapping[str, str] | None = None) -> None:
        super().__init__(dict(errors), total, dict(titles or {}))
        self.errors = dict(errors)
        self.total = total
        self.titles = dict(titles or {})

    @property
    def retryable(self) -> bool:
        """True if every error is retryable."""
        return all(error.retryable for error in self.errors.values())

    def _text(self, write: Callable[[str], str]) -> str:
        """Return a line with the number of failures, and a line for each of them that names the cluster."""
        lines = [f"{len(self.errors)} of {self.total} clusters failed:"]
        lines += [f"- {about(self.titles.get(key, key), error, write)}" for key, error in self.errors.items()]
        return "\n".join(lines)


class UnexpectedError(CssError):
    """A defect of this package, described in one line."""


def about(title: str, error: CssError, write: Callable[[str], str] = str) -> str:
    """Return an error's text, which names what it is about.

    Args:
        title: what the cluster, or another subject, is called.
        error: the error.
        write: as for `CssError.worded`.
    """
    text = error.worded(write)
    return text if error.names_subject else f"{title}: {text}"


def expected(error: Exception) -> CssError:
    """Return an error of this package unchanged, any other as an `UnexpectedError`."""
    return error if isinstance(error, CssError) else UnexpectedError(unexpected(error))


def unexpected(error: BaseException) -> str:
    """Return a text for any other error: its type and location, but not its message, which may contain a secret."""
    place, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
        place, trace = f" ({file}, line {trace.tb_lineno})", trace.tb_next
    return f"unexpected error {type(error).__name__}; it is a defect of pulumi-huaweicloud-css{place}, please report it"
