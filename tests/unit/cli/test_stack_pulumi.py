"""`css-logs gate --stack` where the Pulumi CLI does not do what it should; a script stands in for it."""

from __future__ import annotations

import json
import os

import pytest


@pytest.fixture
def gate(css_logs, tmp_path):
    """Judge an output of a stack, with a `pulumi` that prints something and ends with some code."""

    def gate(printed, code=0, errors="", output="logs"):
        (tmp_path / "printed").write_text(printed)
        (tmp_path / "errors").write_text(errors)
        pulumi = tmp_path / "pulumi"
        pulumi.write_text(f"#!/bin/sh\ncat '{tmp_path}/printed'\ncat '{tmp_path}/errors' >&2\nexit {code}\n")
        pulumi.chmod(0o755)
        run = css_logs(None, PATH=f"{tmp_path}:{os.environ['PATH']}")
        return run("gate", "--stack", "dev", "--output", output)

    return gate


@pytest.mark.parametrize(
    "printed",
    ["", "warning: a new version", '{"logs": ', '{"logs": []} and more', "[" * 100_000],
    ids=["nothing", "words", "half", "more", "deep"],
)
def test_output_that_is_not_json(gate, printed):
    """Whatever Pulumi prints instead of JSON is one line and 4: nothing is judged, and nothing of it is shown."""
    done = gate(printed)
    assert (done.returncode, done.stderr) == (4, "")
    assert done.stdout.strip().endswith("dev logs: pulumi did not print JSON for the stack's outputs")


@pytest.mark.parametrize("printed", ["[]", "null", "3", '"logs"', '["logs"]', "{}"])
def test_json_without_outputs(gate, printed):
    """JSON that is no object, or an empty one, holds no output of any name."""
    done = gate(printed)
    assert (done.returncode, done.stderr) == (4, "")
    assert "stack dev has no output 'logs'; its outputs: none" in done.stdout


@pytest.mark.parametrize(
    ("errors", "text"),
    [
        ("\nwarning: old\nerror: no stack\nsee more\n", "pulumi could not read the stack: no stack"),
        ("\nfirst\nlast\n\n", "pulumi could not read the stack: last"),
        ("", "pulumi could not read the stack: no reason given"),
    ],
)
def test_pulumi_that_fails(gate, errors, text):
    """What Pulumi calls its error is the reason, else the last thing that it said; what it printed is not judged."""
    record = {"id": "a", "status": "SUCCESS", "createdAt": "2100-01-01T00:00:00Z"}
    done = gate(json.dumps({"logs": [record]}), code=255, errors=errors)
    assert (done.returncode, done.stderr) == (4, "")
    assert done.stdout.strip().endswith(text)


def test_pulumi_that_cannot_be_run(css_logs, tmp_path):
    """A file named pulumi that is no program is one line and 4."""
    (tmp_path / "pulumi").write_text("\x00\x01 no program")
    (tmp_path / "pulumi").chmod(0o755)
    done = css_logs(None, PATH=f"{tmp_path}:{os.environ['PATH']}")("gate", "--stack", "dev", "--output", "logs")
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (4, "", 1)
    assert "pulumi could not be run: " in done.stdout


@pytest.mark.parametrize("status", ["FAIL", None])
def test_record_with_a_null_id(gate, status):
    """A record whose id is null is judged as any other: its failure is not lost."""
    good = {"id": "good", "status": "SUCCESS", "createdAt": "2020-01-01T00:00:00Z"}
    bad = {"id": None, "status": status, "createdAt": "2020-01-02T00:00:00Z"}
    done = gate(json.dumps({"logs": {"records": [bad, good], "truncated": False}}))
    assert done.returncode == 1
    assert "are failing: one without an id failed" in done.stdout
