"""Reports in files: several of one run, each in a form of its own, written whole."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .formats import FORMATS
from .options import LIBRARIES
from .results import Result, reason_of
from .writing import write_whole

if TYPE_CHECKING:
    from .._backups.gate import Gate

PAGE = "html"
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


def check_files(reports: Sequence[Report], output_file: Path | None) -> None:
    """Refuse two reports in one file.

    Raises:
        click.UsageError: there are two.
    """
    files = [report.path.resolve() for report in reports] + ([output_file.resolve()] if output_file else [])
    for file in files:
        if files.count(file) > 1:
            raise click.UsageError(f"two reports go into the file {file}; give each its own")


def write_reports(reports: Sequence[Report], results: Sequence[Result], gate: Gate, now: datetime | None) -> None:
    """Write each report whole.

    Raises:
        SourceError: a file cannot be written.
    """
    for report in reports:
        text = _page(results, gate, now) if report.form == PAGE else FORMATS[report.form](results)
        write_whole(report.path, text)


def _page(results: Sequence[Result], gate: Gate, now: datetime | None) -> str:
    from ..report import ClusterReport
    from ..report.render import as_page

    shown = [
        ClusterReport(
            result.target,
            result.state,
            reason_of(result),
            () if result.kept is None else result.kept.records or (),
            result.kept is not None and result.kept.truncated,
        )
        for result in results
    ]
    return as_page(shown, gate, now=now or datetime.now(UTC))
