"""What programs in other languages are compared with: the answers that Python programs get."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pulumi_huaweicloud_css._text import camel
from pulumi_huaweicloud_css.emulator import Emulator

from tests.support.pulumi_project import PulumiProject

_PROGRAM = """
    import json
    import pulumi
    from pulumi_huaweicloud_css import get_fleet_log_records, get_log_records

    cluster_id = pulumi.Config().require("clusterId")
    asked = {"clusterId": cluster_id, "status": "NOT_FAIL", "limit": 20}
    pulumi.export("function", get_log_records(cluster_id=cluster_id, status="NOT_FAIL", limit=20))
    pulumi.export("fleet", get_fleet_log_records(cluster_ids=[cluster_id], include_records=True))
    pulumi.export("invoke", pulumi.runtime.invoke("huaweicloud-css:index:getLogRecords", asked).value)
"""


def python_project(folder: Path, emulator: Emulator) -> PulumiProject:
    """Return a Python project whose stack is made; it asks the emulator."""
    made = PulumiProject(folder / "python", folder / "home", emulator.environment(), "producer")
    made.write(_PROGRAM)
    made.init(clusterId=emulator.cluster_id)
    return made


def python_answers(project: PulumiProject) -> dict[str, Any]:
    """Run the project; return its answers as other languages name their parts, without when they were given."""
    project.up().ok()
    return {name: without_times(_in_camel_case(answer)) for name, answer in project.outputs().items()}


def without_times(outputs: Any) -> Any:
    """Return an answer without when it was given."""
    if not isinstance(outputs, dict):
        return outputs
    return {name: without_times(value) for name, value in outputs.items() if name not in ("readAt", "read_at")}


def _in_camel_case(value: Any) -> Any:
    if isinstance(value, dict):
        return {camel(name): _in_camel_case(item) for name, item in value.items()}
    return [_in_camel_case(item) for item in value] if isinstance(value, list) else value
