"""The clusters of a project, as the API lists them: read tolerantly, for what a server sends is only data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .._text import sanitize
from .._time import parse_rfc3339, rfc3339, unix_ms
from .._validation import is_cluster_id
from ..errors import InvalidResponseError
from .body import load_json
from .models import check_no_error

if TYPE_CHECKING:
    from .._outputs import ClusterOutputs

AVAILABLE = "200"
_STATUSES = {"100": "being created", AVAILABLE: "available", "303": "unavailable"}
_LONGEST_NAME = 256


@dataclass(frozen=True)
class Cluster:
    """One CSS cluster.

    Attributes:
        id: the cluster's id, a UUID.
        name: its name; "" if the API gives none.
        status: the API's code: ``100`` being created, ``200`` available, ``303`` unavailable; others as they come.
        engine: ``elasticsearch``, ``opensearch`` or ``logstash``; None if the API gives none.
        version: the engine's version; None if the API gives none.
        tags: the cluster's tags, by key.
        enterprise_project_id: the enterprise project's id, ``0`` for the default one; None if the API gives none.
        created_at: when it was made, Unix time in milliseconds; None if the API gives no time that can be read.
    """

    id: str
    name: str = ""
    status: str | None = None
    engine: str | None = None
    version: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    enterprise_project_id: str | None = None
    created_at: int | None = None

    @property
    def why_no_backups(self) -> str | None:
        """Why it can have no log backups now; None if it can, or if its status is not known."""
        return None if self.status in (None, AVAILABLE) or self.status not in _STATUSES else _STATUSES[self.status]

    @property
    def state(self) -> str | None:
        """Its status in words; the API's code where that is not known."""
        return _STATUSES.get(self.status or "", self.status)

    def to_outputs(self) -> ClusterOutputs:
        """Return the cluster as outputs: its creation time as RFC 3339 text in UTC."""
        return {
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "engine": self.engine,
            "version": self.version,
            "tags": dict(self.tags),
            "enterprise_project_id": self.enterprise_project_id,
            "created_at": None if self.created_at is None else rfc3339(self.created_at),
        }


@dataclass(frozen=True)
class ClusterPage:
    """One page of the API's list, in the server's order; the total is None where the site gives none."""

    clusters: tuple[Cluster, ...]
    total_size: int | None


def parse_clusters(body: bytes, redact: Callable[[str], str]) -> ClusterPage:
    """Read a page of the list.

    Args:
        body: the response's body.
        redact: takes secrets out of texts that a server may have been sent.

    Raises:
        InvalidResponseError: it is no list of clusters, each with an id, or it has an error code.
    """
    page = load_json(body)
    listed = page.get("clusters") if isinstance(page, dict) else None
    total = page.get("totalSize") if isinstance(page, dict) else None
    if isinstance(page, dict):
        check_no_error(page)
    if not isinstance(listed, list):
        raise InvalidResponseError("the response is not a list of clusters")
    if total is not None and (not isinstance(total, int) or isinstance(total, bool) or total < 0):
        raise InvalidResponseError("totalSize of the list of clusters is not a number")
    return ClusterPage(tuple(_cluster(entry, redact) for entry in listed), total)


def _cluster(entry: object, redact: Callable[[str], str]) -> Cluster:
    if not isinstance(entry, dict) or not is_cluster_id(entry.get("id")):
        raise InvalidResponseError("an entry of the list of clusters has no cluster's id")

    def text(value: object) -> str | None:
        known = isinstance(value, str | int) and not isinstance(value, bool)
        return sanitize(redact(str(value))[:10_000], _LONGEST_NAME) if known else None

    datastore = entry.get("datastore")
    datastore = datastore if isinstance(datastore, dict) else {}
    return Cluster(
        id=entry["id"],
        name=text(entry.get("name")) or "",
        status=text(entry.get("status")),
        engine=text(datastore.get("type")),
        version=text(datastore.get("version")),
        tags=_tags(entry.get("tags"), text),
        enterprise_project_id=text(entry.get("enterpriseProjectId")),
        created_at=_moment(entry.get("created")),
    )


def _tags(listed: object, text: Callable[[object], str | None]) -> dict[str, str]:
    tags: dict[str, str] = {}
    for tag in listed if isinstance(listed, list) else ():
        key = text(tag.get("key")) if isinstance(tag, dict) else None
        if key:
            tags[key] = text(tag.get("value")) or ""
    return tags


def _moment(value: object) -> int | None:
    """Return a time, which the API writes without its zone (UTC)."""
    if not isinstance(value, str):
        return None
    try:
        return parse_rfc3339(value)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(value.strip())
        return unix_ms((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC))
    except (ValueError, OverflowError):
        return None
