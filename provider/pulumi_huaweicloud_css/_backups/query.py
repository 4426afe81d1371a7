"""One question answered: the records of the pages filtered, ordered and summed up."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .._api.client import CssClient
from .._api.models import Record
from .._api.pagination import newest_first, read_window
from .._config.settings import Settings, resolve
from .._config.sources import ConfigGetter
from .._threads import ForkSafeLock
from .._time import from_unix_ms, rfc3339, unix_ms
from .question import Question, judged_only

if TYPE_CHECKING:
    from .gate import Gate, Verdict

_making_clients = ForkSafeLock()

# The API itself knows FAIL and NOT_FAIL only; the rest of the filter is applied here.
_ON_THE_WIRE = {"FAIL": "FAIL", "NOT_FAIL": "NOT_FAIL", "RUNNING": "NOT_FAIL", "SUCCESS": "NOT_FAIL"}


@dataclass(frozen=True)
class LogRecordsAnswer:
    """What was read of one cluster: the records, newest first, and what they come to.

    Args:
        cluster_id: the cluster that was asked about.
        project_id: the project it is in.
        region: the region, or None where only an endpoint was given.
        records: newest first (created, then id), filtered.
        total_size: how many records the server says there are, or None.
        truncated: True if there are records past the window that were not read.
        newest_first: True if what was read is proved to be the newest, so that unread records are older.
        read_at: when the answer was complete, as Unix time in milliseconds.
        incomplete: True if a gate is not shown all records, or it cannot be known that it is.
        beside: the records that were read for a gate and are outside the window that was asked for.
        narrowed: the arguments that left records out, as of `Question.narrowed`.
    """

    cluster_id: str
    project_id: str
    region: str | None
    records: tuple[Record, ...]
    total_size: int | None
    truncated: bool
    newest_first: bool
    read_at: int
    incomplete: bool
    beside: tuple[Record, ...] = ()
    narrowed: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def latest(self) -> Record | None:
        """The newest record of what was read, or None."""
        return self.records[0] if self.records else None

    @property
    def latest_success(self) -> Record | None:
        """The newest successful record of what was read, or None."""
        return next((record for record in self.records if record.outcome == "SUCCESS"), None)

    def judge(self, gate: Gate, *, now: datetime | None = None) -> Verdict:
        """Return what a gate says of this answer at a time, by default when it was read."""
        return gate.judge(
            self.records + self.beside,
            now=now or from_unix_ms(self.read_at),
            cluster_id=self.cluster_id,
            truncated=self.incomplete,
            newest_first=self.newest_first,
            total_size=self.total_size,
            only=judged_only(self.narrowed),
        )

    def to_outputs(self, *, with_records: bool = True) -> dict[str, Any]:
        """Return the outputs as every way in gives them: plain JSON values, times as RFC 3339 text in UTC.

        Args:
            with_records: False to leave `records` out, of which a fleet has too many.
        """
        latest = self.latest and self.latest.to_outputs()
        success = self.latest_success and self.latest_success.to_outputs()
        records = {"records": [record.to_outputs() for record in self.records]} if with_records else {}
        return {
            "cluster_id": self.cluster_id,
            "project_id": self.project_id,
            "region": self.region,
            **self.narrowed,
            **records,
            "count": len(self.records),
            "total_size": self.total_size,
            "truncated": self.truncated,
            "latest": latest,
            "latest_log_path": latest and latest["log_path"],
            "latest_status": latest and latest["status"],
            "latest_created_at": latest and latest["created_at"],
            "latest_finished_at": latest and latest["finished_at"],
            "latest_success": success,
            "latest_success_log_path": success and success["log_path"],
            "latest_success_finished_at": success and success["finished_at"],
            "read_at": rfc3339(self.read_at),
        }


def log_records(
    *,
    project_id: str | None = None,
    region: str | None = None,
    endpoint: str | None = None,
    config: ConfigGetter | None = None,
    environ: Mapping[str, str] | None = None,
    **question: Any,
) -> LogRecordsAnswer:
    """Check the arguments, find the settings, ask, and answer: the one way that every way in takes.

    Args:
        project_id: see `settings.resolve`, as for the next four.
        region: the region's name.
        endpoint: base URL of the CSS API.
        config: looks up the stack's configuration.
        environ: the environment.
        question: the arguments of `Question`.

    Raises:
        ArgumentError, SettingsError: before anything is sent.
        CssError: the question could not be answered.
    """
    asked = Question(**question)
    settings = resolve(project_id=project_id, region=region, endpoint=endpoint, config=config, environ=environ)
    return ask(client_for(settings), asked)


def client_for(settings: Settings) -> CssClient:
    """Return the process's one client for these settings: every question that has the same shares its connections."""
    with _making_clients:  # two threads that come first would make two
        return _shared_client(settings)


@functools.lru_cache(maxsize=32)
def _shared_client(settings: Settings) -> CssClient:
    """Make a client, and keep it."""
    return CssClient(settings)


def ask(client: CssClient, question: Question, *, now: datetime | None = None) -> LogRecordsAnswer:
    """Answer a question about one cluster, with as few requests as it takes.

    Args:
        client: whom to ask.
        question: what to ask.
        now: the time to give as `read_at`; the current time by default.

    Raises:
        CssError: the question could not be answered; a part of an answer is never returned for the whole.
    """
    deadline = client.deadline()
    whole = read_window(
        lambda position, size, offset_name: client.list_log_records(
            question.cluster_id,
            position,
            size,
            _ON_THE_WIRE[question.status] if question.status else None,
            offset_name=offset_name,
            deadline=deadline,
        ),
        1 if question.gated else question.offset,
        None if question.gated else question.limit,
        filtered=question.status is not None,
    )
    shown, truncated = whole.records, whole.truncated
    beside: tuple[Record, ...] = ()
    if question.gated:
        start, number = question.offset - 1, len(whole.records)
        end = number if question.limit is None else min(number, start + question.limit)
        shown, beside = whole.records[start:end], whole.records[:start] + whole.records[max(start, end) :]
        truncated |= end < number
    return LogRecordsAnswer(
        cluster_id=question.cluster_id,
        project_id=client.project_id(),
        region=client.settings.region,
        records=tuple(newest_first(_filtered(shown, question))),
        total_size=whole.total_size,
        truncated=truncated,
        newest_first=whole.newest_first and question.status is None,  # what a status hides may be newer
        read_at=unix_ms(now or datetime.now(UTC)),
        incomplete=whole.truncated or not (question.gated or (question.offset == 1 and question.status is None)),
        beside=tuple(_filtered(beside, question)),
        narrowed=question.narrowed,
    )


def _filtered(records: Sequence[Record], question: Question) -> Iterable[Record]:
    if question.status is None and question.job_id is None and question.job_type is None:
        return records
    return (record for record in records if _wanted(record, question))


def _wanted(record: Record, question: Question) -> bool:
    """Say whether a record passes the filters; a site need not have applied any of them."""
    return (
        _has_status(record, question.status)
        and (question.job_id is None or record.job_id == question.job_id)
        and (question.job_type is None or record.job_type == question.job_type)
    )


def _has_status(record: Record, wanted: str | None) -> bool:
    """Say whether a record has a status; one that nobody knows is no FAIL, though a gate takes it for a failure."""
    if wanted is None:
        return True
    known = (record.status or "").strip().upper()
    return known != "FAIL" if wanted == "NOT_FAIL" else known == wanted
