"""Every fault with every way in: the right answer or one clear error, and no request too many.

What the ways show is kept in docs/faults.md, which this writes anew:
`UPDATE_DOCS=1 make test-integration TESTS=tests/integration/faults`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

import pytest
from pulumi_huaweicloud_css.emulator import FAULTS

from tests.support import ROOT

WAYS = ("resource", "function", "list", "gate")
ALL = 2500
DOCS = ROOT / "docs" / "faults.md"


@dataclass(frozen=True)
class Expected:
    """What must come of a fault.

    Args:
        requests: how many requests it may cost; retries are limited to one a request in these tests. It may be one more
            where a connection is used that has served others: what does not prove to be the answer is asked for anew.
        error: a part of the error's text; None: there is an answer.
        records: how many records the answer has; if they are not all, it must say so.
        lasts: whether the fault lasts until the deadline.
    """

    requests: int
    error: str | None = None
    records: int = ALL
    lasts: bool = False


EXPECTED = {
    "latency": Expected(3),
    "no-answer": Expected(1, "no response from", lasts=True),
    "429": Expected(2, "HTTP 429, APIGW.0308"),
    "429-retry-after": Expected(2, "HTTP 429, APIGW.0308"),
    "500": Expected(2, "HTTP 500, CSS.0005"),
    "503": Expected(2, "HTTP 503, APIGW.0201"),
    "202": Expected(2, "HTTP 202, CSS.0011"),
    "reset": Expected(2, "the connection to"),
    "reset-in-body": Expected(2, "the connection to"),
    "truncated-body": Expected(2, "the connection to"),
    "oversized-body": Expected(1, "is larger than 8 MiB"),
    "slow-body": Expected(1, "was still arriving after", lasts=True),
    "html": Expected(1, "is not a list of log backup records"),
    "not-utf-8": Expected(1, "is not a list of log backup records"),
    "wrong-types": Expected(1, "is not a Unix time"),
    "unknown-fields": Expected(3),
    "redirect": Expected(1, "HTTP 302"),
    "duplicate-ids": Expected(4),  # each page is full, whatever is read twice
    "seconds": Expected(3),
    "strings": Expected(3),
    "offset-ignored": Expected(5, records=1000),
    "offset-limit": Expected(4, records=1999),
    "no-total": Expected(4),  # the end is known from a page that brings nothing new
    "clock-skew": Expected(1, "clock is 60 minutes behind the server's"),
    "connection-refused": Expected(0, "Connection refused"),
    "untrusted-certificate": Expected(0, "TLS to"),
}
NOT_OF_AN_ANSWER = {
    "connection-refused": "no server listens on the port",
    "untrusted-certificate": "TLS with an untrusted certificate",
}


def test_every_fault_is_here():
    """A fault that is added to the emulator is tested, too."""
    assert set(EXPECTED) == {*FAULTS, *NOT_OF_AN_ANSWER}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", EXPECTED)
def test_fault(matrix, fault, way):
    """The way ends with the right answer or with one clear error, after as many requests as are due."""
    expected = EXPECTED[fault]
    seen = matrix.cell(fault, way, patched=expected.lasts)
    assert seen.requests - expected.requests in (0, 1), seen.text
    assert len(seen.text.strip().splitlines()) == 1
    assert "Traceback" not in seen.text
    assert matrix.emulator.secret_key not in seen.text
    if expected.error is not None:
        assert seen.failed, seen.text
        assert expected.error in seen.text
        if way in ("list", "gate"):
            assert seen.text.endswith("[exit code 4]")
        return
    assert not seen.failed, seen.text
    if seen.truncated is not None:
        assert seen.truncated == (expected.records < ALL)
    if seen.ids is not None:
        assert list(seen.ids) == newest(matrix.emulator)[: expected.records]
    elif way == "list":
        assert seen.text.startswith(f"{expected.records} ")


def newest(emulator):
    """Return the ids of all records, newest first."""
    records = sorted(emulator.records(), key=lambda record: (record["createAt"], record["id"]), reverse=True)
    return [record["id"] for record in records]


# All ways share the paging and the retries: two of them, over processes and in one, are enough.
@pytest.mark.parametrize("way", WAYS[:2])
@pytest.mark.parametrize("fault", [name for name, expected in EXPECTED.items() if name in FAULTS and expected.error])
def test_a_fault_in_the_middle_of_the_pages_is_no_shorter_answer(matrix, fault, way):
    """When the second of three pages fails for good, there is an error, and no answer of one page."""
    expected = EXPECTED[fault]
    seen = matrix.second_page(fault, way, patched=expected.lasts)
    assert seen.failed, seen.text
    assert expected.error in seen.text
    assert seen.requests - expected.requests in (1, 2)
    assert seen.ids is None


PASSING = [name for name, expected in EXPECTED.items() if expected.error and expected.requests == 2]


@pytest.mark.parametrize("way", WAYS[:2])
@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_is_not_noticed(matrix, fault, way):
    """One retry makes the answer whole, when the fault is one for which there are retries."""
    seen = matrix.passing(fault, way)
    assert not seen.failed, seen.text
    assert seen.requests == 4
    if seen.ids is not None:
        assert list(seen.ids) == newest(matrix.emulator)
    assert not seen.truncated


HEAD = """\
# What a user sees when something goes wrong

