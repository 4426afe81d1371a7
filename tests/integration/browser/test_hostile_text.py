"""Everything from the server is data: whatever a path, a message or an id holds, it is shown as text."""

from __future__ import annotations

import unicodedata
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css.report import ClusterReport
from pulumi_huaweicloud_css.report.render import FORMS

from tests.support.clusters import NOW, judged, page_of, record

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"' onload=alert(1) x='",
    "</title></style></script><script>alert(1)</script>",
    "]]><!-- --!> <![CDATA[",
    "{{ 7 * 7 }} {% raw %} ${7} &lt;b&gt; &#60;",
    "javascript:alert(1)",
    "\x1b[2J\x00\x07\r\n\u2028\u202egnp.exe\u2066\ufeff",
    "\ufffe\uffff\ud800 e\u0301\u0301\u0301 \U0001f600 \u05d0\u05d1",
    "##vso[task.setvariable variable=x]y ##[error]z ##teamcity[x] ###",
    "::error::x",
    "z" * 10_000,
]


def hostile(text):
    """Return a cluster that says the same text everywhere."""
    fields = {"id": text, "log_path": text, "failed_msg": text, "job_type": text, "job_id": text, "cluster_id": text}
    records = [record(status, hour, **fields) for hour, status in enumerate(("FAIL", "SUCCESS", text), 1)]
    return judged(*records, name=text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_page_shows_text(look, text):
    """In a browser the text stands there as text: nothing runs, is loaded, or becomes an element."""
    page = look(page_of(hostile(text), ClusterReport(text, "error", text))).page
    plain = page_of(hostile("harmless"), ClusterReport("harmless", "error", "harmless"))
    expected = look(plain, "plain.html").page
    shown = _as_shown(text)
    for place in (".causes .message", "h2 .name", "tbody td:nth-child(3)", "tbody td:nth-child(5)"):
        texts = [" ".join(found.split()) for found in page.locator(place).all_text_contents()]
        assert any(shown and shown[:50] in found for found in texts), place
    count = "document.querySelectorAll('*').length"
    assert page.evaluate(count) == expected.evaluate(count)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_names_ids_and_regions_are_text(look, text):
    """A hostile name, id and region stand there as text, in every form; nothing runs or becomes an element."""

    def clusters(text):
        return [
            ClusterReport(f"{text}{n}", "error", "away", cluster_id=text, region=region)
            for n, region in enumerate((text, "cn-north-4"))
        ]

    page = look(page_of(*clusters(text))).page
    expected = look(page_of(*clusters("none")), "plain.html").page
    count = "document.querySelectorAll('*').length"
    assert page.evaluate(count) == expected.evaluate(count)
    for place in ("h3 .name", "article .id"):
        texts = [" ".join(found.split()) for found in page.locator(place).all_text_contents()]
        assert [found.startswith(_as_shown(text)[:50]) for found in texts] == [True, True], place
    picture = look(FORMS["svg"](clusters(text), Gate(), now=NOW), "picture.svg").page
    assert picture.locator(".region").count() == 2


def _as_shown(text):
    unsafe = ("Cc", "Cf", "Cs", "Zl", "Zp")
    kept = (" " if unicodedata.category(c) in unsafe or c in "\ufffe\uffff" else c for c in text)
    return " ".join("".join(kept).split())


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("form", ["svg", "badge"])
def test_picture_shows_text(look, form, text):
    """The pictures are well-formed whatever is in them, and run nothing in a browser."""
    picture = FORMS[form]([hostile(text), ClusterReport(text, "error", text)], Gate(), now=NOW)
    tree = ET.fromstring(picture)  # noqa: S314 - made here
    assert {element.tag.rpartition("}")[2] for element in tree.iter()} <= {
        *("svg", "style", "defs", "symbol", "path", "rect", "g", "text", "tspan", "line", "use", "title", "clipPath")
    }
    assert look(picture, "picture.svg").page.evaluate("document.documentElement.tagName") == "svg"


COMMANDS = st.sampled_from(
    ["##vso[a]b", "##[error]", "#", "##", "\n::error::x", "::stop-commands::x", " ", "<b>", "&#"]
)


@given(text=st.lists(COMMANDS | st.text(max_size=3), max_size=5).map("".join))
@pytest.mark.parametrize("form", FORMS)
def test_no_report_holds_a_command_of_a_ci_system(form, text):
    """A report on standard output stands in a CI system's log: Azure, GitHub and TeamCity find no command in it."""
    shown = FORMS[form]([hostile(text), ClusterReport(text, "error", text), judged(name=text)], Gate(), now=NOW)
    assert "##" not in shown
    assert [line for line in shown.splitlines() if line.lstrip().startswith("::")] == []


@given(text=st.text(alphabet=st.characters(), max_size=60), number=st.integers(0, 253_402_300_799_999))
def test_any_text_and_time(text, number):
    """Any text and any time make well-formed pictures and a page without control or direction marks."""
    fields = {"id": text, "log_path": text, "failed_msg": text, "job_type": text}
    times = {"created_at": number or None, "finished_at": number or None}
    records = [Record.of({**fields, **times, "status": status}) for status in ("FAIL", text)]
    one = ClusterReport(text, "failed", text, records)
    for form, render in FORMS.items():
        shown = render([one], Gate(), now=NOW)
        assert not {c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs")} - {"\n"}
        if form != "html":
            ET.fromstring(shown)  # noqa: S314 - made here
