"""Values of type `Input`: plain values, outputs, coroutines and tasks, also inside lists and mappings.

An input that is not plain is converted to an output once, because a coroutine can be awaited only once.
"""

# No `from __future__ import annotations` here, as in `resource`, which uses these types.
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypedDict, Union, cast

from pulumi import Input, Output

if TYPE_CHECKING:
    from .._backups.gate import Gate


class GateArgsDict(TypedDict, total=False):
    """The arguments of `Gate` as a mapping, each of which may be an output."""

    max_age: Input[timedelta | float | str]
    """How old the newest success may be."""
    max_running: Input[timedelta | float | str]
    """How long a backup may run before it counts as stuck."""
    max_consecutive_failures: Input[int]
    """How many backups may have failed since the newest success."""


GateInput = Input[Union["Gate", GateArgsDict]]


def is_plain(value: object) -> bool:
    """Return whether a value is plain: it contains no output and no awaitable."""
    if isinstance(value, Mapping):
        return all(is_plain(item) for item in value.values())
    if isinstance(value, list | tuple):
        return all(is_plain(item) for item in value)
    return value is None or isinstance(value, str | int | float | timedelta)


def plain_or_output(value: Any) -> Any:
    """Return a plain input unchanged, any other as an output."""
    return value if is_plain(value) else Output.from_input(value)


def plain_gate(gate: "GateInput | None") -> Any:
    """Return a gate as plain values for the state, or as an output of them if it is not known yet.

    Raises:
        ArgumentError: a plain value is not a gate.
    """
    if gate is None:
        return None
    from .._backups.gate import Gate  # here, so that programs without a gate do not load it

    if isinstance(gate, Gate):
        return gate.to_dict()
    if is_plain(gate):
        return Gate.of(cast("Mapping[str, Any]", gate)).to_dict()
    known: Output[Any] = Output.from_input(cast("Any", gate))
    return known.apply(lambda value: None if value is None else Gate.of(value).to_dict())
