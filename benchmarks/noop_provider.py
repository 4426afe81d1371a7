"""A read resource whose provider does nothing: what an empty preview costs."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import ReadResult, Resource, ResourceProvider


class NoopProvider(ResourceProvider):
    """Returns what it is given."""

    serialize_as_secret_always = False

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return the inputs."""
        return ReadResult(id_, props)


class Noop(Resource, module="huaweicloud-css-benchmarks", name="Noop"):
    """A read resource without a purpose."""

    def __init__(self, name: str) -> None:
        super().__init__(NoopProvider(), name, {"cluster_id": "nothing"}, pulumi.ResourceOptions(id="nothing"))
