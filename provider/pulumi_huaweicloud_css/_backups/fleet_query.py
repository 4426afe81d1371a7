"""One query for many clusters, which are given by their ids or selected; validated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .._text import as_given
from .._validation import DEFAULT_PARALLELISM, MAX_PARALLELISM, ON_ERROR, check_cluster_id, check_int, check_one_given
from ..errors import ArgumentError
from .query import ANY_CLUSTER, LogRecordsQuery, QueryArguments
from .selection import ClusterSelector
from .sites import Site, SitesArguments, sites_of


class SeveralArguments(QueryArguments, SitesArguments, total=False):
    """The arguments of a query for several clusters, but for those that say which."""


class ManyArguments(SeveralArguments, total=False):
    """The arguments of `get_fleet_log_records` and `FleetLogRecords`, but for the selection."""

    cluster_ids: Sequence[str] | None
    parallelism: int | None
    on_error: str | None


class FleetArguments(ManyArguments, total=False):
    """The arguments of `get_fleet_log_records`."""

    clusters: ClusterSelector | Mapping[str, object] | None


@dataclass(frozen=True)
class FleetQuery:
    """One query for many clusters' log backup records; checked when it is made.

    Args:
        cluster_ids: the clusters' ids, at least one; duplicates are ignored. Empty if the clusters are selected.
        each: what to read of each cluster: a query for any one of them.
        parallelism: how many clusters are read concurrently, at each site, 1 to 64.
        on_error: ``fail``: one error lists the failures of all clusters; ``collect``: they are in the output `errors`.
        clusters: selects the clusters when they are read; None if they are given by their ids.
        sites: where the clusters are; empty: where the settings say.

    Raises:
        ArgumentError: a value is invalid.
    """

    cluster_ids: Sequence[str]
    each: LogRecordsQuery
    parallelism: int = DEFAULT_PARALLELISM
    on_error: str = "fail"
    clusters: ClusterSelector | None = None
    sites: Sequence[Site] = ()

    def __post_init__(self) -> None:
        """Check every value."""
        if self.clusters is None:
            object.__setattr__(self, "cluster_ids", check_cluster_ids(self.cluster_ids))
        object.__setattr__(self, "parallelism", check_int("parallelism", self.parallelism, 1, MAX_PARALLELISM))
        if self.on_error not in ON_ERROR:
            raise ArgumentError("on_error", f"{as_given(self.on_error)} is not one of {', '.join(ON_ERROR)}")

    @classmethod
    def of(cls, arguments: FleetArguments, write: Callable[[str], str] = str) -> FleetQuery:
        """Create a query from a user's arguments; `write` returns an argument as the errors' reader writes it.

        Raises:
            ArgumentError: one of them is invalid.
        """
        given, selected = arguments.get("cluster_ids"), arguments.get("clusters")
        check_one_given(write, cluster_ids=given, clusters=selected)
        cluster_ids = () if selected is not None else check_cluster_ids(given)
        parallelism, on_error = arguments.get("parallelism"), arguments.get("on_error")
        return cls(
            cluster_ids=cluster_ids,
            each=LogRecordsQuery.of(next(iter(cluster_ids), ANY_CLUSTER), arguments, include_records=False),
            parallelism=DEFAULT_PARALLELISM if parallelism is None else parallelism,
            on_error="fail" if on_error is None else on_error,
            clusters=None if selected is None else ClusterSelector.of(selected),
            sites=sites_of(arguments, write),
        )


def check_cluster_ids(cluster_ids: object) -> tuple[str, ...]:
    """Return cluster ids without duplicates, in the order given.

    Raises:
        ArgumentError: they are not a list, the list is empty, or one is not a cluster's id.
    """
    if isinstance(cluster_ids, str) or not isinstance(cluster_ids, Sequence):
        raise ArgumentError("cluster_ids", f"{as_given(cluster_ids)} is not a list of cluster ids")
    if not cluster_ids:
        raise ArgumentError("cluster_ids", "the list is empty; give at least one cluster's id")
    return tuple(dict.fromkeys(check_cluster_id(each, "cluster_ids") for each in cluster_ids))
