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
    ClusterSelector,
    FleetLogRecords,
    Gate,
    LogRecord,
    LogRecords,
    Site,
    get_clusters,
    get_clusters_output,
    get_fleet_log_records,
    get_fleet_log_records_output,
    get_log_records,
    get_log_records_output,
)
from pulumi_huaweicloud_css._pulumi.mocks import ensure_event_loop

# Pulumi's mocks leave an event loop open in each thread in which they answer.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
OTHER = "AAAAAAAA-f5dc-4633-8401-cfd7175fcAbC"
SNAKE = {"cluster_id": CLUSTER, "latest_log_path": "bucket/new", "latest": {"log_path": "bucket/new", "id": "a"},
         "records": [{"id": "a", "log_path": "bucket/new"}], "count": 1,
         "verdict": {"state": "passed", "record": {"job_type": "Auto"}}}  # fmt: skip
CAMEL = {"clusterId": CLUSTER, "latestLogPath": "bucket/new", "latest": {"logPath": "bucket/new", "id": "a"},
         "records": [{"id": "a", "logPath": "bucket/new"}], "count": 1,
         "verdict": {"state": "passed", "record": {"jobType": "Auto"}}}  # fmt: skip


class Mocks(pulumi.runtime.Mocks):
    """Keeps what it was asked, and answers with what it is told to."""

    def __init__(self):
        self.calls = []
        self.resources = []
        self.answer = {}

    def call(self, args):
        """Answer a function's call."""
        self.calls.append((args.token, args.args))
        return self.answer

    def new_resource(self, args):
        """Answer a resource's read: its id, and its outputs."""
        self.resources.append(args)
        return args.resource_id or f"{args.name}-id", {**args.inputs, **self.answer}


@pytest.fixture
def mocks(monkeypatch):
    """Run the test under mocks, where any request would be an error."""

    def no_network(*_arguments):
        raise AssertionError("a request was to be sent")

    monkeypatch.setattr("pulumi_huaweicloud_css._backups.query.shared_client", no_network)
    monkeypatch.setattr("pulumi_huaweicloud_css._backups.open_sites.shared_client", no_network)
    monkeypatch.setattr("pulumi_huaweicloud_css._backups.cluster_list.shared_client", no_network)
    monitor, engine = pulumi.runtime.settings.get_monitor(), pulumi.runtime.settings.get_engine()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    mocks = Mocks()
    pulumi.runtime.set_mocks(mocks, preview=False)
    yield mocks
    pulumi.runtime.settings.SETTINGS.monitor = monitor
    pulumi.runtime.settings.SETTINGS.engine = engine
    loop.run_until_complete(loop.shutdown_default_executor())
    asyncio.set_event_loop(None)
    loop.close()
    del loop
    gc.collect()  # what Pulumi left open is found now, and not in another test


def _value(output):
    return asyncio.get_event_loop().run_until_complete(output.future())


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
    assert _value(get_log_records_output(cluster_id=CLUSTER).latest_log_path) == "bucket/new"


@pytest.mark.parametrize("answer", [SNAKE, CAMEL])
def test_the_fleets_functions_are_answered_by_the_mocks(mocks, answer):
    """Clusters' ids, which are keys of the answer, stay as they are."""
    named = ("failed_cluster_ids", "oldest_success") if answer is SNAKE else ("failedClusterIds", "oldestSuccess")
    verdicts = {OTHER: {"state": "failed"}}
    cluster = {name: value for name, value in answer.items() if name != "verdict"}
    mocks.answer = {"clusters": {OTHER: cluster}, named[0]: [OTHER], named[1]: answer["latest"], "verdicts": verdicts}
    for result in (
        get_fleet_log_records(cluster_ids=[OTHER], on_error="collect", include_records=True),
        _value(get_fleet_log_records_output(cluster_ids=[OTHER], on_error="collect", include_records=True)),
    ):
        assert result.clusters[OTHER].latest.log_path == "bucket/new"
        assert result.failed_cluster_ids == [OTHER]
        assert result.oldest_success.log_path == "bucket/new"
        assert result.verdicts[OTHER].state == "failed"
        assert result.errors is None
    call = (
        "huaweicloud-css:index:getFleetLogRecords",
        {"clusterIds": [OTHER], "onError": "collect", "includeRecords": True},
    )
    assert mocks.calls == [call, call]


