"""`FleetLogRecords`: many clusters in one read-only resource.

Like `resource.LogRecordsProvider`, the provider class here is part of users' states by its module's and its own name.
"""

# No `from __future__ import annotations` here: Pulumi evaluates the outputs' types anew for each resource, and text is
# slow to evaluate.
import hashlib
from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi import Input, Output

from .errors import CssError
from .inputs import GateInput, plain_gate
from .outputs import ClusterLogRecords, GateVerdict, LogRecord
from .question import JobType, OnError, Status
from .resource import WHERE_AND_WHAT, ReadProvider, ReadResource


class FleetLogRecordsProvider(ReadProvider):
    """Reads the records of many clusters."""

    inputs = ("cluster_ids", *WHERE_AND_WHAT, "parallelism", "on_error", "include_records")
    always = frozenset({"clusters", "errors", "failed_cluster_ids", "read_at"})

    @staticmethod
    def ask(**arguments: Any) -> dict[str, Any]:
        """Return the outputs of the fleet."""
        from .reading import read_fleet_outputs  # here, so that declaring a resource does not load the HTTP library

        return read_fleet_outputs(**arguments)

    def _reread(self, known: dict[str, Any], subject: str) -> dict[str, Any]:
        """Return what was read, with what was known of clusters that could not be; warn of these, and of gone ones."""
        from .refreshing import keep_unread, warn_of_clusters

        unread: dict[str, CssError] = {}
        read = self._outputs(known, enforce_gate=False, unread=unread)
        warn_of_clusters(subject, unread, len(read["clusters"]) + len(unread))
        return keep_unread(known, read, unread)


class FleetLogRecords(ReadResource, module="huaweicloud-css", name="FleetLogRecords"):
    """The log backup records of many CSS clusters, read on any preview, update or refresh; never created or deleted.

    Several clusters are asked at once, over shared connections; a throttled API slows all of them down together.
    Credentials come from the settings, as for `LogRecords`.

    Args:
        resource_name: the resource's name in the stack.
        cluster_ids: the CSS clusters' ids, at least one; one that is there twice is asked once.
        project_id: 32 hexadecimal digits; from the settings, or looked up by the region, if not given.
        region: the region's name, such as ``cn-north-4``; from the settings if not given.
        endpoint: base URL of the CSS API, instead of the region's own.
        status: ``RUNNING``, ``SUCCESS``, ``FAIL`` or ``NOT_FAIL`` (running or successful); all if not given.
        job_id: only the records of this job.
        job_type: ``Manual`` or ``Auto``; both if not given.
        offset: number of the first record to read of each cluster, counted from 1.
        limit: read at most so many records of each cluster, 1 to 100,000; all if not given.
        gate: what is good enough; a cluster whose backups are not has failed.
        parallelism: how many clusters are asked at once, 1 to 64; 16 if not given.
        on_error: ``fail`` (the default): the read fails, in the preview too, and its one error lists all clusters that
            failed; ``collect``: they are in the output `errors`.
        include_records: whether each cluster's records are among the outputs, and so in the state; not if not given.
        opts: the resource's options; ``id`` is set by the resource itself.
    """

    clusters: Output[dict[str, ClusterLogRecords]]
    """What was read of each cluster, by cluster id; clusters that could not be read are not there."""
    verdicts: Output[dict[str, GateVerdict] | None]
    """What the gate said of each cluster that was read, by cluster id; None where no gate was given."""
    errors: Output[dict[str, str]]
    """Why clusters failed, by cluster id: they could not be read, or did not pass the gate."""
    oldest_success: Output[LogRecord | None]
    """Of the clusters' newest successes, the oldest; None where no cluster has one."""
    failed_cluster_ids: Output[list[str]]
    """The clusters that are in `errors`, in the order in which they were given."""
    read_at: Output[str]
    """When the answer was complete."""

    def __init__(
        self,
        resource_name: str,
        *,
        cluster_ids: Input[Sequence[Input[str]]],
        project_id: Input[str] | None = None,
        region: Input[str] | None = None,
        endpoint: Input[str] | None = None,
        status: Input[Status] | None = None,
        job_id: Input[str] | None = None,
        job_type: Input[JobType] | None = None,
        offset: Input[int] | None = None,
        limit: Input[int] | None = None,
        gate: GateInput | None = None,
        parallelism: Input[int] | None = None,
        on_error: Input[OnError] | None = None,
        include_records: Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            FleetLogRecordsProvider(),
            resource_name,
            FleetLogRecords.__annotations__,
            {
                "cluster_ids": cluster_ids,
                "project_id": project_id,
                "region": region,
                "endpoint": endpoint,
                "status": status,
                "job_id": job_id,
                "job_type": job_type,
                "offset": offset,
                "limit": limit,
                "gate": plain_gate(gate),
                "parallelism": parallelism,
                "on_error": on_error,
                "include_records": include_records,
            },
            opts,
            lambda values: _fleet_id(values["cluster_ids"]),
        )


def _fleet_id(cluster_ids: Any) -> str:
    """Return an id that tells one set of clusters from another; what is wrong with them is said when they are read."""
    text = repr(
        sorted({str(cluster_id) for cluster_id in cluster_ids})
        if isinstance(cluster_ids, list | tuple)
        else cluster_ids
    )
    return f"fleet-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
