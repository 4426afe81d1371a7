"""The plugin in a process of its own, called as the engine calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2 as messages
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

PLUGIN = Path(sys.prefix) / "bin" / "pulumi-resource-huaweicloud-css"
PATIENCE = 120  # seconds; a call that hangs is a failure, not a test that hangs

_LARGEST_MESSAGE = 400 * 1024 * 1024  # as the engine's


def struct(values: dict[str, Any]) -> struct_pb2.Struct:
    """Return values as the wire has them."""
    message = struct_pb2.Struct()
    message.update(values)
    return message


class PluginProcess:
    """One plugin, with an environment of its own."""

    def __init__(self, environment: dict[str, str], command: list[str | Path] | None = None) -> None:
        self.process = subprocess.Popen(
            command or [PLUGIN, "127.0.0.1:1"],
            env={"PATH": os.environ["PATH"], **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.port = self.process.stdout.readline()
        options = [("grpc.max_receive_message_length", _LARGEST_MESSAGE)]
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(self.port)}", options=options)
        self._stub = ResourceProviderStub(self._channel)

    def schema(self) -> str:
        """Return the schema."""
        return self._stub.GetSchema(messages.GetSchemaRequest(), timeout=PATIENCE).schema

    def configure(self, config: dict[str, Any]) -> None:
        """Hand over the stack's configuration of the plugin's namespace."""
        checked = self._stub.CheckConfig(messages.CheckRequest(news=struct(config)), timeout=PATIENCE)
        assert not checked.failures
        self._stub.Configure(messages.ConfigureRequest(args=checked.inputs), timeout=PATIENCE)

    def refused_settings(self, config: dict[str, Any]) -> list[tuple[str, str]]:
        """Return the failures of a configuration: each with the property that it names, and the reason."""
        checked = self._stub.CheckConfig(messages.CheckRequest(news=struct(config)), timeout=PATIENCE)
        return [(failure.property, failure.reason) for failure in checked.failures]

    def checked_settings(self, config: dict[str, Any]) -> dict[str, Any]:
        """Return a configuration as the plugin has the engine store it."""
        checked = self._stub.CheckConfig(messages.CheckRequest(news=struct(config)), timeout=PATIENCE)
        return json_format.MessageToDict(checked.inputs)

    def handshake(self) -> None:
        """Tell the plugin that each call will say whether it is a preview's, as the engine does at its start."""
        request = messages.ProviderHandshakeRequest(engine_address="127.0.0.1:1", invoke_with_preview=True)
        self._stub.Handshake(request, timeout=PATIENCE)

    def invoked(self, *, preview: bool, **arguments: Any) -> Any:
        """Call getLogRecords in a preview or an update, and return what its answer can be waited for with."""
        token = "huaweicloud-css:index:getLogRecords"
        request = messages.InvokeRequest(tok=token, args=struct(arguments), preview=preview)
        return self._stub.Invoke.future(request, timeout=PATIENCE)

    def start(self, function: str = "getLogRecords", **arguments: Any) -> Any:
        """Call a function, and return what its answer can be waited for with."""
        request = messages.InvokeRequest(tok=f"huaweicloud-css:index:{function}", args=struct(arguments))
        return self._stub.Invoke.future(request, timeout=PATIENCE)

    def invoke(self, function: str = "getLogRecords", **arguments: Any) -> dict[str, Any]:
        """Call a function, and return its outputs."""
        response = self.start(function, **arguments).result()
        assert not response.failures, response
        return json_format.MessageToDict(getattr(response, "return"))

    def failure(self, function: str = "getLogRecords", **arguments: Any) -> tuple[str, str]:
        """Call a function, and return its one failure: the argument, and the reason."""
        [failure] = self.start(function, **arguments).result().failures
        return failure.property, failure.reason

    def error(self, function: str = "getLogRecords", **arguments: Any) -> str:
        """Call a function, and return the text of the error that it ends with."""
        return self.start(function, **arguments).exception().details()

    def cancel(self) -> None:
        """Tell the plugin to end what is under way."""
        self._stub.Cancel(empty_pb2.Empty(), timeout=PATIENCE)

    def stop(self) -> tuple[str, str]:
        """End the process; return the rest of what it wrote to standard output and standard error."""
        self._channel.close()
        self.process.terminate()
        return self.process.communicate(timeout=PATIENCE)
