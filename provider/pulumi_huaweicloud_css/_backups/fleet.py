"""One query for many clusters: read concurrently over shared connections, and summarized."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .._config.sources import ConfigGetter
from .._config.table import PROGRAM, Reader
from .._record import Record
from .._time import rfc3339, unix_ms
from ..errors import ApiError, CssError, FleetError, NoClusterError, SiteError
from .cluster_search import SkippedCluster, check_some_judged, find_clusters
from .evaluate import CheckResult, evaluate
from .fleet_query import FleetArguments, FleetQuery
from .open_sites import OpenSite, open_sites
from .result import LogRecordsResult

if TYPE_CHECKING:
    from .outputs import FleetOutputs, LogRecordsOutputs, RecordFilter


@dataclass(frozen=True)
class ClusterRecords:
    """What is kept of one cluster's result; the records of a large fleet would not fit into memory."""

    outputs: LogRecordsOutputs
    latest_success: Record | None


@dataclass(frozen=True)
class FleetResult:
    """The results of all clusters.

    Args:
        results: a result for each cluster, in the order of the query.
        gated: whether there was a gate.
        read_at: when the read was complete, as Unix time in milliseconds.
        skipped: the selected clusters that were not read.
    """

    results: Sequence[CheckResult[ClusterRecords]]
    gated: bool
    read_at: int
    skipped: Sequence[SkippedCluster] = ()

    @property
    def errors(self) -> dict[str, CssError]:
        """Why clusters failed, by cluster id: they could not be read, or did not pass the gate.

        Where the clusters of a site could not be listed, by the site's name.
        """
        return {result.target: result.failure for result in self.results if result.failure is not None}

    @property
    def unread(self) -> dict[str, CssError]:
        """Why clusters could not be read, by cluster id."""
        return {result.target: result.error for result in self.results if result.error is not None}

    @property
    def titles(self) -> dict[str, str]:
        """What the targets are called, by the keys of `errors`."""
        return {result.target: result.title for result in self.results}

    @property
    def oldest_success(self) -> Record | None:
        """The oldest of the clusters' newest successes; clusters without one do not count."""
        kept = [result.kept.latest_success for result in self.results if result.kept is not None]
        return min(
            (record for record in kept if record is not None),
            key=lambda record: (record.finished_at or record.created_at or 0, record.id),
            default=None,
        )

    def to_outputs(self, show: RecordFilter = list, write: Callable[[str], str] = str) -> FleetOutputs:
        """Return the outputs, which are the same everywhere: plain JSON values, times as RFC 3339 text in UTC.

        Args:
            show: returns records' outputs as they may be shown.
            write: returns an argument as the reader of errors writes it.
        """
        oldest, errors = self.oldest_success, self.errors
        verdicts = {each.target: each.verdict.to_dict() for each in self.results if each.verdict is not None}
        return {
            "clusters": {each.target: each.kept.outputs for each in self.results if each.kept is not None},
            "verdicts": verdicts if self.gated else None,
            "errors": {cluster_id: error.worded(write) for cluster_id, error in errors.items()},
            "oldest_success": None if oldest is None else show([oldest.to_outputs()])[0],
            "failed_cluster_ids": list(errors),
            "skipped": [each.to_outputs() for each in self.skipped],
            "read_at": rfc3339(self.read_at),
        }


def read_fleet(sites: Sequence[OpenSite], query: FleetQuery, show: RecordFilter = list) -> FleetResult:
    """Read every cluster, and return a result for each.

    Args:
        sites: where they are; see `open_sites`.
        query: what to read.
        show: returns records' outputs as they may be shown.

    Raises:
        NoClusterError: the selection matches no cluster.
        ArgumentError: a cluster is in two sites.
        CssError: there is one site, and the project's id could not be looked up, or the clusters could not be listed.
    """
    if len(sites) == 1:
        sites[0].client.project_id()
    found = find_clusters(sites, query.cluster_ids, query.clusters)
    for error in found.unknown.values():
        if len(sites) == 1 and isinstance(error, SiteError):
            raise error.error

    def keep(result: LogRecordsResult) -> ClusterRecords:
        return ClusterRecords(result.to_outputs(show), result.latest_success)

    targets = found.targets(query.each, query.parallelism)
    results = evaluate(targets, query.each.gate, keep, parallelism=query.parallelism)
    return FleetResult(results, query.each.gate is not None, unix_ms(datetime.now(UTC)), found.skipped)


def fleet_log_records(
    arguments: FleetArguments,
    *,
    config: ConfigGetter | None = None,
    environ: Mapping[str, str] | None = None,
    reader: Reader = PROGRAM,
    enforce_gate: bool = True,
    show: RecordFilter = list,
) -> FleetResult:
    """Check the arguments, resolve the settings, and read; shared by the function, the resource and the plugin.

    Where the settings are looked for, and how errors write them, is as for `resolve`. Without `enforce_gate`, clusters
    that failed are in the outputs, whatever `on_error` is, unless all are gone, or none is and none could be read.
    `show` returns records' outputs as they may be shown.

    Raises:
        ArgumentError, SettingsError: before any request is sent; or the selection matches no cluster, or with a gate
            only such as cannot have log backups now.
        FleetError: clusters failed, and `on_error` is ``fail``; without `enforce_gate`, no cluster could be read.
        CssError: the project's id could not be looked up, or the clusters could not be listed.
    """
    query = FleetQuery.of(arguments, reader.write)
    given_as = "regions" if arguments.get("sites") is None else "sites"
    sites = open_sites(query.sites, arguments, config=config, environ=environ, reader=reader, given_as=given_as)
    result = read_fleet(sites, query, show)
    if not enforce_gate:
        _raise_if_nothing_is_known(result)
        return result
    if result.gated:
        check_some_judged(result.results, result.skipped)
    if query.on_error == "fail" and result.errors:
        raise FleetError(result.errors, len(result.results), result.titles)
    return result


def is_gone(error: Exception) -> bool:
    """Return whether an error says that the cluster, or every cluster of a fleet, does not exist."""
    if isinstance(error, NoClusterError):
        return True
    if isinstance(error, FleetError):
        return len(error.errors) == error.total and all(is_gone(each) for each in error.errors.values())
    return (
        isinstance(error, ApiError)
        and error.service == "CSS"
        and error.status == 404
        and error.code in ("CSS.3027", "CSS.0022")
    )


def _raise_if_nothing_is_known(result: FleetResult) -> None:
    """Raise the errors if no single cluster can be reported: all are gone, or none is and none could be read.

    Raises:
        FleetError: one of the two is the case.
    """
    errors = result.unread
    if len(errors) == len(result.results) and len({is_gone(error) for error in errors.values()}) == 1:
        raise FleetError(errors, len(result.results), result.titles)
