"""The forms in which `css-logs gate` reports, and the exit code of each verdict and error in each of them."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import xmlschema
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from pulumi_huaweicloud_css._backups.evaluate import CheckResult
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._config.endpoints import region_variable
from pulumi_huaweicloud_css._verdict import Verdict
from pulumi_huaweicloud_css.cli.formats import FORMATS, as_github, as_json, as_junit, as_markdown, render
from pulumi_huaweicloud_css.cli.reports import Run
from pulumi_huaweicloud_css.emulator import Backups, Cluster
from pulumi_huaweicloud_css.errors import CssError

from tests.support import ROOT

VERDICTS = {
    "passed": (Backups(count=3), 0),
    "failed": (Backups(count=3, failure_share=1.0), 1),
    "pending": (Backups(count=2, running=True, newest_age=600, failure_share=1.0), 3),
}
HOSTILE = "a\nb\r\x1b[31m::error::x %0A %25 | ` <b>&\"'\u202e]]> [bold] \x00\ufffe\ud800 *_~ : , " + "z" * 10_000
SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))
JSON_SCHEMA = json.loads((ROOT / "docs" / "gate.schema.json").read_text())
COMMAND = re.compile(r"::(notice|warning|error) title=([^:,]*)::(.*)")


def annotation(line):
    """Read a workflow command back as the runner does: it ends at the line's end, and only these escapes exist."""
    level, title, message = COMMAND.fullmatch(line).groups()
    for escaped, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        title = title.replace(escaped, character)
    for escaped, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        message = message.replace(escaped, character)
    return level, title, message


def cells(line):
    """Split a table row where an unescaped bar stands."""
    return re.split(r"(?<!\\)(?:\\\\)*\|", line)


def parsed(text):
    """Parse a report of our own."""
    return ET.fromstring(text)  # noqa: S314 - it comes from nobody else


def check_form(form, text, reasons):
    """Assert that a report is well-formed in its form, and holds so many subjects."""
    if form == "json":
        jsonschema.validate(json.loads(text), JSON_SCHEMA)
        assert len(json.loads(text)["subjects"]) == reasons
    elif form == "junit":
        SCHEMA.validate(parsed(text))
        assert len(parsed(text).findall(".//testcase")) == reasons
    elif form == "github":
        assert len([annotation(line) for line in text.splitlines()]) == reasons
    elif form == "markdown":
        assert [len(cells(line)) for line in text.splitlines()] == [5] * (reasons + 2)
    elif form == "openmetrics":
        [state] = [each for each in text_string_to_metric_families(text) if each.name == "css_log_backup_state"]
        assert len(state.samples) == 4 * reasons
        assert sum(sample.value for sample in state.samples) == reasons
    else:
        assert len(text.splitlines()) == reasons + (reasons > 1)  # and a summary of several


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("state", VERDICTS)
def test_verdict(css_logs, start_emulator, form, state):
    """Every verdict ends with its exit code, and as a well-formed report, in every format."""
    backups, code = VERDICTS[state]
    emulator = start_emulator(Cluster(backups=backups))
    done = css_logs(emulator)("gate", "--cluster-id", emulator.cluster_id, "--format", form)
    assert (done.returncode, done.stderr) == (code, "")
    check_form(form, done.stdout, 1)


def _broken(css_logs, emulator, closed_port, kind):
    """Return a runner whose question meets this kind of error."""
    if kind == "no credentials":
        return css_logs(None, HW_REGION_NAME="cn-north-4")
    if kind == "network":
        away = {region_variable("css", emulator.region): f"http://127.0.0.1:{closed_port}", "HW_MAX_RETRIES": "0"}
        return css_logs(emulator, **away)
    return css_logs(emulator, HW_SECRET_KEY="wrong")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", ["no credentials", "network", "refused"])
def test_not_asked(css_logs, emulator, closed_port, form, kind):
    """A question that cannot be asked ends with 4 in every format, without a traceback."""
    done = _broken(css_logs, emulator, closed_port, kind)("gate", "--cluster-id", CLUSTER, "--format", form)
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    if form == "json":
        assert json.loads(done.stdout)["state"] == "error"
    assert (len(done.stderr.splitlines()), bool(done.stdout)) in ((1, form == "json"), (0, True))


CLUSTER = Cluster().cluster_id


@pytest.mark.parametrize("form", FORMATS)
def test_malformed_answer(css_logs, form, tmp_path):
    """An answer that is not one of this API ends with 4 in every format."""
    answer = tmp_path / "answer.json"
    answer.write_text('{"clusterLogRecord": [{"status": 1, "id": []}]}')
    done = css_logs()("gate", "--file", answer, "--format", form)
    assert (done.returncode, done.stderr) == (4, "")
    check_form(form, done.stdout, 1)


@pytest.mark.parametrize("form", FORMATS)
def test_wrong_usage(css_logs, form):
    """Wrong usage ends with 2 and one line in every format; JSON is given on standard output as well."""
    done = css_logs()("gate", "--format", form, "--cluster-id", "no uuid", "--max-age", "soon")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "--max-age" in done.stderr
    assert (json.loads(done.stdout)["error"]["type"] if form == "json" else done.stdout) == (
        "UsageError" if form == "json" else ""
    )


