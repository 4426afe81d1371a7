"""A client of the API itself: one signed request for one page of a cluster's log backup records. Needs no Pulumi."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TypeVar

from .. import _validation
from .._config.credentials import Credentials
from .._config.settings import PROJECT_ID, Settings, resolve
from .._config.sources import SETTINGS_BY_NAME
from .._config.temporary import RENEW_SECONDS, temporary_credentials
from .._log import LOGGER
from .._text import sanitize
from .._threads import ForkSafeLock
from ..errors import ArgumentError, InvalidResponseError, SettingsError
from .attempt import Response
from .body import load_json
from .error_response import read_error_response
from .models import RecordPage, parse_page
from .signing import auth_for
from .transport import DEADLINE_SECONDS, Deadline, Transport

MAX_PAGE = 1000
_SHOWN_PROJECTS = 5  # in an error about thousands
_WIRE_STATUSES = ("FAIL", "NOT_FAIL")

_T = TypeVar("_T")


class CssClient:
    """A client of one project's CSS API for log backup records. A context manager; safe to share between threads.

    ``CssClient()`` takes its settings from the environment; ``CssClient(region="cn-north-4")`` overrides the region.

    Args:
        settings: resolved settings; if given, the next three arguments must not be.
        project_id: 32 hexadecimal digits; default: from settings, or looked up in IAM by the region's name.
        region: the region's name, such as ``cn-north-4``; default: from settings.
        endpoint: base URL of the CSS API; default: the region's.
        timeout: deadline of one query in seconds, retries and further pages included.
        transport: sends the requests; by default created from the settings.

    Raises:
        ArgumentError: both settings and one of the three arguments are given.
        SettingsError: a setting is missing or wrong.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        project_id: str | None = None,
        region: str | None = None,
        endpoint: str | None = None,
        timeout: float = DEADLINE_SECONDS,
        transport: Transport | None = None,
    ) -> None:
        if settings is None:
            settings = resolve(project_id=project_id, region=region, endpoint=endpoint)
        elif project_id or region or endpoint:
            raise ArgumentError("settings", "give resolved settings, or project_id, region and endpoint, not both")
        self.settings = settings
        self.timeout = timeout
        self._transport = transport or Transport(
            settings.credentials, max_retries=settings.max_retries, insecure=settings.insecure
        )
        self._project_id = settings.project_id
        self._lock = ForkSafeLock()

    def __enter__(self) -> CssClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; further requests open new ones."""
        self._transport.close()

    def deadline(self) -> Deadline:
        """Return the deadline of a query that starts now."""
        return Deadline(self.timeout)

    def project_id(self, deadline: Deadline | None = None) -> str:
        """Return the project's id; if no setting gives it, it is looked up in IAM once, by the region's name.

        Raises:
            SettingsError: IAM lists no project, or several, of that name.
            CssError: the request to IAM failed.
        """
        with self._lock:
            if self._project_id is None:
                self._project_id = self._look_up_project(deadline or self.deadline())
            return self._project_id

    def list_log_records(
        self,
        cluster_id: str,
        offset: int = 1,
        limit: int = 10,
        status: str | None = None,
        *,
        offset_name: str = "offset",
        deadline: Deadline | None = None,
    ) -> RecordPage:
        """Return one page of records, in the server's order.

        Args:
            cluster_id: the CSS cluster's id, a UUID.
            offset: number of the first record, counted from 1.
            limit: the most records to return, 1 to 1000.
            status: ``FAIL``, ``NOT_FAIL`` (running or successful), or None for all; the API has no other filters.
            offset_name: the query parameter for the offset: ``offset``, or ``start`` on older sites.
            deadline: the deadline of the query that this page is part of; default: `timeout` from now.

        Raises:
            ArgumentError: an argument is wrong; nothing was sent.
            ApiError: the API returned an error.
            CssConnectionError: the API was not reached (CssTimeoutError: not in time).
            InvalidResponseError: the response is unexpected, incomplete, too large, or about another cluster.
        """
        _validation.check_cluster_id(cluster_id)
        offset = _validation.check_int("offset", offset, 1)
        limit = _validation.check_int("limit", limit, 1, MAX_PAGE)
        if status is not None and status not in _WIRE_STATUSES:
            raise ArgumentError("status", f"{status!r} is not one of {', '.join(_WIRE_STATUSES)}")
        deadline = deadline or self.deadline()
        project_id = self.project_id(deadline)
        parameters = {offset_name: str(offset), "limit": str(limit)}
        if status:
            parameters["status"] = status

        def read(response: Response) -> tuple[RecordPage, bool]:
            page = self._read(response, parse_page)
            if self.settings.credentials.may_be_in(response.body):
                page = page.redacted(self.settings.credentials.redact)
            return page, self._names_only(cluster_id, page)

        return self._transport.request(
            f"{self.settings.endpoint}/v1.0/{project_id}/clusters/{cluster_id}/logs/records",
            parameters,
            auth_for(self._credentials(), project_id),
            deadline,
            read,
        )

    def _names_only(self, cluster_id: str, page: RecordPage) -> bool:
        """Return whether records of a page name the requested cluster.

        Raises:
            InvalidResponseError: one of them names another, so the response does not belong to this request.
        """
        named = {record.cluster_id for record in page.records}
        requested = cluster_id.lower()
        proved = False
        for name in named:
            plain = (name or "").strip().lower()
            if plain and plain != requested:
                shown = sanitize(self.settings.credentials.redact(name or ""), 80)
                raise InvalidResponseError(
                    f"the response is not about cluster {cluster_id}, which was requested: "
                    f"a record in it is of cluster {shown}"
                )
            proved = proved or bool(plain)
        return proved

    def _credentials(self) -> Credentials:
        """Return the credentials; temporary ones are renewed before they expire."""
        if self.settings.credentials.ends_within(RENEW_SECONDS):
            renewed = temporary_credentials(os.environ)
            if renewed is not None:
                self.settings = replace(self.settings, credentials=renewed)
                self._transport.credentials = renewed
        return self.settings.credentials

    def _look_up_project(self, deadline: Deadline) -> str:
        region = self.settings.region
        if region is None or self.settings.iam_endpoint is None:
            raise SettingsError("project_id", "not given, and without a region it cannot be looked up")
        response = self._transport.get(
            f"{self.settings.iam_endpoint}/v3/projects",
            {"name": region},
            auth_for(self._credentials()),
            deadline,
            service="IAM",
        )
        listed = self._read(response, _projects, "IAM")
        usable = [project for project in listed if project.may_be(region)]
        if len(usable) != 1:
            found = _few([project.project_id for project in usable])
            others = [project for project in listed if not project.may_be(region)]
            if others:
                found += f"; not counted: {_few([self._describe(project) for project in others])}"
            raise SettingsError(
                "project_id",
                f"IAM lists {len(usable)} projects named {region!r} ({found}), and exactly one is "
                f"needed; give the one you mean by {SETTINGS_BY_NAME['project_id'].places(self.settings.reader)}",
            )
        project_id = usable[0].project_id
        LOGGER.debug("project id %s found at IAM by the name of region %s", project_id, region)
        return project_id

    def _describe(self, project: _Project) -> str:
        name = sanitize(self.settings.credentials.redact(project.name or "")[:1000], 40)
        return f"{name!r}{'' if project.enabled else ' (disabled)'}"

    def _read(self, response: Response, parse: Callable[[bytes, Callable[[str], str]], _T], service: str = "CSS") -> _T:
        """Parse a body; an error response with status 200, or an invalid one, raises an error without secrets."""
        redact = self.settings.credentials.redact
        try:
            return parse(response.body, redact)
        except InvalidResponseError as error:
            source = self.settings.credentials.source
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


@dataclass(frozen=True)
class _Project:
    """One project of IAM's list; a missing name or state is taken to match."""

    project_id: str
    name: str | None
    enabled: bool

    def may_be(self, name: str) -> bool:
        """Return whether this may be the enabled project of this name."""
        return self.enabled and self.name in (None, name)


def _projects(body: bytes, _redact: Callable[[str], str]) -> list[_Project]:
    """Parse IAM's list of projects."""
    try:
        projects = [
            _Project(listed["id"], listed.get("name"), listed.get("enabled", True) is True)
            for listed in load_json(body)["projects"]
        ]
        if all(PROJECT_ID.fullmatch(each.project_id) and isinstance(each.name, str | None) for each in projects):
            return projects
    except (InvalidResponseError, KeyError, TypeError, AttributeError):
        pass
    raise InvalidResponseError("IAM's response is not a list of projects")


def _few(texts: list[str]) -> str:
    """Join the first few texts; there may be thousands."""
    shown = ", ".join(texts[:_SHOWN_PROJECTS])
    more = len(texts) - _SHOWN_PROJECTS
    return f"{shown} and {more} more" if more > 0 else shown or "none"


_making_clients = ForkSafeLock()


def shared_client(settings: Settings) -> CssClient:
    """Return the process's client for these settings: all queries with the same settings share its connections."""
    with _making_clients:  # or two threads could create one each
        return _shared_client(settings)


@functools.lru_cache(maxsize=32)
def _shared_client(settings: Settings) -> CssClient:
    return CssClient(settings)
