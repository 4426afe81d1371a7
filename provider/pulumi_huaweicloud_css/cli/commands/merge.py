"""`css-logs merge`: one verdict, one exit code and every report of the JSON that several runners wrote."""

from __future__ import annotations

from pathlib import Path

import click

from ..command import command as declare_command
from ..reports import Report, Run, check_files, print_report, report_options, write_reports
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
@report_options
def command(
    *, files: tuple[Path, ...], form: str, output_file: Path | None, reports: tuple[Report, ...], quiet: bool
) -> int:
    """Make one verdict of the JSON of several runs of css-logs gate --shard.

    A share that is missing or given twice is an error: without it nothing is known of its clusters.

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
    run = Run(merged.results, merged.gate, skipped=merged.skipped)
    write_reports(reports, run)
    print_report(run, form, output_file, quiet=quiet)
    return exit_code(merged.results)
