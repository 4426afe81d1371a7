"""The provider in the process that the engine starts (`python -m pulumi.dynamic`), called as the engine calls it."""

from __future__ import annotations

import os
import subprocess
import sys

import grpc
from google.protobuf import struct_pb2
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc
from pulumi_huaweicloud_css.resource import LogRecordsProvider

_READ_SECONDS = 120  # a read that hangs is a failure, not a test that hangs


class ProviderProcess:
    """The provider in a process of its own, with an environment of its own."""

    def __init__(self, environment, provider=LogRecordsProvider):
        self._provider = serialize_provider(provider())
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"],
            env={"PATH": os.environ["PATH"], **environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        port = int(self._process.stdout.readline())
        options = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]  # as the engine's
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=options)
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def configure(self, config):
        """Hand over the stack's configuration."""
        arguments = struct_pb2.Struct()
        arguments.update(config)
        self._stub.Configure(provider_pb2.ConfigureRequest(args=arguments))

    def read(self, inputs):
        """Read as the engine does, and return the outputs."""
        properties = struct_pb2.Struct()
        properties.update({**inputs, "__provider": self._provider})
        request = provider_pb2.ReadRequest(id="id", properties=properties)
        return self._stub.Read(request, timeout=_READ_SECONDS).properties

    def stop(self):
        """End the process."""
        self._channel.close()
        self._process.terminate()
        self._process.communicate()