@pytest.mark.parametrize(
    ("states", "code"),
    [(["passed", "pending"], 3), (["pending", "failed", "passed"], 1), (["passed", "passed"], 0)],
)
def test_the_worst_of_several_decides(css_logs, start_emulator, states, code):
    """With several clusters the worst verdict decides, all are shown, and one given twice is asked once."""
    ids = [f"{number}213d908-f5dc-4633-8401-cfd7175fca0c" for number in range(len(states))]
    clusters = [Cluster(cluster_id=name, backups=VERDICTS[s][0]) for name, s in zip(ids, states, strict=True)]
    emulator = start_emulator(*clusters)
    options = [part for name in [*ids, ids[0]] for part in ("--cluster-id", name)]
    done = css_logs(emulator)("gate", *options, "--format", "json")
    assert done.returncode == json.loads(done.stdout)["exit_code"] == code
    assert [subject["state"] for subject in json.loads(done.stdout)["subjects"]] == states
    asked = Counter(request.path.rpartition("/")[2] for request in emulator.requests)
    unsettled = len(states) - states.count("passed")
    assert asked == {"records": len(states), **({"settings": unsettled} if unsettled else {})}


def _hostile_outcomes():
    """Return one outcome of each state, all of whose text is hostile."""
    verdicts = [CheckResult(HOSTILE, verdict=Verdict(state, HOSTILE)) for state in VERDICTS]
    return [*verdicts, CheckResult(HOSTILE, error=CssError(HOSTILE))]


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text(form):
    """Hostile names and reasons leave every report well-formed, encodable, and with one entry a subject."""
    outcomes = [replace(each, target=f"{i}{each.target}") for i, each in enumerate(_hostile_outcomes())]
    text = render(form, outcomes, Run(outcomes, Gate()).about())
    text.encode()
    check_form(form, text, 4)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", text)


def test_annotations_keep_the_text():
    """What the runner decodes is what was said, percent signs included, at the level of the state."""
    outcomes = [CheckResult("c", verdict=Verdict(state, "50% done: %0A, ::error::")) for state in VERDICTS]
    lines = [annotation(line) for line in as_github(outcomes).splitlines()]
    assert [level for level, _, _ in lines] == ["notice", "error", "warning"]
    assert {message for _, _, message in lines} == {"50% done: %0A, ::error::"}


def test_junit_counts_and_kinds():
    """Failed is a failure; pending and errors are errors; the counts say so, and the reason is the message."""
    outcomes = [
        *(CheckResult("c", verdict=Verdict(s, "why <&>")) for s in VERDICTS),
        CheckResult("c", error=CssError("no")),
    ]
    suite = parsed(as_junit(outcomes)).find("testsuite")
    assert [suite.get(name) for name in ("tests", "failures", "errors")] == ["4", "1", "2"]
    assert suite.find(".//failure").get("message") == "why <&>"


def test_markdown_and_json_keep_the_text():
    """A reason is escaped in a table so that it is read as it was written, and is whole in JSON."""
    outcomes = [CheckResult("a|b", verdict=Verdict("failed", "<b> `x` *y*"))]
    assert r"| a\|b | \<b\> \`x\` \*y\* |" in as_markdown(outcomes)
    assert json.loads(as_json(outcomes))["subjects"][0]["reason"] == "<b> `x` *y*"


@pytest.mark.parametrize("form", ["text", "json", "github", "markdown"])
@pytest.mark.parametrize("to_file", [False, True], ids=["printed", "in a file"])
def test_a_summary_of_many_clusters(css_logs, start_emulator, form, to_file):
    """In the text for people, several clusters end with how many passed; one has no such line, and data has none."""
    states = ["passed"] * 3 + ["failed"] * 2 + ["pending"]
    clusters = [Cluster(cluster_id=f"00000000-0000-4000-8000-{number:012}", backups=VERDICTS[state][0])
                for number, state in enumerate(states)]  # fmt: skip
    emulator = start_emulator(*clusters)
    chosen = [option for cluster in clusters for option in ("--cluster-id", cluster.cluster_id)]
    chosen += ["--cluster-id", "00000000-0000-4000-8000-999999999999"]
    runner = css_logs(emulator)
    file = ("--output-file", "report") if to_file else ()
    done = runner("gate", *chosen, "--format", form, *file)
    report = (runner.folder / "report").read_text() if to_file else done.stdout
    summary = "3 of 7 passed, 2 failed, 1 pending, 1 not read"
    assert (done.returncode, summary in report) == (1, form == "text")
    if form == "text" or to_file:
        assert done.stdout.splitlines()[-1] == summary
    done = runner("gate", *chosen[:2], "--format", form, *file)
    assert "of 1 passed" not in done.stdout


@pytest.mark.parametrize("count", [2, 50])
def test_a_summary_where_all_passed(css_logs, start_emulator, count):
    """Where nothing is wrong, nothing else is counted."""
    clusters = [Cluster(cluster_id=f"00000000-0000-4000-8000-{number:012}") for number in range(count)]
    chosen = [option for cluster in clusters for option in ("--cluster-id", cluster.cluster_id)]
    done = css_logs(start_emulator(*clusters))("gate", *chosen)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, f"{count} of {count} passed")
