"""A gate's verdict, as plain data: gates make them, errors carry them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ._outputs import VerdictOutputs
    from ._record import Record

State = Literal["passed", "pending", "failed"]


@dataclass(frozen=True)
class Verdict:
    """A gate's verdict on a cluster's log backups.

    Args:
        state: ``passed``, ``pending`` (a running backup may still change it) or ``failed``.
        reason: one sentence that a person can act on; it names the deciding record, or says that there is none.
        record: the deciding record, or None.
        age: the age of that record in seconds: since its end, or since its start while it is running.
        cluster: the cluster, as the reason names it; None if the reason names none.
    """

    state: State
    reason: str
    record: Record | None = None
    age: float | None = None
    cluster: str | None = field(default=None, repr=False, compare=False)

    @property
    def passed(self) -> bool:
        """Whether the gate passed."""
        return self.state == "passed"

    def to_dict(self) -> VerdictOutputs:
        """Return the verdict as plain JSON values; the age is in seconds."""
        record = None if self.record is None else self.record.to_outputs()
        return {"state": self.state, "reason": self.reason, "record": record, "age": self.age}
