"""What `css-logs gate` judges: clusters asked through the API, a stack's output, or an answer in a file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .._backups.gate import Gate, Verdict
from .._text import clean
from ..errors import CssError

if TYPE_CHECKING:
    from .._api.models import Record

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
    from .._backups.circuit_breaker import Reach
    from .._backups.query import log_records
    from .._backups.question import Question
    from .._config.settings import resolve

    given = {name: value for name, value in asking.items() if value is not None}
    where = {name: given.pop(name) for name in ("region", "project_id", "endpoint") if name in given}
    unique = dict.fromkeys(cluster_ids)
    for cluster_id in unique:
        Question(cluster_id=cluster_id, gated=True, **given)
    resolve(**where)

    reach = Reach(parallelism)

    def reader(cluster_id: str) -> Callable[[], Judgeable]:
        return lambda: reach.ask(lambda: log_records(cluster_id=cluster_id, gated=True, **where, **given))

    return [Subject(cluster_id, reader(cluster_id)) for cluster_id in unique]


def stack_subject(stack: str, output: str) -> Subject:
    """Return a stack's output as a subject, read through the Pulumi CLI with the backend that it is logged in to."""
    where = f"the output {output!r} of stack {stack}"

    def read() -> Judgeable:
        from .._backups.stack_outputs import read_stack_output

        value, secret = _stack_output(stack, output)
        if not secret:
            return read_stack_output(value, where)
        try:
            return SecretRecords(read_stack_output(value, where), where)
        except CssError:
            raise SourceError(f"{where} holds no log records that can be judged; it is secret, and not shown") from None

    return Subject(f"{stack} {output}", read)


@dataclass(frozen=True)
class SecretRecords:
    """A secret output: it is judged as any other, and nothing of it is shown.

    Args:
        known: what was read.
        where: what it is, for the reason.
    """

    known: Judgeable = field(repr=False)
    where: str
    records: tuple[Record, ...] = ()
    truncated: bool = False

    def judge(self, gate: Gate, *, now: datetime | None = None) -> Verdict:
        """Return the verdict's state; the reason and the record are secret."""
        state = self.known.judge(gate, now=now).state
        said = "passes" if state == "passed" else f"does not pass ({state})"
        return Verdict(state, f"{self.where} {said}; the reason is not shown, for the output is secret")


def file_subject(file: str) -> Subject:
    """Return a file as a subject; "-" is standard input.

    It holds an answer in the API's own form, or what ``css-logs list --format json`` writes. The API's form does not
    tell which page of an answer it is, so it is judged only if its total is what it holds.
    """
    name = "standard input" if file == "-" else file
    body: list[bytes] = []

    def read() -> Judgeable:
        if file != "-" or not body:
            body[:] = [_file_bytes(file, name)]  # a file may change while it is waited for; standard input is read once
        return _file_records(body[0], name)

    return Subject(name, read)


def _file_records(body: bytes, name: str) -> Judgeable:
    """Read an answer in either form."""
    from .._api.body import load_json
    from .._api.models import parse_page
    from .._backups.stack_outputs import StackRecords, one_cluster, read_stack_output

    try:
        value = load_json(body)
    except CssError:
        value = None  # the API's form says below what is wrong
    if isinstance(value, dict) and "records" in value and "clusterLogRecord" not in value:
        listed = read_stack_output(value, name)
        return replace(listed, truncated=listed.truncated or (listed.total_size is None and bool(listed.records)))
    try:
        page = parse_page(body)
    except CssError as error:
        raise SourceError(f"{name}: {str(error).replace('the API', 'the file', 1)}") from None
    whole = page.total_size == len(set(page.records))  # fewer than there are says as little as none
    truncated = not whole and bool(page.records or page.total_size)
    return StackRecords(page.records, one_cluster(page.records, None, name), truncated, page.total_size)


def _file_bytes(file: str, name: str) -> bytes:
    from .._api.attempt import MAX_BODY_BYTES

    if file == "-" and sys.stdin is None:
        raise SourceError("standard input cannot be read: it is closed")
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as opened:
            body = opened.read(MAX_BODY_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}") from None
    if len(body) > MAX_BODY_BYTES:
        raise SourceError(f"{name}: is larger than {MAX_BODY_BYTES // 2**20} MiB, which no answer is")
    return body


def _stack_output(stack: str, output: str) -> tuple[Any, bool]:
    """Return a stack's output, and whether it is secret: then it is asked for again in clear, for itself alone."""
    outputs = _pulumi_json("stack", "output", "--json", "--stack", stack)
    if not isinstance(outputs, dict) or output not in outputs:
        names = ", ".join(sorted(outputs)) if isinstance(outputs, dict) and outputs else "none"
        raise SourceError(f"stack {stack} has no output {output!r}; its outputs: {clean(names, 300)}")
    value = outputs[output]
    if _has_secret(value):
        return _pulumi_json("stack", "output", "--json", "--show-secrets", "--stack", stack, "--", output), True
    return value, False


def _has_secret(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(_has_secret(item) for item in (value.values() if isinstance(value, dict) else value))
    return bool(value == _SECRET)


def _pulumi_json(*arguments: str) -> Any:
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise SourceError("there is no pulumi on PATH to read the stack with; install Pulumi, or put it on PATH")
    try:
        done = subprocess.run(
            [pulumi, "--non-interactive", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise SourceError(f"pulumi could not be run: {error.strerror}") from None
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        said = next((line for line in lines if line.startswith("error:")), lines[-1] if lines else "no reason given")
        raise SourceError(f"pulumi could not read the stack: {clean(said.removeprefix('error:'), 300)}")
    try:
        return json.loads(done.stdout)
    except (ValueError, RecursionError):
        raise SourceError("pulumi did not print JSON for the stack's outputs") from None
