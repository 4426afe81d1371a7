"""The forms in which `css-logs gate` reports: for people, for programs, and for the usual CI systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from . import terminal as showing
from .results import Outcome, exit_code, worst_state
from .terminal import one_line

SYMBOLS = {"passed": "✓", "pending": "…", "failed": "✗", "error": "!"}


def as_text(outcomes: Sequence[Outcome]) -> str:
    """Return a line for each subject."""
    return "".join(f"{SYMBOLS[outcome.state]} {outcome.state:<7} {outcome.reason}\n" for outcome in outcomes)


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return a line that counts several subjects; "" for a single one, whose line says all."""
    if len(outcomes) < 2:
        return ""
    counts = Counter(outcome.state for outcome in outcomes)
    others = (("failed", "failed"), ("pending", "pending"), ("error", "not asked"))
    more = "".join(f", {counts[state]} {said}" for state, said in others if counts[state])
    return f"{counts['passed']} of {len(outcomes)} passed{more}\n"


def as_json(outcomes: Sequence[Outcome]) -> str:
    """Return the worst state, the exit code and every subject's verdict or error."""
    report = {
        "state": worst_state(outcomes),
        "exit_code": exit_code(outcomes),
        "subjects": [outcome.to_dict() for outcome in outcomes],
    }
    return showing.as_json(report)


def as_junit(outcomes: Sequence[Outcome]) -> str:
    """Return a JUnit test suite with a test case a subject: failed is a failure, pending and error are errors."""
    from xml.etree import ElementTree as ET

    states = Counter(outcome.state for outcome in outcomes)
    counts = {"tests": len(outcomes), "errors": states["pending"] + states["error"], "failures": states["failed"]}
    about = {"name": "css-logs gate", **{name: str(number) for name, number in counts.items()}}
    document = ET.Element("testsuites", about, time="0.0")
    # junit-10.xsd has "skipped" on a suite, not on the whole.
    suite = ET.SubElement(document, "testsuite", about, skipped="0", time="0.0")
    for outcome in outcomes:
        case = {"name": one_line(outcome.name, 500), "classname": "css-logs.gate", "time": "0.0"}
        element = ET.SubElement(suite, "testcase", case)
        if outcome.state == "passed":
            ET.SubElement(element, "system-out").text = outcome.reason
        else:
            kind = "failure" if outcome.state == "failed" else "error"
            ET.SubElement(element, kind, message=outcome.reason, type=outcome.state)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(document, encoding="unicode") + "\n"


def as_github(outcomes: Sequence[Outcome]) -> str:
    """Return GitHub Actions' workflow commands: an annotation for each subject."""
    levels = {"passed": "notice", "pending": "warning", "failed": "error", "error": "error"}
    return "".join(
        f"::{levels[outcome.state]} title={_property(f'Log backups {outcome.state}')}::{_data(outcome.reason)}\n"
        for outcome in outcomes
    )


def as_markdown(outcomes: Sequence[Outcome]) -> str:
    """Return a table, for a job summary or a comment."""
    rows = [f"| {SYMBOLS[item.state]} {item.state} | {_cell(item.name)} | {_cell(item.reason)} |" for item in outcomes]
    return "\n".join(["| state | of | reason |", "| --- | --- | --- |", *rows]) + "\n"


FORMATS: dict[str, Callable[[Sequence[Outcome]], str]] = {
    "text": lambda outcomes: as_text(outcomes) + summary(outcomes),
    "json": as_json,
    "junit": as_junit,
    "github": as_github,
    "markdown": as_markdown,
}


def _data(text: str) -> str:
    """Escape the message of a workflow command; GitHub decodes just these."""
    return one_line(text).replace("%", "%25")


def _property(text: str) -> str:
    """Escape a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cell(text: str) -> str:
    """Escape text for a cell: it is data, never markup."""
    safe = one_line(text)
    for character in "\\`*_{}[]<>()#|~!&":
        safe = safe.replace(character, f"\\{character}")
    return safe
