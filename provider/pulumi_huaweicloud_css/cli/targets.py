"""What `css-logs gate` judges: clusters read from the API, a stack output, or a file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .._backups.evaluate import RecordSet, Target
from .._backups.gate import Gate, Verdict
from .._text import sanitize
from ..errors import CssError
from .command import COMMAND_LINE, option_name

if TYPE_CHECKING:
    from .._api.client import CssClient
    from .._api.models import Record
    from .._backups.query import QueryArguments

_SECRET = "[secret]"  # noqa: S105 - what Pulumi prints instead of a secret


class SourceError(CssError):
    """A stack, an output or a file could not be read."""


def chosen_targets(
    cluster_ids: tuple[str, ...],
    stack: str | None,
    output: str | None,
    file: str | None,
    arguments: QueryArguments,
    *,
    parallelism: int,
) -> Sequence[Target[RecordSet]]:
    """Return the targets: clusters, a stack output, or a file.

    Args:
        cluster_ids: clusters to read from the API; duplicates are ignored.
        stack: a Pulumi stack.
        output: the name of that stack's output.
        file: a file; "-" is standard input.
        arguments: the options of the query, and the gate.
        parallelism: how many clusters will be read concurrently.

    Raises:
        click.UsageError: none, or several, of the three are given, or other options cannot be combined.
        ArgumentError: a cluster id or a filter is wrong; nothing was sent.
        SettingsError: a setting is missing or wrong; nothing was sent.
    """
    given = {"--cluster-id": cluster_ids or None, "--stack": stack, "--output": output, "--file": file}
    for name, value in given.items():
        if value == "":
            raise click.UsageError(f"{name} is empty; a variable may not be set")
    sources = [name for name, value in given.items() if value is not None and name != "--output"]
    if len(sources) != 1:
        problem = "nothing to judge" if not sources else f"{' and '.join(sources)} cannot be combined"
        raise click.UsageError(f"{problem}: give --cluster-id (repeatable), or --stack with --output, or --file")
    if (stack is None) != (output is None):
        raise click.UsageError("--stack and --output go together: the stack, and the name of its output")
    if not cluster_ids:
        extra = [option_name(name) for name, value in arguments.items() if value is not None and name != "gate"]
        if extra:
            raise click.UsageError(f"{', '.join(extra)}: only with --cluster-id; {sources[0]} is judged as it is")
    if stack is not None and output is not None:
        return [stack_target(stack, output)]
    return [file_target(file)] if file is not None else _cluster_targets(cluster_ids, arguments, parallelism)


def _cluster_targets(
    cluster_ids: tuple[str, ...], arguments: QueryArguments, parallelism: int
) -> Sequence[Target[RecordSet]]:
    from .._backups.cluster_search import find_clusters
    from .._backups.fleet_query import check_cluster_ids
    from .._backups.open_sites import OpenSite
    from .._backups.query import LogRecordsQuery

    unique = check_cluster_ids(cluster_ids)
    query = LogRecordsQuery.of(unique[0], arguments)
    return find_clusters([OpenSite("", client_of(arguments))], unique).targets(query, parallelism)


def client_of(arguments: QueryArguments) -> CssClient:
    """Return a client for the API that the options choose.

    Raises:
        SettingsError: a setting is missing or wrong; nothing was sent.
    """
    from .._api.client import shared_client
    from .._config.settings import resolve_arguments

    return shared_client(resolve_arguments(arguments, reader=COMMAND_LINE))


def stack_target(stack: str, output: str) -> Target[RecordSet]:
    """Return a stack's output as a target, read through the Pulumi CLI with the backend that it is logged in to."""
    where = f"the output {output!r} of stack {stack}"

    def read() -> RecordSet:
        from .._backups.stack_outputs import read_stack_output

        value, secret = _stack_output(stack, output)
        if not secret:
            return read_stack_output(value, where)
        try:
            return SecretRecords(read_stack_output(value, where), where)
        except CssError:
            raise SourceError(f"{where} holds no log records that can be judged; it is secret, and not shown") from None

    return Target(f"{stack} {output}", read)


@dataclass(frozen=True)
class SecretRecords:
    """A secret output: judged like any other, but not shown.

    Args:
        known: the records.
        where: the output's name, for the reason.
    """

    known: RecordSet = field(repr=False)
    where: str
    records: tuple[Record, ...] = ()
    truncated: bool = False

    def judge(self, gate: Gate, *, now: datetime | None = None) -> Verdict:
        """Return the verdict's state; the reason and the record are secret."""
        state = self.known.judge(gate, now=now).state
        result = "passes" if state == "passed" else f"does not pass ({state})"
        return Verdict(state, f"{self.where} {result}; the reason is not shown, for the output is secret")

    def explanation(self, _verdict: Verdict, /, *, now: datetime | None = None) -> None:
        """Return None: there is nothing to ask, and the reason is secret."""


def file_target(file: str) -> Target[RecordSet]:
    """Return a file as a target; "-" is standard input.

    It contains the API's response, or the output of ``css-logs list --format json``. The API's response does not say
    which page it is, so unless its total matches its records, it counts as truncated.
    """
    name = "standard input" if file == "-" else file
    body: list[bytes] = []

    def read() -> RecordSet:
        if file != "-" or not body:
            body[:] = [_file_bytes(file, name)]  # a file may change while waiting; standard input is read once
        return _file_records(body[0], name)

    return Target(name, read)


def _file_records(body: bytes, name: str) -> RecordSet:
    """Parse a file in either format."""
    from .._api.body import load_json
    from .._api.models import distinct, parse_page
    from .._backups.stack_outputs import StackRecords, one_cluster, read_stack_output

    try:
        value = load_json(body)
    except CssError:
        value = None  # reported below, as the API's response
    if isinstance(value, dict) and "records" in value and "clusterLogRecord" not in value:
        listed = read_stack_output(value, name)
        return replace(listed, truncated=listed.truncated or (listed.total_size is None and bool(listed.records)))
    try:
        page = parse_page(body, what="the file")
    except CssError as error:
        raise SourceError(f"{name}: {error}") from None
    complete = page.total_size == len(distinct(page.records))  # a total that is too small proves nothing
    truncated = not complete and bool(page.records or page.total_size)
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
        raise SourceError(f"{name}: is larger than {MAX_BODY_BYTES // 2**20} MiB, the limit of a response")
    return body


def _stack_output(stack: str, output: str) -> tuple[Any, bool]:
    """Return a stack's output, and whether it is secret; a secret one is read again in clear text, on its own."""
    outputs = _pulumi_json("stack", "output", "--json", "--stack", stack)
    if not isinstance(outputs, dict) or output not in outputs:
        names = ", ".join(sorted(outputs)) if isinstance(outputs, dict) and outputs else "none"
        raise SourceError(f"stack {stack} has no output {output!r}; its outputs: {sanitize(names, 300)}")
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
        reason = next((line for line in lines if line.startswith("error:")), lines[-1] if lines else "no reason given")
        raise SourceError(f"pulumi could not read the stack: {sanitize(reason.removeprefix('error:'), 300)}")
    try:
        return json.loads(done.stdout)
    except (ValueError, RecursionError):
        raise SourceError("pulumi did not print JSON for the stack's outputs") from None
