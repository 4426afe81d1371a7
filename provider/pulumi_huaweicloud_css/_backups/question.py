"""What is asked: which cluster, which filters, how much of it; checked when it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .._validation import (
    DEFAULT_PARALLELISM,
    JOB_TYPES,
    MAX_LIMIT,
    MAX_PARALLELISM,
    ON_ERROR,
    STATUSES,
    check_choice,
    check_cluster_id,
    whole_number,
)
from ..errors import ArgumentError


@dataclass(frozen=True)
class Question:
    """One question about one cluster's log backup records, checked when it is made.

    Args:
        cluster_id: the CSS cluster's id, a UUID of 36 characters.
        status: RUNNING, SUCCESS, FAIL or NOT_FAIL (running or successful); None for all.
        job_id: only the records of this job; None for all.
        job_type: Manual or Auto; None for all.
        offset: number of the first record to read, counted from 1 in the server's order.
        limit: read at most so many records, 1 to 100,000; None for all.
        gated: whether a gate judges what is read. Then everything is read, whatever the window: `offset` and `limit`
            narrow what is given out; and there is no `status`, which would hide failures.

    Raises:
        ArgumentError: a value is not one of these; the text names the argument and the value.
    """

    cluster_id: str
    status: str | None = None
    job_id: str | None = None
    job_type: str | None = None
    offset: int = 1
    limit: int | None = None
    gated: bool = False

    def __post_init__(self) -> None:
        """Check every value; numbers that went through Pulumi arrive as floats and become integers again."""
        check_cluster_id(self.cluster_id)
        check_choice("status", self.status, STATUSES)
        if self.gated and self.status is not None:
            raise ArgumentError(
                f"status: {self.status!r} does not go together with a gate, for it would hide records from it; "
                "leave it out: a gate judges all records"
            )
        check_choice("job_type", self.job_type, JOB_TYPES)
        if self.job_id is not None and not (isinstance(self.job_id, str) and self.job_id.strip()):
            raise ArgumentError(f"job_id: {self.job_id!r} is not a job's id; leave it out to see all jobs")
        object.__setattr__(self, "offset", whole_number("offset", 1 if self.offset is None else self.offset, 1))
        if self.limit is not None:
            object.__setattr__(self, "limit", whole_number("limit", self.limit, 1, MAX_LIMIT))

    @property
    def narrowed(self) -> dict[str, str | int]:
        """The arguments that leave records out of the answer, by name; empty if none does."""
        given = {
            "status": self.status,
            "job_id": self.job_id,
            "job_type": self.job_type,
            "offset": self.offset if self.offset > 1 else None,
            "limit": self.limit,
        }
        return {name: value for name, value in given.items() if value is not None}


def judged_only(narrowed: Mapping[str, object]) -> str | None:
    """Return to which jobs' records a reading is narrowed, in words; None: to none.

    Args:
        narrowed: the arguments that narrow it, as of `Question.narrowed`.
    """
    filters = {"job id": narrowed.get("job_id"), "job type": narrowed.get("job_type")}
    return " and ".join(f"{name} {value}" for name, value in filters.items() if value is not None) or None


@dataclass(frozen=True)
class Fleet:
    """Which clusters are asked about, and how; checked when it is made.

    Args:
        cluster_ids: the clusters' ids, at least one; one that is there twice is asked once.
        parallelism: how many clusters are asked at once, 1 to 64.
        on_error: ``fail``: the failures of all clusters are one error; ``collect``: they are in the output `errors`.
        include_records: whether each cluster's records are among its outputs.

    Raises:
        ArgumentError: a value is not one of these; the text names the argument and the value.
    """

    cluster_ids: Sequence[str]
    parallelism: int = DEFAULT_PARALLELISM
    on_error: str = "fail"
    include_records: bool = False

    def __post_init__(self) -> None:
        """Check every value; duplicates go, and the order stays."""
        if isinstance(self.cluster_ids, str) or not isinstance(self.cluster_ids, Sequence):
            raise ArgumentError(f"cluster_ids: {self.cluster_ids!r} is not a list of cluster ids")
        if not self.cluster_ids:
            raise ArgumentError("cluster_ids: the list is empty; give at least one cluster's id")
        unique = tuple(dict.fromkeys(check_cluster_id(each, "cluster_ids") for each in self.cluster_ids))
        object.__setattr__(self, "cluster_ids", unique)
        parallelism = DEFAULT_PARALLELISM if self.parallelism is None else self.parallelism
        object.__setattr__(self, "parallelism", whole_number("parallelism", parallelism, 1, MAX_PARALLELISM))
        if self.on_error not in ON_ERROR:
            raise ArgumentError(f"on_error: {self.on_error!r} is not one of {', '.join(ON_ERROR)}")
        if not isinstance(self.include_records, bool):
            raise ArgumentError(f"include_records: {self.include_records!r} is neither True nor False")
