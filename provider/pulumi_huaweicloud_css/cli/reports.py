"""Reports in files: several of one run, each in a form of its own, written whole."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .._backups.status import COLOURS
from .._time import rfc3339, unix_ms
from .command import option
from .errors import SourceError
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
    """One report to write into a file, in one of the `FORMS`."""

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
        request: what was asked for, as `Chosen.request`.
    """

    shard: Shard
    cluster_ids: Sequence[str]
    request: Mapping[str, object] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many clusters are in the share."""
        return sum(map(self.shard.takes, self.cluster_ids))

    def to_dict(self) -> dict[str, object]:
        """Return what JSON says of the share, by which `merge` sees whether the shares go together."""
        from .._backups.sharding import digest_of

        return {
            "index": self.shard.index,
            "total": self.shard.total,
            "clusters": len(self.cluster_ids),
            "in_share": self.count,
            "digest": digest_of(self.cluster_ids),
            "request": dict(self.request),
        }


@dataclass(frozen=True)
class Run:
    """What one run found.

    Args:
        results: the results.
        gate: the gate that judged them.
        now: the time as of which they were judged; None: that of each read.
        share: the share of the clusters, if they were split.
        skipped: the selected clusters that were not read.
        judged_at: when they were judged; None: now.
    """

    results: Sequence[Result]
    gate: Gate
    now: datetime | None = None
    share: Share | None = None
    skipped: Sequence[SkippedCluster] = ()
    judged_at: datetime | None = None

    def about(self) -> dict[str, object]:
        """Return what JSON says of the whole run."""
        judged_at = unix_ms(self.judged_at or self.now or datetime.now(UTC))
        found: dict[str, object] = {"judged_at": rfc3339(judged_at), "gate": self.gate.to_dict()}
        if self.share is not None:
            found["shard"] = self.share.to_dict()
        return found


def deliver(run: Run, form: str, *, output_file: Path | None, reports: Sequence[Report], quiet: bool) -> None:
    """Write each report whole, and print the verdict, also if a file cannot be written.

    Args:
        run: what was found.
        form: the format of what is printed, or written to `output_file`; then a summary for people is printed.
        output_file: None: standard output.
        reports: further reports.
        quiet: whether nothing is printed.

    Raises:
        SourceError: a file cannot be written.
    """
    problems: list[SourceError] = []
    if output_file is not None:
        reports = [*reports, Report(form, output_file)]
        form = "text"
    for report in reports:
        from .writing import write_whole  # here, so that a run without files does not load it

        try:
            write_whole(report.path, _page(run) if report.form == PAGE else _rendered(run, report.form))
        except SourceError as error:
            problems.append(error)
    if not quiet:
        with unless_unread():  # the exit code is the verdict's all the same
            if form == "text":
                _print_coloured(run)
            else:
                print_data(_rendered(run, form))
    if problems:
        raise SourceError("; ".join(map(str, problems)))


def _rendered(run: Run, form: str) -> str:
    return render(form, run.results, run.about(), run.skipped)


def _print_coloured(run: Run) -> None:
    for result in run.results:
        # click takes the colours away again where standard output is no terminal.
        click.echo(styled(as_text([result]), fg=COLOURS[result.state]), nl=False)
        if can_show() and result.kept is not None:
            click.echo(strip(result.kept.kinds, indent=_BEFORE_REASON), nl=False)
    click.echo(as_text([], run.skipped) + summary(run.results), nl=False)
    if run.share is not None:
        click.echo(f"{run.share.count} of {len(run.share.cluster_ids)} clusters are in share {run.share.shard}")


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
