"""The outputs of what the API lists, with their types: plain JSON values, times as RFC 3339 text in UTC.

For type checkers: nothing of this package imports this at run time.
"""

from __future__ import annotations

from typing import Literal, TypedDict


class RecordOutputs(TypedDict):
    """The outputs of a record."""

    id: str
    cluster_id: str | None
    created_at: str | None
    finished_at: str | None
    log_path: str | None
    status: str | None
    job_type: str | None
    job_id: str | None
    failed_msg: str | None


class ClusterOutputs(TypedDict):
    """The outputs of a cluster."""

    id: str
    name: str
    status: str | None
    engine: str | None
    version: str | None
    tags: dict[str, str]
    enterprise_project_id: str | None
    created_at: str | None


class VerdictOutputs(TypedDict):
    """The outputs of a verdict; the age is in seconds."""

    state: Literal["passed", "pending", "failed"]
    reason: str
    record: RecordOutputs | None
    age: float | None
