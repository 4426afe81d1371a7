"""`css-logs gate --shard` and `css-logs merge`: every cluster is judged once, by any number of runners."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._backups.cluster_ref import ClusterRef
from pulumi_huaweicloud_css._backups.evaluate import CheckResult
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._backups.sharding import MAX_SHARDS, Shard, digest_of
from pulumi_huaweicloud_css._backups.standing import Standing
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css._verdict import Verdict
from pulumi_huaweicloud_css.cli import merging
from pulumi_huaweicloud_css.cli.errors import SourceError
from pulumi_huaweicloud_css.cli.formats import render
from pulumi_huaweicloud_css.cli.reports import Run, Share
from pulumi_huaweicloud_css.cli.results import Kept, exit_code, state_of
from pulumi_huaweicloud_css.errors import ApiError, ArgumentError

from tests.support import ROOT
from tests.support.properties import times

SCHEMA = json.loads((ROOT / "docs" / "gate.schema.json").read_text())
RECORD = Record(id="r", cluster_id="c", status="FAIL", created_at=1_700_000_000_000, failed_msg="why")
STATES = ("passed", "pending", "failed", "error")
IDS = st.uuids().map(str)


def merge(files, *, max_report_age=timedelta(hours=6), now=None):
    """Merge with the command's default."""
    return merging.merge(files, max_report_age=max_report_age, now=now)


def result_of(cluster_id, state):
    """Return a result of a state, as a run has it."""
    if state == "error":
        error = ApiError(403, "CSS.0015", "no", "request-1", "Check the rights.")
        return CheckResult(cluster_id, error=error, cluster=ClusterRef(cluster_id, "its-name", "cn-north-4"))
    kept = Kept([], Standing(1_700_000_000_123, 2), cluster_id, "cn-north-4", "a" * 32)
    verdict = Verdict(state, f"{cluster_id} is {state}", RECORD, 12.5)
    return CheckResult(cluster_id, kept, verdict, cluster=ClusterRef(cluster_id, region="cn-north-4"))


def write_run(folder, shard, clusters, *, gate=None, request=None, judged_at=None):
    """Write what the runner of a share writes that sees these clusters, by id and state."""
    results = [result_of(each, state) for each, state in clusters.items() if shard.takes(each)]
    run = Run(results, gate or Gate(), share=Share(shard, list(clusters), request or {}), judged_at=judged_at)
    file = Path(folder) / f"{shard.index}-of-{shard.total}.json"
    file.write_text(render("json", results, run.about()))
    return file


@given(cluster_id=IDS, total=st.integers(1, MAX_SHARDS))
def test_every_cluster_is_in_exactly_one_share(cluster_id, total):
    """For any id and any number of shares exactly one takes it, however the id is written."""
    takes = [index for index in range(1, total + 1) if Shard(index, total).takes(cluster_id)]
    assert len(takes) == 1
    assert Shard(takes[0], total).takes(f" {cluster_id.upper()} ")


def test_shares_are_stable_and_about_equal():
    """The share of an id is the same everywhere and always, and no share is much larger than another."""
    ids = [str(uuid.UUID(int=number)) for number in range(8000)]
    sizes = [sum(Shard(index, 8).takes(each) for each in ids) for index in range(1, 9)]
    assert sum(sizes) == 8000
    assert max(sizes) < 1100
    assert [index for index in range(1, 9) if Shard(index, 8).takes("4213d908-f5dc-4633-8401-cfd7175fca0c")] == [6]


