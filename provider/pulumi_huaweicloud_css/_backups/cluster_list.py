"""The clusters of a project: all pages of the API's list, or an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._api.client import CssClient, shared_client
from .._api.clusters import Cluster
from .._api.deadline import Deadline
from .._api.pagination import read_list
from .._config.settings import SettingsArguments, resolve_arguments
from .._config.sources import ConfigGetter
from .._config.table import PROGRAM, Reader
from ..errors import InvalidResponseError
from .selection import ClusterSelector

if TYPE_CHECKING:
    from .outputs import ClustersOutputs


class ClustersArguments(SettingsArguments, total=False):
    """The arguments of `get_clusters`; missing or None if not given."""

    names: Sequence[str] | None
    tags: Mapping[str, str] | None
    engine: str | None
    enterprise_project_id: str | None


@dataclass(frozen=True)
class ClustersResult:
    """The clusters of a project that were asked for, by name and id; no region where only an endpoint is known."""

    clusters: Sequence[Cluster]
    project_id: str
    region: str | None

    def to_outputs(self) -> ClustersOutputs:
        """Return the outputs: plain JSON values."""
        return {
            "clusters": [cluster.to_outputs() for cluster in self.clusters],
            "project_id": self.project_id,
            "region": self.region,
        }


@dataclass(frozen=True)
class _Page:
    """A page of clusters, as `read_list` takes it."""

    records: tuple[Cluster, ...]
    total_size: int | None


def list_all_clusters(client: CssClient) -> list[Cluster]:
    """Return all clusters of the client's project, with as few requests as it takes.

    Raises:
        InvalidResponseError: it is not certain that these are all of them.
        CssError: they could not be listed.
    """
    deadline = Deadline(client.timeout)

    def page(position: int, size: int, offset_name: str) -> _Page:
        listed = client.list_clusters(position, size, offset_name=offset_name, _deadline=deadline)
        return _Page(listed.clusters, listed.total_size)

    clusters, complete = read_list(page)
    if not complete:
        raise InvalidResponseError(
            f"the list of clusters is incomplete, or changed each time it was read ({len(clusters)} were found); "
            "nothing is read of a part of the clusters"
        )
    return clusters


def read_clusters(
    arguments: ClustersArguments,
    *,
    config: ConfigGetter | None = None,
    reader: Reader = PROGRAM,
) -> ClustersResult:
    """Check the arguments, resolve the settings, and list; shared by the function and the plugin.

    Raises:
        ArgumentError, SettingsError: before any request is sent.
        CssError: the clusters could not be listed.
    """
    selector = ClusterSelector(
        names=arguments.get("names"),
        tags=arguments.get("tags"),
        engine=arguments.get("engine"),
        enterprise_project_id=arguments.get("enterprise_project_id"),
        allow_empty=True,
    )
    settings = resolve_arguments(arguments, config=config, reader=reader)
    client = shared_client(settings)
    return ClustersResult(selector.select(list_all_clusters(client)), client.project_id(), client.region)
