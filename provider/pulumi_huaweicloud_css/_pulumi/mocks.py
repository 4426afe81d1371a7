"""The functions under `pulumi.runtime.set_mocks`: a test's mocks receive them as calls of the plugin's functions."""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Mapping
from typing import Any, TypeVar

import pulumi
from pulumi import InvokeOptions, InvokeOutputOptions, Output
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from .._text import camel
from ..errors import ArgumentError
from .inputs import plain_gate, plain_selector, plain_sites
from .shapes import Shape, parts_of

_T = TypeVar("_T")
_made = threading.local()


def is_mocked() -> bool:
    """Return whether the program runs under `pulumi.runtime.set_mocks`."""
    return isinstance(get_monitor(), MockMonitor)


def call_mocks(token: str, arguments: Mapping[str, object], result: type[_T], opts: InvokeOptions | None) -> _T:
    """Call the mocks.

    Args:
        token: the function's token in the plugin.
        arguments: the arguments by their Python names; the mocks get them in camelCase, without None.
        result: the type of the result; the mocks may use names in Python's style or in camelCase.
        opts: the call's options.

    Raises:
        ArgumentError: the mocks returned an unknown output name.
    """
    ensure_event_loop()
    return _typed(pulumi.runtime.invoke(token, _wire_arguments(arguments), opts).value, result, token)


def call_mocks_output(
    token: str, arguments: Mapping[str, object], result: type[_T], opts: InvokeOptions | InvokeOutputOptions | None
) -> Output[_T]:
    """Call the mocks once the arguments are known; see `call_mocks`."""
    returned = pulumi.runtime.invoke_output(token, _wire_arguments(arguments), opts)
    return returned.apply(lambda values: _typed(values, result, token))


def ensure_event_loop() -> None:
    """Set an event loop for this thread if it has none, because Pulumi's outputs need one.

    Pulumi does so itself, but without a loop Python 3.12 and 3.13 warn then, and 3.14 raises an error. A loop that was
    made here is closed when its thread ends or makes another one.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                asyncio.get_event_loop()
            except RuntimeError:
                _made.loop = _OwnLoop()
                asyncio.set_event_loop(_made.loop.loop)


class _OwnLoop:
    """Closes an event loop when nothing refers to this any more: asyncio itself never closes a loop that was set."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    def __del__(self) -> None:
        if not self.loop.is_running():
            self.loop.close()


def _wire_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments as the plugin receives them."""
    given = {
        **arguments,
        "gate": _renamed(plain_gate(arguments.get("gate"))),
        "clusters": _renamed(plain_selector(arguments.get("clusters"))),
        "sites": _renamed(plain_sites(arguments.get("sites"))),
    }
    return {camel(name): value for name, value in given.items() if value is not None}


def _typed(values: Any, result: type[_T], token: str) -> _T:
    """Convert what the mocks returned to the result type; missing outputs are None."""
    named = _named(values, Shape(cls=result), token)
    typed: _T = rpc.translate_output_properties(named, str, result, True)
    return typed


def _named(value: Any, shape: Shape, token: str, place: str = "") -> Any:
    """Convert the names in what the mocks returned to Python's style.

    Raises:
        ArgumentError: a name is unknown; ignoring it would silently leave an output None.
    """
    if isinstance(value, Output):
        return value.apply(lambda known: _named(known, shape, token, place))
    if shape.items and isinstance(value, list):
        return [_named(item, shape.items, token, place) for item in value]
    if shape.values and isinstance(value, dict):
        return {key: _named(item, shape.values, token, f"{place}{key}.") for key, item in value.items()}
    if shape.cls is None or not isinstance(value, dict):
        return value
    parts = parts_of(shape.cls)
    names = {spelling: name for name in parts for spelling in (name, camel(name))}
    for key in value:
        if key not in names:
            import difflib

            near = sorted(difflib.get_close_matches(key, names, n=2) or difflib.get_close_matches(key.lower(), names))
            hint = f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(parts)}"
            raise ArgumentError(key, f"the mocks returned {place + key!r}, which is not an output of {token}; {hint}")
    return {names[key]: _named(item, parts[names[key]], token, f"{place}{key}.") for key, item in value.items()}


def _renamed(value: Any) -> Any:
    """Return a mapping, a list of them, or an output of either, with names in camelCase; the values stay."""
    if isinstance(value, Output):
        return value.apply(_renamed)
    if isinstance(value, list):
        return [_renamed(each) for each in value]
    if isinstance(value, dict):
        return {camel(name): item for name, item in value.items()}
    return value
