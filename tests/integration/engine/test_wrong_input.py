"""Bad input and refusals, through the provider's own process: the text a user gets, and that nothing was sent before.

The process is the one that the engine starts (`python -m pulumi.dynamic`), called as the engine calls it.
"""

from __future__ import annotations

import grpc
import pytest
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Emulator, Site

from tests.support.provider_process import ProviderProcess

UNKNOWN_CLUSTER = "ffffffff-0000-0000-0000-000000000000"
WRONG_KEY = "Sk0ThatIsWrong0123456789"


@pytest.fixture
def emulator():
    """Serve the default login, and one that may not list."""
    denied = Account(credentials=Credentials("AK0DENIED", "sk-denied"), can_list=False)
    with Emulator(site=Site(accounts=(Account(), denied))) as emulator:
        yield emulator


@pytest.fixture
def read(emulator):
    """Return a function that reads in a new process and returns the error's text, or None."""
    processes = []

    def ask(inputs, *, without=(), config=None, **changed):
        environment = {**emulator.environment(), **changed}
        process = ProviderProcess({name: value for name, value in environment.items() if name not in without})
        processes.append(process)
        process.configure(config or {})
        try:
            process.read({"cluster_id": emulator.cluster_id, **inputs})
        except grpc.RpcError as error:
            return error.details()
        return None

    yield ask
    for process in processes:
        process.stop()


KEYS = ("HW_ACCESS_KEY", "HW_SECRET_KEY")
ENDPOINTS = ("HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4", "HUAWEICLOUD_SDK_IAM_ENDPOINT")

BEFORE_ANY_REQUEST = [
    pytest.param(
        {"cluster_id": "my-cluster"}, {}, "ArgumentError: cluster_id: 'my-cluster' is not a CSS", id="cluster"
    ),
    pytest.param({"status": "DONE"}, {}, "ArgumentError: status: 'DONE' is not one of RUNNING, SUCCESS", id="status"),
    pytest.param({"job_type": "auto"}, {}, "ArgumentError: job_type: 'auto' is not one of Manual, Auto", id="job_type"),
    pytest.param({"offset": 0}, {}, "ArgumentError: offset: 0 is not an integer of at least 1", id="offset"),
    pytest.param({"limit": 0}, {}, "ArgumentError: limit: 0 is not an integer from 1 to 100000", id="limit-0"),
    pytest.param({"gate": 3}, {}, "ArgumentError: gate: 3 is not a Gate, nor a mapping of max_age", id="gate-3"),
    pytest.param({"limit": 100_001}, {}, "limit: 100001 is not an integer from 1 to 100000", id="limit-high"),
    pytest.param(
        {"project_id": "my-project"},
        {},
        "SettingsError: project_id: 'my-project' is not a project's id",
        id="project-argument",
    ),
    pytest.param(
        {},
        {"config": {"huaweicloud:projectId": "my-project"}},
        "SettingsError: project_id: 'my-project' (huaweicloud:projectId) is not a project's id",
        id="project-config",
    ),
    pytest.param(
        {"region": "cn-north-5"},
        {"without": ENDPOINTS},
        "SettingsError: region: CSS has no known endpoint in 'cn-north-5'; did you mean",
        id="region",
    ),
    pytest.param(
        {"endpoint": "http://css.example.com"},
        {},
        "SettingsError: endpoint: 'http://css.example.com' is plain http; use https",
        id="plain-http",
    ),
    pytest.param(
        {},
        {"without": ("HW_SECRET_KEY",)},
        "SettingsError: credentials: half a key pair: HW_ACCESS_KEY is set, but HW_SECRET_KEY is not",
        id="half-a-pair",
    ),
    pytest.param({}, {"without": KEYS}, "SettingsError: credentials: none found; give an access key", id="no-keys"),
]


@pytest.mark.parametrize(("inputs", "settings", "text"), BEFORE_ANY_REQUEST)
def test_wrong_input_is_one_line_and_nothing_is_sent(read, emulator, inputs, settings, text):
    """One line names the setting, its value and what to do; no request reached the server."""
    details = read(inputs, **settings)
    assert text in details
    assert len(details.strip().splitlines()) == 1
    assert emulator.requests == []


def test_the_error_for_no_credentials_names_every_place(read):
    """Whoever has no keys yet learns each place where they can be given."""
    details = read({}, without=KEYS)
    for place in ("pulumi config set --secret huaweicloud:secretKey", "HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK",
                  "CLOUD_SDK_SK", "huaweicloud:token", "HW_AUTH_TOKEN"):  # fmt: skip
        assert place in details


REFUSALS = [
    pytest.param({"cluster_id": UNKNOWN_CLUSTER}, {}, "HTTP 404, CSS.3027", "Check the cluster id", id="cluster"),
    pytest.param({}, {"HW_SECRET_KEY": WRONG_KEY}, "HTTP 401, APIGW.0301", "Check the access key", id="signature"),
    pytest.param(
        {},
        {"HW_ACCESS_KEY": "AK0DENIED", "HW_SECRET_KEY": "sk-denied"},
        "HTTP 403, APIGW.0302",
        "css:log:listJob",
        id="permission",
    ),
]


@pytest.mark.parametrize(("inputs", "environment", "code", "hint"), REFUSALS)
def test_a_refusal_shows_code_message_request_id_and_hint(read, emulator, inputs, environment, code, hint):
    """What the API said comes through whole, in one line, with the request id of that very request."""
    details = read(inputs, **environment)
    [request] = emulator.requests
    assert len(details.strip().splitlines()) == 1
    assert f"ApiError: CSS returned {code}: " in details
    assert f"(request id: {request.request_id})" in details
    assert hint in details
    assert WRONG_KEY not in details


def test_the_engine_shows_the_line_as_it_is(new_project, emulator):
    """On the engine itself, the error is the last line of the resource's diagnostic, with no Python frames."""
    program = """
        from pulumi_huaweicloud_css import LogRecords

        LogRecords("logs", cluster_id="my-cluster")
    """
    run = new_project(program).preview()
    assert run.exit_code != 0
    [line] = run.diagnostics("LogRecords (logs)")
    assert line.endswith("(not its name)")
    assert emulator.requests == []
