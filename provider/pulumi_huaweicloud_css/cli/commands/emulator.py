"""`css-logs emulator`: the API on this machine, for trying things out without an account."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..command import command as declare_command
from ..command import option
from ..exit_codes import IN_SHORT
from ..terminal import say, unless_unread
from ..writing import write_whole

if TYPE_CHECKING:
    from ...emulator import Site

_serving, _records, _trouble = option("How to serve"), option("What to serve"), option("Trouble to make")


@declare_command(
    "emulator",
    examples=[
        ("a shell's settings in one line, and the emulator behind it", 'eval "$(css-logs emulator --background)"'),
        ("stop that one", 'kill "$CSS_LOGS_EMULATOR_PID"'),
        ("a backup that runs for a minute", "css-logs emulator --running --finish-after 60 --export settings.sh"),
        (
            "fifty clusters, every tenth backup failed, two responses lost",
            "css-logs emulator --clusters 50 --failures 0.1 --fault 503:2",
        ),
    ],
    epilog=IN_SHORT,
)
@_serving("--port", type=click.IntRange(0, 65535), default=8780, show_default=True, help="TCP port; 0: any free one.")
@_serving("--host", default="127.0.0.1", show_default=True, help="Loopback address to listen on.")
@_serving(
    "--background",
    is_flag=True,
    help="Return when it accepts requests, and leave it running; print the settings, and how to stop it.",
)
@_serving(
    "--export",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the settings to this file when it accepts requests, for a shell to source.",
)
@_serving("--quiet", is_flag=True, help="Do not print each request.")
@_records("--clusters", type=click.IntRange(1, 10_000), default=1, show_default=True, help="Number of clusters.")
@_records(
    "--region",
    "regions",
    multiple=True,
    metavar="REGION",
    help="Region to deal the clusters out to, one after the other. Repeatable; by default cn-north-4 alone.",
)
@_records("--count", type=click.IntRange(0, 100_000), default=37, show_default=True, help="Records of each.")
@_records(
    "--cadence",
    type=click.FloatRange(0, min_open=True),
    default=86_400.0,
    show_default=True,
    help="Seconds from one backup to the next.",
)
@_records("--failures", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Share of failed backups.")
@_records("--running", is_flag=True, help="The newest backup is still running; it begins now.")
@_records(
    "--finish-after",
    type=click.FloatRange(0),
    help="With --running or --records: seconds after which a running backup ends.",
)
@_records("--seed", type=int, default=0, show_default=True, help="Another seed makes other records.")
@_records(
    "--records",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Serve the records of a JSON file in the API's own form instead.",
)
@_trouble(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME[:TIMES]",
    help="Inject a fault into a number of requests, then the next one; without a number, into all. Repeatable.",
)
@_trouble(
    "--latency",
    type=click.FloatRange(0, 60),
    default=0.0,
    show_default=True,
    help="Seconds by which each response is delayed.",
)
def command(
    *,
    port: int,
    host: str,
    background: bool,
    export: Path | None,
    quiet: bool,
    clusters: int,
    regions: tuple[str, ...],
    count: int,
    cadence: float,
    failures: float,
    running: bool,
    finish_after: float | None,
    seed: int,
    records: Path | None,
    faults: tuple[str, ...],
    latency: float,
) -> None:
    """Serve the log records API on this machine until Ctrl-C.

    Signatures are checked as the cloud does. The settings to use are printed as export lines, so that
    a shell can take them over.
    """
    from ...emulator import Backups, EmulatorError, Site, read_records, serve

    if finish_after is not None and not running and records is None:
        raise click.UsageError("--finish-after is when a running backup ends, and none runs; add --running")

    def serve_site(on_ready: Callable[[str], None], access_log: Callable[[str], None] | None = None) -> None:
        serve(site, host=host, port=port, on_ready=on_ready, access_log=access_log, faults=faults, latency=latency)

    try:
        backups = Backups(count=count, cadence=cadence, failure_share=failures, running=running, seed=seed)
        if records is None:
            site = Site.of_clusters(clusters, backups=backups, finish_after=finish_after, regions=regions)
        elif clusters > 1:
            raise click.UsageError("--records are one cluster's, so they cannot be combined with --clusters")
        elif regions:
            raise click.UsageError("--records are one cluster's, so they cannot be combined with --region")
        else:
            site = Site.of_one_cluster(records=read_records(records), finish_after=finish_after)
        if background:
            _leave_running(serve_site, site, export)
        else:
            serve_site(lambda endpoint: _announce(site, endpoint, export), None if quiet else say)
    except EmulatorError as error:
        raise click.UsageError(str(error)) from None


def export_lines(settings: Mapping[str, str]) -> str:
    """Return lines that set these variables in a shell; whatever is in a value, the shell runs nothing of it."""
    return "".join(f"export {name}={shlex.quote(value) if value else ''}\n" for name, value in settings.items())


def _announce(site: Site, endpoint: str, export: Path | None) -> None:
    """Print how to reach the emulator: shell lines on standard output, words for people on standard error."""
    lines = export_lines(site.environment(endpoint))
    if export is not None:
        write_whole(export, lines)
    with unless_unread():
        click.echo(lines, nl=False)
    say(f"Serving {_served(site, endpoint)}; Ctrl-C stops.")


def _leave_running(serve: Callable[[Callable[[str], None]], None], site: Site, export: Path | None) -> None:
    """Start an emulator that stays, and print its settings; where they cannot be, nobody could use or stop it."""
    from .. import background

    pid, endpoint = background.start(serve)
    try:
        lines = export_lines({**site.environment(endpoint), background.PID: str(pid)})
        if export is not None:
            write_whole(export, lines)
        click.echo(lines, nl=False)
    except BaseException:
        background.stop(pid)
        raise
    say(f"Serving {_served(site, endpoint)}, in the background; `kill {pid}` stops it.")


def _served(site: Site, endpoint: str) -> str:
    from ...emulator.clusters import name_of

    first, *others = site.clusters
    more = f" and {len(others)} more (listed at {endpoint}/_emulator/clusters)" if others else ""
    where = f", in {', '.join(site.regions)}," if len(site.regions) > 1 else ""
    return f"cluster {name_of(first, first.cluster_id)} ({first.cluster_id}){more}{where} at {endpoint}"
