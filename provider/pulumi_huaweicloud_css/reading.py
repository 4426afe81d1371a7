"""What a program's reading is, whichever way it asks: the question answered, and judged if there is a gate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import GateError
from .gate import Gate
from .query import log_records


def read_outputs(*, gate: Gate | Mapping[str, Any] | None = None, **arguments: Any) -> dict[str, Any]:
    """Return the outputs; with a gate, `verdict` is among them.

    Args:
        gate: what is good enough, as a `Gate` or a mapping of its arguments; None: anything is.
        arguments: those of `query.log_records`.

    Raises:
        ArgumentError, SettingsError: before anything is sent.
        GateError: the verdict is failed or pending.
        CssError: the question could not be answered.
    """
    checked = None if gate is None else Gate.of(gate)
    answer = log_records(**arguments)
    outputs = answer.to_outputs()
    if checked is not None:
        verdict = answer.judge(checked)
        if not verdict.passed:
            raise GateError(verdict)
        outputs["verdict"] = verdict.to_dict()
    return outputs
