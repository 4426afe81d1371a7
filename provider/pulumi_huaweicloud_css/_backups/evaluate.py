"""The one loop over targets: each is read and judged, several at once, and has a result of its own.

The fleet, the command line, the report and the policies all use it. A target is a cluster, a stack's output or a file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Generic, Never, Protocol, TypeVar

from .._threads import in_parallel
from ..errors import CssError, GateError, expected
from .cluster_ref import ClusterRef

if TYPE_CHECKING:
    from .._record import Record
    from .._verdict import Verdict
    from .gate import Gate, Ordered
    from .result import Explanation
    from .status import State

_Kept = TypeVar("_Kept")


class RecordSet(Protocol):
    """Records that a gate can judge."""

    @property
    def records(self) -> tuple[Record, ...]:
        """The records."""

    @property
    def ordered(self) -> Ordered:
        """The records in the order in which a gate judges them."""

    @property
    def truncated(self) -> bool:
        """Whether there are records that were not read."""

    def judge(self, gate: Gate, *, now: datetime | None = None) -> Verdict:
        """Return a gate's verdict as of a time, by default now."""

    def explanation(self, verdict: Verdict, /, *, now: datetime | None = None) -> Explanation | None:
        """Return what adds the cause to a verdict's reason; None if there is nothing to ask."""


_Records = TypeVar("_Records", bound=RecordSet, covariant=True)


@dataclass(frozen=True)
class Target(Generic[_Records]):
    """One thing to judge.

    Args:
        name: a cluster's id, or the name of a site that is out of reach, of a stack output, or of a file.
        read: reads its records, anew at each call.
        cluster: the cluster; None if it is none.
        site: where it is read from; each site is read at its own pace.
    """

    name: str
    read: Callable[[], _Records]
    cluster: ClusterRef | None = None
    site: str = ""


def unreadable(name: str, error: CssError, cluster: ClusterRef | None = None, site: str = "") -> Target[Never]:
    """Return a target of which it is known already that it cannot be read, and why; see `Target`."""

    def read() -> Never:
        raise error

    return Target(name, read, cluster, site)


@dataclass(frozen=True)
class CheckResult(Generic[_Kept]):
    """The result of one target: what was read of it and the verdict, or the error.

    Args:
        target: its name.
        kept: what was kept of its records; None if it could not be read.
        verdict: the gate's verdict; None without a gate, or if it could not be read.
        error: why it could not be read.
        explain: returns the verdict with the cause in its reason; None if it is there, or there is nothing to ask.
        cluster: the cluster; None if it is none.
    """

    target: str
    kept: _Kept | None = None
    verdict: Verdict | None = None
    error: CssError | None = None
    explain: Explanation | None = field(default=None, repr=False, compare=False)
    cluster: ClusterRef | None = None

    @property
    def title(self) -> str:
        """What it is called: a cluster's name and id, or the target's name."""
        return self.target if self.cluster is None else self.cluster.title

    def explained(self) -> CheckResult[_Kept]:
        """Return the result with the cause in its verdict's reason: the cluster's log settings are asked for, once."""
        return self if self.explain is None else replace(self, verdict=self.explain(), explain=None)

    @property
    def state(self) -> State:
        """The verdict's state; ``error`` if it could not be read; ``passed`` without a gate."""
        if self.error is not None:
            return "error"
        return "passed" if self.verdict is None else self.verdict.state

    @property
    def failure(self) -> CssError | None:
        """Why it is not good enough: it could not be read, or its gate did not pass."""
        if self.verdict is not None and not self.verdict.passed:
            return GateError(self.verdict)
        return self.error

    @property
    def may_change(self) -> bool:
        """Whether another read may have another result: a backup is running, or the error is retryable."""
        return self.state == "pending" or (self.error is not None and self.error.retryable)


def evaluate(
    targets: Sequence[Target[_Records]],
    gate: Gate | None,
    keep: Callable[[_Records], _Kept],
    *,
    parallelism: int,
    now: datetime | None = None,
    explain: bool = True,
    done: Callable[[int, CheckResult[_Kept]], None] = lambda _number, _result: None,
) -> list[CheckResult[_Kept]]:
    """Read and judge every target; any error is a result too, so that the others are still read.

    Args:
        targets: what to judge.
        gate: what is good enough; None to judge nothing.
        keep: returns what is needed of a target's records; the rest is dropped to save memory.
        parallelism: how many are read concurrently, at each site.
        now: judge as of this time; None: when each is read.
        explain: whether verdicts are final: those that did not pass are explained.
        done: called with each target's index and result, as soon as it is there; on any thread.
    """

    def check(number: int) -> CheckResult[_Kept]:
        result = _check(targets[number], gate, keep, now)
        if explain:
            result = result.explained()
        done(number, result)
        return result

    return in_parallel(check, range(len(targets)), parallelism, lambda number: targets[number].site)


def _check(
    target: Target[_Records], gate: Gate | None, keep: Callable[[_Records], _Kept], now: datetime | None
) -> CheckResult[_Kept]:
    try:
        records = target.read()
        if gate is None:
            return CheckResult(target.name, keep(records), cluster=target.cluster)
        verdict = records.judge(gate, now=now)
        explain = records.explanation(verdict, now=now)
        return CheckResult(target.name, keep(records), verdict, explain=explain, cluster=target.cluster)
    except Exception as error:
        return CheckResult(target.name, error=expected(error), cluster=target.cluster)
