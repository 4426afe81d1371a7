"""What Pulumi itself spends on the outputs of one `LogRecords`: wrapping them, unwrapping them, typing them."""

from __future__ import annotations

import asyncio
from typing import Any

from pulumi import _types
from pulumi.runtime import rpc
from pulumi_huaweicloud_css import LogRecords
from pulumi_huaweicloud_css.query import log_records

from emulator_process import serve
from measuring import cpu_milliseconds

_COUNT = 95
_TIMES = 50


def measure_handling() -> dict[str, Any]:
    """Return milliseconds of processor time for the outputs of 95 records."""
    with serve(count=_COUNT) as served:
        asked: dict[str, Any] = {"cluster_id": served.cluster_ids()[0], "environ": served.settings}
        outputs = log_records(**asked).to_outputs()
        ours = cpu_milliseconds(lambda: log_records(**asked).to_outputs(), _TIMES)
    loop = asyncio.new_event_loop()
    wrapped = loop.run_until_complete(rpc.serialize_properties(outputs, {}))
    types = _types.resource_types(LogRecords)

    def typed() -> None:
        for name, value in outputs.items():
            rpc.translate_output_properties(value, lambda name: name, types.get(name))

    found = {
        "records": _COUNT,
        "ours_ms": round(ours, 2),
        "wrapping_ms": round(
            cpu_milliseconds(lambda: loop.run_until_complete(rpc.serialize_properties(outputs, {})), _TIMES), 2
        ),
        "unwrapping_ms": round(cpu_milliseconds(lambda: rpc.deserialize_properties(wrapped), _TIMES), 2),
        "typing_ms": round(cpu_milliseconds(typed, _TIMES), 2),
    }
    loop.close()
    return found
