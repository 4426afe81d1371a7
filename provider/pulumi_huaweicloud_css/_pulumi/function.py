"""Runs this package's functions in a program: immediately, or once their arguments are known; or calls the mocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import pulumi
from pulumi import InvokeOptions, InvokeOutputOptions, Output, Resource
from pulumi.runtime.config import CONFIG
from pulumi.runtime.settings import get_monitor
from pulumi.runtime.sync_await import _sync_await

from ..errors import ArgumentError, CssError, unexpected
from .config_warnings import warn_of_plain_secrets
from .inputs import has_output
from .mocks import call_mocks, call_mocks_output, ensure_event_loop, is_mocked

if TYPE_CHECKING:
    from .._config.sources import ConfigGetter

_I = TypeVar("_I", bound=Mapping[str, object])
_A = TypeVar("_A", bound=Mapping[str, object])
_T = TypeVar("_T")


@dataclass(frozen=True)
class Function(Generic[_I, _A, _T]):
    """One function of this package: the types of its inputs, its arguments and its result.

    The inputs are the arguments by the same names, each of which may be an output.

    Args:
        token: the token of the equivalent function of the plugin.
        read: returns the result, given the arguments and a function that looks up the stack's configuration, None
            where there is no stack.
        result: the type of the result.
    """

    token: str
    read: Callable[[_A, ConfigGetter | None], _T]
    result: type[_T]


def call(function: Function[_I, _A, _T], arguments: _A, opts: InvokeOptions | None) -> _T:
    """Call a function and wait for the result. In a program, keeps the event loop running.

    Raises:
        ArgumentError: an argument is an output; this function has no value to read with, nor can it wait for one.
        CssError: the call failed.
    """
    for name, value in arguments.items():
        if has_output(value):
            way = "use the function's _output form, or call the function in the output's apply"
            raise ArgumentError(name, f"it is an output, whose value is not known yet; {way}")
    if is_mocked():
        return call_mocks(function.token, arguments, function.result, opts)
    try:
        if get_monitor() is not None and _runs_a_loop():
            return _sync_await(_read_in_thread(function, arguments))
        return _read(function, arguments)
    except CssError as error:
        # Only the program's own line and the text are of use; the frames in between are not.
        raise error.with_traceback(None) from None


def call_output(
    function: Function[_I, _A, _T],
    inputs: _I,
    opts: InvokeOptions | InvokeOutputOptions | None,
) -> Output[_T]:
    """Call a function once its inputs and the dependencies in `opts` are known."""
    ensure_event_loop()
    if is_mocked():
        return call_mocks_output(function.token, inputs, function.result, opts)
    dependencies = Output.from_input(getattr(opts, "depends_on", None)).apply(_settled)
    return Output.all(dependencies, Output.all(**inputs)).apply(
        lambda values: _read_for_output(function, cast("_A", values[1]))
    )


async def _read_for_output(function: Function[_I, _A, _T], arguments: _A) -> _T:
    """Read, and raise errors as Pulumi shows them in one line: no line of a traceback would be the program's."""
    try:
        return await _read_in_thread(function, arguments)
    except CssError as error:
        error.__class__ = _shown_in_one_line(type(error))
        raise


def _shown_in_one_line(kind: type[CssError]) -> type[CssError]:
    """Return a type of errors of the same name that is one of Pulumi's errors, too: of these it shows the text only."""
    return type(kind.__name__, (kind, pulumi.RunError), {"__module__": kind.__module__})


async def _read_in_thread(function: Function[_I, _A, _T], arguments: _A) -> _T:
    """Read in a thread, which gets a copy of the context, and so the stack's configuration."""
    try:
        return await asyncio.to_thread(_read, function, arguments)
    except CssError as error:
        raise error.with_traceback(None) from None


def _read(function: Function[_I, _A, _T], arguments: _A) -> _T:
    from .._config.table import NAMESPACE

    warn_of_plain_secrets()
    try:
        # Outside a program there is no stack's configuration, and no error advises to set it.
        config = pulumi.Config(NAMESPACE).get if get_monitor() is not None or CONFIG.get() else None
        return function.read(arguments, config)
    except CssError:
        raise
    except Exception as error:
        raise RuntimeError(unexpected(error)).with_traceback(error.__traceback__) from None


def _runs_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _settled(depends_on: Any) -> Output[Any]:
    """Return an output that is known once the resources exist; in a preview, unknown if they are to be created."""
    if depends_on is None:
        return Output.from_input(None)
    resources = [depends_on] if isinstance(depends_on, Resource) else list(cast("Sequence[Any]", depends_on))
    return Output.all(*[Output.from_input(item).apply(_resource_settled) for item in resources])


def _resource_settled(resource: Resource) -> Output[Any]:
    identity = resource.id if isinstance(resource, pulumi.CustomResource) else resource.urn
    children = [_resource_settled(child) for child in getattr(resource, "_childResources", ())]
    return Output.all(identity, *children)
