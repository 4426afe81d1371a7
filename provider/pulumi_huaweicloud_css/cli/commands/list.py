"""`css-logs list`: clusters' log backup records, as a table for people or as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

from ..._backups.evaluate import CheckResult, evaluate
from ..command import command as declare_command
from ..errors import problem_of
from ..exit_codes import IN_SHORT, NOT_READ
from ..options import cluster_options, format_option, query_options
from ..progress import reading
from ..results import reason_of
from ..targets import Chosen, ClusterOptions, cluster_targets, sites_for
from ..terminal import as_csv, as_json, as_yaml, one_line, print_data, say

if TYPE_CHECKING:
    from ..._backups.fleet_query import SeveralArguments
    from ..._backups.result import LogRecordsResult

_CLUSTER = "--cluster-id 4213d908-f5dc-4633-8401-cfd7175fca0c"


@declare_command(
    "list",
    examples=[
        ("the ten newest, as a table", f"css-logs list {_CLUSTER} --limit 10"),
        (
            "where the newest backup that worked is",
            f"css-logs list {_CLUSTER} --format json | jq -r .latest_success_log_path",
        ),
        (
            "every failure of the account, for a spreadsheet",
            "css-logs list --all-clusters --status FAIL --format csv > failures.csv",
        ),
    ],
    epilog=IN_SHORT,
)
@cluster_options
@query_options
@format_option(
    "Output",
    *("table", "json", "csv", "yaml"),
    help="In csv, what a spreadsheet would take for a formula, in a cell's beginning or after , ; or |, gets an "
    "apostrophe in front; json and yaml hold every text as it is.",
)
def command(*, clusters: ClusterOptions, form: str, arguments: SeveralArguments) -> int:
    """List clusters' log backup records, newest first.

    json and yaml hold one cluster's outputs if a single --cluster-id is given, else a list of them as `clusters`.
    """
    if not clusters.given:
        raise click.UsageError(
            "no cluster: give --cluster-id (repeatable), --all-clusters, --cluster-name, --tag or --clusters-file"
        )
    if clusters.one_id is not None and arguments["regions"] is None:
        return _list_one(clusters.one_id, arguments, form)
    chosen = cluster_targets(clusters, arguments)
    with reading(len(chosen.targets)) as done:
        results = evaluate(
            chosen.targets, None, lambda read: read, parallelism=clusters.parallelism, done=lambda *_: done()
        )
    _print_several(results, chosen, form)
    failed = [result for result in results if result.error is not None]
    for result in failed:
        say(f"Error: {reason_of(result)}")
    return NOT_READ if failed else 0


def _list_one(cluster_id: str, arguments: SeveralArguments, form: str) -> int:
    from ..._backups.query import LogRecordsQuery, read
    from ..records_table import as_table

    query = LogRecordsQuery.of(cluster_id, arguments)
    [site] = sites_for(arguments)
    result = read(site.client, query)
    if form == "table":
        click.echo(as_table(result), nl=False, color=True)  # coloured already, as the terminal allows
    elif form == "csv":
        print_data(_as_csv([result], []))
    else:
        print_data((as_json if form == "json" else as_yaml)(_outputs(result)))
    return 0


def _print_several(results: Sequence[CheckResult[Any]], chosen: Chosen, form: str) -> None:
    from ..records_table import as_table

    read: list[LogRecordsResult] = [result.kept for result in results if result.kept is not None]
    if form == "table":
        for result in results:
            if result.kept is not None:
                where = f", {result.cluster.region}" if result.cluster and result.cluster.region else ""
                click.echo(one_line(f"{result.title}{where}:"))
                click.echo(f"{as_table(result.kept)}", nl=False, color=True)
        return
    if form == "csv":
        print_data(_as_csv(read, ["cluster_name", "region"]))
        return
    failed = [
        {"name": result.title, "error": problem_of(result.error)} for result in results if result.error is not None
    ]
    everything = {
        "clusters": [_outputs(each) for each in read],
        "skipped": [each.to_outputs() for each in chosen.skipped],
        "errors": failed,
    }
    print_data((as_json if form == "json" else as_yaml)(everything))


def _as_csv(results: Sequence[LogRecordsResult], more: Sequence[str]) -> str:
    """Return a row for each record, with these outputs of its cluster, too."""
    from ..._record import Record

    rows = [
        {**record.to_outputs(), "cluster_name": result.cluster_name, "region": result.region}
        for result in results
        for record in result.records
    ]
    return as_csv(rows, [*[field.name for field in fields(Record)], *more])


def _outputs(result: LogRecordsResult) -> dict[str, Any]:
    """Return the outputs; `truncated` also where --status or --offset left records out, for `gate --file` to know."""
    return {**result.to_outputs(), "truncated": result.incomplete}
