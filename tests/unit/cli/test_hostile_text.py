"""Text from outside in data and in reports: whatever it is, it reads back, and nothing acts on it."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import xmlschema
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pulumi_huaweicloud_css._backups.evaluate import CheckResult
from pulumi_huaweicloud_css._verdict import Verdict
from pulumi_huaweicloud_css.cli.formats import FORMATS, as_github, as_junit, as_markdown, render
from pulumi_huaweicloud_css.cli.terminal import as_csv, as_json, as_yaml, one_line
from pulumi_huaweicloud_css.errors import CssError

# The rules of Jenkins' xUnit plugin, written down here; the file says what it leaves out.
SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))
STATES = ("passed", "pending", "failed")

# Any text a server can send (lone surrogates are not JSON), rich in what something might act on.
ACTIVE = (
    *("\x1b[31m", "\x9b2J", "\u202e", "\u2028", "\ufeff", "\U000e0041", "\ufffe", "\x85", "\r\n"),
    *("##[add-mask]x", "##vso[task.setvariable variable=x]y", "###", "\n::error::x", "::stop-commands::x"),
    *(
        "%0A",
        "%25",
        ":",
        ",",
        "|",
        "\\|",
        "\\",
        "`",
        "&#124;",
        "<b>",
        "]]>",
        "=1+1",
        "+1",
        "-1",
        "@x",
        ";=HYPERLINK(1)",
        "; -1",
        '|"=1+1',
        ",@x",
        ";",
        "\uff1d1",
        "\ufe66",
        "'",
        '"',
        "[bold]",
    ),
    *("日志", "é", " ", "\t"),
)
texts = st.lists(st.one_of(st.sampled_from(ACTIVE), st.text(max_size=5)), max_size=6).map("".join)


def unsafe(text):
    """Return what a terminal would act on, and what starts a command in a CI system's log."""
    marks = {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    return marks | set(re.findall("##|(?m:^[ ]*::(?!notice|warning|error title=))", text))


@given(texts)
@pytest.mark.parametrize(("write", "read"), [(as_json, json.loads), (as_yaml, yaml.safe_load)], ids=["json", "yaml"])
def test_json_and_yaml_read_back_and_are_safe_to_show(write, read, text):
    """Any text comes back from JSON and YAML as it was, though nothing in the document is acted on."""
    value = {"path": text, "same": [text, text], "none": None, "number": 1}
    document = write(value)
    assert read(document) == value
    assert not unsafe(document)


@given(texts)
def test_yaml_text_without_anything_unsafe_stays_readable(text):
    """What is safe is written as it is in JSON and CSV too, other alphabets included."""
    plain = one_line(text)
    assert json.loads(as_json(plain)) == plain
    (row,) = csv.DictReader(io.StringIO(as_csv([{"a": "x", "b": f"/{plain}"}], ["a", "b"])))
    if "\\u" not in plain and "\\U" not in plain:
        assert from_csv_cell(row["b"]) == f"/{plain}"


FORMULA = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]"


def from_csv_cell(cell):
    """Give the text back, as documented: one apostrophe less wherever one was put, escapes decoded."""
    text = re.sub(rf"((?:^|[,;|])[\s\"]*)'(?='*(?:{FORMULA}|::))", r"\1", cell)
    return re.sub(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})", lambda m: chr(int(m[1] or m[2], 16)), text)


@given(texts)
@example("'=1")
@example("a;''=1;  'b'")
def test_csv_is_one_safe_line_a_row_and_reads_back(text):
    """Any text is one cell of one line, and comes back by the documented rule, apostrophes of its own included."""
    document = as_csv([{"id": text, "path": text}], ["id", "path"])
    assert len(document.splitlines()) == 2
    assert not unsafe(document)
    (row,) = csv.DictReader(io.StringIO(document))
    if "\\u" not in text and "\\U" not in text:
        assert from_csv_cell(row["path"]) == text


@given(texts)
@example('a;=HYPERLINK("http://x")')
@example('a;"=1"')
@example("x,y;\t=1")
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_NONE], ids=["quotes", "no quotes"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_has_no_formula_in_any_locale(delimiter, quoting, text):
    """Wherever a spreadsheet splits a line, and whether it heeds quotes or not, no cell begins as a formula."""
    document = as_csv([{"id": "x", "path": text, "message": text}], ["id", "path", "message"])
    for row in csv.reader(io.StringIO(document), delimiter=delimiter, quoting=quoting):
        assert [cell for cell in row if re.match(rf'[\s"]*{FORMULA}', cell)] == []


def test_csv_keeps_usual_cells_as_they_are():
    """What backups usually say has no apostrophe put into it, dashes in the middle included."""
    usual = [
        "bucket/css-backup-1/log;2026-01-01",
        "no bucket - check the agency",
        "a, b; c | d",
        "2026-11-24T11:00:00Z",
    ]
    (row,) = csv.reader(io.StringIO(as_csv([dict(zip("abcd", usual, strict=True))], "abcd").partition("\n")[2]))
    assert row == usual


def outcomes(text):
    """Return one outcome of each state, all of whose text this is."""
    return [*(CheckResult(text, verdict=Verdict(s, text)) for s in STATES), CheckResult(text, error=CssError(text))]


@given(texts)
@pytest.mark.parametrize("form", FORMATS)
def test_no_report_holds_anything_active(form, text):
    """Whatever the reasons are, a report has nothing that a terminal or a CI system would act on but its own lines."""
    report = render(form, outcomes(text), {})
    if form == "github":
        lines = report.splitlines()
        assert len(lines) == 4
        report = "".join(line.partition("::")[2].partition("::")[2] + "\n" for line in lines)
        report = re.sub(r"(?m)^", "x", report)  # a message does not stand at the beginning of its line
    assert not unsafe(report)


@given(texts)
@example("x" * 10_000)
def test_junit_is_valid_by_the_schemas_rules(text):
    """Any names and reasons make a document that keeps to the rules of Jenkins' schema, with the reason in it."""
    document = as_junit(outcomes(text))
    SCHEMA.validate(document.partition("\n")[2])
    root = ET.fromstring(document.encode())  # noqa: S314 - our own document
    assert [case.get("name") for case in root.iter("testcase")] == [one_line(text, 500)] * 4
    assert {element.get("message") or "" for element in root.iter("failure")} == {one_line(text)}


@given(texts)
def test_annotations_are_decoded_to_the_reason(text):
    """The runner's rules (%25, %0D, %0A in data; %3A and %2C as well in properties) give the reason back."""
    for line, state in zip(as_github(outcomes(text)).splitlines(), [*STATES, "error"], strict=True):
        level, _, rest = line.removeprefix("::").partition(" ")
        properties, _, data = rest.partition("::")
        assert level == {"passed": "notice", "pending": "warning"}.get(state, "error")
        assert properties == f"title=Log backups {state}"
        decoded = data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        assert decoded.endswith(one_line(text))


@given(texts)
def test_markdown_cells_show_the_reason(text):
    """A CommonMark reader with tables sees four rows of three cells, whose text is the reason and no markup."""
    tokens = MarkdownIt("commonmark").enable("table").parse(as_markdown(outcomes(text)))
    cells = [
        "".join(part.content for part in token.children) if {part.type for part in token.children} <= {"text"} else None
        for token, before in zip(tokens[1:], tokens, strict=False)
        if before.type == "td_open"
    ]
    assert len(cells) == 12
    assert cells[1:9:3] == [one_line(text)] * 3
    assert cells[2:9:3] == [one_line(text)] * 3
