"""One question about many clusters: asked several at once over shared connections, and answered as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from .._api.client import CssClient
from .._api.models import Record
from .._threads import in_parallel
from .._time import rfc3339, unix_ms
from ..errors import CssError, FleetError, GateError, expected
from .circuit_breaker import Reach
from .gate import Gate, Verdict
from .query import ask
from .question import Fleet, Question


@dataclass(frozen=True)
class ClusterResult:
    """What was read of one cluster, or why it was not.

    Args:
        cluster_id: the cluster.
        outputs: the outputs of its answer; None if it could not be read.
        latest_success: its newest success, or None.
        verdict: what the gate says, if there is a gate.
        error: why the cluster failed: it could not be read, or its gate did not pass.
    """

    cluster_id: str
    outputs: dict[str, Any] | None = None
    latest_success: Record | None = None
    verdict: Verdict | None = None
    error: CssError | None = None


@dataclass(frozen=True)
class FleetAnswer:
    """What was read of all clusters.

    Args:
        results: a result for each cluster, in the order of the question.
        gated: whether there was a gate.
        read_at: when the answer was complete, as Unix time in milliseconds.
    """

    results: tuple[ClusterResult, ...]
    gated: bool
    read_at: int

    @property
    def errors(self) -> dict[str, CssError]:
        """The errors of the clusters that failed, by cluster id."""
        return {result.cluster_id: result.error for result in self.results if result.error is not None}

    @property
    def oldest_success(self) -> Record | None:
        """Of the clusters' newest successes, the oldest; clusters that have none do not count."""
        successes = [result.latest_success for result in self.results if result.latest_success is not None]
        return min(
            successes, key=lambda record: (record.finished_at or record.created_at or 0, record.id), default=None
        )

    def to_outputs(self) -> dict[str, Any]:
        """Return the outputs as every way in gives them: plain JSON values, times as RFC 3339 text in UTC."""
        oldest = self.oldest_success
        verdicts = {each.cluster_id: each.verdict.to_dict() for each in self.results if each.verdict is not None}
        return {
            "clusters": {each.cluster_id: each.outputs for each in self.results if each.outputs is not None},
            "verdicts": verdicts if self.gated else None,
            "errors": {cluster_id: str(error) for cluster_id, error in self.errors.items()},
            "oldest_success": oldest and oldest.to_outputs(),
            "failed_cluster_ids": list(self.errors),
            "read_at": rfc3339(self.read_at),
        }


def ask_fleet(client: CssClient, fleet: Fleet, question: Callable[[str], Question], gate: Gate | None) -> FleetAnswer:
    """Ask about every cluster, and return a result for each.

    Args:
        client: whom to ask.
        fleet: which clusters, how many at once, and whether their records are kept.
        question: makes the question about a cluster of its id.
        gate: what is good enough; None: anything is.

    Raises:
        CssError: the project's id could not be looked up, without which no cluster can be asked about.
    """
    client.project_id()
    reach = Reach(fleet.parallelism)

    def read(cluster_id: str) -> ClusterResult:
        try:
            asked = replace(question(cluster_id), gated=gate is not None)
            answer = reach.ask(lambda: ask(client, asked))
            verdict = None if gate is None else answer.judge(gate)
        except Exception as error:
            return ClusterResult(cluster_id, error=expected(error))
        # Only what is needed of the answer is kept: the records of a large fleet would not fit into the memory.
        return ClusterResult(
            cluster_id,
            answer.to_outputs(with_records=fleet.include_records),
            answer.latest_success,
            verdict,
            None if verdict is None or verdict.passed else GateError(verdict),
        )

    results = in_parallel(read, fleet.cluster_ids, fleet.parallelism)
    return FleetAnswer(tuple(results), gate is not None, unix_ms(datetime.now(UTC)))


def raise_failures(answer: FleetAnswer) -> None:
    """Raise the failures of all clusters as one error, if there are any.

    Raises:
        FleetError: a cluster could not be read, or its gate did not pass.
    """
    if answer.errors:
        raise FleetError(answer.errors, len(answer.results))
