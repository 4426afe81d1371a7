"""Values of type `Input`: plain values, outputs, coroutines and tasks, also inside lists and mappings.

An input that is not plain is converted to an output once, because a coroutine can be awaited only once.
"""

# No `from __future__ import annotations` here, as in `resource`, which uses these types.
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypedDict, Union

from pulumi import Input, Output

from ..errors import ArgumentError

if TYPE_CHECKING:
    from .._backups.gate import Gate
    from .._backups.selection import ClusterSelector
    from .._backups.sites import Site


class GateArgsDict(TypedDict, total=False):
    """The arguments of `Gate` as a mapping, each of which may be an output."""

    max_age: Input[timedelta | float | str]
    """How old the newest success may be."""
    max_running: Input[timedelta | float | str]
    """How long a backup may run before it counts as stuck."""
    max_consecutive_failures: Input[int]
    """How many backups may have failed since the newest success."""


GateInput = Input[Union["Gate", GateArgsDict]]


class ClusterSelectorArgsDict(TypedDict, total=False):
    """The arguments of `ClusterSelector` as a mapping, each of which may be an output."""

    names: Input[Sequence[Input[str]]]
    """Shell patterns, of which a cluster's name matches one."""
    tags: Input[Mapping[str, Input[str]]]
    """Tags that a cluster has."""
    engine: Input[str]
    """The cluster's engine."""
    enterprise_project_id: Input[str]
    """The cluster's enterprise project."""
    allow_empty: Input[bool]
    """Whether the selection may match no cluster."""


SelectorInput = Input[Union["ClusterSelector", ClusterSelectorArgsDict]]


class SiteArgsDict(TypedDict, total=False):
    """The arguments of `Site` as a mapping, each of which may be an output."""

    region: Input[str]
    """The region's name."""
    project_id: Input[str]
    """The project's id."""


SitesInput = Input[Sequence[Input[Union["Site", SiteArgsDict]]]]


def is_plain(value: object, kind: type = timedelta) -> bool:
    """Return whether a value contains no output and no awaitable; `kind` is plain, as scalars and timedelta are."""
    if isinstance(value, Mapping):
        return all(is_plain(item, kind) for item in value.values())
    if isinstance(value, list | tuple):
        return all(is_plain(item, kind) for item in value)
    return value is None or isinstance(value, str | int | float | timedelta | kind)


def has_output(value: object) -> bool:
    """Return whether a value is an output or an awaitable, or contains one."""
    if isinstance(value, Mapping):
        return any(map(has_output, value.values()))
    if isinstance(value, list | tuple):
        return any(map(has_output, value))
    return isinstance(value, Output | Awaitable)


def plain_or_output(value: object) -> object:
    """Return a plain input unchanged, any other as an output."""
    return value if is_plain(value) else Output.from_input(value)


def plain_gate(gate: "GateInput | None", *, strict: bool = True) -> Any:
    """Return a gate as plain values for the state, or as an output of them if it is not known yet.

    Args:
        gate: the gate.
        strict: False: a wrong value is returned as it was given, so that whoever reads with it refuses it.

    Raises:
        ArgumentError: a plain value is not a gate.
    """
    if gate is None:
        return None
    from .._backups.gate import Gate  # here, so that programs without a gate do not load it

    return _plain(gate, Gate, lambda known: Gate.of(known).to_dict(), strict=strict)


def plain_selector(selector: "SelectorInput | None", *, strict: bool = True) -> Any:
    """Return a selector as plain values for the state, or as an output of them; see `plain_gate`.

    Raises:
        ArgumentError: a plain value is not a selector.
    """
    if selector is None:
        return None
    from .._backups.selection import ClusterSelector  # here, so that programs without a selector do not load it

    return _plain(selector, ClusterSelector, lambda known: ClusterSelector.of(known).to_dict(), strict=strict)


def plain_sites(sites: "SitesInput | None", *, strict: bool = True) -> Any:
    """Return sites as plain values for the state, or as an output of them; see `plain_gate`.

    Raises:
        ArgumentError: one of them is not a site.
    """
    if sites is None:
        return None
    from .._backups.sites import Site  # here, so that programs without sites do not load it

    def plain(known: Any) -> Any:
        if not isinstance(known, list | tuple):
            return known  # refused where it is read, by its name
        return [Site.of(each).to_dict() for each in known]

    return _plain(sites, Site, plain, strict=strict)


def _plain(value: Any, kind: type, convert: Callable[[Any], Any], *, strict: bool) -> Any:
    """Return what `convert` makes of a value, or an output of it if the value is not known yet.

    Args:
        value: the input.
        kind: a type that counts as plain, too.
        convert: returns plain values, given such as the user gave.
        strict: False: what `convert` refuses is returned as it was given.
    """

    def converted(known: Any) -> Any:
        try:
            return None if known is None else convert(known)
        except ArgumentError:
            if strict or not is_plain(known):
                raise
            return _without_timedelta(known)

    if is_plain(value, kind):
        return converted(value)
    return Output.from_input(value).apply(converted)


def _without_timedelta(value: Any) -> Any:
    """Return a plain value as the engine takes it."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {name: _without_timedelta(item) for name, item in value.items()}
    return [_without_timedelta(item) for item in value] if isinstance(value, list | tuple) else value
