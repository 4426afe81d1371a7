"""Which clusters are read, and where: found by id or by selection, in every site of a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .._threads import in_parallel
from ..errors import ArgumentError, CssError, NoClusterError, SettingsError, SiteError, expected
from .circuit_breaker import CircuitBreaker
from .cluster_ref import ClusterRef
from .evaluate import Target, unreadable
from .open_sites import OpenSite
from .query import LogRecordsQuery, read
from .result import LogRecordsResult

if TYPE_CHECKING:
    from .._api.clusters import Cluster
    from .outputs import SkippedOutputs
    from .selection import ClusterSelector


@dataclass(frozen=True)
class SkippedCluster:
    """A selected cluster that can have no log backups now, for a reason, and so was not read."""

    cluster_id: str
    cluster_name: str
    reason: str

    @property
    def title(self) -> str:
        """Its name, if it has one, and its id."""
        return ClusterRef(self.cluster_id, self.cluster_name).title

    def to_outputs(self) -> SkippedOutputs:
        """Return the outputs: plain JSON values."""
        return {"cluster_id": self.cluster_id, "cluster_name": self.cluster_name, "reason": self.reason}


@dataclass(frozen=True)
class FoundClusters:
    """Where clusters were looked for, and what was found.

    Args:
        clusters: the clusters to read, each with its site.
        skipped: the selected clusters that are not read.
        unknown: why sites' clusters, or single clusters, are not known, by the site's name or the cluster's id.
    """

    clusters: Sequence[tuple[OpenSite, ClusterRef]]
    skipped: Sequence[SkippedCluster] = ()
    unknown: Mapping[str, CssError] = field(default_factory=dict)

    def targets(self, query: LogRecordsQuery, parallelism: int) -> list[Target[LogRecordsResult]]:
        """Return a target for each cluster, and for what is unknown. The clusters of a site share a circuit breaker.

        `parallelism` is how many will be read concurrently, at each site.
        """
        breakers = {site.label: CircuitBreaker(parallelism) for site, _ in self.clusters}

        def target(site: OpenSite, cluster: ClusterRef) -> Target[LogRecordsResult]:
            one, breaker = replace(query, cluster_id=cluster.id), breakers[site.label]
            return Target(
                cluster.id,
                lambda: breaker.call(lambda: read(site.client, one, cluster_name=cluster.name)),
                cluster,
                site.label,
            )

        return [target(*each) for each in self.clusters] + [_failing(*each) for each in self.unknown.items()]


def _failing(name: str, error: CssError) -> Target[LogRecordsResult]:
    return unreadable(name, error, None if isinstance(error, SiteError) else ClusterRef(name), name)


def find_clusters(
    sites: Sequence[OpenSite], cluster_ids: Sequence[str] = (), selector: ClusterSelector | None = None
) -> FoundClusters:
    """Return the clusters that are given by id, and those that are selected. At a single site ids are not looked up.

    Args:
        sites: where to look, at least one.
        cluster_ids: ids of clusters, without duplicates.
        selector: selects clusters, in addition; None for none.

    Raises:
        NoClusterError: the selection matches no cluster, and every site is known.
        ArgumentError: one of the clusters is in two sites.
        SettingsError: IAM lists no project, or several, of a site's name.
    """
    if selector is None and len(sites) == 1:
        return FoundClusters([(sites[0], _ref(sites[0], cluster_id)) for cluster_id in cluster_ids])
    listed, unknown = listed_clusters(sites)
    there = [cluster for _, clusters in listed for cluster in clusters]
    wanted = {cluster_id.lower(): cluster_id for cluster_id in cluster_ids}
    selected = set()
    if selector is not None:
        selected = {
            each.id for each in replace(selector, allow_empty=selector.allow_empty or bool(unknown)).select(there)
        }
    found: dict[str, tuple[OpenSite, ClusterRef]] = {}
    skipped = []
    for site, clusters in listed:
        for cluster in sorted(clusters, key=lambda each: (each.name, each.id)):
            key = cluster.id.lower()
            if key not in wanted and cluster.id not in selected:
                continue
            if key in found:
                first = found[key][0]
                raise ArgumentError(site.given_as, f"cluster {cluster.id} is in {first.label} and in {site.label}")
            found[key] = site, _ref(site, cluster.id, cluster)
            if key not in wanted and cluster.why_no_backups is not None:
                skipped.append(SkippedCluster(cluster.id, cluster.name, f"the cluster is {cluster.why_no_backups}"))
    left_out = {each.cluster_id.lower() for each in skipped}
    given = [found[key] for key in wanted if key in found]  # in the order given
    others = [each for key, each in found.items() if key not in wanted and key not in left_out]
    nowhere = [cluster_id for key, cluster_id in wanted.items() if key not in found]
    return FoundClusters(given + others, skipped, {**_nowhere(nowhere, listed, unknown), **unknown})


def check_some_judged(judged: Sequence[object], skipped: Sequence[SkippedCluster]) -> None:
    """Refuse a gate that would judge nothing because all that was selected is skipped: it must not pass.

    Raises:
        ArgumentError: nothing is judged, and something is skipped.
    """
    if skipped and not judged:
        first = skipped[0]
        raise ArgumentError(
            "clusters",
            f"none of the clusters that it matches ({len(skipped)}) can be judged; "
            f"of {first.cluster_name}: {first.reason}",
        )


def _ref(site: OpenSite, cluster_id: str, cluster: Cluster | None = None) -> ClusterRef:
    project_id = None if cluster is None else site.client.project_id()
    return ClusterRef(cluster_id, cluster.name if cluster else None, site.client.region, project_id)


def listed_clusters(sites: Sequence[OpenSite]) -> tuple[list[tuple[OpenSite, list[Cluster]]], dict[str, CssError]]:
    """Return the clusters of each site, and the error of each site whose clusters could not be listed.

    Raises:
        SettingsError: IAM lists no project, or several, of a site's name.
    """
    from .cluster_list import list_all_clusters  # here, so that clusters given by id need no list

    def of(site: OpenSite) -> list[Cluster] | CssError:
        try:
            site.client.project_id()
            return list_all_clusters(site.client)
        except SettingsError:
            raise  # such as a region that the account does not have: nothing is read before that is right
        except Exception as error:
            return expected(error)

    answers = list(zip(sites, in_parallel(of, sites, len(sites)), strict=True))
    unknown = {
        site.label or site.client.region or "the endpoint": each for site, each in answers if isinstance(each, CssError)
    }
    return (
        [(site, each) for site, each in answers if isinstance(each, list)],
        {label: SiteError(label, error) for label, error in unknown.items()},
    )


def _nowhere(
    cluster_ids: Sequence[str], listed: Sequence[tuple[OpenSite, list[Cluster]]], unknown: Mapping[str, CssError]
) -> dict[str, CssError]:
    """Return the error of each cluster that no site has, as far as they are known."""
    where = " or ".join(site.label or "the project" for site, _ in listed)
    if not unknown:
        return {each: NoClusterError("cluster_ids", f"there is no cluster {each} in {where}") for each in cluster_ids}
    return {each: _unknown_place(each, where, unknown) for each in cluster_ids}


def _unknown_place(cluster_id: str, where: str, unknown: Mapping[str, CssError]) -> CssError:
    not_in = f"it is not in {where}, and " if where else ""
    error = CssError(f"cluster {cluster_id} was not read: {not_in}the clusters in {', '.join(unknown)} are not known")
    error.names_subject = True
    return error
