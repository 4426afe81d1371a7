"""The results of `css-logs`, target by target, and the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._backups.cluster_ref import ClusterRef
from .._backups.evaluate import CheckResult, RecordSet
from .._backups.standing import Standing, standing_of
from .._backups.status import Kind, State, worst
from .._time import rfc3339
from ..errors import about
from .command import written
from .errors import problem_of
from .exit_codes import FAILED, NOT_READ, PASSED, PENDING
from .sparkline import newest_kinds
from .terminal import one_line

if TYPE_CHECKING:
    from .._record import Record


@dataclass(frozen=True)
class Kept:
    """What is kept of a target's records for the reports; the records themselves only if a page is made of them.

    Args:
        kinds: the kinds of the newest ones, for a line on a terminal.
        standing: the numbers for monitoring.
        cluster_id: the cluster; None if it is not known.
        region: the cluster's region; None if it is not known.
        project_id: the cluster's project; None if it is not known.
        records: the records, newest first; None unless they are asked for.
        truncated: whether there are records that were not read.
        is_secret: whether nothing of the records may be shown.
    """

    kinds: list[Kind]
    standing: Standing
    cluster_id: str | None = None
    region: str | None = None
    project_id: str | None = None
    records: Sequence[Record] | None = None
    truncated: bool = False
    is_secret: bool = False


Result = CheckResult[Kept]


def keep(read: RecordSet, *, whole: bool) -> Kept:
    """Return what to keep of a target's records; all of them only if a report shows each (`whole`)."""
    from .._api.pagination import newest_first  # here, so that nothing is loaded where nothing is read
    from .._backups.result import LogRecordsResult

    about = read if isinstance(read, LogRecordsResult) else None
    return Kept(
        newest_kinds(read.records),
        standing_of(read.ordered),
        cluster_id=about.cluster_id if about else None,
        region=about.region if about else None,
        project_id=about.project_id if about else None,
        records=newest_first(read.records) if whole else None,
        truncated=read.truncated,
        is_secret=about is None and _is_secret(read),
    )


def _is_secret(read: RecordSet) -> bool:
    from .stack_target import SecretRecords  # here, so that clusters are judged without what reads stacks

    return isinstance(read, SecretRecords)


_EXIT_CODES = {"failed": FAILED, "error": NOT_READ, "pending": PENDING, "passed": PASSED}


def reason_of(result: CheckResult[Any]) -> str:
    """Return the verdict's reason, or the error's text, in one line that names the target."""
    if result.verdict is not None:
        return one_line(result.verdict.reason)
    error = result.error
    return one_line(str(error) if error is None else about(result.title, error, written))


def name_of(result: CheckResult[Any]) -> str:
    """Return what a target is called: a cluster's name if it is known, else its id, or what else it is."""
    return (result.cluster and result.cluster.name) or result.target


def whereabouts(result: Result) -> dict[str, str | None]:
    """Return the ids and the names of a cluster, by the names of outputs; all None if the target is none."""
    asked, kept = result.cluster, result.kept
    read = ClusterRef("") if kept is None else ClusterRef(kept.cluster_id or "", None, kept.region, kept.project_id)
    known = asked or ClusterRef("")
    return {
        "cluster_id": known.id or read.id or None,
        "cluster_name": known.name,
        "region": read.region or known.region,
        "project_id": read.project_id or known.project_id,
    }


def to_dict(result: Result) -> dict[str, Any]:
    """Return a result as plain JSON values."""
    found: dict[str, Any] = {} if result.verdict is None else {"verdict": result.verdict.to_dict()}
    kept = result.kept
    if kept is not None and not kept.is_secret:
        last = kept.standing.last_success
        found |= {
            "last_success_at": None if last is None else rfc3339(last),
            "consecutive_failures": kept.standing.consecutive_failures,
        }
    problem = {} if result.error is None else {"error": problem_of(result.error)}
    return {
        "name": one_line(name_of(result), 500),
        "state": result.state,
        "reason": reason_of(result),
        **whereabouts(result),
        **found,
        **problem,
    }


def state_of(results: Sequence[Result]) -> State:
    """Return the worst state; a share of the clusters that has none is passed, for the other shares have them."""
    return worst(result.state for result in results) if results else "passed"


def exit_code(results: Sequence[Result]) -> int:
    """Return the exit code: 0 passed, 1 failed, 3 pending, 4 the records could not be read."""
    return _EXIT_CODES[state_of(results)]
