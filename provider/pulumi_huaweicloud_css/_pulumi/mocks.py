"""The functions under `pulumi.runtime.set_mocks`: calls of the plugin's functions, which a test's mocks answer."""

from __future__ import annotations

import asyncio
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pulumi
from pulumi import InvokeOptions, InvokeOutputOptions, Output
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from .inputs import plain_gate

_T = TypeVar("_T")
_UNDERSCORE = re.compile(r"_([a-z])")
_CAPITAL = re.compile(r"(?<=[a-z])[A-Z]")
_CAMEL = re.compile(r"[a-z]+([A-Z][a-z]+)+")


def is_mocked() -> bool:
    """Return whether the program runs under `pulumi.runtime.set_mocks`."""
    return isinstance(get_monitor(), MockMonitor)


def call_mocks(token: str, arguments: Mapping[str, Any], result: type[_T], opts: InvokeOptions | None) -> _T:
    """Have the mocks answer a call.

    Args:
        token: the function's name in the plugin.
        arguments: the arguments by their Python names; the mocks get them in camelCase, without those of None.
        result: the type of the result; the mocks may name its parts as Python does, or in camelCase.
        opts: the call's options.
    """
    ensure_event_loop()
    return _typed(pulumi.runtime.invoke(token, _wire_arguments(arguments), opts).value, result)


def call_mocks_output(
    token: str, arguments: Mapping[str, Any], result: type[_T], opts: InvokeOptions | InvokeOutputOptions | None
) -> Output[_T]:
    """Have the mocks answer a call, once its arguments are there; see `call_mocks`."""
    answer = pulumi.runtime.invoke_output(token, _wire_arguments(arguments), opts)
    return answer.apply(lambda values: _typed(values, result))


def ensure_event_loop() -> None:
    """Give this thread an event loop if it has none, for Pulumi's outputs need one.

    Pulumi does the same itself, but where there is none, Python 3.12 and 3.13 warn and 3.14 refuses.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                asyncio.get_event_loop()
            except RuntimeError:
                asyncio.set_event_loop(asyncio.new_event_loop())


def _wire_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments as the plugin has them."""
    given = {**arguments, "gate": _renamed(plain_gate(arguments["gate"]), _camel)}
    return {_camel(name): value for name, value in given.items() if value is not None}


def _typed(values: Any, result: type[_T]) -> _T:
    """Return what mocks answered as the typed object that programs use; what they left out is None."""
    typed: _T = rpc.translate_output_properties(_renamed(values, _snake), str, result, True)
    return typed


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, Output):
        return value.apply(lambda known: _renamed(known, rename))
    if isinstance(value, dict):
        return {rename(name): _renamed(item, rename) for name, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, rename) for item in value]
    return value


def _camel(name: str) -> str:
    return _UNDERSCORE.sub(lambda found: found[1].upper(), name)


def _snake(name: str) -> str:
    """Return a camelCase name as Python writes it; a cluster's id is none."""
    return _CAPITAL.sub(lambda found: f"_{found[0]}", name).lower() if _CAMEL.fullmatch(name) else name
