"""The rules of the two policies: a finding for each thing that is not good enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from .._pulumi.cancellation import cancellable
from ..errors import CssError, GateError, unexpected

if TYPE_CHECKING:
    from .._config.sources import ConfigGetter
    from .._pulumi.wire_values import PlainValue
    from .configuration import BackupRule, OutputRule


@dataclass(frozen=True)
class Finding:
    """One line for the user.

    Args:
        text: the message.
        violation: False if it is only informative, whatever the policy's enforcement level.
    """

    text: str
    violation: bool = True


def judge_backups(rule: BackupRule, config: ConfigGetter) -> list[Finding]:
    """Read every cluster, several concurrently, and return a finding for each that does not pass.

    A failed read is a finding too, because the backups are not known to be fresh.
    """
    try:
        errors = cancellable(lambda: _read_errors(rule, config))
    except CssError as error:
        return [Finding(f"log backups cannot be judged: {error}")]
    except Exception as error:
        return [Finding(f"log backups cannot be judged: {unexpected(error)}")]
    return [Finding(_why_not(cluster_id, error)) for cluster_id, error in errors.items()]


def _read_errors(rule: BackupRule, config: ConfigGetter) -> dict[str, CssError]:
    """Return the errors of the clusters that do not pass."""
    from .._api.client import CssClient  # here, so that a pack that reads nothing does not load the HTTP library
    from .._backups.fleet import read_fleet
    from .._backups.fleet_query import FleetQuery
    from .._backups.open_sites import OpenSite
    from .._backups.query import LogRecordsQuery

    query = FleetQuery(rule.cluster_ids, LogRecordsQuery(rule.cluster_ids[0], gate=rule.gate, include_records=False))
    with CssClient(_settings=rule.settings(config)) as client:
        return read_fleet([OpenSite("", client)], query).errors


def _why_not(cluster_id: str, error: CssError) -> str:
    if isinstance(error, GateError):
        return str(error)
    return f"log backups of cluster {cluster_id} cannot be judged: {error}"


def judge_output(rule: OutputRule, outputs: Mapping[str, PlainValue], now: datetime, *, preview: bool) -> list[Finding]:
    """Judge a stack output.

    Args:
        rule: which output, and by which gate.
        outputs: the stack's outputs by name.
        now: the current time, with a time zone.
        preview: whether an update may follow, in which an output that is still unknown is judged.
    """
    from .._backups.stack_outputs import judge_outputs

    where = f"the stack output {rule.output}"
    output = outputs.get(rule.output)
    if output is None:
        there = f"the stack has {', '.join(sorted(outputs))}" if outputs else "the stack has no outputs"
        return [Finding(f"{where} is not there, or is None; {there}")]
    if output.unknown and not preview:
        return [
            Finding(
                f"{where} cannot be judged: it is not known in this update; "
                "a resource that it comes from was perhaps left out by --target or --exclude"
            )
        ]
    if output.unknown:
        return [Finding(f"{where} is not known yet in this preview; it is judged in the update", violation=False)]
    try:
        verdict = judge_outputs(output.value, rule.gate, now=now, where=where)
    except Exception as error:
        if output.secret:
            return [Finding(f"{where} cannot be judged; why is not shown, for the output is secret")]
        text = str(error) if isinstance(error, CssError) else f"{where} cannot be judged: {unexpected(error)}"
        return [Finding(text)]
    if verdict.passed:
        return []
    if output.secret:
        return [Finding(f"{where} does not pass ({verdict.state}); the reason is not shown, for the output is secret")]
    return [Finding(f"{where}: {verdict.reason}")]
