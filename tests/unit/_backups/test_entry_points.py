"""What every entry point passes on and decides: settings, the gate, and what a result's state is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pulumi_huaweicloud_css._backups.evaluate import CheckResult, Target, evaluate
from pulumi_huaweicloud_css._backups.fleet import fleet_log_records, is_gone
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._backups.query import log_records
from pulumi_huaweicloud_css._backups.stack_outputs import StackRecords
from pulumi_huaweicloud_css._config.table import Reader
from pulumi_huaweicloud_css._verdict import Verdict
from pulumi_huaweicloud_css.emulator import Backups, Cluster
from pulumi_huaweicloud_css.errors import (
    ApiError,
    ArgumentError,
    CssConnectionError,
    CssError,
    FleetError,
    GateError,
    SettingsError,
)

OTHER = "5213d908-f5dc-4633-8401-cfd7175fca0c"
NOBODY = "ffffffff-0000-0000-0000-000000000000"
WRONG_ID = "f" * 32
READER = Reader(namespace="here", write=str.upper, kind="the property ")
FAILING = Backups(count=1, failure_share=1.0)


def one(cluster_id, **given):
    """Return the arguments of one cluster's query."""
    return {"cluster_id": cluster_id, **given}


def many(*cluster_ids, **given):
    """Return the arguments of a fleet's query."""
    return {"cluster_ids": list(cluster_ids), **given}


READ = {"one": lambda ids, **given: one(ids[0], **given), "many": lambda ids, **given: many(*ids, **given)}
ASK = {"one": log_records, "many": fleet_log_records}


@pytest.fixture(params=["one", "many"])
def entry(request):
    """Return what reads one cluster, and what reads a fleet, as (arguments -> result) of ids and arguments."""

    def ask(ids, *, config=None, environ=None, reader=None, enforce_gate=None, **given):
        more = {"reader": reader, "enforce_gate": enforce_gate}
        more = {name: value for name, value in more.items() if value is not None}
        arguments = READ[request.param](ids, **given)
        return ASK[request.param](arguments, config=config, environ=environ, **more)

    ask.many = request.param == "many"
    return ask


@pytest.fixture
def nothing_set(monkeypatch, start_emulator):
    """Serve a cluster, with nothing in the process's own environment that tells where it is."""
    emulator = start_emulator(Cluster(), Cluster(cluster_id=OTHER, backups=FAILING))
    for name in emulator.environment():
        monkeypatch.delenv(name, raising=False)
    return emulator


def project_of(result):
    """Return the project that was read."""
    return result.results[0].kept.outputs["project_id"] if hasattr(result, "results") else result.project_id


def test_settings_come_from_where_the_caller_says(entry, nothing_set):
    """The environment and the stack's configuration that are given count, and no other."""
    emulator = nothing_set
    environ = emulator.environment()
    assert project_of(entry([emulator.cluster_id], environ=environ)) == emulator.project_id
    config = {"accessKey": environ.pop("HW_ACCESS_KEY"), "secretKey": environ.pop("HW_SECRET_KEY")}
    assert project_of(entry([emulator.cluster_id], environ=environ, config=config.get)) == emulator.project_id
    with pytest.raises(SettingsError, match="credentials: none found"):
        entry([emulator.cluster_id], environ=environ)


@pytest.mark.parametrize("name", ["project_id", "region", "endpoint"])
def test_arguments_count_before_settings(entry, nothing_set, name):
    """Project, region and endpoint that are arguments are the ones that are used."""
    emulator = nothing_set
    environ = emulator.environment()
    variables = {"project_id": "HW_PROJECT_ID", "region": "HW_REGION_NAME"}
    values = {"project_id": emulator.project_id, "region": "cn-north-4", "endpoint": emulator.endpoint}
    wrong = {"project_id": WRONG_ID, "region": "cn-east-3", "endpoint": "http://127.0.0.1:9"}
    if name == "endpoint":
        environ["HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4"] = wrong[name]
    else:
        environ[variables[name]] = wrong[name]
    assert project_of(entry([emulator.cluster_id], environ=environ, **{name: values[name]})) == emulator.project_id


def test_errors_are_in_the_readers_words(entry, nothing_set):
    """The reader who is given is the one whose names an error uses."""
    with pytest.raises(SettingsError, match="the property REGION, `pulumi config set here:region"):
        entry([nothing_set.cluster_id], config={}.get, environ={}, reader=READER)
    other, mine = ("clusters", "CLUSTER_IDS") if entry.many else ("cluster_name", "CLUSTER_ID")
    with pytest.raises(ArgumentError, match=f"it does not go together with {mine}; give {mine} or {other.upper()}"):
        entry([NOBODY], environ={}, reader=READER, **{other: {} if entry.many else "a"})


