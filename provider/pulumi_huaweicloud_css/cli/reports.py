"""Reports in files: several of one run, each in a form of its own, written whole."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .._backups.status import COLOURS
from .command import option
from .formats import FORMATS, as_text, render, summary
from .options import LIBRARIES, format_option, with_options
from .results import Result, reason_of
from .sparkline import can_show, strip
from .terminal import print_data, styled, unless_unread

if TYPE_CHECKING:
    from .._backups.cluster_search import SkippedCluster
    from .._backups.gate import Gate
    from .._backups.sharding import Shard

_F = TypeVar("_F", bound=Callable[..., Any])

PAGE = "html"
_BEFORE_REASON = 10  # columns, in a line of `as_text`
FORMS = (*FORMATS, PAGE)


@dataclass(frozen=True)
class Report:
    """One report to write.

    Args:
        form: one of `FORMS`.
        path: the file.
    """

    form: str
    path: Path


class ReportType(click.ParamType):  # type: ignore[type-arg]  # generic at run time only since click 8.5
    """``FORMAT=FILE``."""

    name = "FORMAT=FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Report:
        """Return the report, or fail with a sentence that names the option; the file's folder must be there."""
        if isinstance(value, Report):
            return value
        form, _, name = str(value).partition("=")
        if form not in FORMS or not name:
            self.fail(f"{value!r} is not FORMAT=FILE, with a format of {', '.join(FORMS)}", param, ctx)
        path = Path(name)
        if path.is_dir() or not path.parent.is_dir():
            self.fail(f"{name!r} is a folder, or its folder does not exist", param, ctx)
        if form in LIBRARIES and not (ctx and ctx.resilient_parsing):
            importlib.import_module(LIBRARIES[form])  # `main` says how to install what is missing
        return Report(form, path)


def report_options(function: _F) -> _F:
    """Add the options for what is written and where: `form`, `output_file`, `reports` and `quiet`."""
    reporting = option("Report")
    declared = (
        format_option("Report", *FORMATS),
        reporting("--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there."),
        reporting(
            "--report",
            "reports",
            type=ReportType(),
            multiple=True,
            help=f"Write a report, too; repeatable. Formats: {', '.join(FORMS)}.",
        ),
        reporting("--quiet", is_flag=True, help="Print nothing; the exit code, and the output file, say it all."),
    )
    return with_options(declared, function)


def check_files(reports: Sequence[Report], output_file: Path | None) -> None:
    """Refuse two reports in one file.

    Raises:
        click.UsageError: there are two.
    """
    files = [report.path.resolve() for report in reports] + ([output_file.resolve()] if output_file else [])
    for file in files:
        if files.count(file) > 1:
            raise click.UsageError(f"two reports go into the file {file}; give each its own")


@dataclass(frozen=True)
class Share:
    """The share of the clusters that one run of several judges.

    Args:
        shard: which share.
        cluster_ids: all clusters that are split.
    """

    shard: Shard
    cluster_ids: Sequence[str]


@dataclass(frozen=True)
class Run:
    """What one run found.

    Args:
        results: the results.
        gate: the gate that judged them.
        now: the time as of which they were judged; None: that of each read.
        share: the share of the clusters, if they were split.
        skipped: the selected clusters that were not read.
    """

    results: Sequence[Result]
    gate: Gate
    now: datetime | None = None
    share: Share | None = None
    skipped: Sequence[SkippedCluster] = ()

    def about(self) -> dict[str, object]:
        """Return what JSON says of the whole run."""
        found: dict[str, object] = {"gate": self.gate.to_dict()}
        if self.share is not None:
            from .._backups.sharding import digest_of

            shard, ids = self.share.shard, self.share.cluster_ids
            numbers = {"index": shard.index, "total": shard.total, "clusters": len(ids), "digest": digest_of(ids)}
            found["shard"] = numbers
        return found


def write_reports(reports: Sequence[Report], run: Run) -> None:
    """Write each report whole.

    Raises:
        SourceError: a file cannot be written.
    """
    for report in reports:
        page = report.form == PAGE
        _write(report.path, _page(run) if page else _rendered(run, report.form))


def _write(path: Path, text: str) -> None:
    from .writing import write_whole  # here, so that a run without files does not load it

    write_whole(path, text)


def _rendered(run: Run, form: str) -> str:
    return render(form, run.results, run.about(), run.skipped)


def print_report(run: Run, form: str, output_file: Path | None, *, quiet: bool) -> None:
    """Write the report: to the file if there is one (and a summary for people), else to standard output."""
    report = _rendered(run, form)
    if output_file is not None:
        _write(output_file, report)
        form = "text"
    if quiet:
        return
    with unless_unread():  # the exit code is the verdict's all the same
        if form == "text":
            _print_coloured(run)
        else:
            print_data(report)


def _print_coloured(run: Run) -> None:
    for result in run.results:
        # click takes the colours away again where standard output is no terminal.
        click.echo(styled(as_text([result]), fg=COLOURS[result.state]), nl=False)
        if can_show() and result.kept is not None:
            click.echo(strip(result.kept.kinds, indent=_BEFORE_REASON), nl=False)
    click.echo(as_text([], run.skipped) + summary(run.results), nl=False)
    if run.share is not None:
        click.echo(f"{len(run.results)} of {len(run.share.cluster_ids)} clusters are in share {run.share.shard}")


def _page(run: Run) -> str:
    from ..report import ClusterReport
    from ..report.render import as_page

    shown = [
        ClusterReport.of(
            result,
            reason_of(result),
            () if result.kept is None else result.kept.records or (),
            truncated=result.kept is not None and result.kept.truncated,
        )
        for result in run.results
    ]
    return as_page(shown, run.gate, now=run.now or datetime.now(UTC))
