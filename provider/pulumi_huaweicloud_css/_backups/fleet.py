"""One query for many clusters: read concurrently over shared connections, and summarized."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from .._api.client import CssClient, shared_client
from .._api.models import Record
from .._config.settings import resolve
from .._config.sources import ConfigGetter
from .._config.table import PROGRAM, Reader
from .._time import rfc3339, unix_ms
from .._validation import DEFAULT_PARALLELISM, MAX_PARALLELISM, ON_ERROR, check_cluster_id, check_int
from ..errors import ApiError, ArgumentError, CssError, FleetError
from .circuit_breaker import CircuitBreaker
from .evaluate import CheckResult, Target, evaluate
from .query import LogRecordsQuery, QueryArguments, read
from .result import LogRecordsResult, Outputs, RecordOutputs


class FleetArguments(QueryArguments):
    """The arguments of `get_fleet_log_records` and `FleetLogRecords`."""

    cluster_ids: Sequence[str]
    parallelism: int | None
    on_error: str | None


@dataclass(frozen=True)
class FleetQuery:
    """One query for many clusters' log backup records; checked when it is made.

    Args:
        cluster_ids: the clusters' ids, at least one; duplicates are ignored.
        each: what to read of each cluster: a query for the first one.
        parallelism: how many clusters are read concurrently, 1 to 64.
        on_error: ``fail``: one error lists the failures of all clusters; ``collect``: they are in the output `errors`.

    Raises:
        ArgumentError: a value is invalid.
    """

    cluster_ids: Sequence[str]
    each: LogRecordsQuery
    parallelism: int = DEFAULT_PARALLELISM
    on_error: str = "fail"

    def __post_init__(self) -> None:
        """Check every value."""
        object.__setattr__(self, "cluster_ids", check_cluster_ids(self.cluster_ids))
        object.__setattr__(self, "parallelism", check_int("parallelism", self.parallelism, 1, MAX_PARALLELISM))
        if self.on_error not in ON_ERROR:
            raise ArgumentError("on_error", f"{self.on_error!r} is not one of {', '.join(ON_ERROR)}")

    @classmethod
    def of(cls, arguments: FleetArguments) -> FleetQuery:
        """Create a query from a user's arguments.

        Raises:
            ArgumentError: one of them is invalid.
        """
        cluster_ids = check_cluster_ids(arguments["cluster_ids"])
        parallelism, on_error = arguments["parallelism"], arguments["on_error"]
        return cls(
            cluster_ids=cluster_ids,
            each=LogRecordsQuery.of(cluster_ids[0], arguments, include_records=False),
            parallelism=DEFAULT_PARALLELISM if parallelism is None else parallelism,
            on_error="fail" if on_error is None else on_error,
        )


def check_cluster_ids(cluster_ids: object) -> tuple[str, ...]:
    """Return cluster ids without duplicates, in the order given.

    Raises:
        ArgumentError: they are not a list, the list is empty, or one is not a cluster's id.
    """
    if isinstance(cluster_ids, str) or not isinstance(cluster_ids, Sequence):
        raise ArgumentError("cluster_ids", f"{cluster_ids!r} is not a list of cluster ids")
    if not cluster_ids:
        raise ArgumentError("cluster_ids", "the list is empty; give at least one cluster's id")
    return tuple(dict.fromkeys(check_cluster_id(each, "cluster_ids") for each in cluster_ids))


@dataclass(frozen=True)
class ClusterRecords:
    """What is kept of one cluster's result; the records of a large fleet would not fit into memory.

    Args:
        outputs: its outputs.
        latest_success: its newest success, or None.
    """

    outputs: Outputs
    latest_success: Record | None


@dataclass(frozen=True)
class FleetResult:
    """The results of all clusters.

    Args:
        results: a result for each cluster, in the order of the query.
        gated: whether there was a gate.
        read_at: when the read was complete, as Unix time in milliseconds.
    """

    results: Sequence[CheckResult[ClusterRecords]]
    gated: bool
    read_at: int

    @property
    def errors(self) -> dict[str, CssError]:
        """Why clusters failed, by cluster id: they could not be read, or did not pass the gate."""
        return {result.target: result.failure for result in self.results if result.failure is not None}

    @property
    def unread(self) -> dict[str, CssError]:
        """Why clusters could not be read, by cluster id."""
        return {result.target: result.error for result in self.results if result.error is not None}

    @property
    def oldest_success(self) -> Record | None:
        """The oldest of the clusters' newest successes; clusters without one do not count."""
        kept = [result.kept.latest_success for result in self.results if result.kept is not None]
        return min(
            (record for record in kept if record is not None),
            key=lambda record: (record.finished_at or record.created_at or 0, record.id),
            default=None,
        )

    def to_outputs(self, record_outputs: RecordOutputs = Record.to_outputs) -> Outputs:
        """Return the outputs, which are the same everywhere: plain JSON values, times as RFC 3339 text in UTC.

        Args:
            record_outputs: returns the outputs of a record.
        """
        oldest, errors = self.oldest_success, self.errors
        verdicts = {each.target: each.verdict.to_dict() for each in self.results if each.verdict is not None}
        return {
            "clusters": {each.target: each.kept.outputs for each in self.results if each.kept is not None},
            "verdicts": verdicts if self.gated else None,
            "errors": {cluster_id: str(error) for cluster_id, error in errors.items()},
            "oldest_success": None if oldest is None else record_outputs(oldest),
            "failed_cluster_ids": list(errors),
            "read_at": rfc3339(self.read_at),
        }


