"""Python's type hints as data, from which both the schema and the values on the wire are derived."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

# A timedelta exists in Python programs only; on the wire an int is a number.
_SCALARS: dict[Any, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}


@dataclass(frozen=True)
class Shape:
    """One type: exactly one of `scalars`, `items`, `values` and `cls` is set.

    Args:
        scalars: the names of its scalar types.
        choices: the values that a string has to be one of; empty if it can be any.
        items: the shape of a list's items.
        values: the shape of a mapping's values; its keys are data.
        cls: a class with attributes.
        optional: whether it can be None.
    """

    scalars: tuple[str, ...] = ()
    items: Shape | None = None
    values: Shape | None = None
    cls: type | None = None
    optional: bool = False
    choices: tuple[str, ...] = ()


def shape_of(hint: Any) -> Shape:
    """Return the shape that a type hint describes.

    Raises:
        TypeError: other languages have no such type.
    """
    members = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    choices = tuple(value for member in members if get_origin(member) is Literal for value in get_args(member))
    members = tuple(str if get_origin(member) is Literal else member for member in members)
    kept = [member for member in members if member not in (types.NoneType, timedelta)]
    optional = types.NoneType in members
    if len(kept) == 1 and kept[0] not in _SCALARS:
        return dataclasses.replace(_compound(kept[0]), optional=optional)
    if not kept or not all(member in _SCALARS for member in kept):
        raise TypeError(f"other languages have no type for {hint!r}")
    names = [_SCALARS[member] for member in kept if not (member is int and float in kept)]
    return Shape(scalars=tuple(names), optional=optional, choices=choices)


def _compound(hint: Any) -> Shape:
    origin, members = get_origin(hint), get_args(hint)
    if origin in (list, Sequence):
        return Shape(items=shape_of(members[0]))
    if origin in (dict, Mapping):
        return Shape(values=shape_of(members[1]))
    if isinstance(hint, type) and hint.__module__ != "builtins":
        return Shape(cls=hint)
    raise TypeError(f"other languages have no type for {hint!r}")


def parts_of(cls: type) -> dict[str, Shape]:
    """Return the shapes of a class's attributes, by Python name."""
    return {name: shape_of(hint) for name, hint in get_type_hints(cls).items()}
