"""`css-logs merge`: one verdict, one exit code and every report of the JSON that several runners wrote."""

from __future__ import annotations

from pathlib import Path

import click

from ..command import command as declare_command
from ..command import option
from ..formats import FORMATS
from ..options import format_option
from ..reports import FORMS, Report, ReportType, Run, check_files, print_report, write_reports
from ..results import exit_code
from ..terminal import say

_reporting = option("Report")


@declare_command(
    "merge",
    examples=[
        ("one verdict of three runs with --shard 1/3, 2/3 and 3/3", "css-logs merge 1.json 2.json 3.json"),
        ("and a page about them", "css-logs merge 1.json 2.json 3.json --report html=all.html"),
    ],
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@format_option("Report", *FORMATS)
@_reporting("--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there.")
@_reporting(
    "--report",
    "reports",
    type=ReportType(),
    multiple=True,
    help=f"Write a report, too; repeatable. Formats: {', '.join(FORMS)}.",
)
@_reporting("--quiet", is_flag=True, help="Print nothing; the exit code, and the output file, say it all.")
def command(
    *, files: tuple[Path, ...], form: str, output_file: Path | None, reports: tuple[Report, ...], quiet: bool
) -> int:
    """Make one verdict of the JSON of several runs of css-logs gate --shard.

    A share that is missing or there twice is an error: without it nothing is known of its clusters.

    \b
    Exit codes: 0 passed, 1 failed, 2 usage error, 3 pending (a backup is running),
    4 the records could not be read, or the files do not go together, 130 interrupted.
    """  # noqa: D301 - click's mark for a paragraph that is not wrapped
    from ..merging import merge  # here, so that help and completion do not load pydantic

    check_files(reports, output_file)
    merged = merge(files)
    if not quiet:
        for note in merged.notes:
            say(f"Note: {note}.")
    run = Run(merged.results, merged.gate)
    write_reports(reports, run)
    print_report(run, form, output_file, quiet=quiet)
    return exit_code(merged.results)
