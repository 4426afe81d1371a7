"""What the commands read: clusters by id or by selection, in one region or several; or a stack output, or a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from .._backups.evaluate import RecordSet, Target
from .._validation import is_cluster_id
from ..errors import ArgumentError
from .command import COMMAND_LINE, option_name

if TYPE_CHECKING:
    from .._backups.cluster_search import SkippedCluster
    from .._backups.fleet_query import SeveralArguments
    from .._backups.open_sites import OpenSite
    from .._backups.selection import ClusterSelector

_MOST_LIST_BYTES = 4 * 2**20  # a hundred thousand ids
_COMMENT = re.compile(r"(^|\s)#.*")


@dataclass(frozen=True, kw_only=True)
class ClusterOptions:
    """The options that say which clusters are meant, as they were given; what each means, their help says."""

    cluster_ids: tuple[str, ...] = ()
    clusters_file: str | None = None
    all_clusters: bool = False
    names: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    engine: str | None = None
    enterprise_project_id: str | None = None
    allow_empty: bool = False
    parallelism: int = 1

    @property
    def one_id(self) -> str | None:
        """The cluster's id, if it is the only one and everything that is asked for."""
        return self.cluster_ids[0] if len(self.cluster_ids) == 1 and len(self.given) == 1 else None

    @property
    def given(self) -> list[str]:
        """The options that were given, of those that say which clusters are meant."""
        options: dict[str, object] = {
            "--cluster-id": self.cluster_ids,
            "--clusters-file": self.clusters_file,
            "--all-clusters": self.all_clusters,
            **self._narrowing,
        }
        return [name for name, value in options.items() if value]

    @property
    def _narrowing(self) -> dict[str, object]:
        return {
            "--cluster-name": self.names,
            "--tag": self.tags,
            "--engine": self.engine,
            "--enterprise-project-id": self.enterprise_project_id,
        }

    @property
    def narrowed(self) -> list[str]:
        """The options that were given which select clusters by what they are."""
        return [name for name, value in self._narrowing.items() if value]


@dataclass(frozen=True)
class Chosen:
    """What is to be read.

    Args:
        targets: each of them.
        skipped: the selected clusters that are not read.
        cluster_ids: all clusters among the targets.
        request: what was asked for, as plain JSON values: runners that share an account must ask for the same.
    """

    targets: Sequence[Target[RecordSet]]
    skipped: Sequence[SkippedCluster] = ()
    cluster_ids: Sequence[str] = ()
    request: Mapping[str, object] = field(default_factory=dict)


def chosen_targets(
    clusters: ClusterOptions, stack: str | None, output: str | None, file: str | None, arguments: SeveralArguments
) -> Chosen:
    """Return the targets: clusters, a stack's output, or a file ("-" is standard input).

    Raises:
        click.UsageError: none, or several, of the three are given, or other options cannot be combined.
        ArgumentError: a cluster id or a filter is wrong, or a selection matches nothing.
        SettingsError: a setting is missing or wrong.
    """
    given: dict[str, object] = {
        **dict.fromkeys(clusters.given, True),
        "--stack": stack,
        "--output": output,
        "--file": file,
    }
    for name, value in given.items():
        if value == "":
            raise click.UsageError(f"{name} is empty; a variable may not be set")
    sources = [name for name in ("--stack", "--file") if given[name] is not None]
    if len(sources) + bool(clusters.given) != 1:
        wanted = [*clusters.given[:1], *sources]
        problem = f"{' and '.join(wanted)} cannot be combined" if wanted else "nothing to judge"
        raise click.UsageError(
            f"{problem}: give --cluster-id (repeatable), --all-clusters, --cluster-name, --tag or --clusters-file; "
            "or --stack with --output, or --file"
        )
    if (stack is None) != (output is None):
        raise click.UsageError("--stack and --output go together: the stack, and the name of its output")
    if clusters.given:
        return cluster_targets(clusters, arguments)
    extra = [option_name(name) for name, value in arguments.items() if value is not None and name != "gate"]
    if clusters.allow_empty:
        extra.append("--allow-empty")
    if extra:
        raise click.UsageError(f"{', '.join(extra)}: only with clusters; {sources[0]} is judged as it is")
    if stack is not None and output is not None:
        from .stack_target import stack_target

        return Chosen([stack_target(stack, output)])
    from .file_target import file_targets

    return Chosen(*file_targets(str(file)))