@times(0.6)
@given(
    clusters=st.dictionaries(IDS, st.sampled_from(STATES), min_size=1, max_size=30),
    later=st.dictionaries(IDS, st.sampled_from(STATES), max_size=5),
    total=st.integers(1, 6),
    data=st.data(),
)
def test_any_account_over_any_number_of_runners(tmp_path_factory, clusters, later, total, data):
    """No cluster is judged twice; none is left out but one that came after its share's run started, which is told."""
    folder = tmp_path_factory.mktemp("runs")
    seen = {}
    for index in range(1, total + 1):
        seen[index] = {**clusters, **{each: state for each, state in later.items() if data.draw(st.booleans())}}
    files = [write_run(folder, Shard(index, total), found) for index, found in seen.items()]
    files = data.draw(st.permutations(files))
    expected = {
        each: state for i, found in seen.items() for each, state in found.items() if Shard(i, total).takes(each)
    }
    merged = merge(files)
    assert len(merged.results) == len(expected)
    assert {result.target: result.state for result in merged.results} == expected
    assert set(clusters) <= set(expected)
    assert bool(merged.notes) == (len({digest_of(found) for found in seen.values()}) > 1)
    whole = [result_of(each, state) for each, state in expected.items()]
    assert (exit_code(merged.results), state_of(merged.results)) == (exit_code(whole), state_of(whole))
    assert merged.gate == Gate()


@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "markdown", "openmetrics"])
def test_merged_reports_are_those_of_one_run(tmp_path, form):
    """Every report of the merged runs is, but for the order, what one run over all clusters would have written."""
    clusters = {str(uuid.UUID(int=number)): STATES[number % 4] for number in range(40)}
    files = [write_run(tmp_path, Shard(index, 3), clusters) for index in (1, 2, 3)]
    merged = merge(files)
    assert merged.notes == []
    by_id = sorted(merged.results, key=lambda result: result.target)
    whole = [result_of(each, state) for each, state in clusters.items()]
    assert render(form, by_id, {}) == render(form, whole, {})


ONE, TWO = Shard(1, 2), Shard(2, 2)
CLUSTERS = {str(uuid.UUID(int=number)): "passed" for number in range(20)}


def changed(file, change):
    """Change a report as somebody's editor would."""
    value = json.loads(file.read_text())
    change(value)
    file.write_text(json.dumps(value))


def test_a_share_that_is_missing_or_doubled(tmp_path):
    """Without one of the shares, or with one twice, there is no verdict, and the error names it."""
    one, two = write_run(tmp_path, ONE, CLUSTERS), write_run(tmp_path, TWO, CLUSTERS)
    assert len(merge([two, one]).results) == 20
    with pytest.raises(SourceError, match="of 2 shares these are missing: 2; no verdict without them"):
        merge([one])
    with pytest.raises(SourceError, match="share 1/2 is given twice"):
        merge([one, two, one])
    third = write_run(tmp_path, Shard(3, 3), CLUSTERS)
    with pytest.raises(SourceError, match=r"is of 3 shares, and .* of 2"):
        merge([one, third])


