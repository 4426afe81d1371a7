"""Where a cluster's first records come from: made up from a seed, or read from a file in the API's own form."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from .._api.models import parse_page
from .._record import Record
from .._time import rfc3339
from ..errors import ArgumentError, InvalidResponseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .site import Backups

RawRecord = dict[str, Any]

LOG_PATH = "css-backup-1610678043608/css/log"
FAILED_MSG = "The OBS bucket refused the upload."
_USUAL_AGE = 3_600.0
_LONGEST_BACKUP_MS = 600_000
# Times much before this could be taken for seconds instead of milliseconds (see models).
_EARLIEST_MS = 315_532_800_000


def generate(backups: Backups, cluster_id: str, now: float) -> list[RawRecord]:
    """Return made-up records, newest first.

    Args:
        backups: how many, how far apart, how many failed.
        cluster_id: the cluster they belong to; another cluster gets other ids.
        now: the time that their ages are counted from, Unix time in seconds.

    Raises:
        ArgumentError: so many records so far apart would reach back beyond 1980.
    """
    newest_ms, cadence_ms = check_reach(backups, now)
    return [_one(backups, cluster_id, number, newest_ms - number * cadence_ms) for number in range(backups.count)]


def check_reach(backups: Backups, now: float) -> tuple[int, int]:
    """Return when the newest of these backups began, and how far they are apart, both in milliseconds.

    Raises:
        ArgumentError: so many records so far apart would reach back beyond 1980.
    """
    newest_ms = round((now - _newest_age(backups)) * 1000)
    cadence_ms = round(backups.cadence * 1000)
    if backups.count and newest_ms - (backups.count - 1) * cadence_ms < _EARLIEST_MS:
        raise ArgumentError("cadence", f"the oldest of {backups.count} backups would be before 1980; shorten it")
    return newest_ms, cadence_ms


def _one(backups: Backups, cluster_id: str, number: int, created_ms: int) -> RawRecord:
    """Return the record `number` (0 is the newest)."""
    digest = hashlib.sha256(f"{backups.seed}:{cluster_id}:{number}".encode()).digest()
    record: RawRecord = {
        "id": str(uuid.UUID(bytes=digest[:16], version=4)),
        "clusterId": cluster_id,
        "createAt": created_ms,
        "logPath": log_path(created_ms),
        "status": "RUNNING",
        "jobTypes": "Manual" if _share(digest[16:20]) < backups.manual_share else "Auto",
        "jobId": digest[8:24].hex(),
    }
    if backups.running and number == 0:
        return record
    finished_number = number if backups.running else number + 1
    by_number = backups.fail_every > 0 and finished_number % backups.fail_every == 0
    failed = by_number or _share(digest[20:24]) < backups.failure_share
    # A backup ends before the next one begins, and before now.
    until = backups.cadence if backups.running else min(backups.cadence, _newest_age(backups))
    room = min(_LONGEST_BACKUP_MS, round(until * 500))
    record["status"] = "FAIL" if failed else "SUCCESS"
    record["finishedAt"] = created_ms + round(_share(digest[24:28]) * room)
    record["failedMsg"] = FAILED_MSG if failed else None
    return record


def _newest_age(backups: Backups) -> float:
    """Return how long ago the newest backup began; a running one begins now, so that it can be seen to run."""
    if backups.newest_age is not None:
        return backups.newest_age
    return 0.0 if backups.running else _USUAL_AGE


def _share(four_bytes: bytes) -> float:
    """Return a number from 0.0 up to, but not including, 1.0."""
    return int.from_bytes(four_bytes, "big") / 2**32


def log_path(created_ms: int) -> str:
    """Return a path of a backup of that time; each has its own, so that a mix-up is noticed."""
    date_and_time = rfc3339(created_ms).partition(".")[0]
    return f"{LOG_PATH}/{date_and_time.replace('-', '').replace(':', '')}Z"


def completed(fields: Mapping[str, Any], cluster_id: str, now_ms: int) -> RawRecord:
    """Return a whole record from some of its fields (in the API's names); what is given is kept as it is.

    Raises:
        ArgumentError: a given field is not what the API promises.
    """
    created_ms = check([{"id": "new", **fields}])[0].created_at or now_ms
    record: RawRecord = {
        "id": str(uuid.uuid4()),
        "clusterId": cluster_id,
        "createAt": now_ms,
        "logPath": log_path(created_ms),
        "status": "SUCCESS",
        "jobTypes": "Manual",
        "jobId": uuid.uuid4().hex,
        **fields,
    }
    if record["status"] != "RUNNING":
        record.setdefault("finishedAt", created_ms)
        record.setdefault("failedMsg", FAILED_MSG if record["status"] == "FAIL" else None)
    return record


def check(records: Sequence[Mapping[str, Any]]) -> tuple[Record, ...]:
    """Return the records as our own models read them.

    Raises:
        ArgumentError: they are not JSON, or not records of this API; the text says where and why.
    """
    try:
        body = json.dumps({"clusterLogRecord": [dict(record) for record in records]}, allow_nan=False).encode()
        return parse_page(body, what="this").records
    except InvalidResponseError as error:
        raise ArgumentError("records", str(error)) from None
    except (TypeError, ValueError) as error:
        raise ArgumentError("records", f"this is not a list of log backup records: {error}") from None


def read_records(path: str | Path) -> list[RawRecord]:
    """Read records from a file in the API's own form, ``{"clusterLogRecord": [...]}``, unknown fields included.

    A totalSize in the file is not used: the emulator counts for itself.

    Raises:
        ArgumentError: the file cannot be read, or is not in that form; the text names the file.
    """
    try:
        # Editors on Windows put a byte order mark before JSON.
        text = Path(path).read_bytes().decode("utf-8-sig")
        document = json.loads(text, parse_constant=_not_json)
        page = parse_page(text.encode(), what="the file")
    except OSError as error:
        raise ArgumentError(str(path), f"cannot be read: {error.strerror}") from None
    except InvalidResponseError as error:
        raise ArgumentError(str(path), str(error)) from None
    except (ValueError, RecursionError) as error:
        raise ArgumentError(str(path), f"is not JSON: {error}") from None
    records: list[RawRecord] = document.get("clusterLogRecord") or []
    if len(records) != len(page.records):
        raise ArgumentError(str(path), "the file has no clusterLogRecord")
    return records


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")
