"""What the emulator serves, as plain settings: accounts, projects, clusters, and the site's quirks.

Nothing here changes while the emulator runs; the records that do change are in `records`.
"""

from __future__ import annotations

import math
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from .._config.endpoints import region_variable
from .._config.table import DIVERTING
from ..errors import ArgumentError
from .accounts import DOMAIN_ID, Account
from .clusters import ClusterDescription, check_regions, example

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .agencies import Agency

# Obviously made up, as in `accounts`; the cluster is the one of the API's example.
PROJECT_ID = "0123456789abcdef0123456789abcdef"
CLUSTER_ID = "4213d908-f5dc-4633-8401-cfd7175fca0c"
REGION = "cn-north-4"
_FLEET = uuid.UUID(CLUSTER_ID)  # where the ids of further clusters come from

Outcome = Literal["SUCCESS", "FAIL"]
Order = Literal["newest", "oldest", "shuffled", "given"]
OffsetNames = Literal["both", "offset", "start", "none"]
TimeFormat = Literal["ms", "seconds", "string"]


def one_of(name: str, value: str, choices: Any) -> None:
    """Refuse a value that is not among a Literal's: no type checker sees what the command line hands over.

    Raises:
        ArgumentError: the value is none of them.
    """
    allowed = get_args(choices)
    if value not in allowed:
        raise ArgumentError(name, f"must be one of {', '.join(allowed)}, got {value!r}")


def _no_two(what: str, values: Sequence[str]) -> None:
    twice = [value for value, times in Counter(values).items() if times > 1]
    if twice:
        raise ArgumentError(what, f"{min(twice)} is there more than once")


