"""`css-logs gate --stack` on outputs that are secret in part, empty, or oddly named; with the real Pulumi CLI."""

from __future__ import annotations

import pytest

from tests.support.pulumi_project import PulumiProject, engine_is_there

PROGRAM = """
    import pulumi

    record = {"id": "r", "status": "SUCCESS", "createdAt": "2022-06-24T03:00:00.000Z", "logPath": "p"}
    secret = pulumi.Output.secret
    pulumi.export("secret_path", [{**record, "logPath": secret("p")}])
    pulumi.export("secret_records", {"records": secret([record]), "clusterId": "c", "truncated": False})
    pulumi.export("secret_status", {**record, "status": secret("SUCCESS")})
    pulumi.export("secret_failure", secret([{**record, "status": "planted-status", "failedMsg": "planted-message"}]))
    pulumi.export("secret_text", secret({"records": [{**record, "createdAt": "planted-time"}]}))
    pulumi.export("--stack", secret(record))
    pulumi.export("empty", [])
    pulumi.export("nothing", None)
    pulumi.export("numbers", [1, 2])
"""
NOW = ("--now", "2022-06-24T12:00:00Z")


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    """Bring up one stack that needs no cloud, and return the environment that its backend is reached with."""
    engine_is_there()
    folder = tmp_path_factory.mktemp("secrets")
    project = PulumiProject(folder / "logs", folder / "home")
    project.write(PROGRAM)
    project.init()
    project.up().ok()
    return project.environ()


@pytest.mark.parametrize(
    ("output", "code", "text"),
    [
        ("secret_path", 0, "passes; the reason is not shown, for the output is secret"),
        ("secret_records", 0, "passes; the reason is not shown, for the output is secret"),
        ("secret_status", 0, "passes; the reason is not shown, for the output is secret"),
        ("secret_failure", 1, "does not pass (failed); the reason is not shown, for the output is secret"),
        ("secret_text", 4, "holds no log records that can be judged; it is secret, and not shown"),
        ("--stack", 0, "passes; the reason is not shown, for the output is secret"),
        ("empty", 1, "there is none"),
        ("nothing", 4, "'nothing'"),
        ("numbers", 4, "neither a list of log records"),
    ],
)
def test_output(css_logs, backend, output, code, text):
    """Records are read though a part of the output is secret, whatever the output's name; other shapes are refused."""
    done = css_logs(None, **backend)("gate", "--stack", "organization/logs/dev", "--output", output, *NOW)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (code, "", 1), done.stdout
    assert text in done.stdout


@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "markdown"])
@pytest.mark.parametrize("output", ["secret_failure", "secret_text", "secret_path"])
def test_nothing_of_a_secret_output_is_shown(css_logs, backend, output, form):
    """What Pulumi keeps secret is in no form of the verdict, neither of `gate` nor of `report`."""
    options = ("--stack", "organization/logs/dev", "--output", output, *NOW)
    shown = css_logs(None, **backend)("gate", *options, "--format", form)
    page = css_logs(None, **backend)("report", *options)
    for done in (shown, page):
        assert done.stdout
        assert "planted" not in done.stdout + done.stderr
        assert "2022-06-24T03" not in done.stdout


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"PULUMI_CONFIG_PASSPHRASE": "wrong"}, "incorrect passphrase"),
        ({"PULUMI_BACKEND_URL": "file:///there/is/nothing"}, "pulumi could not read the stack: "),
    ],
    ids=["passphrase", "backend"],
)
def test_a_backend_that_cannot_be_read(css_logs, backend, settings, text):
    """A wrong passphrase or backend ends with 4 and one line with what Pulumi said, also while waiting."""
    runner = css_logs(None, **{**backend, **settings})
    done = runner("gate", "--stack", "organization/logs/dev", "--output", "--stack", "--wait", "1h", *NOW)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (4, "", 1), done.stdout
    assert text in done.stdout
