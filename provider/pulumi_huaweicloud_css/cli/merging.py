"""Makes one verdict of the JSON reports that the runners of one account wrote, each about its share of the clusters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from .._api.body import unique_keys
from .._backups.cluster_ref import ClusterRef
from .._backups.cluster_search import SkippedCluster
from .._backups.gate import CLOCK_SKEW_MS, Gate
from .._backups.sharding import Shard
from .._backups.stack_outputs import record_of
from .._backups.standing import Standing
from .._durations import format_duration
from .._text import sanitize
from .._time import from_unix_ms, parse_rfc3339, rfc3339, unix_ms
from .._verdict import Verdict
from ..errors import ArgumentError, InvalidResponseError
from .errors import ReportedError, SourceError
from .input_file import not_json_of, read_input
from .results import Kept, Result

_MOST_BYTES = 64 * 2**20  # ten thousand clusters are about 10 MiB


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class _Share(_Model):
    index: int
    total: int
    clusters: int
    in_share: int
    digest: str
    request: dict[str, Any]


class _Verdict(_Model):
    state: Literal["passed", "pending", "failed"]
    reason: str
    record: dict[str, Any] | None
    age: float | int | None


class _Subject(_Model):
    name: str
    state: Literal["passed", "pending", "failed", "error"]
    reason: str
    verdict: _Verdict | None = None
    error: dict[str, Any] | None = None
    cluster_id: str | None = None
    cluster_name: str | None = None
    region: str | None = None
    project_id: str | None = None
    last_success_at: str | None = None
    consecutive_failures: int | None = None

    @property
    def is_site(self) -> bool:
        """Whether it is a site whose clusters could not be listed; every share has it."""
        return self.cluster_id is None and self.state == "error"

    @property
    def key(self) -> str:
        """By what a share is chosen: the cluster's id."""
        return (self.cluster_id or self.name).lower()


class _Skipped(_Model):
    cluster_id: str
    cluster_name: str
    reason: str


class _Run(_Model):
    schema_version: Literal[1]
    judged_at: str
    subjects: list[_Subject]
    gate: dict[str, Any]
    shard: _Share
    skipped: list[_Skipped] = []


@dataclass(frozen=True)
class Merged:
    """What all runs found together.

    Args:
        results: the results, in the order of the shares.
        gate: the gate that judged them.
        notes: what a person should be told about them.
        skipped: the selected clusters that were not read.
        judged_at: when the first of them was judged.
    """

    results: list[Result]
    gate: Gate
    notes: list[str]
    skipped: list[SkippedCluster]
    judged_at: datetime


def merge(files: Sequence[Path], *, max_report_age: timedelta, now: datetime | None = None) -> Merged:
    """Return what all runs found together.

    Args:
        files: the JSON report of each run.
        max_report_age: how long ago a run may have judged.
        now: the time as of which that is counted; None: the present.

    Raises:
        SourceError: a file is no report of such a run, is too old, or asked for something else than the others; a
            share is missing or given twice; or a cluster was judged twice, or by a run that it does not belong to, or
            by none: then there is no verdict.
    """
    runs: dict[int, tuple[Path, _Run]] = {}
    judged_at: list[datetime] = []
    for file in files:
        run = _read(file)
        index, total = run.shard.index, run.shard.total
        first = next(iter(runs.values()), None)
        if first is not None and first[1].shard.total != total:
            raise SourceError(f"{file} is of {total} shares, and {first[0]} of {first[1].shard.total}")
        if index in runs:
            raise SourceError(f"share {index}/{total} is given twice: {runs[index][0]} and {file}")
        if first is not None and first[1].gate != run.gate:
            raise SourceError(f"{file} was judged by another gate than {first[0]}")
        if first is not None and first[1].shard.request != run.shard.request:
            raise SourceError(f"{file} asked for something else than {first[0]}: {_difference(first[1], run)}")
        judged_at.append(_judged_at(file, run, max_report_age, now or datetime.now(UTC)))
        _check_owner(file, run)
        runs[index] = file, run
    total = next(iter(runs.values()))[1].shard.total
    missing = [str(index) for index in range(1, total + 1) if index not in runs]
    if missing:
        raise SourceError(f"of {total} shares these are missing: {', '.join(missing)}; no verdict without them")
    ordered = [runs[index] for index in sorted(runs)]
    subjects = [(file, subject) for file, run in ordered for subject in run.subjects]
    clusters = [_result(file, subject) for file, subject in subjects if not subject.is_site]
    sites = {subject.key: _result(file, subject) for file, subject in subjects if subject.is_site}
    skipped = [
        SkippedCluster(each.cluster_id, each.cluster_name, each.reason) for _, run in ordered for each in run.skipped
    ]
    _check_projects(ordered)
    # Where a site was out of reach the lists differ, and its error is in the verdict.
    notes = [] if sites else _check_lists(ordered, len(clusters))
    return Merged([*clusters, *sites.values()], _gate(*ordered[0]), notes, skipped, min(judged_at))


def _check_projects(runs: Sequence[tuple[Path, _Run]]) -> None:
    """Refuse runs that read a region in different projects: each is the share of an account of its own."""
    projects: dict[str | None, tuple[Path, str]] = {}
    for file, run in runs:
        for subject in run.subjects:
            if subject.project_id is None:
                continue
            first, project_id = projects.setdefault(subject.region, (file, subject.project_id))
            if subject.project_id != project_id:
                raise SourceError(
                    f"{file} is about project {sanitize(subject.project_id, 80)}, and {first} about "
                    f"{sanitize(project_id, 80)}: shares of one account read a region in one project"
                )


