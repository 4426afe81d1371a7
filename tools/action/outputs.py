"""Tells the runner of a GitHub job what the gate found: the step's outputs; without a report also why there is none."""

from __future__ import annotations

import html
import json
import os
import secrets
import sys
from pathlib import Path

NO_REPORT = "css-logs gate made no report; its error is in the log"
_ERROR = "Error: "


def outputs_of(exit_code: str, report: Path, errors: Path) -> dict[str, str]:
    """Return the outputs. Without a report, as after a usage error, nothing was judged, and the error is the reason."""
    if not report.exists():
        lines = errors.read_text(encoding="utf-8", errors="replace").splitlines() if errors.exists() else []
        told = [line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR)]
        return {"state": "error", "reason": told[-1] if told else NO_REPORT, "exit-code": exit_code}
    found = json.loads(report.read_text(encoding="utf-8"))
    decisive = [each for each in found["subjects"] if each["state"] != "passed"] or found["subjects"]
    reason = "\n".join(each["reason"] for each in decisive)
    return {"state": found["state"], "reason": reason, "exit-code": exit_code}


def main(exit_code: str, report: str, errors: str) -> None:
    """Write each output between lines that nobody can foresee: a reason quotes what a server said.

    The files are of UTF-8, as the runner reads them, and not of the system's code page.
    """
    outputs = outputs_of(exit_code, Path(report), Path(errors))
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8", newline="\n") as file:
        for name, value in outputs.items():
            delimiter = secrets.token_hex(16)
            file.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")
    if not Path(report).exists():
        reason = outputs["reason"]
        with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"The log backups were not judged: <code>{html.escape(reason)}</code>\n")
        shown = reason.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        sys.stdout.buffer.write(f"::error title=css-logs::{shown}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
