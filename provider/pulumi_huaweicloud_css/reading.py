"""What a program's reading is, whichever way it asks: the question answered, and judged if there is a gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .errors import ApiError, CssError, FleetError, GateError
from .fleet import FleetAnswer, ask_fleet, raise_failures
from .gate import Gate
from .query import client_for, log_records
from .question import Fleet, Question
from .settings import resolve
from .sources import ConfigGetter


def read_outputs(
    *, gate: Gate | Mapping[str, Any] | None = None, enforce_gate: bool = True, **arguments: Any
) -> dict[str, Any]:
    """Return the outputs; with a gate, `verdict` is among them.

    Args:
        gate: what is good enough, as a `Gate` or a mapping of its arguments; None: anything is.
        enforce_gate: False: a verdict that has not passed is an output like any other.
        arguments: those of `query.log_records`.

    Raises:
        ArgumentError, SettingsError: before anything is sent.
        GateError: the verdict is failed or pending.
        CssError: the question could not be answered.
    """
    checked = None if gate is None else Gate.of(gate)
    answer = log_records(**arguments, gated=checked is not None)
    outputs = answer.to_outputs()
    if checked is not None:
        verdict = answer.judge(checked)
        if enforce_gate and not verdict.passed:
            raise GateError(verdict)
        outputs["verdict"] = verdict.to_dict()
    return outputs


def read_fleet_outputs(
    *,
    cluster_ids: Sequence[str],
    project_id: str | None = None,
    region: str | None = None,
    endpoint: str | None = None,
    gate: Gate | Mapping[str, Any] | None = None,
    parallelism: int | None = None,
    on_error: str | None = None,
    include_records: bool | None = None,
    enforce_gate: bool = True,
    unread: dict[str, CssError] | None = None,
    config: ConfigGetter | None = None,
    **filters: Any,
) -> dict[str, Any]:
    """Return a fleet's outputs.

    Args:
        cluster_ids: see `question.Fleet`, as for the next three; None stands for the default.
        parallelism: how many clusters are asked at once.
        on_error: ``fail`` or ``collect``.
        include_records: whether each cluster's records are among its outputs.
        enforce_gate: False: clusters that failed are in the outputs, whatever `on_error` is, unless all are gone, or
            none is and none could be read.
        unread: gets, without `enforce_gate`, the errors of the clusters that could not be read, by cluster id.
        project_id: see `settings.resolve`, as for the next three.
        region: the region's name.
        endpoint: base URL of the CSS API.
        config: looks up the stack's configuration.
        gate: what is good enough for each cluster, as a `Gate` or a mapping of its arguments; None: anything is.
        filters: the arguments of `Question` but for the cluster's id.

    Raises:
        ArgumentError, SettingsError: before anything is sent.
        FleetError: clusters failed, and `on_error` is ``fail``.
        CssError: no cluster could be asked about.
    """
    given: dict[str, Any] = {"parallelism": parallelism, "on_error": on_error, "include_records": include_records}
    fleet = Fleet(cluster_ids, **{name: value for name, value in given.items() if value is not None})
    checked = None if gate is None else Gate.of(gate)
    filters["gated"] = checked is not None
    Question(fleet.cluster_ids[0], **filters)  # so that a wrong filter is one error, and before anything is sent
    settings = resolve(project_id=project_id, region=region, endpoint=endpoint, config=config)
    answer = ask_fleet(client_for(settings), fleet, lambda cluster_id: Question(cluster_id, **filters), checked)
    if not enforce_gate:
        (unread if unread is not None else {}).update(_unread(answer))
    elif fleet.on_error == "fail":
        raise_failures(answer)
    return answer.to_outputs()


def is_gone(error: Exception) -> bool:
    """Return whether the API says that the cluster, or each cluster of a fleet, does not exist."""
    if isinstance(error, FleetError):
        return len(error.errors) == error.asked and all(is_gone(each) for each in error.errors.values())
    return (
        isinstance(error, ApiError)
        and error.service == "CSS"
        and error.status == 404
        and error.code in ("CSS.3027", "CSS.0022")
    )


def _unread(answer: FleetAnswer) -> dict[str, CssError]:
    """Return why clusters could not be read, by cluster id.

    Raises:
        FleetError: there is nothing to tell of single clusters: all are gone, or none is and none could be read.
    """
    errors = {cluster_id: error for cluster_id, error in answer.errors.items() if not isinstance(error, GateError)}
    if len(errors) == len(answer.results) and len({is_gone(error) for error in errors.values()}) == 1:
        raise FleetError(errors, len(answer.results))
    return errors
