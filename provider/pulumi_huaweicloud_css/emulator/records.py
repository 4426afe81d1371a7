"""The records of one cluster while the emulator runs: they are added, they finish, they are cut into pages."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._record import Record
from .generation import FAILED_MSG, RawRecord, check, check_reach, completed, generate
from .site import Cluster, Outcome, Quirks, TimeFormat, one_of

Clock = Callable[[], float]  # returns the Unix time in seconds

_COMPACT = json.JSONEncoder(separators=(",", ":"))
# A walk through all pages asks for each page once; this is plenty for several clients with several page sizes.
_MOST_CACHED_PAGES = 1024


@dataclass(frozen=True)
class _Task:
    """A record as it was given, what our models read in it, and as it is sent.

    With when it began as far as we know, and when it ends by itself if it is running; None: never.
    """

    raw: RawRecord
    record: Record
    began_ms: int
    end_ms: int | None
    text: str


class ClusterRecords:
    """The log backup tasks of one cluster. Safe to use from several threads.

    Raises:
        ArgumentError: the cluster's given records are not records of this API.
    """

    def __init__(self, *, cluster: Cluster, quirks: Quirks, clock: Clock) -> None:
        self._cluster = cluster
        self._quirks = quirks
        self._clock = clock
        self._lock = threading.Lock()
        self._tasks: list[_Task] = []
        self._next_end_ms: int | None = None
        self._lists: dict[str, list[str]] = {}
        self._pages: dict[tuple[int, int, str], bytes] = {}
        self._since = clock()
        # Made-up records are made when somebody looks, and can be forgotten and made again until they are changed.
        self._made_up = cluster.records is None
        self._loaded = False
        if cluster.records is None:
            check_reach(cluster.backups, self._since)
        else:
            self.replace(cluster.records)

    def page(self, *, offset: int, limit: int, status: str) -> bytes:
        """Return a response body: at most `limit` records of a status ("": any) from number `offset` (1-based) on."""
        with self._lock:
            self._end_due_tasks()
            key = (offset, limit, status)
            body = self._pages.get(key)
            if body is None:
                if len(self._pages) >= _MOST_CACHED_PAGES:
                    self._pages.clear()
                body = self._pages[key] = self._encode(offset, limit, status)
            return body

    def forget(self) -> None:
        """Free the memory of made-up records that nobody changed; they come back as they were."""
        with self._lock:
            if self._made_up:
                self._loaded = False
                self._tasks = []
                self._changed()

    def as_if(self, quirks: Quirks) -> ClusterRecords:
        """Return the records as a site with other quirks has them; later changes are not seen there."""
        return ClusterRecords(cluster=replace(self._cluster, records=self.all()), quirks=quirks, clock=self._clock)

    def all(self) -> list[RawRecord]:
        """Return copies of all records, in the order in which they were given."""
        with self._lock:
            self._end_due_tasks()
            return [dict(task.raw) for task in self._tasks]

    def replace(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Serve these records from now on, as they are.

        Raises:
            ArgumentError: they are not records of this API.
        """
        tasks = self._tasks_of(records, self._now_ms())
        with self._lock:
            self._made_up = False
            self._tasks = tasks
            self._changed()

    def add(self, fields: Mapping[str, Any]) -> RawRecord:
        """Add a record made of these fields (in the API's names), the missing ones filled in, and return a copy.

        Raises:
            ArgumentError: a field is not what the API promises.
        """
        now_ms = self._now_ms()
        raw = completed(fields, self._cluster.cluster_id, now_ms)
        record = check([raw])[0]
        with self._lock:
            self._end_due_tasks()
            self._made_up = False
            self._tasks.insert(0, self._task(raw, record, now_ms))
            self._changed()
        return dict(raw)

    def finish(self, status: Outcome) -> list[RawRecord]:
        """End every running task (normally there is one) now, and return copies of them.

        Raises:
            ArgumentError: the status is neither SUCCESS nor FAIL.
        """
        one_of("status", status, Outcome)
        now_ms = self._now_ms()
        with self._lock:
            self._end_due_tasks()
            self._made_up = False
            return self._end(lambda _: now_ms, status)

    def _tasks_of(self, records: Sequence[Mapping[str, Any]], now_ms: int) -> list[_Task]:
        pairs = zip(records, check(records), strict=True)
        return [self._task(dict(raw), record, now_ms) for raw, record in pairs]

    def _task(self, raw: RawRecord, record: Record, now_ms: int) -> _Task:
        """Return the task of a record; one that does not say when it began began now.

        One that runs, and should have ended before now, would never be seen to run: it has all of its time from now on.
        """
        text = _written(raw, record, self._quirks.time_format)
        began_ms = record.created_at or now_ms
        after = self._cluster.finish_after
        if after is None or record.status != "RUNNING":
            return _Task(raw, record, began_ms, None, text)
        after_ms = round(after * 1000)
        end_ms = began_ms + after_ms
        return _Task(raw, record, began_ms, end_ms if end_ms > now_ms else now_ms + after_ms, text)

    def _now_ms(self) -> int:
        return round(self._clock() * 1000)

    def _end_due_tasks(self) -> None:
        """End the tasks whose time is over. Done when somebody looks: there is no timer that could be late."""
        if self._made_up and not self._loaded:
            records = generate(self._cluster.backups, self._cluster.cluster_id, self._since)
            self._tasks = [self._task(raw, Record.of(raw), round(self._since * 1000)) for raw in records]
            self._loaded = True
            self._changed()
        now_ms = self._now_ms()
        if self._next_end_ms is not None and self._next_end_ms <= now_ms:
            self._end(lambda task: task.end_ms if (task.end_ms or 0) <= now_ms else None, self._cluster.finish_as)

    def _end(self, ended_ms: Callable[[_Task], int | None], status: Outcome) -> list[RawRecord]:
        """End the running tasks for which there is a time when they ended, and return copies of them."""
        ended: list[RawRecord] = []
        for index, task in enumerate(self._tasks):
            finished_ms = ended_ms(task) if task.record.status == "RUNNING" else None
            if finished_ms is not None:
                failed_msg = FAILED_MSG if status == "FAIL" else None
                raw = {**task.raw, "status": status, "finishedAt": finished_ms, "failedMsg": failed_msg}
                self._tasks[index] = self._task(raw, Record.of(raw), task.began_ms)
                ended.append(dict(raw))
        if ended:
            self._changed()
        return ended

    def _changed(self) -> None:
        """Forget what was computed from the records before."""
        self._lists.clear()
        self._pages.clear()
        self._next_end_ms = min((task.end_ms for task in self._tasks if task.end_ms is not None), default=None)

    def _encode(self, offset: int, limit: int, status: str) -> bytes:
        if status not in self._lists:
            self._lists[status] = [task.text for task in self._ordered() if _matches(task.record, status)]
        texts = self._lists[status]
        body = '{"clusterLogRecord":[' + ",".join(texts[offset - 1 : offset - 1 + limit]) + "]"
        total = f',"totalSize":{len(texts)}' if self._quirks.total_size else ""
        return f"{body}{total}}}".encode()

    def _ordered(self) -> list[_Task]:
        order = self._quirks.order
        if order == "given":
            return self._tasks
        if order == "shuffled":
            seed = self._cluster.backups.seed
            # By a hash of the id: a record that comes in between two pages leaves the others in their order.
            return sorted(self._tasks, key=lambda task: hashlib.sha256(f"{seed}:{task.record.id}".encode()).digest())
        return sorted(self._tasks, key=lambda task: (task.began_ms, task.record.id), reverse=order == "newest")


def _matches(record: Record, status: str) -> bool:
    """NOT_FAIL means running or successful; a status that nobody knows has not failed either."""
    return not status or (record.status == "FAIL") == (status == "FAIL")


def _written(raw: RawRecord, record: Record, time_format: TimeFormat) -> str:
    """Return the record as JSON text, its times in the site's format."""
    if time_format != "ms":
        raw = dict(raw)
        for name, milliseconds in (("createAt", record.created_at), ("finishedAt", record.finished_at)):
            if milliseconds is not None:
                raw[name] = str(milliseconds) if time_format == "string" else milliseconds // 1000
    return _COMPACT.encode(raw)
