"""Tells the runner of a GitHub job what the gate found: the step's outputs, and the job's summary.

Without a report it also says why there is none.
"""

from __future__ import annotations

import html
import json
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

NO_REPORT = "css-logs gate made no report; its error is in the log"
_ERROR = "Error: "
_LONGEST_SUMMARY = 1_000_000  # bytes; GitHub drops one over 1 MiB whole
_LONGEST_REASON = 100_000  # Linux hands no longer variable than 128 KiB to the step that uses it
_HEAD = 2  # lines of a table


def outputs_of(exit_code: str, report: Path, errors: Path) -> dict[str, str]:
    """Return the outputs. Without a report, as after a usage error, nothing was judged, and the error is the reason."""
    if not report.exists():
        lines = errors.read_text(encoding="utf-8", errors="replace").splitlines() if errors.exists() else []
        told = [line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR)]
        return {"state": "error", "reason": told[-1] if told else NO_REPORT, "exit-code": exit_code}
    found = json.loads(report.read_text(encoding="utf-8"))
    decisive = [each for each in found["subjects"] if each["state"] != "passed"] or found["subjects"]
    kept, more = fitting([each["reason"] for each in decisive], _LONGEST_REASON)
    return {"state": found["state"], "reason": "\n".join([*kept, *more]), "exit-code": exit_code}


def summary_of(table: Path, report: Path) -> str:
    """Return the job's summary: the table, in which a large account's clusters that passed are left out first."""
    if not table.exists():  # the run ended after its first report
        return ""
    text = table.read_text(encoding="utf-8")
    if len(text.encode()) <= _LONGEST_SUMMARY:
        return text
    lines = text.splitlines()
    states = [each["state"] for each in json.loads(report.read_text(encoding="utf-8"))["subjects"]]
    rows = lines[_HEAD : _HEAD + len(states)]  # one for each, in the same order; then those of what was skipped
    telling = [row for row, state in zip(rows, states, strict=True) if state != "passed"]
    telling += lines[_HEAD + len(states) :]
    passed = [row for row, state in zip(rows, states, strict=True) if state == "passed"]
    kept, more = fitting([*telling, *passed], _LONGEST_SUMMARY)
    return "".join(f"{line}\n" for line in (*lines[:_HEAD], *kept, "", *more))


def fitting(lines: Sequence[str], most: int) -> tuple[Sequence[str], Sequence[str]]:
    """Return the first lines, as many as fit into so many bytes, and a line that says how many are left out, if any."""
    size = 0
    for number, line in enumerate(lines):
        size += len(line.encode()) + 1
        if size > most:
            return lines[:number], [f"{len(lines) - number:,} more are in the log."]
    return lines, []


def main(exit_code: str, report: str, errors: str, table: str) -> None:
    """Write each output between lines that nobody can foresee: a reason quotes what a server said.

    The files are of UTF-8, as the runner reads them, and not of the system's code page.
    """
    outputs = outputs_of(exit_code, Path(report), Path(errors))
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8", newline="\n") as file:
        for name, value in outputs.items():
            delimiter = secrets.token_hex(16)
            file.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")
    reason = outputs["reason"]
    judged = Path(report).exists()
    why_not = f"The log backups were not judged: <code>{html.escape(reason)}</code>\n"
    with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8", newline="\n") as file:
        file.write(summary_of(Path(table), Path(report)) if judged else why_not)
    if not judged:
        shown = reason.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        sys.stdout.buffer.write(f"::error title=css-logs::{shown}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
