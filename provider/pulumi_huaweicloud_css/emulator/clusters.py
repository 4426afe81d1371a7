"""What CSS says of a cluster in its cluster list and its log settings, and names and times for those given none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from ..errors import ArgumentError

# Clusters without a time of their own were created in the two years from here on (2022-01-01).
_FIRST_CREATED = 1_640_995_200
_CREATED_WITHIN = 2 * 365 * 86_400
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+")
_PERIOD = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9] GMT[+-](0[0-9]|1[0-4]):[0-5][0-9]")
_STAGES = ("prod", "test", "dev")
_PURPOSES = ("search", "orders", "audit", "metrics")


@dataclass(frozen=True, kw_only=True)
class LogSettings:
    """The settings of a cluster's log backup.

    Args:
        log_switch: whether log backup is switched on at all.
        auto_enable: whether a backup is made every day.
        period: when that backup begins, such as ``02:00 GMT+08:00``; without automatic backup it is not shown.
        bucket: the OBS bucket that backups are written to.
        base_path: the path in the bucket.
        agency: the agency by which CSS may write there.
    """

    log_switch: bool = True
    auto_enable: bool = True
    period: str = "00:00 GMT+08:00"
    bucket: str = "css-backup-1610678043608"
    base_path: str = "css/log"
    agency: str = "css_obs_agency"

    def __post_init__(self) -> None:
        for name in ("log_switch", "auto_enable"):
            if not isinstance(getattr(self, name), bool):
                raise ArgumentError(name, f"must be true or false, got {getattr(self, name)!r}")
        for name in ("bucket", "base_path", "agency"):
            if not isinstance(getattr(self, name), str):
                raise ArgumentError(name, f"must be text, got {getattr(self, name)!r}")
        if not isinstance(self.period, str) or not _PERIOD.fullmatch(self.period):
            raise ArgumentError("period", f"must be a time like '02:00 GMT+08:00', got {self.period!r}")


@dataclass(frozen=True, kw_only=True)
class ClusterDescription:
    """What is known of a cluster besides its id and its records.

    Args:
        name: the cluster's name; None: made up from its id.
        status: ``100`` while it is being created, ``200`` available, ``303`` unavailable.
        engine: ``elasticsearch``, ``logstash`` or ``opensearch``.
        version: the engine's version.
        tags: its tags.
        enterprise_project_id: the enterprise project that it belongs to; ``0`` is the default one.
        created: when it was created, as Unix time in seconds; None: made up from its id.
        backup_available: whether snapshots are switched on.
        log_settings: how its log backup is set up; None: it never was.
    """

    name: str | None = None
    status: str = "200"
    engine: str = "elasticsearch"
    version: str = "7.10.2"
    tags: Mapping[str, str] = field(default_factory=dict)
    enterprise_project_id: str = "0"
    created: float | None = None
    backup_available: bool = True
    log_settings: LogSettings | None = field(default_factory=LogSettings)

    def __post_init__(self) -> None:
        for name in ("name", "status", "engine", "version", "enterprise_project_id"):
            value = getattr(self, name)
            if not (isinstance(value, str) and value) and not (name == "name" and value is None):
                raise ArgumentError(name, f"must be text that is not empty, got {value!r}")
        if not isinstance(self.tags, Mapping):
            raise ArgumentError("tags", f"must be keys with their values, got {self.tags!r}")
        for key, value in self.tags.items():
            if not isinstance(key, str) or not key or not isinstance(value, str):
                raise ArgumentError("tags", f"must be texts, got {key!r}: {value!r}")
        # Datetimes end with the year 9999.
        if self.created is not None and not 0 <= self.created < 253_402_300_800:
            raise ArgumentError("created", f"must be a Unix time in seconds, got {self.created!r}")
        if not isinstance(self.backup_available, bool):
            raise ArgumentError("backup_available", f"must be true or false, got {self.backup_available!r}")


class Example(TypedDict):
    """The arguments of `ClusterDescription` that `example` makes up."""

    name: str
    tags: Mapping[str, str]


def example(number: int) -> Example:
    """Return a name and tags for the cluster of this number (from 1 on), such as ``prod-search-1``."""
    stage = _STAGES[(number - 1) % len(_STAGES)]
    purpose = _PURPOSES[(number - 1) // len(_STAGES) % len(_PURPOSES)]
    return {"name": f"{stage}-{purpose}-{number}", "tags": {"environment": stage, "purpose": purpose}}


def check_regions(regions: Sequence[str]) -> None:
    """Refuse what is no region's name, and a region that is there twice.

    Raises:
        ArgumentError: one of them is.
    """
    for place, region in enumerate(regions):
        if not isinstance(region, str) or not _REGION.fullmatch(region):
            raise ArgumentError("region", f"{region!r} is not a region's name; it looks like cn-north-4")
        if region in regions[:place]:
            raise ArgumentError("region", f"{region} is there more than once")


def name_of(description: ClusterDescription, cluster_id: str) -> str:
    """Return a cluster's name; one that was given none is called after its id."""
    return description.name if description.name is not None else f"css-{cluster_id[:8]}"


def created_at(description: ClusterDescription, cluster_id: str) -> float:
    """Return when a cluster was created, as Unix time in seconds; the same id has always the same time."""
    if description.created is not None:
        return description.created
    digest = hashlib.sha256(f"created:{cluster_id}".encode("utf-8", "surrogatepass")).digest()
    return float(_FIRST_CREATED + int.from_bytes(digest[:8], "big") % _CREATED_WITHIN)
