"""A read resource with the outputs of `LogRecords` that sends no request: what Pulumi's handling of outputs costs."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import ReadResult, Resource, ResourceProvider
from pulumi_huaweicloud_css import LogRecords


class CannedProvider(ResourceProvider):
    """Returns the outputs of a `LogRecords` that are in a file."""

    serialize_as_secret_always = False

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return the outputs in the file."""
        return ReadResult(id_, {**props, **_canned(os.environ["CANNED"])})


@functools.lru_cache
def _canned(file: str) -> dict[str, Any]:
    outputs: dict[str, Any] = json.loads(Path(file).read_text())
    return outputs


class Canned(LogRecords, module="huaweicloud-css-benchmarks", name="Canned"):
    """A `LogRecords` of another provider; its outputs are typed likewise."""

    def __init__(self, name: str) -> None:
        outputs = dict.fromkeys(LogRecords.__annotations__)
        options = pulumi.ResourceOptions(id="canned")
        Resource.__init__(self, CannedProvider(), name, {**outputs, "cluster_id": "canned"}, options)