@dataclass(frozen=True, kw_only=True)
class Backups:
    """How to make up the records of a cluster; the same settings and the same time make the same records.

    Args:
        count: how many records.
        cadence: seconds from one backup to the next.
        newest_age: seconds since the newest backup began; None: 0 for one that is still running, else an hour.
        running: whether the newest backup is still RUNNING.
        failure_share: the share of finished backups that failed, from 0.0 to 1.0.
        fail_every: every n-th finished backup failed, counted from the newest (1: all of them, 0: none).
            Failures by share and by number are added up.
        manual_share: the share of backups started by hand (jobTypes Manual, not Auto), from 0.0 to 1.0.
        seed: another seed makes other ids, failures and job types.
    """

    count: int = 37
    cadence: float = 86_400.0
    newest_age: float | None = None
    running: bool = False
    failure_share: float = 0.0
    fail_every: int = 0
    manual_share: float = 0.25
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("count", "cadence", "newest_age", "fail_every"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < math.inf:
                raise ArgumentError(name, f"must not be negative, nor without end, got {value!r}")
        for name in ("failure_share", "manual_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ArgumentError(name, f"must be from 0.0 to 1.0, got {getattr(self, name)!r}")


@dataclass(frozen=True, kw_only=True)
class Cluster(ClusterDescription):
    """A cluster and its log backup tasks; its name, tags and the like are arguments of `ClusterDescription`.

    Args:
        cluster_id: the cluster's id.
        records: its records in the API's form, served as they are; None: made up from `backups`.
        backups: how to make up the records when there are none given.
        finish_after: seconds after which a running task ends by itself, counted from when it began, or, if that time
            was over before it was served, from when it is served first; None: never.
        finish_as: how such a task ends.
    """

    cluster_id: str = CLUSTER_ID
    records: Sequence[Mapping[str, Any]] | None = None
    backups: Backups = field(default_factory=Backups)
    finish_after: float | None = None
    finish_as: Outcome = "SUCCESS"

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of("finish_as", self.finish_as, Outcome)
        if self.finish_after is not None and not 0 <= self.finish_after < math.inf:
            raise ArgumentError("finish_after", f"must not be negative, nor without end, got {self.finish_after!r}")


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project and its clusters. IAM knows it under `name`; None: under the region's name, as usual.

    Args:
        project_id: the project's id.
        name: such as ``cn-north-4_team`` for a sub-project.
        clusters: its clusters.
        region: the region that it is in; None: the site's.
        enabled: whether it can be used; CSS refuses one that is not.
    """

    project_id: str = PROJECT_ID
    name: str | None = None
    clusters: Sequence[Cluster] = (Cluster(),)
    region: str | None = None
    enabled: bool = True


@dataclass(frozen=True, kw_only=True)
class Quirks:
    """In what the site differs from the documentation; real sites do, and a client must cope.

    Args:
        order: the order of the records; ``shuffled`` is one fixed order for all pages, ``given`` the
            order of the file.
        total_size: whether responses have totalSize.
        offset_names: which query parameters are the offset; others are ignored.
        max_offset: a greater offset is rejected with 400 CSS.0001; None: no limit.
        time_format: how createAt and finishedAt are written; ``ms`` leaves them as they are.
        max_page: no page has more than so many records or clusters, whatever limit says; None: as many as asked for.
    """

    order: Order = "newest"
    total_size: bool = True
    offset_names: OffsetNames = "both"
    max_offset: int | None = None
    time_format: TimeFormat = "ms"
    max_page: int | None = None

    def __post_init__(self) -> None:
        one_of("order", self.order, Order)
        one_of("offset_names", self.offset_names, OffsetNames)
        one_of("time_format", self.time_format, TimeFormat)
        for name, value in (("max_offset", self.max_offset), ("max_page", self.max_page)):
            if value is not None and value < 1:
                raise ArgumentError(name, f"must be 1 or more, got {value}")


@dataclass(frozen=True, kw_only=True)
class Site:
    """All that one emulator serves.

    Args:
        region: the region's name, such as ``cn-north-4``.
        accounts: who may call; `Emulator.environment` hands out the first one.
        projects: the projects; the first one, and the first cluster there is, are the defaults.
        quirks: in what the site differs from the documentation.
        domain_id: the account that all projects belong to.
        agencies: what can be assumed, through IAM (v3) and STS (v5).
    """

    region: str = REGION
    accounts: Sequence[Account] = (Account(),)
    projects: Sequence[Project] = (Project(),)
    quirks: Quirks = field(default_factory=Quirks)
    domain_id: str = DOMAIN_ID
    agencies: Sequence[Agency] = ()

    def __post_init__(self) -> None:
        if not self.projects or not self.accounts:
            raise ArgumentError("site", "a site needs at least one project and one account")
        _no_two("project id", [project.project_id for project in self.projects])
        _no_two("cluster id", [cluster.cluster_id for cluster in self.clusters])
        access_keys = [account.credentials.access_key for account in self.accounts]
        _no_two("access key", [access_key for access_key in access_keys if access_key])
        _no_two("agency", [agency.urn for agency in self.agencies])

    @property
    def clusters(self) -> list[Cluster]:
        """Every cluster of every project, in order."""
        return [cluster for project in self.projects for cluster in project.clusters]

    @property
    def regions(self) -> list[str]:
        """The site's region, and every other one that has a project, each once."""
        return list(dict.fromkeys([self.region, *(project.region or self.region for project in self.projects)]))

    def environment(self, endpoint: str) -> dict[str, str]:
        """Return the environment variables that point a program at this site, served at `endpoint`.

        With several regions no project is named. What would lead elsewhere is set to nothing.
        """
        first = self.accounts[0].credentials
        variables = {
            "HW_ACCESS_KEY": first.access_key,
            "HW_SECRET_KEY": first.secret_key,
            "HW_SECURITY_TOKEN": first.security_token,
            "HW_AUTH_TOKEN": first.token,
            "HW_PROJECT_ID": self.projects[0].project_id if len(self.regions) == 1 else None,
            "HW_REGION_NAME": self.region,
            **{region_variable("css", region): endpoint for region in self.regions},
            **{f"HUAWEICLOUD_SDK_{service}_ENDPOINT": endpoint for service in ("IAM", "STS")},
        }
        known = {name: value for name, value in variables.items() if value}
        return {**known, **dict.fromkeys(sorted({*variables, *DIVERTING} - {*known}), "")}

    @classmethod
    def of_clusters(
        cls,
        number: int,
        *,
        backups: Backups | None = None,
        finish_after: float | None = None,
        regions: Sequence[str] = (),
    ) -> Site:
        """Return a site with so many clusters in the default project, the default cluster being the first.

        The same number and the same seed make the same clusters. They have names and tags, such as ``prod-search-1``.
        Where regions are given, the clusters are dealt out to a project in each of them, one after the other.

        Raises:
            ArgumentError: the number is not 1 or more, or a region is there twice, or has no region's name.
        """
        if number < 1:
            raise ArgumentError("clusters", f"a site needs at least one cluster, got {number}")
        backups = backups or Backups()
        ids = [CLUSTER_ID, *(str(uuid.uuid5(_FLEET, f"{backups.seed}:{each}")) for each in range(1, number))]
        clusters = tuple(
            Cluster(cluster_id=each, backups=backups, finish_after=finish_after, **example(place))
            for place, each in enumerate(ids, 1)
        )
        check_regions(regions)
        if not regions:
            return cls(projects=(Project(clusters=clusters),))
        project_ids = [PROJECT_ID, *(uuid.uuid5(_FLEET, region).hex for region in regions[1:])]
        projects = [
            Project(project_id=project_id, clusters=clusters[first :: len(regions)], region=regions[first])
            for first, project_id in enumerate(project_ids)
        ]
        return cls(region=regions[0], projects=tuple(projects))

    @classmethod
    def of_one_cluster(
        cls,
        *,
        records: Sequence[Mapping[str, Any]] | None = None,
        backups: Backups | None = None,
        finish_after: float | None = None,
        finish_as: Outcome = "SUCCESS",
        quirks: Quirks | None = None,
    ) -> Site:
        """Return a site with the default project and cluster only; the arguments are those of `Cluster`."""
        cluster = Cluster(records=records, backups=backups or Backups(), finish_after=finish_after, finish_as=finish_as)
        return cls(projects=(Project(clusters=(cluster,)),), quirks=quirks or Quirks())
