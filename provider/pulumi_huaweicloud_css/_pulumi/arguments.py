"""The arguments of the ways into Pulumi, with their types, by the names under which they travel.

For type checkers only: nothing imports this at run time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

from .._backups.fleet_query import ManyArguments
from .inputs import GateInput, SelectorInput, SitesInput

if TYPE_CHECKING:
    from pulumi import Input

    from .._validation import JobType, OnError, Status

    # What a gate, a selector and sites become on the way to the engine, see `inputs.plain_gate`.
    PlainInput = Input[object]


class QueryInputs(TypedDict):
    """The inputs that `QueryArguments` come from; None if not given."""

    project_id: Input[str | None] | None
    region: Input[str | None] | None
    endpoint: Input[str | None] | None
    status: Input[Status | None] | None
    job_id: Input[str | None] | None
    job_type: Input[JobType | None] | None
    offset: Input[int | None] | None
    limit: Input[int | None] | None
    gate: GateInput | PlainInput | None
    include_records: Input[bool | None] | None


class LogRecordsInputs(QueryInputs):
    """The inputs that `LogRecordsArguments` come from."""

    cluster_id: Input[str | None] | None
    cluster_name: Input[str | None] | None


class ManyInputs(QueryInputs):
    """The inputs that `ManyArguments` come from."""

    cluster_ids: Input[Sequence[Input[str]] | None] | None
    regions: Input[Sequence[Input[str]] | None] | None
    sites: SitesInput | PlainInput | None
    parallelism: Input[int | None] | None
    on_error: Input[OnError | None] | None


class FleetInputs(ManyInputs):
    """The inputs that `FleetArguments` come from."""

    clusters: SelectorInput | None


class FleetResourceInputs(ManyInputs):
    """The inputs of `FleetLogRecords`: the selection has a name of its own, for an output is called `clusters`."""

    selector: PlainInput | None


class FleetProperties(ManyArguments, total=False):
    """The properties of `FleetLogRecords` as its provider gets them."""

    selector: Mapping[str, object] | None


class ClustersInputs(TypedDict):
    """The inputs that `ClustersArguments` come from; None if not given."""

    names: Input[Sequence[Input[str]] | None] | None
    tags: Input[Mapping[str, Input[str]] | None] | None
    engine: Input[str | None] | None
    enterprise_project_id: Input[str | None] | None
    project_id: Input[str | None] | None
    region: Input[str | None] | None
    endpoint: Input[str | None] | None
