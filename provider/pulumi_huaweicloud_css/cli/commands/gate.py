"""`css-logs gate`: one command in a pipeline that stops a deployment when log backups are not good enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..._backups.gate import Gate
from ...errors import ArgumentError
from ..command import command as declare_command
from ..command import option
from ..exit_codes import INTERRUPTED
from ..formats import as_text
from ..options import DURATION, SHARD, gate_options, query_options, target_options
from ..reports import PAGE, Report, Run, Share, check_files, deliver, report_options
from ..results import exit_code, keep
from ..targets import ClusterOptions, chosen_targets
from ..terminal import say
from ..waiting import Watch

if TYPE_CHECKING:
    from ..._backups.fleet_query import SeveralArguments
    from ..._backups.sharding import Shard

_GATE = "css-logs gate --cluster-id 4213d908-f5dc-4633-8401-cfd7175fca0c"


_waiting = option("Waiting")


@declare_command(
    "gate",
    examples=[
        ("stop a pipeline unless the newest backup worked, and is younger than 26 hours", f"{_GATE} --max-age 26h"),
        ("wait for a backup that runs, and annotate a GitHub job", f"{_GATE} --wait 30m --format github"),
        (
            "a page and metrics beside the verdict",
            f"{_GATE} --report html=backups.html --report openmetrics=backups.prom",
        ),
        ("every cluster of the account, also the one made yesterday", "css-logs gate --all-clusters"),
        ("judge what a stack exports", "css-logs gate --stack org/project/prod --output logs"),
    ],
)
@target_options
@option("What to judge")(
    "--shard", type=SHARD, metavar="I/N", help="Judge the I-th of N shares of the clusters; see css-logs merge."
)
@query_options
@gate_options
@_waiting("--wait", type=DURATION, default="0s", help="Poll for this long while a backup runs, like 30m.")
@_waiting("--poll-interval", type=DURATION, default="15s", show_default=True, help="Time between two polls.")
@_waiting("--fail-fast", is_flag=True, help="Stop waiting as soon as one cluster failed.")
@report_options
def command(
    *,
    clusters: ClusterOptions,
    stack: str | None,
    output: str | None,
    file: str | None,
    shard: Shard | None,
    gate: Gate,
    wait: timedelta,
    poll_interval: timedelta,
    fail_fast: bool,
    form: str,
    output_file: Path | None,
    quiet: bool,
    reports: tuple[Report, ...],
    now: datetime | None,
    arguments: SeveralArguments,
) -> int:
    """Check whether clusters' log backups are good enough.

    \b
    Exit codes: 0 passed, 1 failed, 2 usage error, 3 pending (a backup is running),
    4 the records could not be read, 130 interrupted. With several clusters the worst decides.
    """  # noqa: D301 - click's mark for a paragraph that is not wrapped
    chosen = chosen_targets(clusters, stack, output, file, {**arguments, "gate": gate})
    targets, skipped, share = chosen.targets, chosen.skipped, None
    if shard is not None:
        if not clusters.given:
            raise click.UsageError("--shard: only with clusters; a stack's output or a file is one thing to judge")
        share = Share(shard, chosen.cluster_ids, chosen.request)
        # What is no cluster, a region out of reach, every share reports.
        targets = [target for target in targets if target.cluster is None or shard.takes(target.name)]
        skipped = [each for each in skipped if shard.takes(each.cluster_id)]
    watch = Watch(
        targets,
        gate,
        lambda read: keep(read, whole=any(report.form == PAGE for report in reports)),
        now=now,
        wait=wait,
        interval=poll_interval,
        fail_fast=fail_fast,
        parallelism=clusters.parallelism,
        quiet=quiet,
    )
    if wait and poll_interval < timedelta(milliseconds=50):
        raise ArgumentError("poll_interval", "must be at least 0.05 s")
    check_files(reports, output_file)
    try:
        watch.run()
    except KeyboardInterrupt:
        known = as_text(watch.results) or "nothing yet\n"
        say(f"Interrupted. Known so far:\n{known}".rstrip("\n"))
        return INTERRUPTED
    run = Run(watch.results, gate, now, share, skipped)
    deliver(run, form, output_file=output_file, reports=reports, quiet=quiet)
    return exit_code(watch.results)
