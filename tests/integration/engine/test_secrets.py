"""No key reaches what the engine keeps or prints."""

from __future__ import annotations

import base64
import enum
import json

import pytest
from pulumi import automation
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Agency, Emulator, Site

SECRET_KEY = "Sk0MarkedSecretKeyForTests0123456789abcd"
SECURITY_TOKEN = "St0MarkedSecurityTokenForTests0123456789"
PROGRAM = """
    import pulumi
    from pulumi_huaweicloud_css import LogRecords, get_log_records

    cluster_id = pulumi.Config().require("clusterId")
    logs = LogRecords("logs", cluster_id=cluster_id)
    pulumi.export("path", logs.latest_log_path)
    pulumi.export("logs", logs)
    pulumi.export("answer", get_log_records(cluster_id=cluster_id))
"""


@pytest.fixture
def emulator():
    """Serve a login with marked temporary keys."""
    credentials = Credentials("AK0MARKED0TEST0KEY00", SECRET_KEY, SECURITY_TOKEN)
    with Emulator(site=Site(accounts=(Account(credentials=credentials),))) as emulator:
        yield emulator


def _plain(value):
    """Turn an engine event's objects, to the innermost, into what JSON knows."""
    return value.value if isinstance(value, enum.Enum) else vars(value)


def _assert_clean(text, what):
    for secret in (SECRET_KEY, SECURITY_TOKEN):
        for form in (secret, base64.b64encode(secret.encode()).decode().rstrip("=")):
            assert form not in text, f"{what} holds a secret"


def test_keys_from_the_environment_are_in_no_state_event_or_log(new_project, emulator):
    """Exported state, event stream, printed output and the engine's verbose log hold neither SK nor token."""
    project = new_project(PROGRAM, clusterId=emulator.cluster_id)
    stack = automation.select_stack(
        "dev",
        work_dir=str(project.folder),
        opts=automation.LocalWorkspaceOptions(env_vars=project.environ()),
    )
    events: list[automation.EngineEvent] = []
    printed: list[str] = []

    stack.up(on_event=events.append, on_output=printed.append)

    assert any(event.resource_pre_event for event in events)
    _assert_clean(json.dumps(events, default=_plain), "the event stream")
    _assert_clean("".join(printed), "the output")
    _assert_clean(project.state(), "the state")
    _assert_clean(project.run("stack", "export", "--stack", "dev", "--show-secrets").output, "the decrypted state")
    verbose = project.preview("-v=9", "--logtostderr").ok().output
    assert "ResourceMonitor.ReadResource" in verbose  # it is the verbose log
    _assert_clean(verbose, "the verbose log")


def test_keys_of_a_profile_and_an_agency_are_in_no_state_or_log(new_project, tmp_path):
    """Neither the keys of a KooCLI profile nor those of its agency are in the state, the output or the verbose log."""
    session = {"accessKeyId": "AK0KOOCLI", "secretAccessKey": SECRET_KEY, "securityToken": SECURITY_TOKEN}
    profile = {
        "name": "default",
        "mode": "SSO",
        "region": "cn-north-4",
        "agencyName": "readers",
        "agencyDomainName": "emulated-account",
        "ssoAuth": {"stsToken": session},
    }
    file = tmp_path / "koocli.json"
    file.write_text(json.dumps({"current": "default", "profiles": [profile]}))
    account = Account(credentials=Credentials("AK0KOOCLI", SECRET_KEY, SECURITY_TOKEN), can_list=False)
    with Emulator(site=Site(accounts=(account,), agencies=(Agency(name="readers"),))) as emulator:
        environment = {name: value for name, value in emulator.environment().items() if not name.startswith("HW_")}
        project = new_project(
            PROGRAM,
            environment=environment,
            clusterId=emulator.cluster_id,
            huaweicloud__sharedConfigFile=str(file),
        )
        output = project.up().ok().output
        verbose = project.preview("-v=9", "--logtostderr").ok().output
        assert emulator.temporary_keys
    for text, what in ((output, "the output"), (project.state(), "the state"), (verbose, "the verbose log")):
        _assert_clean(text, what)
        assert "emulated-temporary-secret-" not in text
        assert "emulated-security-token-" not in text


def test_secret_keys_of_the_stack_configuration_are_encrypted_in_the_state(new_project, emulator):
    """A key pair given as secret configuration is found in clear neither in the state nor in the output."""
    project = new_project(
        PROGRAM,
        environment={
            name: value
            for name, value in emulator.environment().items()
            if name not in ("HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN")
        },
        clusterId=emulator.cluster_id,
        huaweicloud__accessKey=emulator.access_key,
    )
    project.set_secret("huaweicloud:secretKey", SECRET_KEY)
    project.set_secret("huaweicloud:securityToken", SECURITY_TOKEN)
    run = project.up().ok()
    _assert_clean(run.output, "the output")
    _assert_clean(project.state(), "the state")


def test_a_refused_key_is_named_by_its_source_only(new_project, emulator):
    """The error for a wrong secret key says where the keys came from, and shows none."""
    wrong = "Sk0AnotherMarkedKeyThatIsWrong9876543210"
    environment = {**emulator.environment(), "HW_SECRET_KEY": wrong}
    run = new_project(PROGRAM, environment=environment, clusterId=emulator.cluster_id).preview()
    assert run.exit_code != 0
    assert "HTTP 401, APIGW.0301" in run.output
    assert "HW_ACCESS_KEY, HW_SECRET_KEY" in run.output
    assert wrong not in run.output
    _assert_clean(run.output, "the error")


def test_a_secret_key_in_plain_configuration_is_warned_of(new_project, emulator):
    """A key that is not marked secret brings a warning with the command that mends it, once, and without the key."""
    project = new_project(
        PROGRAM,
        environment={name: value for name, value in emulator.environment().items() if "KEY" not in name},
        clusterId=emulator.cluster_id,
        huaweicloud__accessKey=emulator.access_key,
        huaweicloud__secretKey=SECRET_KEY,
    )
    project.set_secret("huaweicloud:securityToken", SECURITY_TOKEN)
    project.environment.pop("HW_SECURITY_TOKEN")
    output = project.run("preview", "--stack", "dev").ok().output
    diagnostics = output.partition("Diagnostics:")[2].partition("Outputs:")[0]
    assert diagnostics.count("pulumi config set --secret huaweicloud:secretKey") == 1
    _assert_clean(diagnostics, "the warning")
