"""The forms in which `css-logs gate` reports: for people, for programs, and for the usual CI systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._backups.evaluate import CheckResult
from .._backups.status import SYMBOLS, WORDS, State
from . import terminal as showing
from .openmetrics import as_openmetrics
from .results import Result, exit_code, reason_of, state_of, to_dict
from .terminal import one_line

SCHEMA_VERSION = 1  # of `as_json`, whose JSON schema is docs/gate.schema.json; a field that goes makes another one


def as_text(results: Sequence[CheckResult[Any]]) -> str:
    """Return a line for each target."""
    return "".join(f"{SYMBOLS[result.state]} {result.state:<7} {reason_of(result)}\n" for result in results)


def summary(results: Sequence[Result]) -> str:
    """Return a line that counts several targets; "" for a single one, whose line says all."""
    if len(results) < 2:
        return ""
    counts = Counter(result.state for result in results)
    others: tuple[State, ...] = ("failed", "pending", "error")
    more = "".join(f", {counts[state]} {WORDS[state]}" for state in others if counts[state])
    return f"{counts['passed']} of {len(results)} passed{more}\n"


def as_json(results: Sequence[Result], about: Mapping[str, object] | None = None) -> str:
    """Return the worst state, the exit code and every target's verdict or error.

    Args:
        results: the results.
        about: what is known of the whole run, such as its gate.
    """
    report = {
        "schema_version": SCHEMA_VERSION,
        "state": state_of(results),
        "exit_code": exit_code(results),
        **(about or {}),
        "subjects": [to_dict(result) for result in results],
    }
    return showing.as_json(report)


def as_junit(results: Sequence[Result]) -> str:
    """Return a JUnit test suite with a test case for each target: failed is a failure, pending and error are errors."""
    from xml.etree import ElementTree as ET

    states = Counter(result.state for result in results)
    counts = {"tests": len(results), "errors": states["pending"] + states["error"], "failures": states["failed"]}
    about = {"name": "css-logs gate", **{name: str(number) for name, number in counts.items()}}
    document = ET.Element("testsuites", about, time="0.0")
    # junit-10.xsd has "skipped" on a suite, not on the whole.
    suite = ET.SubElement(document, "testsuite", about, skipped="0", time="0.0")
    for result in results:
        case = {"name": one_line(result.target, 500), "classname": "css-logs.gate", "time": "0.0"}
        element = ET.SubElement(suite, "testcase", case)
        if result.state == "passed":
            ET.SubElement(element, "system-out").text = reason_of(result)
        else:
            kind = "failure" if result.state == "failed" else "error"
            ET.SubElement(element, kind, message=reason_of(result), type=result.state)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(document, encoding="unicode") + "\n"


def as_github(results: Sequence[Result]) -> str:
    """Return GitHub Actions' workflow commands: an annotation for each target."""
    levels = {"passed": "notice", "pending": "warning", "failed": "error", "error": "error"}
    return "".join(
        f"::{levels[result.state]} title={_property(f'Log backups {result.state}')}::{_data(reason_of(result))}\n"
        for result in results
    )


def as_markdown(results: Sequence[Result]) -> str:
    """Return a table, for a job summary or a comment."""
    rows = [
        f"| {SYMBOLS[item.state]} {item.state} | {_cell(item.target)} | {_cell(reason_of(item))} |" for item in results
    ]
    return "\n".join(["| state | of | reason |", "| --- | --- | --- |", *rows]) + "\n"


FORMATS: dict[str, Callable[[Sequence[Result]], str]] = {
    "text": lambda results: as_text(results) + summary(results),
    "json": as_json,
    "junit": as_junit,
    "github": as_github,
    "markdown": as_markdown,
    "openmetrics": as_openmetrics,
}


def render(form: str, results: Sequence[Result], about: Mapping[str, object]) -> str:
    """Return a report in one of the formats; `about` is for JSON, see `as_json`."""
    return as_json(results, about) if form == "json" else FORMATS[form](results)


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