def cluster_targets(clusters: ClusterOptions, arguments: SeveralArguments) -> Chosen:
    """Return the clusters that are meant, as targets; a selection is looked up.

    Raises:
        click.UsageError: options cannot be combined.
        ArgumentError: a value is wrong; or the selection matches nothing, or with a gate only what cannot be judged.
        SettingsError: a setting is missing or wrong.
        CssError: the clusters could not be listed.
    """
    from .._backups.cluster_search import check_some_judged, find_clusters
    from .._backups.fleet_query import check_cluster_ids
    from .._backups.query import ANY_CLUSTER, LogRecordsQuery

    query = LogRecordsQuery.of(ANY_CLUSTER, arguments)
    ids, selector = _wanted(clusters)
    unique = check_cluster_ids(ids) if ids else ()
    with _selection_written(clusters):
        sites = sites_for(arguments)
        found = find_clusters(sites, unique, selector)
    if query.gate is not None and not found.unknown:
        with _selection_written(clusters):
            check_some_judged(found.clusters, found.skipped)
    return Chosen(
        found.targets(query, clusters.parallelism),
        found.skipped,
        [cluster.id for _, cluster in found.clusters],
        _request(unique, selector, sites, arguments),
    )


def _request(
    ids: Sequence[str], selector: ClusterSelector | None, sites: Sequence[OpenSite], arguments: SeveralArguments
) -> dict[str, object]:
    """Return what is asked for; the order in which it is given does not matter."""
    selected = None if selector is None else selector.to_dict()
    if selected is not None and selector is not None and selector.names is not None:
        selected["names"] = sorted(set(selector.names))
    of_sites = ("region", "regions", "sites", "profile")  # told by the sites themselves
    return {
        "cluster_ids": sorted(each.lower() for each in ids),
        "clusters": selected,
        "regions": [site.client.region for site in sites],
        "endpoints": [site.client.endpoint for site in sites],
        **{name: value for name, value in arguments.items() if value is not None and name not in ("gate", *of_sites)},
    }


@contextmanager
def _selection_written(clusters: ClusterOptions) -> Iterator[None]:
    """Name the options that select clusters in errors about the selection."""
    try:
        yield
    except ArgumentError as error:
        if error.argument != "clusters":
            raise
        options = ["--clusters-file"] if clusters.clusters_file is not None else clusters.given
        raise type(error)(", ".join(options), error.reason) from None


def sites_for(arguments: SeveralArguments) -> list[OpenSite]:
    """Return the sites that the options choose.

    Raises:
        ArgumentError, SettingsError: an option or a setting is missing or wrong; nothing was sent.
    """
    from .._backups.open_sites import open_sites
    from .._backups.sites import sites_of

    return open_sites(sites_of(arguments, option_name), arguments, reader=COMMAND_LINE)


def _wanted(clusters: ClusterOptions) -> tuple[Sequence[str], ClusterSelector | None]:
    """Return the ids, and what selects further clusters."""
    listed = ["--cluster-id"] * bool(clusters.cluster_ids) + ["--clusters-file"] * (clusters.clusters_file is not None)
    ways = [way for way in (listed, ["--all-clusters"] * clusters.all_clusters, clusters.narrowed) if way]
    if len(ways) > 1:
        raise click.UsageError(f"{ways[0][0]} and {ways[1][0]} cannot be combined: give one of them")
    if clusters.clusters_file is not None:
        from .._backups.selection import ClusterSelector
        from .input_file import name_of

        ids, names = _listed(clusters.clusters_file)
        if not ids and not names and not clusters.cluster_ids and not clusters.allow_empty:
            raise ArgumentError("clusters_file", f"{name_of(clusters.clusters_file)} names no cluster")
        selector = ClusterSelector(names=names, allow_empty=clusters.allow_empty) if names else None
        return [*clusters.cluster_ids, *ids], selector
    if clusters.cluster_ids:
        if clusters.allow_empty:
            raise click.UsageError("--allow-empty: only where clusters are selected, not with --cluster-id")
        return clusters.cluster_ids, None
    return (), selector_of(clusters)


def selector_of(clusters: ClusterOptions) -> ClusterSelector:
    """Return what selects clusters by what they are.

    Raises:
        ArgumentError: a value is wrong.
    """
    from .._backups.selection import ClusterSelector

    return ClusterSelector(
        names=clusters.names or None,
        tags=_tags(clusters.tags) or None,
        engine=clusters.engine,
        enterprise_project_id=clusters.enterprise_project_id,
        allow_empty=clusters.allow_empty,
    )


def _tags(given: Sequence[str]) -> dict[str, str]:
    tags: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise ArgumentError("tag", f"{text!r} is not KEY=VALUE, such as env=prod")
        if tags.setdefault(key, value) != value:
            raise ArgumentError("tag", f"{key} is given twice, with {tags[key]!r} and {value!r}; no cluster has both")
    return tags


def _listed(file: str) -> tuple[list[str], list[str]]:
    """Return the ids and the names in a file, one a line; what follows a # is a comment."""
    from .input_file import name_of, read_input

    content = read_input(file, _MOST_LIST_BYTES, "the limit of a list of clusters")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ArgumentError("clusters_file", f"{name_of(file)} is not text in UTF-8") from None
    entries = [entry for line in text.splitlines() if (entry := _COMMENT.sub("", line).strip())]
    ids = [entry for entry in entries if is_cluster_id(entry)]
    return ids, [entry for entry in entries if not is_cluster_id(entry)]
