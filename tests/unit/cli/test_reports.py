"""`css-logs gate --report FORMAT=FILE`: several reports of one run, and the numbers for monitoring systems."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from pulumi_huaweicloud_css._backups.evaluate import CheckResult
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._backups.standing import Standing, standing_of
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css._time import from_unix_ms
from pulumi_huaweicloud_css._verdict import Verdict
from pulumi_huaweicloud_css.cli.openmetrics import as_openmetrics
from pulumi_huaweicloud_css.cli.reports import FORMS
from pulumi_huaweicloud_css.cli.results import Kept
from pulumi_huaweicloud_css.emulator import Backups, Cluster

OTHER = "5213d908-f5dc-4633-8401-cfd7175fca0c"
NOBODY = "ffffffff-0000-0000-0000-000000000000"
T = 1_700_000_000_000


def metrics(text):
    """Return the samples of a report by metric and cluster, as the reference parser reads them."""
    return {
        (sample.name.removeprefix("css_log_backup_"), sample.labels["cluster_id"], sample.labels.get("state")): sample
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_all_reports_come_from_one_reading(css_logs, start_emulator, tmp_path):
    """Every form is written by one run with one request for each cluster, and all say the same."""
    emulator = start_emulator(Cluster(), Cluster(cluster_id=OTHER, backups=Backups(count=2, failure_share=1.0)))
    ids = ("--cluster-id", emulator.cluster_id, "--cluster-id", OTHER)
    files = {form: tmp_path / f"report.{form}" for form in FORMS}
    options = [text for form, file in files.items() for text in ("--report", f"{form}={file}")]
    done = css_logs(emulator)("gate", *ids, *options)
    asked = [request.path.rpartition("/")[2] for request in emulator.requests]
    assert (done.returncode, sorted(asked)) == (1, ["records", "records", "settings"])
    assert files["text"].read_text() == done.stdout
    found = json.loads(files["json"].read_text())
    assert (found["schema_version"], [each["state"] for each in found["subjects"]]) == (1, ["passed", "failed"])
    assert ET.parse(files["junit"]).getroot().get("failures") == "1"  # noqa: S314 - our own
    assert files["github"].read_text().count("::error ") == 1
    assert files["markdown"].read_text().count("✗ failed") == 1
    assert "<html" in files["html"].read_text()
    samples = metrics(files["openmetrics"].read_text())
    assert samples["state", OTHER, "failed"].value == 1
    assert samples["consecutive_failures", OTHER, None].value == 2
    assert ("last_success_timestamp_seconds", OTHER, None) not in samples
    own = samples["last_success_timestamp_seconds", emulator.cluster_id, None]
    success = next(each for each in emulator.records() if each["status"] == "SUCCESS")
    assert own.value == success["finishedAt"] / 1000
    assert own.labels["region"] == "cn-north-4"
    assert own.labels["project_id"] == emulator.project_id


def test_a_cluster_that_cannot_be_read_has_its_state_only(css_logs, start_emulator):
    """What is not known has no sample, so that nobody takes a zero for a number."""
    done = css_logs(start_emulator())("gate", "--cluster-id", NOBODY, "--format", "openmetrics")
    samples = metrics(done.stdout)
    assert {name for name, _, _ in samples} == {"state"}
    assert samples["state", NOBODY, "error"].value == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--report", "pdf=x"], "'pdf=x' is not FORMAT=FILE, with a format of text, json"),
        (["--report", "json"], "is not FORMAT=FILE"),
        (["--report", "json="], "is not FORMAT=FILE"),
        (["--report", "json=nowhere/x"], "'nowhere/x' is a folder, or its folder does not exist"),
        (["--report", "json=."], "'.' is a folder, or its folder does not exist"),
        (["--report", "json=x", "--report", "junit=./x"], "two reports go into the file"),
        (["--report", "json=x", "--output-file", "x"], "two reports go into the file"),
    ],
)
def test_wrong_use_is_said_before_anything_is_read(css_logs, start_emulator, options, words):
    """A report that cannot be written is wrong usage, and no request is sent."""
    emulator = start_emulator()
    done = css_logs(emulator)("gate", "--cluster-id", emulator.cluster_id, *options)
    assert (done.returncode, emulator.requests) == (2, [])
    assert words in done.stderr


def record(record_id, status, **times):
    """Return a record of the API."""
    return Record(id=record_id, status=status, **times)


@pytest.mark.parametrize(
    ("records", "standing"),
    [
        ([], Standing(None, 0)),
        ([record("f", "FAIL", created_at=T)], Standing(None, 1)),
        ([record("s", "SUCCESS", created_at=T, finished_at=T + 9)], Standing(T + 9, 0)),
        ([record("s", "SUCCESS", created_at=T)], Standing(T, 0)),
        ([record("s", "SUCCESS")], Standing(None, 0)),
        ([record("s", "SUCCESS", created_at=T), record("f", "FAIL")], Standing(T, 1)),
        ([record("s", "SUCCESS", created_at=T), record("f", "ODD", created_at=T)], Standing(T, 1)),
        ([record("s", "SUCCESS", created_at=T), record("f", "FAIL", created_at=T - 1)], Standing(T, 0)),
        ([record("r", "RUNNING", created_at=T + 1), record("s", "SUCCESS", created_at=T)], Standing(T, 0)),
    ],
)
def test_standing(records, standing):
    """The newest success and the failures since are those of the gate's own order, whatever order they come in."""
    assert standing_of(records) == standing_of(records[::-1]) == standing
    gate = Gate(max_age="10000d", max_consecutive_failures=standing.consecutive_failures)
    passes = gate.judge(records, now=from_unix_ms(T + 10)).passed
    assert passes == (standing.last_success is not None)


def test_labels_are_data():
    """A target's name can hold anything; it is read back by the reference parser as one label of one line."""
    name = 'a"b\\c\nd{e="f"} # EOF'
    result = CheckResult(name, Kept([], Standing(T, 0)), Verdict("passed", "fine", None, None))
    [family] = [each for each in text_string_to_metric_families(as_openmetrics([result])) if "failures" in each.name]
    [sample] = family.samples
    assert sample.labels["name"] == 'a"b\\c d{e="f"} # EOF'  # a line break is shown as a space, as everywhere


def test_a_secret_output_has_no_numbers():
    """Of a secret stack output only the verdict's state is told."""
    kept = Kept([], Standing(T, 3), is_secret=True)
    text = as_openmetrics([CheckResult("output", kept, Verdict("failed", "secret", None, None))])
    assert {name for name, _, _ in metrics(text)} == {"state"}
