"""Values of type `Input`: plain values, outputs, coroutines and tasks, also inside lists and mappings.

An input that is not plain is converted to an output once, because a coroutine can be awaited only once.
"""

# No `from __future__ import annotations` here, as in `resource`, which uses these types.
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypedDict, Union

from pulumi import Input, Output

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

    return _plain(gate, Gate)


def plain_selector(selector: "SelectorInput | None") -> Any:
    """Return a selector as plain values for the state, or as an output of them if it is not known yet.

    Raises:
        ArgumentError: a plain value is not a selector.
    """
    if selector is None:
        return None
    from .._backups.selection import ClusterSelector  # here, so that programs without a selector do not load it

    return _plain(selector, ClusterSelector)


def plain_sites(sites: "SitesInput | None") -> Any:
    """Return sites as plain values for the state, or as an output of them if they are not known yet.

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

    if isinstance(sites, list | tuple) and all(isinstance(each, Site) or is_plain(each) for each in sites):
        return plain(sites)
    return Output.from_input(sites).apply(plain)


def _plain(value: Any, kind: "type[Gate | ClusterSelector]") -> Any:
    """Return what `kind.of` reads as plain values, or as an output of them if it is not known yet."""
    if isinstance(value, kind) or is_plain(value):
        return kind.of(value).to_dict()
    known: Output[Any] = Output.from_input(value)
    return known.apply(lambda each: None if each is None else kind.of(each).to_dict())
