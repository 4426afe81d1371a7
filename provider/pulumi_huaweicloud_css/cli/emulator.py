"""`css-logs emulator`: the API on this machine, for trying things out without an account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..errors import CssError
from .exit_codes import IN_SHORT


def _print_access(line: str) -> None:
    click.echo(line, err=True)


@click.command("emulator", epilog=IN_SHORT)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8780, show_default=True, help="TCP port; 0: any free one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback address to listen on.")
@click.option("--clusters", type=click.IntRange(1, 10_000), default=1, show_default=True, help="Number of clusters.")
@click.option("--count", type=click.IntRange(0, 100_000), default=37, show_default=True, help="Records of each.")
@click.option(
    "--cadence",
    type=click.FloatRange(0, min_open=True),
    default=86_400.0,
    show_default=True,
    help="Seconds from one backup to the next.",
)
@click.option(
    "--failures", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Share of failed backups."
)
@click.option("--running", is_flag=True, help="The newest backup is still running.")
@click.option("--finish-after", type=click.FloatRange(0), help="Seconds after which a running backup ends.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed makes other records.")
@click.option(
    "--records",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Serve the records of a JSON file in the API's own form instead.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME[:TIMES]",
    help="Play a fault on so many requests, then the next one; without a number, on all. Repeatable.",
)
@click.option(
    "--latency",
    type=click.FloatRange(0, 60),
    default=0.0,
    show_default=True,
    help="Seconds by which each answer is late.",
)
@click.option("--quiet", is_flag=True, help="Do not print each request.")
def command(
    *,
    port: int,
    host: str,
    clusters: int,
    count: int,
    cadence: float,
    failures: float,
    running: bool,
    finish_after: float | None,
    seed: int,
    records: Path | None,
    faults: tuple[str, ...],
    latency: float,
    quiet: bool,
) -> None:
    """Serve the log records API on this machine until Ctrl-C.

    Signatures are checked as the cloud does. The settings to use are printed as export lines, so that
    a shell can take them over.
    """
    try:
        from ..emulator import Backups, Site, read_records, serve
    except ImportError as error:
        raise click.ClickException(str(error)) from None
    try:
        backups = Backups(count=count, cadence=cadence, failure_share=failures, running=running, seed=seed)
        if records is None:
            site = Site.of_clusters(clusters, backups=backups, finish_after=finish_after)
        elif clusters > 1:
            raise click.UsageError("--records are one cluster's, so they do not go together with --clusters")
        else:
            site = Site.of_one_cluster(records=read_records(records), finish_after=finish_after)
        serve(
            site,
            host=host,
            port=port,
            on_ready=lambda endpoint: _announce(site, endpoint),
            access_log=None if quiet else _print_access,
            faults=faults,
            latency=latency,
        )
    except CssError as error:
        raise click.ClickException(str(error)) from None


def _announce(site: Any, endpoint: str) -> None:
    """Print how to reach the emulator: shell lines on standard output, words for people on standard error."""
    for name, value in site.environment(endpoint).items():
        click.echo(f"export {name}={value}")
    first, *others = site.clusters
    more = f" and {len(others)} more (listed at {endpoint}/_emulator/clusters)" if others else ""
    click.echo(f"Serving cluster {first.cluster_id}{more} at {endpoint}; Ctrl-C stops.", err=True)
