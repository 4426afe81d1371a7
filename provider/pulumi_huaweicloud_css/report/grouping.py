"""The order of the clusters in a report: by region where there are several, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .._backups.status import SEVERITY, worst
from .._text import sanitize
from .model import ClusterReport

_LONGEST_REGION = 40
_NO_REGION = "Region not known"


@dataclass(frozen=True)
class Group:
    """The clusters of one region; or all of them, if they are of one region, or of none that is known.

    Args:
        title: what stands above them; "" if they are all.
        clusters: the clusters, the worst first.
    """

    title: str
    clusters: Sequence[ClusterReport]

    @property
    def ambiguous(self) -> frozenset[str]:
        """The names that several of the clusters have."""
        return frozenset(name for name, number in Counter(each.name for each in self.clusters).items() if number > 1)


def grouped(judged: Sequence[ClusterReport]) -> list[Group]:
    """Return the clusters in groups, that with the worst cluster first, then by the regions' names."""
    if len({each.region for each in judged if each.region}) < 2:
        return [Group("", worst_first(judged))]
    by_region: dict[str, list[ClusterReport]] = {}
    for each in judged:
        by_region.setdefault(each.region or "", []).append(each)

    def order(region: str) -> tuple[int, bool, str]:
        return SEVERITY.index(worst(each.state for each in by_region[region])), not region, region

    return [
        Group(sanitize(region, _LONGEST_REGION) or _NO_REGION, worst_first(by_region[region]))
        for region in sorted(by_region, key=order)
    ]


def worst_first(judged: Iterable[ClusterReport]) -> list[ClusterReport]:
    """Return the clusters, the worst first, those of one state in their order."""
    return sorted(judged, key=lambda one: SEVERITY.index(one.state))
