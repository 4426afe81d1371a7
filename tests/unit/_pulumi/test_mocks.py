"""Programs under `pulumi.runtime.set_mocks`: the mocks answer functions and resources, and nothing is sent."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import textwrap
import threading

import pulumi
import pytest
from pulumi_huaweicloud_css import (
    ArgumentError,
    FleetLogRecords,
    Gate,
    LogRecord,
    LogRecords,
    get_log_records,
    get_log_records_output,
)
from pulumi_huaweicloud_css._pulumi.mocks import ensure_event_loop

from tests.support.pulumi_mocks import CAMEL, CLUSTER, OTHER, SNAKE, value

# Pulumi's mocks leave an event loop open in each thread in which they answer.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


def test_in_a_preview_what_the_mocks_leave_out_is_none_and_not_unknown(mocks):
    """A resource that was read has its id and all outputs, so that no check in `apply` is skipped."""
    pulumi.runtime.set_mocks(mocks, preview=True)
    checked = []
    one = LogRecords("one", cluster_id=CLUSTER)
    many = FleetLogRecords("many", cluster_ids=[pulumi.Output.from_input(CLUSTER)])
    value(pulumi.Output.all(one.id, one.latest, one.verdict, many.oldest_success).apply(checked.append))
    assert checked == [[CLUSTER, None, None, None]]
    value(pulumi.Output.all(one.count, one.read_at, many.clusters, many.errors).apply(checked.append))
    assert checked[1:] == [[None, None, None, None]]


@pytest.mark.parametrize("answer", [SNAKE, CAMEL])
def test_a_function_is_answered_by_the_mocks(mocks, answer):
    """The call has the plugin's token and camelCase arguments; the answer may be named in either way."""
    mocks.answer = answer
    result = get_log_records(cluster_id=CLUSTER, job_type="Auto", limit=5, gate=Gate(max_age="2h"))
    gate = {"maxAge": 7200.0, "maxRunning": 7200.0, "maxConsecutiveFailures": 0}
    assert mocks.calls == [
        ("huaweicloud-css:index:getLogRecords", {"clusterId": CLUSTER, "jobType": "Auto", "limit": 5, "gate": gate})
    ]
    assert result.latest_log_path == result.latest.log_path == result.records[0]["log_path"] == "bucket/new"
    assert isinstance(result.latest, LogRecord)
    assert result.verdict.state == "passed"
    assert result.verdict.record.job_type == "Auto"
    assert result.count == 1
    assert result.latest_success is None


def test_an_output_function_is_answered_by_the_mocks_once_its_arguments_are_there(mocks):
    """Outputs and coroutines are awaited, and nested ones of a gate; the result's attributes are outputs."""
    mocks.answer = SNAKE

    async def later():
        return CLUSTER

    @pulumi.runtime.test
    def check():
        answer = get_log_records_output(cluster_id=later(), gate={"max_age": pulumi.Output.from_input("2h")})
        return pulumi.Output.all(answer.latest.log_path, answer.records[0].id)

    check()
    [(token, arguments)] = mocks.calls
    assert token == "huaweicloud-css:index:getLogRecords"
    assert arguments["clusterId"] == CLUSTER
    assert arguments["gate"]["maxAge"] == 7200
    assert value(get_log_records_output(cluster_id=CLUSTER).latest_log_path) == "bucket/new"


def test_resources_are_answered_by_the_mocks(mocks):
    """A resource's mock gets its inputs and its id, and gives its outputs by their Python names."""
    mocks.answer = {"latest": {"log_path": "bucket/new"}, "latest_status": "SUCCESS"}
    logs = LogRecords("logs", cluster_id=CLUSTER, gate=Gate(max_age="2h"))
    assert value(logs.latest.log_path) == "bucket/new"
    assert value(logs.latest_status) == "SUCCESS"
    assert value(logs.latest_success) is None
    assert value(logs.id) == CLUSTER
    [asked] = mocks.resources
    assert asked.typ == "pulumi-python:dynamic/huaweicloud-css:LogRecords"
    assert asked.resource_id == asked.inputs["cluster_id"] == CLUSTER
    assert asked.inputs["gate"]["max_age"] == 7200
    mocks.answer = {"clusters": {OTHER: {"latest_log_path": "bucket/new"}}}
    fleet = FleetLogRecords("fleet", cluster_ids=[OTHER])
    assert value(fleet.clusters[OTHER].latest_log_path) == "bucket/new"


