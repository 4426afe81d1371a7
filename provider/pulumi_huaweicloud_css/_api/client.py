"""A client of the API itself: one signed request for one page of a cluster's log backup records. Needs no Pulumi."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Self, TypeVar

from .. import _validation
from .._config.credentials import Credentials
from .._config.settings import Settings, resolve
from .._log import LOGGER
from .._threads import ForkSafeLock
from ..errors import ApiError, ArgumentError
from .attempt import Response
from .deadline import DEADLINE_SECONDS, Deadline
from .error_response import LIST_RECORDS, name_action
from .models import RecordPage, check_cluster, parse_page
from .parsing import Parser, parsed
from .signing import auth_for
from .signing_keys import SigningKeys
from .transport import Transport

if TYPE_CHECKING:
    from .clusters import ClusterPage
    from .log_settings import LogSettings
    from .projects import Project

MAX_PAGE = 1000
_WIRE_STATUSES = ("FAIL", "NOT_FAIL")

_T = TypeVar("_T")


class CssClient:
    """A client of one project's CSS API for log backup records. A context manager; safe to share between threads.

    ``CssClient()`` takes its settings from the environment; ``CssClient(region="cn-north-4")`` overrides the region.

    Args:
        project_id: 32 hexadecimal digits; default: from settings, or looked up in IAM by name.
        region: the region's name, such as ``cn-north-4``; default: from settings.
        endpoint: base URL of the CSS API; default: the region's.
        timeout: deadline of one query in seconds, retries and further pages included.

    Raises:
        SettingsError: a setting is missing or wrong.
    """

    def __init__(
        self,
        *,
        project_id: str | None = None,
        region: str | None = None,
        endpoint: str | None = None,
        timeout: float = DEADLINE_SECONDS,
        _settings: Settings | None = None,  # of this package: resolved already, instead of the three
        _transport: Transport | None = None,
    ) -> None:
        settings = _settings or resolve(project_id=project_id, region=region, endpoint=endpoint)
        self._settings = settings
        self.timeout = timeout
        self._transport = _transport or Transport(
            settings.credentials, max_retries=settings.max_retries, insecure=settings.insecure
        )
        self._project_id = settings.project_id
        self._keys = SigningKeys(settings, self._transport)
        self._lock = ForkSafeLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; further requests open new ones."""
        self._transport.close()

    @property
    def region(self) -> str | None:
        """The region's name, or None where only an endpoint was given."""
        return self._settings.region

    @property
    def endpoint(self) -> str:
        """The base URL of the CSS API."""
        return self._settings.endpoint

    def project_id(self, *, _deadline: Deadline | None = None) -> str:
        """Return the project's id; if no setting gives it, it is looked up in IAM once, by name.

        Raises:
            SettingsError: IAM lists no project, or several, of that name.
            CssError: the request to IAM failed.
        """
        with self._lock:
            if self._project_id is None:
                self._project_id = self.look_up_project(_deadline=_deadline)
            return self._project_id

    def list_log_records(
        self,
        cluster_id: str,
        offset: int = 1,
        limit: int = 10,
        status: str | None = None,
        *,
        offset_name: str = "offset",
        _deadline: Deadline | None = None,  # of the longer question that this page is part of
    ) -> RecordPage:
        """Return one page of records, in the server's order.

        Args:
            cluster_id: the CSS cluster's id, a UUID.
            offset: number of the first record, counted from 1.
            limit: the most records to return, 1 to 1000.
            status: ``FAIL``, ``NOT_FAIL`` (running or successful), or None for all; the API has no other filters.
            offset_name: the query parameter for the offset: ``offset``, or ``start`` on older sites.

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
        deadline = _deadline or Deadline(self.timeout)
        project_id = self.project_id(_deadline=deadline)
        parameters = {offset_name: str(offset), "limit": str(limit)}
        if status:
            parameters["status"] = status

        def read(response: Response) -> tuple[RecordPage, bool]:
            page = self._read(response, parse_page)
            if self._transport.credentials.may_be_in(response.body):
                page = page.redacted(self._redact)
            return page, check_cluster(cluster_id, {record.cluster_id for record in page.records}, self._redact)

        return self._request(
            f"{self._settings.endpoint}/v1.0/{project_id}/clusters/{cluster_id}/logs/records",
            parameters,
            project_id,
            deadline,
            read,
        )

    def list_clusters(
        self,
        offset: int = 1,
        limit: int = 10,
        *,
        offset_name: str = "start",
        _deadline: Deadline | None = None,  # of the longer query that this page is part of
    ) -> ClusterPage:
        """Return one page of the project's clusters, in the server's order.

        Args:
            offset: number of the first cluster, counted from 1.
            limit: at most so many clusters, 1 to 1000.
            offset_name: what the site calls the offset: ``start``, or ``offset``.

        Raises:
            ArgumentError, ApiError, CssConnectionError, InvalidResponseError: as `list_log_records`.
        """
        from .clusters import parse_clusters

        offset = _validation.check_int("offset", offset, 1)
        limit = _validation.check_int("limit", limit, 1, MAX_PAGE)
        deadline = _deadline or Deadline(self.timeout)
        project_id = self.project_id(_deadline=deadline)
        return self._request(
            f"{self._settings.endpoint}/v1.0/{project_id}/clusters",
            {offset_name: str(offset), "limit": str(limit)},
            project_id,
            deadline,
            lambda response: (self._read(response, parse_clusters), False),
            fresh=True,
            action="css:cluster:list",
        )

    def log_settings(
        self,
        cluster_id: str,
        *,
        _deadline: Deadline | None = None,  # of the longer query that this is part of, in which it is not retried
    ) -> LogSettings | None:
        """Return how the cluster's log backup is set up; None if it never was. Needs ``css:log:getSetting``.

        Raises:
            ArgumentError, ApiError, CssConnectionError, InvalidResponseError: as `list_log_records`.
        """
        from .log_settings import parse_log_settings

        _validation.check_cluster_id(cluster_id)
        deadline = _deadline or Deadline(self.timeout)
        project_id = self.project_id(_deadline=deadline)
        return self._request(
            f"{self._settings.endpoint}/v1.0/{project_id}/clusters/{cluster_id}/logs/settings",
            {},
            project_id,
            deadline,
            lambda response: self._read(response, partial(parse_log_settings, cluster_id=cluster_id)),
            fresh=True,  # an error response proves nothing
            retry=_deadline is None,
            action="css:log:getSetting",
        )

    def look_up_project(self, *, _deadline: Deadline | None = None) -> str:
        """Return the id of the project by its name, else by the region's, whether a setting gives the id or not.

        Raises:
            SettingsError, CssError: as `project_id`.
        """
        from .projects import find_project, parse_projects

        until = _deadline or Deadline(self.timeout)

        def list_projects(path: str, parameters: dict[str, str]) -> list[Project]:
            return self._request(
                f"{self._settings.iam_endpoint}{path}",
                parameters,
                None,
                until,
                lambda response: (self._read(response, parse_projects, "IAM"), False),
                service="IAM",
                fresh=True,
            )

        return find_project(self._settings, list_projects, self._redact)

    def _request(
        self,
        url: str,
        parameters: Mapping[str, str],
        project_id: str | None,
        deadline: Deadline,
        read: Callable[[Response], tuple[_T, bool]],
        *,
        service: str = "CSS",
        fresh: bool = False,
        retry: bool = True,
        action: str = LIST_RECORDS,
    ) -> _T:
        """Send a signed request; temporary keys that are refused before their time are renewed, once."""

        def send(keys: Credentials) -> _T:
            auth = auth_for(keys, project_id)
            return self._transport.request(
                url, parameters, auth, deadline, read, service=service, fresh=fresh, retry=retry
            )

        keys = self._keys.current(deadline)
        try:
            return send(keys)
        except ApiError as refused:
            if refused.status != 401 or not self._keys.forget(keys):
                raise name_action(refused, self._transport.credentials.current.source, action) from None
        LOGGER.debug("credentials: temporary keys were refused, and are asked for anew")
        return send(self._keys.current(deadline))

    def _redact(self, text: str) -> str:
        return self._transport.credentials.redact(text)

    def _read(self, response: Response, parse: Parser[_T], service: str = "CSS") -> _T:
        source = self._transport.credentials.current.source
        return parsed(response, parse, service=service, source=source, redact=self._redact)


_making_clients = ForkSafeLock()


def shared_client(settings: Settings) -> CssClient:
    """Return the process's client for these settings: all queries with the same settings share its connections."""
    with _making_clients:  # or two threads could create one each
        return _shared_client(settings)


@lru_cache(maxsize=32)
def _shared_client(settings: Settings) -> CssClient:
    return CssClient(_settings=settings)