WRONG = {
    "no JSON": (lambda file: file.write_text("{"), "is not JSON of `css-logs gate --shard"),
    "a list": (lambda file: file.write_text("[]"), "is not JSON of `css-logs gate --shard"),
    "no share": (lambda file: changed(file, lambda v: v.pop("shard")), "is not of a run with --shard"),
    "newer": (lambda file: changed(file, lambda v: v.update(schema_version=2)), "schema_version: Input should be 1"),
    "share 3 of 2": (lambda file: changed(file, lambda v: v["shard"].update(index=3)), "there is no share 3 of 2"),
    "one less": (
        lambda file: changed(file, lambda v: v["subjects"].pop()),
        "clusters were judged, and [0-9]+ were to be",
    ),
    "one twice": (
        lambda file: changed(file, lambda v: v["subjects"].append(v["subjects"][0])),
        "a cluster is listed twice",
    ),
    "another's": (
        lambda file: changed(file, lambda v: v["subjects"][0].update(cluster_id=next(filter(TWO.takes, CLUSTERS)))),
        "is not in its share 1/2",
    ),
    "other state": (lambda file: changed(file, lambda v: v["subjects"][0].update(state="failed")), "says otherwise"),
    "no verdict": (lambda file: changed(file, lambda v: v["subjects"][0].pop("verdict")), "says otherwise"),
    "no time": (
        lambda file: changed(file, lambda v: v["subjects"][0].update(last_success_at="soon")),
        "is not an RFC 3339 time",
    ),
    "too old": (
        lambda file: changed(file, lambda v: v.update(judged_at="2026-01-01T00:00:00.000Z")),
        "more than 6 h ago: it may be left from another run",
    ),
    "from the future": (
        lambda file: changed(file, lambda v: v.update(judged_at="2100-01-01T00:00:00.000Z")),
        "lies in the future",
    ),
    "no time of judging": (lambda file: changed(file, lambda v: v.update(judged_at="now")), "judged_at is not an RFC"),
    "an older form": (lambda file: changed(file, lambda v: v.pop("judged_at")), "judged_at: Field required"),
    "other clusters": (
        lambda file: changed(file, lambda v: v["shard"].update(request={"clusters": {"names": ["prod*"]}})),
        "asked for something else than .*clusters is ",
    ),
    "a key that is null here only": (
        lambda file: changed(file, lambda v: v["shard"]["request"].update(job_id=None)),
        "asked for something else than .*job_id is null",
    ),
    "a key given twice": (
        lambda file: file.write_text(file.read_text().replace('"state":', '"state": "error", "state":', 1)),
        "is not JSON of `css-logs gate --shard",
    ),
    "another project": (
        lambda file: changed(file, lambda v: v["subjects"][0].update(project_id="b" * 32)),
        "shares of one account read a region in one project",
    ),
    "other gate": (lambda file: changed(file, lambda v: v["gate"].update(max_age=1)), "was judged by another gate"),
    "gone": (lambda file: file.unlink(), "cannot be read"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_go_together_has_no_verdict(tmp_path, name):
    """A file that is not what a run wrote, or that was changed, is one error that names it: never a pass."""
    change, words = WRONG[name]
    one, two = write_run(tmp_path, ONE, CLUSTERS), write_run(tmp_path, TWO, CLUSTERS)
    change(one)
    for files in ([one, two], [two, one]):
        with pytest.raises(SourceError, match=words):
            merge(files)


def test_one_less_is_seen_also_where_the_lists_differ(tmp_path):
    """Where clusters came and went between two runs, each file still has to hold as many as its run judged."""
    one = write_run(tmp_path, ONE, CLUSTERS)
    two = write_run(tmp_path, TWO, {**CLUSTERS, str(uuid.UUID(int=99)): "passed", str(uuid.UUID(int=98)): "passed"})
    assert len(merge([one, two]).notes) == 1
    changed(one, lambda value: value["subjects"].pop())
    with pytest.raises(SourceError, match="were to be"):
        merge([one, two])


def test_an_old_share_can_be_accepted(tmp_path):
    """Who merges the reports of yesterday on purpose says so; the merged report tells when they were judged."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    files = [
        write_run(tmp_path, shard, CLUSTERS, judged_at=moment + timedelta(hours=shard.index)) for shard in (ONE, TWO)
    ]
    merged = merge(files, max_report_age=timedelta(hours=26), now=moment + timedelta(days=1))
    assert merged.judged_at == moment + timedelta(hours=1)


def test_nothing_was_judged(tmp_path):
    """Runs that together judged no cluster are an error: a gate over nothing must not pass."""
    files = [write_run(tmp_path, shard, {}) for shard in (ONE, TWO)]
    with pytest.raises(SourceError, match="no cluster was judged by any run"):
        merge(files)


@pytest.mark.parametrize("text", ["", "3", "0/8", "9/8", "1/1001", "-1/8", "1/0", "a/b", "1/2/3", "1 / 2"])
def test_what_is_no_share(text):
    """A share is written as 3/8, and the number is one of those that there are."""
    with pytest.raises(ArgumentError) as error:
        Shard.parse(text)
    assert error.value.argument == "shard"