Generated by `UPDATE_DOCS=1 make test-integration TESTS=tests/integration/faults`; the same tests check that it is up to
date.

Each fault applies to every request, for a cluster of 2,500 records and with one retry allowed (`HW_MAX_RETRIES=1`).
`css-logs emulator --fault NAME` injects all but the last two. The deadline is 60 s; the tests shorten it for
`no-answer` and `slow-body`.

"Requests" is how many requests reach the server; on a reused connection it may be one more. "Result" is the same for
the resource, the function, `css-logs list` and `css-logs gate`. An error is shown as its class and its text, as the
resource and the function do. The command line shows the text and exits with code 4; `gate` adds the cluster's id if the
text does not name it. Text that differs between runs, and a library's own messages, are shown as `…`.

"""
# How each way shows an error: around the text, and the class where it is shown.
ERRORS = {
    "resource": r"pulumi_huaweicloud_css\.errors\.(?P<kind>\w+): (?P<text>.+)",
    "function": r"pulumi_huaweicloud_css\.errors\.(?P<kind>\w+): (?P<text>.+)",
    "list": r"Error: (?P<text>.+) \[exit code 4\]",
    "gate": r"! error +(…: )?(?P<text>.+) \[exit code 4\]",
}


def result(matrix, fault):
    """Return what is seen of a fault; all ways must agree, but for the form that each has around the text."""
    seen = {way: matrix.cell(fault, way, patched=EXPECTED[fault].lasts) for way in WAYS}
    if EXPECTED[fault].error is None:
        assert "✓ passed" in seen.pop("gate").text
        shown = {way: _summary(each) for way, each in seen.items()}
        assert len(set(shown.values())) == 1, shown
        return f"{shown['resource']}; the gate passes"
    errors = {way: re.fullmatch(ERRORS[way], each.shown).groupdict() for way, each in seen.items()}
    assert len({error["text"] for error in errors.values()}) == 1, errors
    assert errors["resource"] == errors["function"]
    return "`{kind}`: {text}".format(**errors["resource"])


def _summary(seen):
    number = int(seen.text.split()[0])
    return f"{number:,} records" + (", marked as truncated" if seen.truncated else "")


def table(matrix):
    """Return the document: a row for each fault."""
    lines = ["| fault | requests | result |", "| --- | --- | --- |"]
    for fault, expected in EXPECTED.items():
        says = FAULTS[fault].says if fault in FAULTS else NOT_OF_AN_ANSWER[fault]
        shown = result(matrix, fault).replace("|", "\\|")
        lines.append(f"| `{fault}`: {says} | {expected.requests} | {shown} |")
    return HEAD + "\n".join(lines) + "\n"


def test_the_document_is_up_to_date(matrix):
    """docs/faults.md shows what is seen today; with UPDATE_DOCS=1 it is written anew."""
    document = table(matrix)
    if os.environ.get("UPDATE_DOCS") == "1":
        DOCS.parent.mkdir(exist_ok=True)
        DOCS.write_text(document, encoding="utf-8")
    update = "UPDATE_DOCS=1 make test-integration TESTS=tests/integration/faults"
    assert DOCS.read_text(encoding="utf-8") == document, f"run: {update}"
