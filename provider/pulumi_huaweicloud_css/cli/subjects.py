"""What `css-logs gate` judges: clusters asked through the API, a stack's output, or an answer in a file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import CssError
from ..gate import Gate, Verdict
from ..printable import clean

if TYPE_CHECKING:
    from ..models import Record

_SECRET = "[secret]"  # noqa: S105 - what Pulumi prints instead of a secret


class SourceError(CssError):
    """A stack, an output or a file could not be read."""


class Judgeable(Protocol):
    """Records that a gate can be asked about."""

    @property
    def records(self) -> tuple[Record, ...]:
        """The records."""

    @property
    def truncated(self) -> bool:
        """Whether there are records that were not read."""

    def judge(self, gate: Gate, *, now: datetime | None = None) -> Verdict:
        """Return what a gate says at a time, by default now."""


@dataclass(frozen=True)
class Subject:
    """One thing to judge: what it is called, and how to read it (again, while waiting)."""

    name: str
    read: Callable[[], Judgeable]


def cluster_subjects(cluster_ids: tuple[str, ...], asking: dict[str, Any], parallelism: int) -> list[Subject]:
    """Return one subject for each cluster, asked through the API; a cluster given twice is asked once.

    Args:
        cluster_ids: the clusters.
        asking: where to ask, and the filters.
        parallelism: how many will be asked at once.

    Raises:
        ArgumentError: a cluster id or a filter is wrong; nothing was sent.
        SettingsError: a setting is missing or wrong; nothing was sent.
    """
    from ..query import log_records
    from ..question import Question
    from ..reach import Reach
    from ..settings import resolve

    given = {name: value for name, value in asking.items() if value is not None}
    where = {name: given.pop(name) for name in ("region", "project_id", "endpoint") if name in given}
    unique = dict.fromkeys(cluster_ids)
    for cluster_id in unique:
        Question(cluster_id=cluster_id, **given)
    resolve(**where)

    reach = Reach(parallelism)

    def reader(cluster_id: str) -> Callable[[], Judgeable]:
        return lambda: reach.ask(lambda: log_records(cluster_id=cluster_id, **where, **given))

    return [Subject(cluster_id, reader(cluster_id)) for cluster_id in unique]


def stack_subject(stack: str, output: str) -> Subject:
    """Return a stack's output as a subject, read through the Pulumi CLI with the backend that it is logged in to."""

    def read() -> Judgeable:
        from ..stack_outputs import read_stack_output

        return read_stack_output(_stack_output(stack, output), f"the output {output!r} of stack {stack}")

    return Subject(f"{stack} {output}", read)


def file_subject(file: str) -> Subject:
    """Return a file that holds an answer in the API's own form as a subject; "-" is standard input."""
    name = "standard input" if file == "-" else file
    body: list[bytes] = []

    def read() -> Judgeable:
        from ..models import parse_page
        from ..stack_outputs import StackRecords

        if file != "-" or not body:
            body[:] = [_file_bytes(file)]  # a file may change while it is waited for; standard input is read once
        try:
            page = parse_page(body[0])
        except CssError as error:
            raise SourceError(f"{name}: {str(error).replace('the API', 'the file', 1)}") from None
        times = [record.created_at or -1 for record in page.records]
        truncated = page.total_size is not None and page.total_size > len(page.records)
        newest_first = all(earlier >= later for earlier, later in pairwise(times))
        return StackRecords(page.records, truncated=truncated, newest_first=newest_first)

    return Subject(name, read)


def _file_bytes(file: str) -> bytes:
    if file == "-" and sys.stdin is None:
        raise SourceError("standard input cannot be read: it is closed")
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}") from None


def _stack_output(stack: str, output: str) -> Any:
    """Return the value of a stack's output; a secret one is asked for again in clear, for itself alone."""
    outputs = _pulumi_json("stack", "output", "--json", "--stack", stack)
    if not isinstance(outputs, dict) or output not in outputs:
        names = ", ".join(sorted(outputs)) if isinstance(outputs, dict) and outputs else "none"
        raise SourceError(f"stack {stack} has no output {output!r}; its outputs: {clean(names, 300)}")
    value = outputs[output]
    if _has_secret(value):
        value = _pulumi_json("stack", "output", "--json", "--show-secrets", "--stack", stack, "--", output)
    return value


def _has_secret(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(_has_secret(item) for item in (value.values() if isinstance(value, dict) else value))
    return bool(value == _SECRET)


def _pulumi_json(*arguments: str) -> Any:
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise SourceError("there is no pulumi on PATH to read the stack with; install Pulumi, or put it on PATH")
    done = subprocess.run(
        [pulumi, "--non-interactive", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        said = next((line for line in lines if line.startswith("error:")), lines[-1] if lines else "no reason given")
        raise SourceError(f"pulumi could not read the stack: {clean(said.removeprefix('error:'), 300)}")
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise SourceError("pulumi did not print JSON for the stack's outputs") from None
