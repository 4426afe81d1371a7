"""The clusters that there are while the emulator runs: they come, they go, and their log settings change."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import ArgumentError
from .clusters import created_at, name_of
from .records import Clock, ClusterRecords

if TYPE_CHECKING:
    from .clusters import LogSettings
    from .site import Cluster, Site

# Made-up records of so many clusters are kept in memory; those of the others are made up again when they are asked for.
_MOST_MADE_UP = 512


@dataclass(frozen=True, kw_only=True)
class RegisteredCluster:
    """A cluster as it is now, and when it was created and its log settings were updated, as Unix times in seconds."""

    cluster: Cluster
    project_id: str
    created: float
    updated: float
    records: ClusterRecords


class Registry(Mapping[str, ClusterRecords]):
    """All clusters; as a mapping, the records of each by cluster id. Safe to use from several threads.

    Raises:
        ArgumentError: a cluster's given records are not records of this API.
    """

    def __init__(self, *, site: Site, clock: Clock) -> None:
        self._site = site
        self._clock = clock
        self._lock = threading.Lock()
        self._made_up: OrderedDict[str, ClusterRecords] = OrderedDict()
        self._clusters: dict[str, RegisteredCluster] = {}
        for project in site.projects:
            for cluster in project.clusters:
                created = created_at(cluster, cluster.cluster_id)
                self._clusters[cluster.cluster_id] = self._registered(cluster, project.project_id, created)

    def __getitem__(self, cluster_id: str) -> ClusterRecords:
        return self.cluster(cluster_id).records

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._clusters))

    def __len__(self) -> int:
        return len(self._clusters)

    def cluster(self, cluster_id: str) -> RegisteredCluster:
        """Return a cluster.

        Raises:
            KeyError: there is none with this id.
        """
        with self._lock:
            registered = self._clusters[cluster_id]
            self._made_up[cluster_id] = registered.records
            self._made_up.move_to_end(cluster_id)
            forgotten = self._made_up.popitem(last=False)[1] if len(self._made_up) > _MOST_MADE_UP else None
        if forgotten is not None:
            forgotten.forget()
        return registered

    def names(self) -> dict[str, str]:
        """Return the name of each cluster, by its id."""
        with self._lock:
            return {each: name_of(registered.cluster, each) for each, registered in self._clusters.items()}

    def of_project(self, project_id: str) -> list[RegisteredCluster]:
        """Return the clusters of a project, in the order in which they were given."""
        with self._lock:
            return [registered for registered in self._clusters.values() if registered.project_id == project_id]

    def add(self, cluster: Cluster, project_id: str | None = None) -> RegisteredCluster:
        """Add a cluster; see `Emulator.add_cluster`."""
        project_ids = [project.project_id for project in self._site.projects]
        project_id = project_ids[0] if project_id is None else project_id
        if project_id not in project_ids:
            raise ArgumentError("project_id", f"the emulator has no project {project_id!r}")
        created = self._clock() if cluster.created is None else cluster.created
        registered = self._registered(cluster, project_id, created)
        with self._lock:
            if cluster.cluster_id in self._clusters:
                raise ArgumentError("cluster_id", f"the emulator has a cluster {cluster.cluster_id!r} already")
            self._clusters[cluster.cluster_id] = registered
        return registered

    def remove(self, cluster_id: str) -> None:
        """Remove a cluster with its records; see `Emulator.remove_cluster`."""
        with self._lock:
            if self._clusters.pop(cluster_id, None) is None:
                raise _unknown(cluster_id)
            self._made_up.pop(cluster_id, None)

    def set_log_settings(self, cluster_id: str, settings: LogSettings | None) -> None:
        """Change how a cluster's log backup is set up, from now on; see `Emulator.set_log_settings`."""
        now = self._clock()
        with self._lock:
            before = self._clusters.get(cluster_id)
            if before is None:
                raise _unknown(cluster_id)
            cluster = replace(before.cluster, log_settings=settings)
            self._clusters[cluster_id] = replace(before, cluster=cluster, updated=now)

    def _registered(self, cluster: Cluster, project_id: str, created: float) -> RegisteredCluster:
        records = ClusterRecords(cluster=cluster, quirks=self._site.quirks, clock=self._clock)
        return RegisteredCluster(
            cluster=cluster, project_id=project_id, created=created, updated=created, records=records
        )


def _unknown(cluster_id: str) -> ArgumentError:
    return ArgumentError("cluster_id", f"the emulator has no cluster {cluster_id!r}")
