"""`css-logs clusters`: the clusters of a project, in one region or several, as a table for people or as data."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ..command import command as declare_command
from ..command import written
from ..exit_codes import IN_SHORT, NOT_READ
from ..options import endpoint_options, format_option, selection_options
from ..targets import ClusterOptions, selector_of, sites_for
from ..terminal import as_csv, as_json, as_yaml, one_line, print_data, say

if TYPE_CHECKING:
    from ..._api.clusters import Cluster
    from ..._backups.fleet_query import SeveralArguments
    from ..._backups.open_sites import OpenSite

_COLUMNS = ("id", "name", "region", "project_id", "status", "engine", "version", "enterprise_project_id", "created_at")
_HEADINGS = ("name", "id", "region", "state", "engine", "tags")
_LONGEST_CELL = 500
_PIPE_WIDTH = 10 * _LONGEST_CELL


@declare_command(
    "clusters",
    examples=[
        ("all clusters of the project", "css-logs clusters"),
        (
            "those of production, in two regions",
            "css-logs clusters --tag env=prod --region cn-north-4 --region ap-southeast-3",
        ),
        ("their ids, one a line", "css-logs clusters --format json | jq -r '.clusters[].id'"),
    ],
    epilog=IN_SHORT,
)
@selection_options
@endpoint_options
@format_option("Output", *("table", "json", "csv", "yaml"))
def command(*, clusters: ClusterOptions, form: str, arguments: SeveralArguments) -> int:
    """List clusters by name, with their ids, states, engines and tags."""
    from ..._backups.cluster_search import listed_clusters

    listed, unknown = listed_clusters(sites_for(arguments))
    selector = selector_of(clusters)
    rows = [(site, cluster) for site, all_clusters in listed for cluster in selector.select(all_clusters)]
    if form == "table":
        click.echo(_as_table(rows) if rows else "No clusters.\n", nl=False, color=True)
    elif form == "csv":
        print_data(as_csv([{**_row(*each), "tags": _tags(each[1])} for each in rows], [*_COLUMNS, "tags"]))
    else:
        everything = {
            "clusters": [{**_row(*each), "tags": dict(each[1].tags)} for each in rows],
            "errors": [{"site": label, "message": one_line(error.worded(written))} for label, error in unknown.items()],
        }
        print_data((as_json if form == "json" else as_yaml)(everything))
    for error in unknown.values():
        say(f"Error: {one_line(error.worded(written))}")
    return NOT_READ if unknown else 0


def _row(site: OpenSite, cluster: Cluster) -> dict[str, str | None]:
    about = {**cluster.to_outputs(), "region": site.client.region, "project_id": site.client.project_id()}
    return {name: None if about[name] is None else str(about[name]) for name in _COLUMNS}


def _tags(cluster: Cluster) -> str:
    return " ".join(f"{key}={value}" for key, value in sorted(cluster.tags.items()))


def _as_table(rows: Sequence[tuple[OpenSite, Cluster]]) -> str:
    """Return a table; every text from the server is data: no markup, no control characters."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    if not sys.stdout.isatty():
        console.width = _PIPE_WIDTH  # there is no edge to wrap at
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in _HEADINGS:
        table.add_column(heading, no_wrap=heading == "id", overflow="fold")
    for site, cluster in rows:
        engine = " ".join(part for part in (cluster.engine, cluster.version) if part)
        cells = (cluster.name, cluster.id, site.client.region, cluster.state, engine, _tags(cluster))
        table.add_row(*(Text(one_line(cell or "", _LONGEST_CELL) or "-") for cell in cells))
    with console.capture() as captured:
        console.print(table)
    return captured.get()
