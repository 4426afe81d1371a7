"""The forms in which `css-logs gate` reports: for people, for programs, and for the usual CI systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._backups.evaluate import CheckResult
from .._backups.status import SYMBOLS, WORDS, State
from . import terminal as showing
from .results import Result, exit_code, reason_of, state_of, to_dict
from .terminal import one_line

if TYPE_CHECKING:
    from .._backups.cluster_search import SkippedCluster

SCHEMA_VERSION = 1  # of `as_json`, whose JSON schema is docs/gate.schema.json; a field that goes makes another one


def as_text(results: Sequence[CheckResult[Any]], skipped: Sequence[SkippedCluster] = ()) -> str:
    """Return a line for each target, and for each cluster that was skipped."""
    lines = [f"{SYMBOLS[result.state]} {result.state:<7} {reason_of(result)}" for result in results]
    lines += [f"- skipped {_why_skipped(each)}" for each in skipped]
    return "".join(f"{line}\n" for line in lines)


def _why_skipped(skipped: SkippedCluster) -> str:
    return one_line(f"{skipped.title}: {skipped.reason}")


def summary(results: Sequence[Result]) -> str:
    """Return a line that counts the targets; "" for a single one, whose line says all."""
    if not results:
        return "no cluster was judged\n"
    if len(results) < 2:
        return ""
    counts = Counter(result.state for result in results)
    others: tuple[State, ...] = ("failed", "pending", "error")
    more = "".join(f", {counts[state]} {WORDS[state]}" for state in others if counts[state])
    return f"{counts['passed']} of {len(results)} passed{more}\n"


def as_json(results: Sequence[Result], about: Mapping[str, object] | None = None) -> str:
    """Return the worst state, the exit code, what is known of the whole run, and every target's verdict or error."""
    report = {
        "schema_version": SCHEMA_VERSION,
        "state": state_of(results),
        "exit_code": exit_code(results),
        **(about or {}),
        "subjects": [to_dict(result) for result in results],
    }
    return showing.as_json(report)


def as_junit(results: Sequence[Result], skipped: Sequence[SkippedCluster] = ()) -> str:
    """Return a JUnit test suite with a test case for each target: failed is a failure, pending and error are errors."""
    from xml.etree import ElementTree as ET

    states = Counter(result.state for result in results)
    counts = {
        "tests": len(results) + len(skipped),
        "errors": states["pending"] + states["error"],
        "failures": states["failed"],
    }
    about = {"name": "css-logs gate", **{name: str(number) for name, number in counts.items()}}
    document = ET.Element("testsuites", about, time="0.0")
    # junit-10.xsd has "skipped" on a suite, not on the whole.
    suite = ET.SubElement(document, "testsuite", about, skipped=str(len(skipped)), time="0.0")

    def case(name: str) -> ET.Element:
        about = {"name": one_line(name, 500), "classname": "css-logs.gate", "time": "0.0"}
        return ET.SubElement(suite, "testcase", about)

    for result in results:
        element = case(result.title)
        if result.state == "passed":
            ET.SubElement(element, "system-out").text = reason_of(result)
        else:
            kind = "failure" if result.state == "failed" else "error"
            ET.SubElement(element, kind, message=reason_of(result), type=result.state)
    for each in skipped:
        ET.SubElement(case(each.title), "skipped", message=one_line(each.reason))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(document, encoding="unicode") + "\n"


def as_github(results: Sequence[Result], skipped: Sequence[SkippedCluster] = ()) -> str:
    """Return GitHub Actions' workflow commands: an annotation for each target."""
    levels = {"passed": "notice", "pending": "warning", "failed": "error", "error": "error"}
    lines = [
        f"::{levels[result.state]} title={_property(f'Log backups {result.state}')}::{_data(reason_of(result))}\n"
        for result in results
    ]
    lines += [f"::notice title=Log backups skipped::{_data(_why_skipped(each))}\n" for each in skipped]
    return "".join(lines)


def as_markdown(results: Sequence[Result], skipped: Sequence[SkippedCluster] = ()) -> str:
    """Return a table, for a job summary or a comment."""
    rows = [
        f"| {SYMBOLS[item.state]} {item.state} | {_cell(item.title)} | {_cell(reason_of(item))} |" for item in results
    ]
    rows += [f"| - skipped | {_cell(each.title)} | {_cell(each.reason)} |" for each in skipped]
    return "\n".join(["| state | of | reason |", "| --- | --- | --- |", *rows]) + "\n"


def _as_openmetrics(results: Sequence[Result], _: Sequence[SkippedCluster]) -> str:
    from .openmetrics import as_openmetrics  # here, so that no other form loads it

    return as_openmetrics(results)


FORMATS = ("text", "json", "junit", "github", "markdown", "openmetrics")
_BY_NAME: dict[str, Callable[[Sequence[Result], Sequence[SkippedCluster]], str]] = {
    "text": lambda results, skipped: as_text(results, skipped) + summary(results),
    "junit": as_junit,
    "github": as_github,
    "markdown": as_markdown,
    "openmetrics": _as_openmetrics,
}


def render(
    form: str, results: Sequence[Result], about: Mapping[str, object], skipped: Sequence[SkippedCluster] = ()
) -> str:
    """Return a report in one of the `FORMATS`; JSON also says what is known of the whole run, see `as_json`."""
    if form == "json":
        return as_json(results, {**about, "skipped": [each.to_outputs() for each in skipped]})
    return _BY_NAME[form](results, skipped)


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