def test_a_cluster_name_reaches_the_mocks(mocks):
    """It is an argument like the others, and a resource's id."""
    assert get_log_records(cluster_name="prod-a").cluster_name is None
    assert mocks.calls == [("huaweicloud-css:index:getLogRecords", {"clusterName": "prod-a"})]
    logs = LogRecords("logs", cluster_name="prod-a")
    assert value(logs.id) == value(logs.cluster_name) == "prod-a"


def test_a_mocked_failure_is_an_error(mocks):
    """What a mock raises is raised by the function."""

    def refuse(_args):
        raise ValueError("no such cluster")

    mocks.call = refuse
    with pytest.raises(ValueError, match="no such cluster"):
        get_log_records(cluster_id=CLUSTER)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"latestLogPth": "a"}, r"'latestLogPth'.*getLogRecords.*did you mean latestLogPath\b"),
        ({"latest_log_pth": "a"}, r"'latest_log_pth'.*did you mean latest_log_path\b"),
        ({"latest": {"logpath": "a"}}, r"'latest\.logpath'.*did you mean logPath or log_path\?"),
        ({"records": [{}, {"created": "a"}]}, r"'records\.created'.*did you mean createdAt or created_at\?"),
        ({"verdict": {"record": {"xyz": "a"}}}, r"'verdict\.record\.xyz'.*it has id, cluster_id, .*, failed_msg$"),
        ({"Count": 1}, r"'Count'.*did you mean count\?"),
        ({"bucket": {}}, r"'bucket'.*it has cluster_id, "),
    ],
)
def test_a_misspelt_output_of_a_mock_is_an_error(mocks, answer, text):
    """A key that is no output is named, with the nearest outputs' names, or with all where none is near."""
    mocks.answer = answer
    with pytest.raises(ArgumentError, match=text):
        get_log_records(cluster_id=CLUSTER)
    with pytest.raises(ArgumentError, match=text):
        value(get_log_records_output(cluster_id=CLUSTER))


def test_mocks_answer_inside_a_running_loop(mocks):
    """An async test may call the function, too."""
    mocks.answer = SNAKE

    async def ask():
        return get_log_records(cluster_id=CLUSTER).latest_log_path

    assert asyncio.get_event_loop().run_until_complete(ask()) == "bucket/new"


def test_mocks_answer_in_threads():
    """A thread that does not have the test's context is answered by the mocks, too, and sends nothing."""
    program = """
        import asyncio
        import threading
        import pulumi
        from pulumi_huaweicloud_css import get_log_records

        asyncio.set_event_loop(asyncio.new_event_loop())  # set_mocks wants one, and since 3.14 Python makes none

        class Mocks(pulumi.runtime.Mocks):
            def new_resource(self, args):
                return args.name, args.inputs

            def call(self, args):
                return {"count": 5}

        pulumi.runtime.set_mocks(Mocks(), preview=False)
        ask = lambda: print(get_log_records(cluster_id="4213d908-f5dc-4633-8401-cfd7175fca0c").count)
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        ask()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], env={}, text=True, capture_output=True, check=False
    )
    # Standard error is only shown: each thread in which mocks answer leaves an event loop open, and where the collector
    # meets the loop's sockets first, asyncio tells of an exception that it ignored.
    assert (done.returncode, done.stdout) == (0, "5\n5\n"), done.stderr


def test_a_loop_that_is_made_for_a_thread_is_closed_with_it(monkeypatch):
    """Outputs outside a program need an event loop; neither a thread's end nor a second loop leaves the first open."""
    made = []
    new_event_loop = asyncio.new_event_loop

    def recorded():
        made.append(new_event_loop())
        return made[-1]

    def work():
        ensure_event_loop()
        ensure_event_loop()
        asyncio.set_event_loop(None)
        ensure_event_loop()

    monkeypatch.setattr(asyncio, "new_event_loop", recorded)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    gc.collect()

    assert [loop.is_closed() for loop in made] == [True, True]
