"""`css-logs merge`: one verdict, one exit code and every report of the JSON that several runners wrote."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from ..command import command as declare_command
from ..command import option
from ..options import DURATION
from ..reports import Report, Run, check_files, deliver, report_options
from ..results import exit_code
from ..terminal import say


@declare_command(
    "merge",
    examples=[
        ("one verdict of three runs with --shard 1/3, 2/3 and 3/3", "css-logs merge 1.json 2.json 3.json"),
        ("and a page about them", "css-logs merge 1.json 2.json 3.json --report html=all.html"),
    ],
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@option("Which files")(
    "--max-report-age",
    type=DURATION,
    default="6h",
    show_default=True,
    help="How long ago a file may have been judged: an older one is probably left from another run.",
)
@report_options
def command(
    *,
    files: tuple[Path, ...],
    max_report_age: timedelta,
    form: str,
    output_file: Path | None,
    reports: tuple[Report, ...],
    quiet: bool,
) -> int:
    """Make one verdict of the JSON of several runs of css-logs gate --shard.

    A share that is missing or given twice is an error: without it nothing is known of its clusters.
    So is one that asked for other clusters, regions or records than the others, or was judged long ago.

    \b
    Exit codes: 0 passed, 1 failed, 2 usage error, 3 pending (a backup is running),
    4 the records could not be read, or the files do not go together, 130 interrupted.
    """  # noqa: D301 - click's mark for a paragraph that is not wrapped
    from ..merging import merge  # here, so that help and completion do not load pydantic

    check_files(reports, output_file)
    merged = merge(files, max_report_age=max_report_age)
    if not quiet:
        for note in merged.notes:
            say(f"Note: {note}.")
    run = Run(merged.results, merged.gate, skipped=merged.skipped, judged_at=merged.judged_at)
    deliver(run, form, output_file=output_file, reports=reports, quiet=quiet)
    return exit_code(merged.results)
