"""What can be changed in an emulator while it runs, besides records: clusters, log settings, temporary keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .clusters import LogSettings
    from .records import Clock
    from .registry import Registry
    from .site import Cluster
    from .temporary_keys import TemporaryKeys


class Contents:
    """The part of `Emulator` that changes what there is; every method may be called from any thread."""

    _records: Registry
    _keys: TemporaryKeys
    _clock: Clock

    def add_cluster(self, cluster: Cluster, *, project_id: str | None = None) -> None:
        """Serve one more cluster from now on. It was created now, if it does not say otherwise.

        Args:
            cluster: the cluster.
            project_id: the project that it is in; None: the first one.

        Raises:
            ArgumentError: there is a cluster with this id, or no such project, or its records are not of this API.
        """
        self._records.add(cluster, project_id)

    def remove_cluster(self, cluster_id: str) -> None:
        """Serve a cluster and its records no more.

        Raises:
            ArgumentError: there is no such cluster.
        """
        self._records.remove(cluster_id)

    def set_log_settings(self, cluster_id: str, settings: LogSettings | None) -> None:
        """Change how the log backup of a cluster is set up; None: as if it never was.

        Raises:
            ArgumentError: there is no such cluster.
        """
        self._records.set_log_settings(cluster_id, settings)

    @property
    def temporary_keys(self) -> list[str]:
        """The access keys of all temporary keys handed out up to now (at most the latest 10,000), oldest first."""
        return self._keys.access_keys()

    def expire_temporary_keys(self) -> None:
        """End all temporary keys handed out up to now: requests with them are refused with 401."""
        self._keys.expire_all(self._clock())
