"""Prints the outputs of the GitHub action: state, reason and exit code, in the form of GITHUB_OUTPUT."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path

NO_REPORT = "css-logs gate made no report; its error is in the log"


def outputs_of(exit_code: str, report: Path) -> dict[str, str]:
    """Return the outputs. Without a report, as after a usage error, nothing was judged."""
    if not report.exists():
        return {"state": "error", "reason": NO_REPORT, "exit-code": exit_code}
    told = json.loads(report.read_text(encoding="utf-8"))
    decisive = [each for each in told["subjects"] if each["state"] != "passed"] or told["subjects"]
    reason = "\n".join(each["reason"] for each in decisive)
    return {"state": told["state"], "reason": reason, "exit-code": exit_code}


def main(exit_code: str, report: str) -> None:
    """Print each output between lines that nobody can foresee: a reason quotes what a server said.

    As bytes, for the runner reads UTF-8, and on Windows Python would write a file in the system's code page.
    """
    for name, value in outputs_of(exit_code, Path(report)).items():
        delimiter = secrets.token_hex(16)
        sys.stdout.buffer.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
