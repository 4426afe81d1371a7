"""Where records come from, and how they change while the emulator runs."""

from __future__ import annotations

import itertools
import json
from collections import Counter

import pytest
from pulumi_huaweicloud_css.emulator import Backups, Project, Quirks, Site, generate, read_records
from pulumi_huaweicloud_css.errors import ArgumentError

NOW = 1_800_000_000.0
EXAMPLE = {
    "id": "d455a541-597e-4846-a6be-baad0ea361b1",
    "clusterId": "4213d908-f5dc-4633-8401-cfd7175fca0c",
    "createAt": 1_656_042_837_000,
    "logPath": "css-backup-1610678043608/css/log",
    "status": "RUNNING",
    "jobTypes": "Manual",
    "jobId": "2c9080df7c171342017c5e0884f8011c",
}


def test_generation_is_deterministic():
    """The same settings and time make the same records; another seed, cluster or time makes others."""
    settings = Backups(count=50, failure_share=0.3, running=True)
    records = generate(settings, "c", NOW)
    assert records == generate(settings, "c", NOW)
    others = [generate(Backups(count=50, seed=1), "c", NOW), generate(settings, "d", NOW)]
    for other in others:
        assert not {record["id"] for record in records} & {record["id"] for record in other}
    later = generate(settings, "c", NOW + 1)
    assert [record["createAt"] - 1000 for record in later] == [record["createAt"] for record in records]


def test_generated_records_do_not_change_with_the_count():
    """A longer history is the same history, longer."""
    assert generate(Backups(count=500), "c", NOW)[:20] == generate(Backups(count=20), "c", NOW)


def test_generated_history_is_plausible():
    """Backups are a cadence apart, do not overlap, end before now, and have ids and paths of their own."""
    records = generate(Backups(count=1000, cadence=60, newest_age=10, running=True), "c", NOW)
    created = [record["createAt"] for record in records]
    assert created == [round(NOW * 1000) - 10_000 - 60_000 * number for number in range(1000)]
    assert records[0]["status"] == "RUNNING"
    assert "finishedAt" not in records[0]
    for newer, record in itertools.pairwise(records):
        assert record["createAt"] <= record["finishedAt"] < newer["createAt"]
    for name in ("id", "jobId", "logPath"):
        assert len({record[name] for record in records}) == 1000
    assert {record["clusterId"] for record in records} == {"c"}


@pytest.mark.parametrize("running", [False, True])
def test_every_nth_backup_failed(running):
    """Counted from the newest finished one, every n-th failed, with a message, and only those."""
    records = generate(Backups(count=20, fail_every=3, running=running), "c", NOW)
    finished = records[1:] if running else records
    failed = [number for number, record in enumerate(finished, 1) if record["status"] == "FAIL"]
    assert failed == [3, 6, 9, 12, 15, 18]
    assert all(bool(record["failedMsg"]) is (record["status"] == "FAIL") for record in finished)


def test_share_of_failures_and_manual_backups():
    """Shares come out about right, and 0 and 1 exactly."""
    records = generate(Backups(count=2000, cadence=60, failure_share=0.2, manual_share=0.7), "c", NOW)
    assert 300 < Counter(record["status"] for record in records)["FAIL"] < 500
    assert 1300 < Counter(record["jobTypes"] for record in records)["Manual"] < 1500
    for share, status, job_type in ((0.0, "SUCCESS", "Auto"), (1.0, "FAIL", "Manual")):
        records = generate(Backups(count=100, failure_share=share, manual_share=share), "c", NOW)
        assert {(record["status"], record["jobTypes"]) for record in records} == {(status, job_type)}


def test_no_backups_at_all(start, ask):
    """A cluster without a backup answers with an empty list."""
    emulator = start(site=Site.of_one_cluster(backups=Backups(count=0)))
    assert ask(emulator).json() == {"clusterLogRecord": [], "totalSize": 0}


@pytest.mark.parametrize(
    "wrong",
    [{"count": -1}, {"cadence": -1.0}, {"cadence": float("nan")}, {"newest_age": float("inf")}, {"fail_every": -1},
     {"failure_share": 1.1}, {"manual_share": -0.1}],
)  # fmt: skip
def test_impossible_backups_are_refused(wrong):
    """A setting that makes no sense is an error that names it."""
    with pytest.raises(ArgumentError, match=next(iter(wrong))):
        Backups(**wrong)


def test_history_before_the_cloud_is_refused():
    """A cadence that leads back beyond 1980 is an error, not a list with times that nobody can read."""
    with pytest.raises(ArgumentError, match="before 1980"):
        generate(Backups(count=100_000), "c", NOW)


