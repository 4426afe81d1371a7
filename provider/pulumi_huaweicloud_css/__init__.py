"""Log backup records of Huawei Cloud CSS clusters, for Pulumi: where is the newest log backup, and did it work?

In a Pulumi program: `LogRecords` (a read-only resource), `get_log_records` and `get_log_records_output`; for many
clusters at once `FleetLogRecords`, `get_fleet_log_records` and `get_fleet_log_records_output`. Without Pulumi:
`CssClient`. Names are loaded when they are first used, so that importing the package costs nothing.

To annotate what passes arguments on: `Status`, `JobType` and `OnError` are the choices, `Duration` is what a gate
takes, and `GateInput`, `SelectorInput` and `SitesInput` are what resources and ``_output`` functions take. `State` is a
verdict's, and `Outcome` a record's. `RecordOutputs`, `ClusterOutputs` and
`VerdictOutputs` are what they become as JSON.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from ._api.client import CssClient
    from ._api.clusters import Cluster, ClusterPage
    from ._api.log_settings import LogSettings
    from ._api.models import RecordPage
    from ._backups.gate import Gate
    from ._backups.selection import ClusterSelector
    from ._backups.sites import Site
    from ._durations import Duration
    from ._outputs import ClusterOutputs, RecordOutputs, VerdictOutputs
    from ._pulumi.inputs import (
        ClusterSelectorArgsDict,
        GateArgsDict,
        GateInput,
        SelectorInput,
        SiteArgsDict,
        SitesInput,
    )
    from ._pulumi.types import (
        ClusterLogRecords,
        GateVerdict,
        GetClustersResult,
        GetFleetLogRecordsResult,
        GetLogRecordsResult,
        ListedCluster,
        LogRecord,
        SkippedCluster,
    )
    from ._record import Outcome, Record
    from ._validation import JobType, OnError, Status
    from ._verdict import State, Verdict
    from .cluster_functions import get_clusters, get_clusters_output
    from .errors import (
        ApiError,
        ArgumentError,
        CssConnectionError,
        CssError,
        CssTimeoutError,
        FleetError,
        GateError,
        InvalidResponseError,
        NoClusterError,
        SettingsError,
        SiteError,
    )
    from .functions import (
        get_fleet_log_records,
        get_fleet_log_records_output,
        get_log_records,
        get_log_records_output,
    )
    from .resource import FleetLogRecords, LogRecords

__all__ = [
    "ApiError",
    "ArgumentError",
    "Cluster",
    "ClusterLogRecords",
    "ClusterOutputs",
    "ClusterPage",
    "ClusterSelector",
    "ClusterSelectorArgsDict",
    "CssClient",
    "CssConnectionError",
    "CssError",
    "CssTimeoutError",
    "Duration",
    "FleetError",
    "FleetLogRecords",
    "Gate",
    "GateArgsDict",
    "GateError",
    "GateInput",
    "GateVerdict",
    "GetClustersResult",
    "GetFleetLogRecordsResult",
    "GetLogRecordsResult",
    "InvalidResponseError",
    "JobType",
    "ListedCluster",
    "LogRecord",
    "LogRecords",
    "LogSettings",
    "NoClusterError",
    "OnError",
    "Outcome",
    "Record",
    "RecordOutputs",
    "RecordPage",
    "SelectorInput",
    "SettingsError",
    "Site",
    "SiteArgsDict",
    "SiteError",
    "SitesInput",
    "SkippedCluster",
    "State",
    "Status",
    "Verdict",
    "VerdictOutputs",
    "__version__",
    "get_clusters",
    "get_clusters_output",
    "get_fleet_log_records",
    "get_fleet_log_records_output",
    "get_log_records",
    "get_log_records_output",
]

# The public names by their modules; all others are errors.
_NAMES = {
    "_api.client": ("CssClient",),
    "_api.clusters": ("Cluster", "ClusterPage"),
    "_api.log_settings": ("LogSettings",),
    "_api.models": ("RecordPage",),
    "_backups.gate": ("Gate",),
    "_backups.selection": ("ClusterSelector",),
    "_backups.sites": ("Site",),
    "_durations": ("Duration",),
    "_outputs": ("ClusterOutputs", "RecordOutputs", "VerdictOutputs"),
    "_pulumi.inputs": (
        "ClusterSelectorArgsDict",
        "GateArgsDict",
        "GateInput",
        "SelectorInput",
        "SiteArgsDict",
        "SitesInput",
    ),
    "_pulumi.types": (
        "ClusterLogRecords",
        "GateVerdict",
        "GetClustersResult",
        "GetFleetLogRecordsResult",
        "GetLogRecordsResult",
        "ListedCluster",
        "LogRecord",
        "SkippedCluster",
    ),
    "_record": ("Outcome", "Record"),
    "_validation": ("JobType", "OnError", "Status"),
    "_verdict": ("State", "Verdict"),
    "cluster_functions": ("get_clusters", "get_clusters_output"),
    "functions": ("get_fleet_log_records", "get_fleet_log_records_output", "get_log_records", "get_log_records_output"),
    "resource": ("FleetLogRecords", "LogRecords"),
}


if not TYPE_CHECKING:  # to a type checker it would be a type for every misspelt name

    def __getattr__(name: str) -> Any:
        """Load a public name from its module, once (PEP 562)."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = next((module for module, names in _NAMES.items() if name in names), "errors")
        value = getattr(importlib.import_module(f".{module}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
