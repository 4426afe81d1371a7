"""A stack's output as what is judged, read through the Pulumi CLI."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .._backups.evaluate import RecordSet, Target
from .._backups.gate import Gate, Ordered
from .._text import sanitize
from .._verdict import Verdict
from ..errors import CssError
from .errors import SourceError

if TYPE_CHECKING:
    from .._record import Record

_SECRET = "[secret]"  # noqa: S105 - what Pulumi prints instead of a secret


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
    """A secret output, of which the name (`where`) is known: judged like any other, but not shown."""

    known: RecordSet = field(repr=False)
    where: str
    records: tuple[Record, ...] = ()
    truncated: bool = False

    @property
    def ordered(self) -> Ordered:
        """No records: they are secret."""
        return Ordered()

    def judge(self, gate: Gate, *, now: datetime | None = None) -> Verdict:
        """Return the verdict's state; the reason and the record are secret."""
        state = self.known.judge(gate, now=now).state
        result = "passes" if state == "passed" else f"does not pass ({state})"
        return Verdict(state, f"{self.where} {result}; the reason is not shown, for the output is secret")

    def explanation(self, _verdict: Verdict, /, *, now: datetime | None = None) -> None:
        """Return None: there is nothing to ask, and the reason is secret."""


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