def _difference(first: _Run, other: _Run) -> str:
    """Return the first thing that two runs did not ask for alike."""
    wanted, asked = first.shard.request, other.shard.request
    name = next(name for name in [*wanted, *asked] if wanted.get(name, ...) != asked.get(name, ...))
    return sanitize(f"{name} is {json.dumps(asked.get(name))}, not {json.dumps(wanted.get(name))}", 500)


def _judged_at(file: Path, run: _Run, max_report_age: timedelta, now: datetime) -> datetime:
    """Return when a run judged; refuse one that says nothing about the present."""
    try:
        moment = from_unix_ms(parse_rfc3339(run.judged_at))
    except (ValueError, OverflowError):
        raise SourceError(f"{file}: judged_at is not an RFC 3339 time") from None
    if moment - now > timedelta(milliseconds=CLOCK_SKEW_MS):
        raise SourceError(
            f"{file} was judged at {rfc3339(unix_ms(moment))}, which lies in the future; check the clocks"
        )
    if now - moment > max_report_age:
        raise SourceError(
            f"{file} was judged at {rfc3339(unix_ms(moment))}, more than {format_duration(max_report_age)} ago: it may "
            "be left from another run; --max-report-age accepts it"
        )
    return moment


def _gate(file: Path, run: _Run) -> Gate:
    try:
        return Gate.of(run.gate)
    except ArgumentError as error:
        raise SourceError(f"{file}: {error}") from None


def _check_lists(runs: Sequence[tuple[Path, _Run]], judged: int) -> list[str]:
    """Say where the runs did not split the same list; refuse where the list says that a cluster was not judged."""
    shares = [run.shard for _, run in runs]
    if not judged:
        raise SourceError("no cluster was judged by any run: nothing can be said")
    if len({share.digest for share in shares}) == 1:
        wanted = shares[0].clusters
        if judged != wanted:
            raise SourceError(f"{judged} clusters were judged, and {wanted} were to be; a report is not whole")
        return []
    counts = ", ".join(f"{share.clusters} in {share.index}/{share.total}" for share in shares[:10])
    more = f" and {len(shares) - 10} more" if len(shares) > 10 else ""
    seen = f"the runs did not see the same clusters ({counts}{more}): some came or went between their starts"
    return [f"{seen}, and one that came after its share's run had started was not judged"]


def _check_owner(file: Path, run: _Run) -> None:
    """Refuse a run that is not about its share, or that has a cluster twice."""
    try:
        share = Shard(run.shard.index, run.shard.total)
    except ArgumentError as error:
        raise SourceError(f"{file}: {error.reason}") from None
    keys = [subject.key for subject in run.subjects if not subject.is_site]
    for key in keys:
        if not share.takes(key):
            raise SourceError(f"{file}: cluster {key} is not in its share {share}; was the file changed?")
    if len(keys) < run.shard.in_share:
        raise SourceError(
            f"{file}: {len(keys)} clusters were judged, and {run.shard.in_share} were to be; was it changed?"
        )
    if len(set(keys)) < len(keys):
        raise SourceError(f"{file}: a cluster is listed twice; was the file changed?")


def _read(file: Path) -> _Run:
    content = read_input(file, _MOST_BYTES, "which no report is")
    try:
        value = json.loads(content.decode("utf-8"), object_pairs_hook=unique_keys)
    except (ValueError, RecursionError, InvalidResponseError):
        value = None
    if not isinstance(value, dict):
        raise SourceError(f"{file}: is not JSON of `css-logs gate --shard ... --format json`")
    if value.get("shard") is None:
        raise SourceError(f"{file}: is not of a run with --shard, so nothing says what else there is to judge")
    try:
        return _Run.model_validate(value)
    except ValidationError as error:
        raise not_json_of("gate", file, error) from None


def _result(file: Path, subject: _Subject) -> Result:
    where = f"{file}, {subject.name}"
    told, verdict = subject.verdict, None
    if told is not None:
        record = None if told.record is None else record_of(told.record, where)
        verdict = Verdict(told.state, told.reason, record, told.age)
    state = "error" if verdict is None else verdict.state
    if state != subject.state or (verdict is None) == (subject.error is None):
        raise SourceError(f"{where}: its state is {subject.state}, and its verdict or error says otherwise")
    error = None if subject.error is None else ReportedError(subject.reason, subject.error)
    cluster = None
    if subject.cluster_id is not None:
        cluster = ClusterRef(subject.cluster_id, subject.cluster_name, subject.region, subject.project_id)
    return Result(subject.cluster_id or subject.name, _kept(subject, where), verdict, error, cluster=cluster)


def _kept(subject: _Subject, where: str) -> Kept | None:
    if subject.consecutive_failures is None:
        return None
    try:
        moment = None if subject.last_success_at is None else parse_rfc3339(subject.last_success_at)
    except ValueError:
        raise SourceError(f"{where}: last_success_at is not an RFC 3339 time") from None
    standing = Standing(moment, subject.consecutive_failures)
    return Kept([], standing, subject.cluster_id, subject.region, subject.project_id)
