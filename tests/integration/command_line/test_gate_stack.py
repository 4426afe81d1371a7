"""`css-logs gate --stack`: the outputs of a real stack, read through the real Pulumi CLI with its file backend."""

from __future__ import annotations

import json

import pytest
from pulumi_huaweicloud_css.emulator import Emulator

from tests.support.pulumi_project import PulumiProject, engine_is_there

PROGRAM = """
    import pulumi
    from pulumi_huaweicloud_css import LogRecords, get_log_records

    cluster_id = pulumi.Config().require("clusterId")
    logs = LogRecords("logs", cluster_id=cluster_id)
    pulumi.export("records", logs.records)
    pulumi.export("latest", logs.latest)
    pulumi.export("whole", logs)
    pulumi.export("plain", get_log_records(cluster_id=cluster_id))
    pulumi.export("successes", LogRecords("successes", cluster_id=cluster_id, status="SUCCESS"))
    pulumi.export("later", LogRecords("later", cluster_id=cluster_id, offset=2))
    pulumi.export("plainSuccesses", get_log_records(cluster_id=cluster_id, status="NOT_FAIL"))
    pulumi.export("plainLater", get_log_records(cluster_id=cluster_id, offset=2))
    pulumi.export("oneJob", get_log_records(cluster_id=cluster_id, job_type="Manual"))
    pulumi.export("secret", pulumi.Output.secret(logs.records))
    pulumi.export("word", "hello")
    pulumi.export("old", [{"id": "o", "status": "SUCCESS", "created_at": "2020-01-01T00:00:00Z"}])
"""
STACK = "organization/logs/dev"


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """Bring up one stack for all tests, and return the environment that its backend is reached with."""
    engine_is_there()
    folder = tmp_path_factory.mktemp("stack")
    with Emulator() as emulator:
        project = PulumiProject(folder / "logs", folder / "home", emulator.environment())
        project.write(PROGRAM)
        project.init(clusterId=emulator.cluster_id)
        project.up().ok()
    return project.environ()


@pytest.mark.parametrize(
    ("output", "code"),
    [("records", 0), ("latest", 0), ("whole", 0), ("plain", 0), ("secret", 0), ("old", 1), ("word", 4)],
)
def test_output_of_each_shape(css_logs, stack, output, code):
    """Every shape of output is judged, a secret one too, from outside any project; another shape is not."""
    done = css_logs(None, **stack)("gate", "--stack", STACK, "--output", output)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (code, "", 1), done.stdout


@pytest.mark.parametrize(
    ("output", "code", "text"),
    [
        ("successes", 1, "not all records were read"),
        ("plainSuccesses", 1, "not all records were read"),
        ("later", 1, "not all records were read"),
        ("plainLater", 1, "not all records were read"),
        ("oneJob", 0, "(job type Manual only)"),
    ],
)
def test_output_of_a_narrowed_reading(css_logs, stack, output, code, text):
    """What a status or an offset hides from an output cannot be known, so it fails; one kind of job is said."""
    done = css_logs(None, **stack)("gate", "--stack", STACK, "--output", output)
    assert (done.returncode, done.stderr) == (code, "")
    assert text in done.stdout


@pytest.mark.parametrize(
    ("name", "output", "text"),
    [(STACK, "nothing", "later, latest, old, oneJob, plain"), ("organization/logs/none", "records", "no stack named")],
)
def test_what_is_not_there(css_logs, stack, name, output, text):
    """An unknown stack or output ends with 4, in one line; an output's names those that there are."""
    done = css_logs(None, **stack)("gate", "--stack", name, "--output", output)
    assert (done.returncode, len((done.stdout + done.stderr).splitlines())) == (4, 1)
    assert text in done.stdout + done.stderr


def test_no_pulumi(css_logs, tmp_path):
    """Without a pulumi on PATH one line says to install it, in JSON too."""
    done = css_logs(None, PATH=str(tmp_path))("gate", "--stack", "dev", "--output", "x", "--format", "json")
    assert done.returncode == 4
    assert "install Pulumi" in json.loads(done.stdout)["subjects"][0]["reason"]


@pytest.mark.parametrize(
    "options",
    [
        ("--stack", "dev"),
        ("--output", "x"),
        ("--stack", "dev", "--output", "x", "--region", "r"),
        ("--stack", "dev", "--output", "x", "--limit", "3"),
        ("--stack", "dev", "--output", "x", "--file", "-"),
        ("--stack", "", "--output", ""),
        ("--stack", "--help=x", "--output", ""),
    ],
)
def test_options_that_do_not_go_together(css_logs, options):
    """A stack needs an output and nothing that is for asking the API: else 2 and one line."""
    done = css_logs()("gate", *options)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
