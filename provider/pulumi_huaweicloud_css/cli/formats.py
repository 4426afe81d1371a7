"""The forms in which `css-logs gate` reports: for people, for programs, and for the usual CI systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from .._backups.status import SYMBOLS, WORDS, State, worst
from . import terminal as showing
from .results import Result, exit_code, reason_of, to_dict
from .terminal import one_line


def as_text(results: Sequence[Result]) -> str:
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


def as_json(results: Sequence[Result]) -> str:
    """Return the worst state, the exit code and every target's verdict or error."""
    report = {
        "state": worst(result.state for result in results),
        "exit_code": exit_code(results),
        "subjects": [to_dict(result) for result in results],
    }
    return showing.as_json(report)


def as_junit(results: Sequence[Result]) -> str:
    """Return a JUnit test suite with a test case for each target: failed is a failure, pending and error are errors."""
    from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

    suite = TestSuite("css-logs gate")
    for result in results:
        case = TestCase(one_line(result.target, 500), classname="css-logs.gate", time=0.0)
        kinds = {"failed": Failure, "pending": Error, "error": Error}
        if result.state in kinds:
            case.result = [kinds[result.state](reason_of(result), type_=result.state)]
        else:
            case.system_out = reason_of(result)
        suite.add_testcase(case)
    document = JUnitXml("css-logs gate")
    document.add_testsuite(suite)
    document.update_statistics()
    document._elem.attrib.pop("skipped", None)  # junit-10.xsd has it on a suite, not on the whole
    text: bytes = document.tostring()
    return '<?xml version="1.0" encoding="utf-8"?>\n' + text.decode() + "\n"


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
