"""Converts values between the wire and Python: names of arguments and outputs, but not keys that are data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from .._pulumi.shapes import Shape, parts_of, shape_of
from .._text import as_sent, camel, near, sanitize
from .catalogue import Function

_A = TypeVar("_A", bound=Mapping[str, object])
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": (int, float),  # of the wire, each is a float
    "number": (int, float),
}
_LONGEST = 200  # of a value in an error


class WireError(Exception):
    """An argument is unknown or missing, or its type is wrong.

    Attributes:
        path: the argument, as it was sent.
        reason: what is wrong, with names and values as on the wire.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason


def arguments(function: Function[_A], given: Mapping[str, Any]) -> _A:
    """Return the arguments of a call by their Python names; null counts as not given, also in objects.

    Every type is checked here, in the caller's words; what remains to be checked is values, where Python programs' are.

    Raises:
        WireError: one is unknown or missing, or has the wrong type.
    """
    shapes = {name: shape_of(hint) for name, hint in function.inputs.items()}
    return cast("_A", _taken("", shapes, function.required, given))  # the one place where the wire's values get types


def _taken(path: str, parts: Mapping[str, Shape], required: Iterable[str], given: Mapping[str, Any]) -> dict[str, Any]:
    names = {camel(name): name for name in parts}
    for name in given:
        if name not in names:
            meant = near(camel(name), names)
            raise WireError(path + name, f"there is no such argument; there are {', '.join(names)}{meant}")
    for name in map(camel, required):
        if given.get(name) is None:
            raise WireError(path + name, "not given, but it must be")
    there = {name: value for name, value in given.items() if value is not None}
    return {names[name]: _from_wire(path + name, parts[names[name]], value) for name, value in there.items()}


def _from_wire(path: str, shape: Shape, value: Any) -> Any:
    """Return a value as Python programs give it."""
    if shape.items is not None:
        if not isinstance(value, list):
            raise WireError(path, f"{sanitize(as_sent(value), _LONGEST)} is not a list")
        return [_from_wire(f"{path}[{number}]", shape.items, each) for number, each in enumerate(value)]
    if shape.values is not None:
        if not isinstance(value, Mapping):
            raise WireError(path, f"{sanitize(as_sent(value), _LONGEST)} is not an object")
        return {name: _from_wire(f"{path}.{name}", shape.values, each) for name, each in value.items()}
    if shape.cls is None:
        return _scalar(path, shape.scalars, value)
    parts = parts_of(shape.cls)
    if not isinstance(value, Mapping):
        raise WireError(
            path, f"{sanitize(as_sent(value), _LONGEST)} is not an object with {', '.join(map(camel, parts))}"
        )
    required = [each.name for each in dataclasses.fields(shape.cls) if each.default is dataclasses.MISSING]
    return _taken(f"{path}.", parts, required, value)


def _scalar(path: str, types: Sequence[str], value: Any) -> Any:
    if not any(isinstance(value, _TYPES[each]) and (each == "boolean") == isinstance(value, bool) for each in types):
        allowed = " or ".join(f"{'an' if each[0] in 'aeiou' else 'a'} {each}" for each in types)
        raise WireError(path, f"{sanitize(as_sent(value), _LONGEST)} is not {allowed}")
    if isinstance(value, float) and value.is_integer():
        return int(value)  # the wire has no integers
    return value


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
