"""The cluster list and the log settings, as CSS writes them."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .clusters import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .registry import RegisteredCluster
    from .site import Quirks

_SETTINGS = uuid.UUID("3c9f1a52-0b7c-4a36-9a0e-6b1d0d3f7a11")  # where the ids of log settings come from
_CREATING = "100"
_FAILED = "303"


def page(clusters: Sequence[RegisteredCluster], quirks: Quirks, *, offset: int, limit: int) -> bytes:
    """Return the body of one answer: at most `limit` clusters from number `offset` (1-based) on."""
    shown = _ordered(clusters, quirks)[offset - 1 : offset - 1 + limit]
    document: dict[str, Any] = {"clusters": [as_listed(each) for each in shown]}
    if quirks.total_size:
        document["totalSize"] = len(clusters)
    return json.dumps(document, separators=(",", ":")).encode()


def log_settings(registered: RegisteredCluster) -> dict[str, Any]:
    """Return how a cluster's log backup is set up; null where it never was."""
    settings, cluster_id = registered.cluster.log_settings, registered.cluster.cluster_id
    if settings is None:
        return {"logConfiguration": None}
    configuration = {
        "id": str(uuid.uuid5(_SETTINGS, cluster_id)),
        "clusterId": cluster_id,
        "obsBucket": settings.bucket,
        "agency": settings.agency,
        "updateAt": round(registered.updated * 1000),
        "basePath": settings.base_path,
        "autoEnable": settings.auto_enable,
        "period": settings.period if settings.auto_enable else None,
        "logSwitch": settings.log_switch,
    }
    return {"logConfiguration": configuration}


def _ordered(clusters: Sequence[RegisteredCluster], quirks: Quirks) -> Sequence[RegisteredCluster]:
    if quirks.order == "given":
        return clusters
    if quirks.order == "shuffled":
        # By a hash of the id: a cluster that comes in between two pages leaves the others in their order.
        return sorted(clusters, key=lambda each: hashlib.sha256(each.cluster.cluster_id.encode()).digest())
    newest_first = quirks.order == "newest"
    return sorted(clusters, key=lambda each: (each.created, each.cluster.cluster_id), reverse=newest_first)


def as_listed(registered: RegisteredCluster) -> dict[str, Any]:
    """Return a cluster as the list has it."""
    cluster = registered.cluster
    creating, failed = cluster.status == _CREATING, cluster.status == _FAILED
    name = name_of(cluster, cluster.cluster_id)
    document: dict[str, Any] = {
        "id": cluster.cluster_id,
        "name": name,
        "status": cluster.status,
        "datastore": {"type": cluster.engine, "version": cluster.version, "supportSecuritymode": False},
        "instances": [
            {
                "id": str(uuid.uuid5(_SETTINGS, f"{cluster.cluster_id}:1")),
                "name": f"{name}-ess-esn-1-1",
                "type": "ess",
                "status": cluster.status,
                "specCode": "ess.spec-4u8g",
                "azCode": "emulated-1a",
            }
        ],
        "created": _time(registered.created),
        "updated": _time(registered.updated),
        "endpoint": None if creating else "192.168.0.10:9200",
        "publicIp": None,
        "vpcId": "00000000-0000-4000-8000-000000000001",
        "subnetId": "00000000-0000-4000-8000-000000000002",
        "securityGroupId": "00000000-0000-4000-8000-000000000003",
        "bandwidthSize": 0,
        "httpsEnable": False,
        "authorityEnable": False,
        "diskEncrypted": False,
        "backupAvailable": cluster.backup_available,
        "actionProgress": {"CREATING": "30%"} if creating else {},
        "actions": ["CREATING"] if creating else [],
        "enterpriseProjectId": cluster.enterprise_project_id,
        "tags": [{"key": key, "value": value} for key, value in cluster.tags.items()],
        "period": False,
    }
    if failed:
        document["failedReason"] = {"errorCode": "CSS.6000", "errorMsg": "The cluster could not be created."}
    return document


def _time(seconds: float) -> str:
    """Return a time as CSS writes it in the list: UTC, without saying so."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