def test_resources_are_answered_by_the_mocks(mocks):
    """A resource's mock gets its inputs and its id, and gives its outputs by their Python names."""
    mocks.answer = {"latest": {"log_path": "bucket/new"}, "latest_status": "SUCCESS"}
    logs = LogRecords("logs", cluster_id=CLUSTER, gate=Gate(max_age="2h"))
    assert _value(logs.latest.log_path) == "bucket/new"
    assert _value(logs.latest_status) == "SUCCESS"
    assert _value(logs.latest_success) is None
    assert _value(logs.id) == CLUSTER
    [asked] = mocks.resources
    assert asked.typ == "pulumi-python:dynamic/huaweicloud-css:LogRecords"
    assert asked.resource_id == asked.inputs["cluster_id"] == CLUSTER
    assert asked.inputs["gate"]["max_age"] == 7200
    mocks.answer = {"clusters": {OTHER: {"latest_log_path": "bucket/new"}}}
    fleet = FleetLogRecords("fleet", cluster_ids=[OTHER])
    assert _value(fleet.clusters[OTHER].latest_log_path) == "bucket/new"


def test_clusters_are_answered_by_the_mocks(mocks):
    """`get_clusters` has the plugin's token; tags' keys stay as they are."""
    mocks.answer = {"clusters": [{"id": OTHER, "name": "prod", "enterpriseProjectId": "0", "tags": {"cost_unit": "x"}}]}
    arguments = {"names": ["prod-*"], "tags": {"cost_unit": "x"}, "enterprise_project_id": "0"}
    for result in (get_clusters(**arguments), _value(get_clusters_output(**arguments))):
        assert result.clusters[0].id == OTHER
        assert result.clusters[0].tags == {"cost_unit": "x"}
        assert result.clusters[0].enterprise_project_id == "0"
    call = {"names": ["prod-*"], "tags": {"cost_unit": "x"}, "enterpriseProjectId": "0"}
    assert mocks.calls == [("huaweicloud-css:index:getClusters", call)] * 2


def test_a_selection_reaches_the_mocks(mocks):
    """Functions hand it over in camelCase, a resource in Python's style as `selector`; outputs are awaited."""
    mocks.answer = {"skipped": [{"clusterName": "new", "reason": "the cluster is being created"}]}
    selector = ClusterSelector(names=["prod-*"], tags={"cost_unit": "x"}, enterprise_project_id="0")
    mapping = {"names": [pulumi.Output.from_input("prod-*")], "tags": {"cost_unit": "x"}, "enterprise_project_id": "0"}
    for result in (
        get_fleet_log_records(clusters=selector),
        _value(get_fleet_log_records_output(clusters=selector)),
        _value(get_fleet_log_records_output(clusters=mapping)),
    ):
        assert result.skipped[0].cluster_name == "new"
    given = {"names": ["prod-*"], "tags": {"cost_unit": "x"}, "enterpriseProjectId": "0", "allowEmpty": False}
    assert [arguments for _, arguments in mocks.calls] == [{"clusters": given}] * 3
    mocks.answer = {}
    fleets = [FleetLogRecords(f"fleet-{number}", clusters=each) for number, each in enumerate((selector, mapping))]
    first, second = (_value(fleet.id) for fleet in fleets)
    assert first == second
    assert [asked.inputs["selector"] for asked in mocks.resources] == [selector.to_dict()] * 2


def test_regions_and_sites_reach_the_mocks(mocks):
    """Functions hand sites over in camelCase, a resource in Python's style; outputs are awaited, also inside."""
    later = pulumi.Output.from_input
    sites = [Site("cn-north-4", "0" * 32), Site("ap-southeast-3")]
    mappings = [each.to_dict() for each in sites]
    parts = [{name: later(value) for name, value in each.items()} for each in mappings]
    forms = [sites, mappings, parts, [sites[0], later(mappings[1])], later(mappings), later(sites)]
    get_fleet_log_records(clusters=ClusterSelector(), sites=sites)
    get_fleet_log_records(clusters=ClusterSelector(), sites=mappings)
    for each in forms:
        _value(get_fleet_log_records_output(clusters=ClusterSelector(), sites=each))
    given = [{"region": "cn-north-4", "projectId": "0" * 32}, {"region": "ap-southeast-3"}]
    everything = {"clusters": {"allowEmpty": False}, "sites": given}
    assert [arguments for _, arguments in mocks.calls] == [everything] * (2 + len(forms))
    fleets = [
        FleetLogRecords(f"fleet-{number}", clusters=ClusterSelector(), sites=each) for number, each in enumerate(forms)
    ]
    assert len({_value(fleet.id) for fleet in fleets}) == 1
    assert [asked.inputs["sites"] for asked in mocks.resources] == [mappings] * len(forms)
    mocks.calls.clear()
    get_fleet_log_records(clusters=ClusterSelector(), regions=["cn-north-4", "ap-southeast-3"])
    _value(get_fleet_log_records_output(clusters={}, regions=[later("cn-north-4"), "ap-southeast-3"]))
    everything = {"clusters": {"allowEmpty": False}, "regions": ["cn-north-4", "ap-southeast-3"]}
    assert [arguments for _, arguments in mocks.calls] == [everything] * 2


