"""Descriptions of the arguments of functions and resources, and of outputs that several classes have.

The package's docstrings and the plugin's schema are generated from these texts: change them here, and `make schema`.
"""

from __future__ import annotations

_SITE = {
    "project_id": "32 hexadecimal digits; default: from settings, or looked up in IAM by the region's name.",
    "region": "the region's name, such as ``cn-north-4``; default: from settings.",
    "endpoint": "base URL of the CSS API; default: the region's.",
}
_COMMON = {
    **_SITE,
    "status": "``RUNNING``, ``SUCCESS``, ``FAIL`` or ``NOT_FAIL`` (running or successful); default: all.",
    "job_id": "only the records of this job.",
    "job_type": "``Manual`` or ``Auto``; default: both.",
}
_ONE = {
    **_COMMON,
    "cluster_id": "the CSS cluster's id, a UUID; or give `cluster_name`.",
    "cluster_name": "the CSS cluster's name, which no other cluster of the project has; instead of `cluster_id`.",
    "offset": "number of the first record to read, counted from 1.",
    "limit": "the most records to read, 1 to 100,000; default: all.",
}
_FLEET = {
    **_COMMON,
    "cluster_ids": "the CSS clusters' ids, at least one; duplicates are ignored; or give `clusters`.",
    "clusters": "selects clusters, anew at each read; instead of `cluster_ids`.",
    "regions": (
        "the regions in which the clusters are, instead of `region`; each with its own project, pace and errors."
    ),
    "sites": "regions and the projects in them in which the clusters are, instead of `regions`.",
    "offset": "number of the first record to read of each cluster, counted from 1.",
    "limit": "the most records to read of each cluster, 1 to 100,000; default: all.",
    "gate": "what is good enough; a cluster whose backups are not has failed.",
    "parallelism": "how many clusters are read concurrently in each region, 1 to 64; default: 16.",
}
_FUNCTION = {
    "opts": "accepted as in every Pulumi function, but without effect, because no provider plugin is called.",
}
_RESOURCE = {
    "resource_name": "the resource's name in the stack.",
    "opts": "the resource's options; ``id`` is set by the resource itself.",
}

# By the name of the function or the class.
ARGUMENTS: dict[str, dict[str, str]] = {
    "get_clusters": {
        **_SITE,
        **_FUNCTION,
        "names": "shell patterns such as ``prod-*``, one of which a cluster's name matches; default: all.",
        "tags": "tags that a cluster has, all of them with these values.",
        "engine": "``elasticsearch``, ``opensearch`` or ``logstash``; default: all.",
        "enterprise_project_id": "the enterprise project's id, ``0`` for the default one; default: all.",
    },
    "get_log_records": {
        **_ONE,
        **_FUNCTION,
        "gate": "what is good enough; if the backups are not, the call fails with the reason.",
        "include_records": "whether the records are in the result; default: yes.",
    },
    "get_fleet_log_records": {
        **_FLEET,
        **_FUNCTION,
        "on_error": "``fail`` (the default): the call fails, and its one error lists all clusters that failed; "
        "``collect``: they are in the output `errors`.",
        "include_records": "whether each cluster's records are in the result; default: no.",
    },
    "LogRecords": {
        **_ONE,
        **_RESOURCE,
        "cluster_id": f"{_ONE['cluster_id']} Either becomes the resource's id, which Pulumi stores in clear text.",
        "gate": "what is good enough. If the backups are not, the read fails, in the preview too, with the reason as "
        "the error; then nothing that depends on the resource is touched.",
        "include_records": "whether the records are among the outputs, and so in the state; default: yes.",
    },
    "FleetLogRecords": {
        **_FLEET,
        **_RESOURCE,
        "on_error": "``fail`` (the default): the read fails, in the preview too, and its one error lists all clusters "
        "that failed; ``collect``: they are in the output `errors`.",
        "include_records": "whether each cluster's records are among the outputs, and so in the state; default: no.",
    },
}

# By a class's name: the class whose outputs it has too, with their texts, and the texts of those that differ.
OUTPUTS: dict[str, tuple[str, dict[str, str]]] = {
    "LogRecords": ("GetLogRecordsResult", {}),
    "ClusterLogRecords": (
        "GetLogRecordsResult",
        {
            "records": "The records, newest first, filtered; None unless `include_records` was given.",
            "read_at": "When the read of the cluster was complete.",
            "cluster_name": "The cluster's name; None if the ids were given.",
        },
    ),
    "FleetLogRecords": ("GetFleetLogRecordsResult", {}),
}