def cluster_targets(
    client: CssClient, query: LogRecordsQuery, cluster_ids: Sequence[str], parallelism: int
) -> list[Target[LogRecordsResult]]:
    """Return a target for each cluster; they share a circuit breaker.

    Args:
        client: sends the requests.
        query: what to read of each cluster.
        cluster_ids: the clusters.
        parallelism: how many will be read concurrently.
    """
    breaker = CircuitBreaker(parallelism)

    def target(cluster_id: str) -> Target[LogRecordsResult]:
        one = replace(query, cluster_id=cluster_id)
        return Target(cluster_id, lambda: breaker.call(lambda: read(client, one)))

    return [target(cluster_id) for cluster_id in cluster_ids]


def read_fleet(client: CssClient, query: FleetQuery, record_outputs: RecordOutputs = Record.to_outputs) -> FleetResult:
    """Read every cluster, and return a result for each.

    Args:
        client: sends the requests.
        query: what to read.
        record_outputs: returns the outputs of a record.

    Raises:
        CssError: the project's id could not be looked up, without which no cluster can be read.
    """
    client.project_id()

    def keep(result: LogRecordsResult) -> ClusterRecords:
        return ClusterRecords(result.to_outputs(record_outputs), result.latest_success)

    targets = cluster_targets(client, query.each, query.cluster_ids, query.parallelism)
    results = evaluate(targets, query.each.gate, keep, parallelism=query.parallelism)
    return FleetResult(results, query.each.gate is not None, unix_ms(datetime.now(UTC)))


def fleet_log_records(
    arguments: FleetArguments,
    *,
    config: ConfigGetter | None = None,
    environ: Mapping[str, str] | None = None,
    reader: Reader = PROGRAM,
    enforce_gate: bool = True,
    record_outputs: RecordOutputs = Record.to_outputs,
) -> FleetResult:
    """Check the arguments, resolve the settings, and read; shared by the function, the resource and the plugin.

    Args:
        arguments: the user's arguments.
        config: looks up the stack's configuration; None outside a stack.
        environ: the environment; default: the process's.
        reader: how errors write the names of arguments and settings.
        enforce_gate: False: clusters that failed are in the outputs, whatever `on_error` is, unless all are gone, or
            none is and none could be read.
        record_outputs: returns the outputs of a record.

    Raises:
        ArgumentError, SettingsError: before any request is sent.
        FleetError: clusters failed, and `on_error` is ``fail``; without `enforce_gate`, no cluster could be read.
        CssError: the project's id could not be looked up.
    """
    query = FleetQuery.of(arguments)
    settings = resolve(
        project_id=arguments["project_id"],
        region=arguments["region"],
        endpoint=arguments["endpoint"],
        config=config,
        environ=environ,
        reader=reader,
    )
    result = read_fleet(shared_client(settings), query, record_outputs)
    if not enforce_gate:
        _raise_if_nothing_is_known(result)
    elif query.on_error == "fail":
        raise_failures(result)
    return result


def raise_failures(result: FleetResult) -> None:
    """Raise one error with the failures of all clusters, if there are any.

    Raises:
        FleetError: a cluster could not be read, or its gate did not pass.
    """
    if result.errors:
        raise FleetError(result.errors, len(result.results))


def is_gone(error: Exception) -> bool:
    """Return whether an error says that the cluster, or every cluster of a fleet, does not exist."""
    if isinstance(error, FleetError):
        return len(error.errors) == error.asked and all(is_gone(each) for each in error.errors.values())
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
        raise FleetError(errors, len(result.results))
