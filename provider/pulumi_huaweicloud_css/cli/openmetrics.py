"""The report for monitoring systems: OpenMetrics text, which Prometheus reads, too.

Source: the OpenMetrics specification 1.0. Gauges only, so that the text
collector of Prometheus' node exporter takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .._backups.status import STATES
from .results import Kept, Result, name_of, whereabouts
from .terminal import one_line

_PREFIX = "css_log_backup"


def as_openmetrics(results: Sequence[Result]) -> str:
    """Return three gauges for each target; what is not known of a target has no sample."""
    lines = [
        *_gauge("last_success_timestamp_seconds", "When the newest successful log backup ended.", "seconds"),
        *_samples("last_success_timestamp_seconds", results, _seconds),
        *_gauge("consecutive_failures", "Failed log backups since the newest success."),
        *_samples("consecutive_failures", results, lambda kept: str(kept.standing.consecutive_failures)),
        *_gauge("state", "The gate's verdict: 1 for the state that it is."),
    ]
    for result in results:
        labels = _labels(result)
        lines += [
            f"{_PREFIX}_state{{{_written({**labels, 'state': state})}}} {int(result.state == state)}"
            for state in STATES
        ]
    return "\n".join([*lines, "# EOF", ""])


def _gauge(name: str, text: str, unit: str = "") -> list[str]:
    lines = [f"# TYPE {_PREFIX}_{name} gauge"]
    if unit:
        lines.append(f"# UNIT {_PREFIX}_{name} {unit}")
    return [*lines, f"# HELP {_PREFIX}_{name} {text}"]


def _samples(name: str, results: Sequence[Result], value: Callable[[Kept], str | None]) -> list[str]:
    lines = []
    for result in results:
        shown = None if result.kept is None or result.kept.is_secret else value(result.kept)
        if shown is not None:
            lines.append(f"{_PREFIX}_{name}{{{_written(_labels(result))}}} {shown}")
    return lines


def _seconds(kept: Kept) -> str | None:
    moment = kept.standing.last_success
    return None if moment is None else f"{moment / 1000:.3f}"


def _labels(result: Result) -> dict[str, str]:
    """Return a target's labels: ids, names and region of a cluster, or what else a target is called."""
    known = {name: text or "" for name, text in whereabouts(result).items() if name != "cluster_name"}
    return {**known, "cluster_id": known["cluster_id"] or result.target, "name": name_of(result)}


def _written(labels: dict[str, str]) -> str:
    return ",".join(f'{name}="{_escaped(one_line(text, 500))}"' for name, text in labels.items())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
