"""Implements Pulumi's provider protocol: schema, configuration and functions."""

# ruff: noqa: ARG002 - the protocol defines the arguments

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto import provider_pb2 as messages
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from .._pulumi.cancellation import cancel_all, start
from .._pulumi.wire_values import PlainValue, plain_for_engine, secret_value, values_of
from .._text import camel, for_engine
from .._version import __version__
from ..errors import ArgumentError, CssError, GateError, SettingsError, unexpected
from .catalogue import BY_TOKEN, SECRET_KEYS, SETTING_KEYS, unknown_setting
from .codec import WireError, arguments, result
from .schema import schema_text

if TYPE_CHECKING:
    from .._config.sources import ConfigGetter

# What the engine itself puts beside the settings: where it found this plugin. So it does with names in "__".
_OF_THE_ENGINE = frozenset({"version", "pluginDownloadURL"})
# As many connections to a host are kept open.
_MOST_AT_ONCE = 16


class _Cancelled(Exception):
    """The engine cancelled the call."""


class CssProvider(ResourceProviderServicer):
    """The plugin, as the engine calls it. It has functions, and no resources."""

    def __init__(self) -> None:
        self._config: ConfigGetter = dict[str, Any]().get
        self._slots = asyncio.Semaphore(_MOST_AT_ONCE)

    async def Handshake(
        self, request: messages.ProviderHandshakeRequest, context: Any
    ) -> messages.ProviderHandshakeResponse:
        """Accept, so that the engine marks calls of a preview; an unmarked call counts as an update's."""
        return messages.ProviderHandshakeResponse()

    async def GetPluginInfo(self, request: empty_pb2.Empty, context: Any) -> plugin_pb2.PluginInfo:
        """Return the version."""
        return plugin_pb2.PluginInfo(version=__version__)

    async def GetSchema(self, request: messages.GetSchemaRequest, context: Any) -> messages.GetSchemaResponse:
        """Return the schema."""
        return messages.GetSchemaResponse(schema=schema_text())

    async def CheckConfig(self, request: messages.CheckRequest, context: Any) -> messages.CheckResponse:
        """Refuse keys that are no setting: where one is misspelt, another place's value would be used unnoticed.

        Values are checked with those of all other places when a function is called. The engine stores what is returned:
        secret settings as secrets, also where the stack's configuration has them in clear text.
        """
        inputs = struct_pb2.Struct()
        inputs.CopyFrom(request.news)
        for name in SECRET_KEYS & request.news.fields.keys():
            inputs.fields[name].CopyFrom(secret_value(request.news.fields[name]))
        return messages.CheckResponse(
            inputs=inputs,
            failures=[
                # Without its property, whose value the engine would show: a misspelt key's is a secret.
                messages.CheckFailure(reason=for_engine(unknown_setting(name)))
                for name in request.news.fields
                if name not in SETTING_KEYS and name not in _OF_THE_ENGINE and not name.startswith("__")
            ],
        )

    async def Configure(self, request: messages.ConfigureRequest, context: Any) -> messages.ConfigureResponse:
        """Keep the configuration: the stack's own of this plugin's namespace, or a provider resource's arguments."""
        given = PlainValue.of(values_of(request.args)).value
        self._config = given.get
        # Secrets arrive as plain values; the engine makes the result of a call with a secret argument secret.
        return messages.ConfigureResponse(acceptSecrets=False, acceptResources=False, supportsPreview=True)

    async def Invoke(self, request: messages.InvokeRequest, context: Any) -> messages.InvokeResponse:
        """Call a function. A wrong argument is returned as its failure, any other error as one line of text."""
        try:
            return await self._invoke(request, context)
        except grpc.aio.AbortError:
            raise
        except Exception as error:
            await _refuse(context, grpc.StatusCode.INTERNAL, unexpected(error))

    async def _invoke(self, request: messages.InvokeRequest, context: Any) -> messages.InvokeResponse:
        function = BY_TOKEN.get(request.tok)
        if function is None:
            await _refuse(
                context,
                grpc.StatusCode.INVALID_ARGUMENT,
                f"{request.tok}: there is no such function; there is {', '.join(BY_TOKEN)}",
            )
        given = PlainValue.of(values_of(request.args))
        if given.unknown and not request.preview:
            await _refuse(
                context,
                grpc.StatusCode.FAILED_PRECONDITION,
                "an argument is not known in this update; a resource that it comes from was perhaps left out by "
                "--target or --exclude",
            )
        if given.unknown:
            # In a preview. The engine does the same if the plugin's configuration is unknown.
            return messages.InvokeResponse()
        try:
            taken = arguments(function, given.value)
            outputs = await self._read(lambda: function.read(taken, self._config))
        except WireError as error:
            return _failure(error.path, error.reason)
        except ArgumentError as error:
            return _failure(function.path(error.argument), error.reason)
        except SettingsError as error:
            # A failure of the argument only if it was given as one; else the configuration or a variable is wrong.
            path = camel(error.setting)
            if given.value.get(path) is not None:
                return _failure(path, error.reason)
            await _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, f"{path}: {error.reason}")
        except CssError as error:
            failed = isinstance(error, GateError)
            code = grpc.StatusCode.FAILED_PRECONDITION if failed else grpc.StatusCode.UNKNOWN
            await _refuse(context, code, error.worded(function.path))
        except _Cancelled:
            await _refuse(context, grpc.StatusCode.CANCELLED, "the call was cancelled")
        returned = struct_pb2.Struct()
        returned.update(plain_for_engine(result(function, outputs)))
        return messages.InvokeResponse(**{"return": returned})  # type: ignore[arg-type] # a keyword of Python

    async def _read(self, read: Callable[[], Any]) -> Any:
        async with self._slots:
            return await asyncio.wrap_future(start(read, _Cancelled))

    async def Cancel(self, request: empty_pb2.Empty, context: Any) -> empty_pb2.Empty:
        """Cancel all calls, and any that is started later; the engine then ends the process."""
        cancel_all()
        return empty_pb2.Empty()


async def _refuse(context: Any, code: grpc.StatusCode, text: str) -> NoReturn:
    await context.abort(code, for_engine(text))
    raise AssertionError("unreachable: abort raises")


def _failure(path: str, reason: str) -> messages.InvokeResponse:
    """Return the response to a call with a wrong argument."""
    return messages.InvokeResponse(
        failures=[messages.CheckFailure(property=for_engine(path), reason=for_engine(reason))]
    )
