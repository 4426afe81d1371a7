"""Converts values between the wire and Python: names of arguments and outputs, but not keys that are data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from .._pulumi.shapes import Shape, parts_of, shape_of
from .._text import camel
from ..errors import ArgumentError
from .catalogue import Function

_A = TypeVar("_A", bound=Mapping[str, object])


def arguments(function: Function[_A], given: Mapping[str, Any]) -> _A:
    """Return the arguments of a call by their Python names; null counts as not given.

    Raises:
        ArgumentError: one is unknown or missing; the text begins with its name.
    """
    found = {name: value for name, value in given.items() if value is not None}
    taken = _taken("", {name: shape_of(hint) for name, hint in function.inputs.items()}, found)
    for name in function.required:
        if name not in taken:
            raise ArgumentError(name, "not given, but it must be")
    return cast("_A", taken)  # here the wire's values get their types; a query validates them


def _taken(path: str, parts: Mapping[str, Shape], given: Mapping[str, Any]) -> dict[str, Any]:
    names = {camel(name): name for name in parts}
    for name in given:
        if name not in names:
            raise ArgumentError(path + name, f"there is no such argument; there are {', '.join(names)}")
    return {names[name]: _from_wire(path + name, parts[names[name]], value) for name, value in given.items()}


def _from_wire(path: str, shape: Shape, value: Any) -> Any:
    """Return a value as Python programs give it; it is validated where theirs are."""
    if isinstance(value, float) and value.is_integer():
        return int(value)  # the wire has no integers, and an error would show 3.0 for 3
    if shape.items is not None and shape.items.cls is not None and isinstance(value, list):
        return [_from_wire(f"{path}[{number}]", shape.items, each) for number, each in enumerate(value)]
    if shape.cls is None:
        return value
    parts = parts_of(shape.cls)
    if not isinstance(value, Mapping):
        raise ArgumentError(path, f"{value!r} is not an object with {', '.join(map(camel, parts))}")
    taken = _taken(f"{path}.", parts, value)
    for field in dataclasses.fields(shape.cls):
        if field.default is dataclasses.MISSING and taken.get(field.name) is None:
            raise ArgumentError(f"{path}.{camel(field.name)}", "not given, but it must be")
    return taken


def result(function: Function[Any], outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return a function's outputs for the wire; None is omitted, as in Pulumi's states."""
    returned: dict[str, Any] = _to_wire(shape_of(function.result), outputs)
    return returned


def _to_wire(shape: Shape, value: Any) -> Any:
    if shape.items is not None:
        return [_to_wire(shape.items, item) for item in value]
    if shape.values is not None:
        return {name: _to_wire(shape.values, item) for name, item in value.items()}
    if shape.cls is None:
        return value
    parts = parts_of(shape.cls)
    return {camel(name): _to_wire(part, value[name]) for name, part in parts.items() if value.get(name) is not None}
