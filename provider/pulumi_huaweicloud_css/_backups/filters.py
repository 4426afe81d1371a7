"""Which records a query wants, beyond what the API itself can filter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .._record import Record


class Filters(Protocol):
    """The filters of a query; None for all."""

    @property
    def status(self) -> str | None:
        """RUNNING, SUCCESS, FAIL or NOT_FAIL."""

    @property
    def job_id(self) -> str | None:
        """The job's id."""

    @property
    def job_type(self) -> str | None:
        """Manual or Auto."""


def filtered(records: Sequence[Record], wanted: Filters) -> Iterable[Record]:
    """Return the records that pass a query's filters; a site may not have applied them."""
    if wanted.status is None and wanted.job_id is None and wanted.job_type is None:
        return records
    return (record for record in records if _matches(record, wanted))


def _matches(record: Record, wanted: Filters) -> bool:
    """Return whether a record passes the filters; a site may not have applied them."""
    return (
        _has_status(record, wanted.status)
        and (wanted.job_id is None or record.job_id == wanted.job_id)
        and (wanted.job_type is None or record.job_type == wanted.job_type)
    )


def _has_status(record: Record, wanted: str | None) -> bool:
    """Return whether a record has a status; an unknown one is not FAIL, although a gate counts it as a failure."""
    if wanted is None:
        return True
    known = (record.status or "").strip().upper()
    return known != "FAIL" if wanted == "NOT_FAIL" else known == wanted
