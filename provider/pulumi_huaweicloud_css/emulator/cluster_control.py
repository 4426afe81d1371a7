"""Control calls on clusters: what comes in has the names of the API's own answers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError
from . import cluster_list
from .clusters import LogSettings
from .site import Cluster

if TYPE_CHECKING:
    from .registry import Registry

_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_TEXTS = {"name": "name", "status": "status", "enterpriseProjectId": "enterprise_project_id"}
_ENGINE = {"type": "engine", "version": "version"}
_SETTINGS = {
    "logSwitch": "log_switch",
    "autoEnable": "auto_enable",
    "period": "period",
    "obsBucket": "bucket",
    "basePath": "base_path",
    "agency": "agency",
}


def add(registry: Registry, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Add a cluster and return it as the cluster list has it.

    Args:
        registry: the clusters that there are.
        fields: any of ``id``, ``name``, ``status``, ``datastore``, ``tags``, ``enterpriseProjectId``,
            ``backupAvailable`` as in the cluster list; ``logConfiguration`` as in the log settings, or null;
            ``records``, a list as in the list of records; ``projectId``.

    Raises:
        ArgumentError: a field is unknown, or not as it has to be.
    """
    arguments: dict[str, Any] = {"cluster_id": str(uuid.uuid4())}
    project_id: str | None = None
    for name, value in fields.items():
        match name:
            case "id":
                arguments["cluster_id"] = _id(value)
            case "projectId":
                project_id = value
            case "records":
                arguments["records"] = _list(name, value)
            case "backupAvailable":
                arguments["backup_available"] = value
            case "tags":
                arguments["tags"] = _tags(value)
            case "datastore":
                arguments.update(_renamed(_object(name, value), _ENGINE))
            case "logConfiguration":
                settings = None if value is None else _renamed(_object(name, value), _SETTINGS)
                arguments["log_settings"] = None if settings is None else LogSettings(**settings)
            case _:
                arguments.update(_renamed({name: value}, _TEXTS))
    return cluster_list.as_listed(registry.add(Cluster(**arguments), project_id))


def set_log_settings(registry: Registry, cluster_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Change some log settings of a cluster, or all, and return what they are now.

    Raises:
        ArgumentError: there is no such cluster, or a field is unknown or not as it has to be.
    """
    before = registry.cluster(cluster_id).cluster.log_settings or LogSettings()
    registry.set_log_settings(cluster_id, replace(before, **_renamed(fields, _SETTINGS)))
    return cluster_list.log_settings(registry.cluster(cluster_id))


def _id(value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ArgumentError("id", f"must be 1 to 64 letters, digits and '-', got {value!r}")
    return value


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ArgumentError(name, f"must be a list, got {value!r}")
    return value


def _object(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ArgumentError(name, f"must be an object, got {value!r}")
    return value


def _tags(value: Any) -> dict[str, str]:
    """Read tags as the cluster list has them: a list of keys with their values."""
    if not isinstance(value, list) or not all(isinstance(tag, dict) and set(tag) == {"key", "value"} for tag in value):
        raise ArgumentError("tags", f"must be a list like [{{'key': ..., 'value': ...}}], got {value!r}")
    return {tag["key"] if isinstance(tag["key"], str) else "": tag["value"] for tag in value}


def _renamed(fields: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields under the names that our classes have.

    Raises:
        ArgumentError: one of them is not among the names.
    """
    unknown = [name for name in fields if name not in names]
    if unknown:
        raise ArgumentError(unknown[0], f"is not one of {', '.join(names)}")
    return {names[name]: value for name, value in fields.items()}