def test_a_gate_is_enforced_unless_told_otherwise(entry, nothing_set):
    """A gate that does not pass is an error by default, and an output like any other where it is not enforced."""
    environ = nothing_set.environment()
    with pytest.raises(FleetError if entry.many else GateError, match="are failing"):
        entry([OTHER], environ=environ, gate=Gate())
    result = entry([OTHER], environ=environ, gate=Gate(), enforce_gate=False)
    verdict = result.results[0].verdict if entry.many else result.verdict
    assert verdict.state == "failed"


def test_a_fleet_of_which_nothing_is_known_is_an_error_even_without_enforcing(nothing_set):
    """If all clusters are gone, or none could be read for other reasons, that is an error; else what is known stays."""
    environ = nothing_set.environment()
    with pytest.raises(FleetError) as error:
        fleet_log_records(many(NOBODY), environ=environ, enforce_gate=False)
    assert (list(error.value.errors), error.value.total) == ([NOBODY], 1)
    result = fleet_log_records(many(OTHER, NOBODY), environ=environ, enforce_gate=False)
    assert list(result.unread) == [NOBODY]
    assert [each.state for each in result.results] == ["passed", "error"]
    nothing_set.fault("500")
    with pytest.raises(FleetError) as error:
        fleet_log_records(many(OTHER, NOBODY), environ={**environ, "HW_MAX_RETRIES": "0"}, enforce_gate=False)
    assert (set(error.value.errors), error.value.total) == ({OTHER, NOBODY}, 2)


GONE, REFUSED = ApiError(404, "CSS.3027"), ApiError(403, "CSS.0015")


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (GONE, True),
        (ApiError(404, "CSS.0022"), True),
        (ApiError(404, "CSS.0001"), False),
        (ApiError(404), False),
        (ApiError(403, "CSS.3027"), False),
        (ApiError(404, "CSS.3027", service="IAM"), False),
        (CssError("CSS.3027"), False),
        (FleetError({"a": GONE, "b": GONE}, 2), True),
        (FleetError({"a": GONE}, 2), False),
        (FleetError({"a": GONE, "b": REFUSED}, 2), False),
        (FleetError({"a": REFUSED, "b": GONE}, 2), False),
        (FleetError({"a": REFUSED}, 2), False),
    ],
)
def test_what_says_that_a_cluster_does_not_exist(error, gone):
    """Only CSS's own 404 with its codes says so, and a fleet's error only if it is so of every cluster asked for."""
    assert is_gone(error) is gone


def verdict(state):
    """Return a verdict of a state."""
    return Verdict(state, f"it is {state}")


@pytest.mark.parametrize(
    ("result", "state", "may_change", "failure"),
    [
        (CheckResult("c", kept=1), "passed", False, None),
        (CheckResult("c", kept=1, verdict=verdict("passed")), "passed", False, None),
        (CheckResult("c", kept=1, verdict=verdict("pending")), "pending", True, GateError),
        (CheckResult("c", kept=1, verdict=verdict("failed")), "failed", False, GateError),
        (CheckResult("c", error=ArgumentError("a", "wrong")), "error", False, ArgumentError),
        (CheckResult("c", error=CssConnectionError("gone")), "error", True, CssConnectionError),
        (CheckResult("c", error=GONE), "error", False, ApiError),
    ],
)
def test_a_result(result, state, may_change, failure):
    """State, failure and whether another read may change it follow from the verdict or the error."""
    assert (result.state, result.may_change) == (state, may_change)
    assert result.failure is None if failure is None else isinstance(result.failure, failure)


def test_a_cause_is_asked_for_once():
    """A result that was explained has the verdict with the cause, and is not explained again."""
    told = iter([Verdict("failed", "it is failed; it is off")])
    result = CheckResult("c", kept=1, verdict=verdict("failed"), explain=lambda: next(told)).explained()
    assert (result.target, result.kept, result.verdict.reason) == ("c", 1, "it is failed; it is off")
    assert result.explained() is result
    assert list(told) == []


def test_each_target_is_judged_as_of_the_time_that_is_given():
    """One time judges and explains all, and each result is told with its target's number when it is there."""
    empty = StackRecords((), None)
    seen = {}
    now = datetime(2026, 5, 1, tzinfo=UTC)

    class Records(StackRecords):
        def judge(self, gate, *, now=None):
            return Verdict("pending", f"{gate.max_age} {now}")

        def explanation(self, verdict, /, *, now=None):
            return lambda: Verdict("passed", f"{verdict.reason}, explained {now}")

    def fail():
        raise CssError("unread")

    targets = [Target("a", lambda: Records((), None)), Target("b", fail), Target("c", lambda: empty)]
    results = evaluate(targets, Gate(), lambda _: "kept", parallelism=2, now=now, done=seen.__setitem__)
    assert [result.target for result in results] == ["a", "b", "c"]
    assert results[0].verdict.reason.endswith(f" {now}, explained {now}")
    assert [result.kept for result in results] == ["kept", None, "kept"]
    assert [result.state for result in results] == ["passed", "error", "failed"]
    assert seen == dict(enumerate(results))
