"""`css-logs gate --stack` on outputs that are secret in part, empty, or oddly named; with the real Pulumi CLI."""

from __future__ import annotations

import pytest

from pulumi_project import PulumiProject, engine_is_there

PROGRAM = """
    import pulumi

    record = {"id": "r", "status": "SUCCESS", "createdAt": "2022-06-24T03:00:00.000Z", "logPath": "p"}
    secret = pulumi.Output.secret
    pulumi.export("secret_path", [{**record, "logPath": secret("p")}])
    pulumi.export("secret_records", {"records": secret([record]), "clusterId": "c", "truncated": False})
    pulumi.export("secret_status", {**record, "status": secret("SUCCESS")})
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
        ("secret_path", 0, "r succeeded"),
        ("secret_records", 0, "cluster c are fresh"),
        ("secret_status", 0, "r succeeded"),
        ("--stack", 0, "r succeeded"),
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