@pytest.mark.parametrize(
    "site",
    [
        {"projects": []},
        {"accounts": []},
        {"projects": [Project(), Project()]},
        {"projects": [Project(), Project(project_id="other")]},
    ],
    ids=["no_project", "no_login", "project_twice", "cluster_twice"],
)
def test_impossible_site_is_refused(site):
    """A site needs a project and a login, and each id once only."""
    with pytest.raises(ArgumentError, match=r"at least one|more than once"):
        Site(**site)


def test_file_is_served_as_it_is(start, ask, tmp_path):
    """Records of a file come back as they were, unknown fields and odd types included."""
    records = [
        EXAMPLE | {"unknown": {"deep": [1, None, "ü"]}},
        {"id": 7, "createAt": "1656042837", "finishedAt": 1_656_042_900, "status": "PAUSED"},
    ]
    path = tmp_path / "records.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"clusterLogRecord": records, "totalSize": 99}).encode())
    assert read_records(path) == records
    emulator = start(site=Site.of_one_cluster(records=read_records(path), quirks=Quirks(order="given")))
    assert ask(emulator).json() == {"clusterLogRecord": records, "totalSize": 2}


@pytest.mark.parametrize("text", ['{"clusterLogRecord": null}', '{"totalSize": 0}', '{"clusterLogRecord": []}'])
def test_file_without_records(tmp_path, text):
    """Every way in which the API says that there are no records is understood."""
    path = tmp_path / "records.json"
    path.write_text(text)
    assert read_records(path) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"[]", "not a list of log backup records"),
        (b"{}", "clusterLogRecord is missing"),
        (b'{"clusterLogRecord": [{}]}', "clusterLogRecord.0.id"),
        (b'{"clusterLogRecord": [{"id": "a", "createAt": "noon"}]}', "createAt.*noon"),
        (b'{"clusterLogRecord": [{"id": "a", "x": NaN}]}', "NaN is not a JSON number"),
        (b'{"cluster_log_record": [{"id": "a"}]}', "clusterLogRecord"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (None, "cannot be read"),
    ],
    ids=["empty", "cut_off", "list", "no_list", "no_id", "no_time", "nan", "snake_case", "binary", "deep", "no_file"],
)
def test_wrong_file_is_refused(tmp_path, content, why):
    """A file that is not in the API's form is one clear error that names the file."""
    path = tmp_path / "records.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ArgumentError, match=f"(?s)records.json: .*({why})"):
        read_records(path)


@pytest.mark.parametrize("records", [[{"status": "FAIL"}], [{"id": "a", "x": object()}], [{"id": "a", "x": 1e999}]])
def test_wrong_records_are_refused(emulator, records):
    """Records that are not of this API are refused, and the ones before are still served."""
    before = emulator.records()
    with pytest.raises(ArgumentError, match="not a list of log backup records"):
        emulator.set_records(emulator.cluster_id, records)
    assert emulator.records() == before


def test_set_records(emulator, ask):
    """Records can be exchanged while the emulator runs."""
    emulator.set_records(emulator.cluster_id, [EXAMPLE])
    assert ask(emulator).json() == {"clusterLogRecord": [EXAMPLE], "totalSize": 1}


def test_added_record_is_filled_in(start, clock):
    """A record made of nothing is a successful backup of this moment."""
    emulator = start(clock=clock)
    record = emulator.add_record()
    assert record["status"] == "SUCCESS"
    assert record["createAt"] == record["finishedAt"] == 1_800_000_000_000
    assert record["clusterId"] == emulator.cluster_id
    assert record["failedMsg"] is None
    assert emulator.records()[0] == record


def test_added_record_keeps_what_is_given(emulator):
    """What is given is kept, a null and an unknown field included."""
    fields = EXAMPLE | {"status": "FAIL", "finishedAt": None, "unknown": 1}
    assert emulator.add_record(**fields) == fields | {"failedMsg": "The OBS bucket refused the upload."}


def test_calls_about_unknown_clusters_are_refused(emulator):
    """A cluster that is not there is an error that names it."""
    for call in (
        lambda: emulator.records("nowhere"),
        lambda: emulator.set_records("nowhere", []),
        lambda: emulator.add_record(cluster_id="nowhere"),
        lambda: emulator.finish_running(cluster_id="nowhere"),
    ):
        with pytest.raises(ArgumentError, match="no cluster 'nowhere'"):
            call()


def test_what_is_handed_out_is_a_copy(emulator):
    """Changing a record that was handed out changes nothing in the emulator."""
    emulator.records()[0]["status"] = "changed"
    emulator.add_record(id="new")["status"] = "changed"
    assert "changed" not in {record["status"] for record in emulator.records()}
