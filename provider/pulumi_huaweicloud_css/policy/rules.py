"""The rules of the two policies: a diagnostic for each thing that is not good enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from .._pulumi.cancellation import cancellable
from ..errors import ArgumentError, CssError, GateError, SiteError, unexpected

if TYPE_CHECKING:
    from .._config.sources import ConfigGetter
    from .._pulumi.wire_values import PlainValue
    from .configuration import BackupRule, OutputRule


@dataclass(frozen=True)
class Diagnostic:
    """One line for the user; without `violation` it only informs, whatever the policy's enforcement level."""

    text: str
    violation: bool = True


def judge_backups(rule: BackupRule, config: ConfigGetter) -> list[Diagnostic]:
    """Read every cluster, several concurrently, and return a diagnostic for each that does not pass, or was skipped.

    A failed read is one too, because the backups are not known to be fresh; so is a selection that matches none.
    """
    try:
        return cancellable(lambda: _read_and_judge(rule, config))
    except CssError as error:
        return [Diagnostic(f"log backups cannot be judged: {_text(error, rule)}")]
    except Exception as error:
        return [Diagnostic(f"log backups cannot be judged: {unexpected(error)}")]


def _read_and_judge(rule: BackupRule, config: ConfigGetter) -> list[Diagnostic]:
    """Return the diagnostics of the clusters and regions that do not pass, and of those clusters that were skipped."""
    from .._backups.cluster_search import check_some_judged  # here: a pack that reads nothing loads no HTTP library
    from .._backups.fleet import read_fleet
    from .._backups.fleet_query import FleetQuery
    from .._backups.open_sites import open_sites
    from .._backups.query import ANY_CLUSTER, LogRecordsQuery

    each = LogRecordsQuery(next(iter(rule.cluster_ids), ANY_CLUSTER), gate=rule.gate, include_records=False)
    query = FleetQuery(rule.cluster_ids, each, clusters=rule.selector, sites=rule.sites)
    fleet = read_fleet(open_sites(query.sites, rule.arguments, config=config, reader=rule.reader), query)
    check_some_judged(fleet.results, fleet.skipped)
    failed = [Diagnostic(_why_not(fleet.titles[target], error, rule)) for target, error in fleet.errors.items()]
    return failed + [
        Diagnostic(f"cluster {each.title} is not judged: {each.reason}", violation=False) for each in fleet.skipped
    ]


def _why_not(title: str, error: CssError, rule: BackupRule) -> str:
    if isinstance(error, GateError | SiteError):
        return error.worded(rule.reader.write)
    return f"log backups of cluster {title} cannot be judged: {_text(error, rule)}"


def _text(error: CssError, rule: BackupRule) -> str:
    """Return an error's text, in which no argument's name stands, for it would be none of the policy's own."""
    return error.reason if isinstance(error, ArgumentError) else error.worded(rule.reader.write)


def judge_output(
    rule: OutputRule, outputs: Mapping[str, PlainValue], now: datetime, *, preview: bool
) -> list[Diagnostic]:
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
        return [Diagnostic(f"{where} is not there, or is None; {there}")]
    if output.unknown and not preview:
        return [
            Diagnostic(
                f"{where} cannot be judged: it is not known in this update; "
                "a resource that it comes from was perhaps left out by --target or --exclude"
            )
        ]
    if output.unknown:
        return [Diagnostic(f"{where} is not known yet in this preview; it is judged in the update", violation=False)]
    try:
        verdict = judge_outputs(output.value, rule.gate, now=now, where=where)
    except Exception as error:
        if output.secret:
            return [Diagnostic(f"{where} cannot be judged; why is not shown, for the output is secret")]
        text = str(error) if isinstance(error, CssError) else f"{where} cannot be judged: {unexpected(error)}"
        return [Diagnostic(text)]
    if verdict.passed:
        return []
    if output.secret:
        return [
            Diagnostic(f"{where} does not pass ({verdict.state}); the reason is not shown, for the output is secret")
        ]
    return [Diagnostic(f"{where}: {verdict.reason}")]