def test_the_id_of_a_fleet_tells_where_it_is(mocks):
    """Fleets with one selection in other regions have other ids, whatever the order of the regions is."""
    wheres = [{}, {"regions": ["a", "b"]}, {"regions": ("b", "a")}, {"regions": ["a"]}, {"sites": [Site("a")]}]
    fleets = [FleetLogRecords(f"fleet-{number}", clusters={}, **where) for number, where in enumerate(wheres)]
    first, both, turned, one, site = (_value(fleet.id) for fleet in fleets)
    assert both == turned
    assert len({first, both, one, site}) == len(mocks.resources) - 1


def test_wrong_sites_are_refused_by_a_function_and_reach_the_mocks_of_a_resource(mocks):
    """A function's arguments are checked in the program; a resource's where it is read, which mocks do not."""
    wrong = {"clusters": {"name": "prod"}, "sites": [{"regin": "cn-north-4"}], "gate": {"max_age": "soon"}}
    for name, value in wrong.items():
        with pytest.raises(ArgumentError):
            get_fleet_log_records(**{"clusters": {}, name: value})
    fleet = FleetLogRecords("fleet", **wrong)
    assert _value(fleet.id).startswith("fleet-")
    [asked] = mocks.resources
    given = [asked.inputs[name] for name in ("selector", "sites", "gate")]
    assert given == list(wrong.values())


def test_a_cluster_name_reaches_the_mocks(mocks):
    """It is an argument like the others, and a resource's id."""
    assert get_log_records(cluster_name="prod-a").cluster_name is None
    assert mocks.calls == [("huaweicloud-css:index:getLogRecords", {"clusterName": "prod-a"})]
    logs = LogRecords("logs", cluster_name="prod-a")
    assert _value(logs.id) == _value(logs.cluster_name) == "prod-a"


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
        _value(get_log_records_output(cluster_id=CLUSTER))


def test_a_misspelt_output_of_a_fleets_mock_is_an_error(mocks):
    """Clusters' ids may be anything; what is said of a cluster may not."""
    mocks.answer = {"clusters": {"myCluster": {"count": 1}}, "errors": {"an_id": "gone", "anId": "gone"}}
    result = get_fleet_log_records(cluster_ids=[OTHER])
    assert result.clusters["myCluster"].count == 1
    assert result.errors == {"an_id": "gone", "anId": "gone"}
    mocks.answer = {"clusters": {"myCluster": {"counts": 1}}}
    with pytest.raises(ArgumentError, match=r"'clusters\.myCluster\.counts'.*getFleetLogRecords.*did you mean count\?"):
        get_fleet_log_records(cluster_ids=[OTHER])


def test_mocks_answer_inside_a_running_loop(mocks):
    """An async test may call the function, too."""
    mocks.answer = SNAKE

    async def ask():
        return get_log_records(cluster_id=CLUSTER).latest_log_path

    assert asyncio.get_event_loop().run_until_complete(ask()) == "bucket/new"


def test_mocks_answer_in_threads():
    """A thread that does not have the test's context is answered by the mocks, too, and sends nothing."""
    program = """
        import threading
        import pulumi
        from pulumi_huaweicloud_css import get_log_records

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
    assert (done.stdout, done.stderr) == ("5\n5\n", "")


NO_OTHER_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # of those that are installed here
CONFTEST = 'pytest_plugins = ["pulumi_huaweicloud_css.emulator.pytest_plugin"]\n'
IMPORTED = "from pulumi_huaweicloud_css.emulator.pytest_plugin import css_emulator\n"


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


@pytest.mark.parametrize("conftest", [CONFTEST, IMPORTED])
def test_the_emulator_is_a_fixture(tmp_path, conftest):
    """With the plugin named in conftest.py, or the fixture imported there, a test reads what it has served."""
    (tmp_path / "conftest.py").write_text(conftest)
    test = """
        from pulumi_huaweicloud_css import get_log_records

        def test_newest(css_emulator):
            css_emulator.add_record(status="SUCCESS", logPath="bucket/new")
            assert get_log_records(cluster_id=css_emulator.cluster_id).latest_log_path == "bucket/new"
            assert len(css_emulator.requests) == 1

        def test_another_has_records_of_its_own(css_emulator):
            assert get_log_records(cluster_id=css_emulator.cluster_id).latest_log_path != "bucket/new"
    """
    (tmp_path / "test_it.py").write_text(textwrap.dedent(test))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={
            **NO_OTHER_PLUGINS,
            "PATH": "",
            "HW_ACCESS_KEY": "AK0OWN",
            "HW_SECRET_KEY": "sk-own",
            "HW_REGION_NAME": "eu-west-101",
        },
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
