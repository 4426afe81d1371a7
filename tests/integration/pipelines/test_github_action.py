"""The GitHub action: the shell lines of `action.yml`, run as a runner runs them, against the emulator."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from pulumi_huaweicloud_css import __version__
from pulumi_huaweicloud_css.emulator import Cluster

from tests.support import ROOT
from tests.support.pages import BLOCKS

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
# A proxy and an index of packages are the machine's own.
_KEPT = tuple(name for name in os.environ if name == "PATH" or name.upper().endswith("_PROXY") or "PIP_" in name)
_INPUT = re.compile(r"\$\{\{ inputs\.([a-z-]+) \}\}")


@dataclass
class Finished:
    """What a step left: its exit code, its log, and the files by which it speaks to the runner."""

    exit_code: int
    log: str
    outputs: dict[str, str]
    summary: str
    variables: dict[str, str]


def _outputs(text: str) -> dict[str, str]:
    """Read GITHUB_OUTPUT as a runner does: up to the line that the output's first line announced."""
    lines = iter(text.splitlines())
    found = {}
    for line in lines:
        name, delimiter = line.split("<<", 1)
        value = []
        while (line := next(lines)) != delimiter:
            value.append(line)
        found[name] = "\n".join(value)
    return found


def _run(step: dict[str, object], folder: Path, environment: dict[str, str], **inputs: str) -> Finished:
    """Run a step of the action with these inputs (`_` in a name stands for `-`)."""
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    for name in given:
        assert name in ACTION["inputs"]
    base = {name: os.environ[name] for name in _KEPT if name in os.environ}
    values = {name: given.get(name, settings.get("default", "")) for name, settings in ACTION["inputs"].items()}
    variables = {name: _INPUT.sub(lambda found: values[found[1]], text) for name, text in step["env"].items()}
    speaking = {name: folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
    for file in speaking.values():
        file.write_text("")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", str(step["run"])],
        cwd=folder,
        env={
            **base,
            "HOME": str(folder),
            **environment,
            **variables,
            **{name: str(file) for name, file in speaking.items()},
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": str(folder),
        },
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return Finished(
        exit_code=done.returncode,
        log=done.stdout,
        outputs=_outputs(speaking["GITHUB_OUTPUT"].read_text()),
        summary=speaking["GITHUB_STEP_SUMMARY"].read_text(),
        variables=dict(line.split("=", 1) for line in speaking["GITHUB_ENV"].read_text().splitlines()),
    )


INSTALL, GATE = ACTION["runs"]["steps"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Install css-logs as the action's first step does, from the action's own source."""
    done = _run(INSTALL, tmp_path_factory.mktemp("runner"), {}, python=sys.executable)
    assert done.exit_code == 0, done.log
    return done.variables


@pytest.fixture
def gate(installed, emulator, tmp_path):
    """Run the second step against the emulator."""

    def run(**inputs: str) -> Finished:
        return _run(GATE, tmp_path, {**installed, **emulator.environment()}, **inputs)

    return run


def test_the_job_of_the_documentation(gate):
    """The inputs that the documentation shows are those of the action, and pass while backups are fresh."""
    [job] = yaml.safe_load(BLOCKS["github-action"])["jobs"].values()
    [step] = job["steps"]
    assert step["uses"].rpartition("@")[2] == f"v{__version__}"
    inputs = {
        name.replace("-", "_"): value if isinstance(value, str) else json.dumps(value)
        for name, value in step["with"].items()
    }
    done = gate(**inputs)
    assert (done.exit_code, done.outputs["state"]) == (0, "passed"), done.log


def test_a_fresh_cluster_passes(gate, emulator):
    """State, reason and exit code are outputs, the log has an annotation, and the summary a table."""
    done = gate(cluster_id=emulator.cluster_id)
    assert done.exit_code == 0, done.log
    assert (done.outputs["state"], done.outputs["exit-code"]) == ("passed", "0")
    assert "are fresh" in done.outputs["reason"]
    assert "::notice title=" in done.log
    assert emulator.cluster_id in done.summary
    assert set(done.outputs) == set(ACTION["outputs"])


def test_a_failed_backup_fails_the_job(gate, emulator):
    """The reason tells the failure; a message that looks like an output of the step is text of the reason only."""
    emulator.add_record(status="FAIL", failedMsg="full\nstate<<EOF\npassed\nEOF")
    done = gate(cluster_name="css-*", max_age="7d")
    assert done.exit_code == 1, done.log
    assert (done.outputs["state"], done.outputs["exit-code"]) == ("failed", "1")
    assert "full" in done.outputs["reason"]
    assert "::error title=" in done.log


def test_of_a_large_account_the_runner_gets_what_it_takes(gate, tmp_path):
    """A summary over 1 MiB would be dropped whole, and a longer variable refused: what passed is left out first."""
    clusters = []
    for number in range(6000):
        cluster_id, time = str(uuid.UUID(int=number)), "2026-01-01T00:00:00.000Z"
        record = {"id": "r", "cluster_id": cluster_id, "created_at": time, "finished_at": time, "status": "SUCCESS"}
        records = [record] if number % 2 else []
        clusters.append({"cluster_id": cluster_id, "cluster_name": "n" * 60, "records": records, "count": len(records)})
        clusters[-1] |= {"total_size": len(records), "truncated": False}
    (tmp_path / "clusters.json").write_text(json.dumps({"clusters": clusters, "skipped": [], "errors": []}))
    done = gate(args="--file=clusters.json\n--now=2026-01-01T01:00:00Z")
    assert (done.exit_code, done.outputs["state"]) == (1, "failed"), done.log[-2000:]
    assert 900_000 < len(done.summary.encode()) < 2**20
    failed, passed = done.summary.count("✗ failed"), done.summary.count("✓ passed")
    assert (failed, done.summary.rindex("✗ failed") < done.summary.index("✓ passed")) == (3000, True)
    left_out = 6000 - failed - passed
    assert done.summary.endswith(f"\n\n{left_out:,} more are in the log.\n")
    assert 50_000 < len(done.outputs["reason"].encode()) < 2**17 - 1000
    left_out = 3000 - done.outputs["reason"].count("there is none")
    assert done.outputs["reason"].endswith(f"\n{left_out:,} more are in the log.")


def test_settings_of_the_gate_are_inputs(gate, emulator, tmp_path):
    """A failure is accepted where the input says so, and the HTML page is written where it says."""
    emulator.add_record(status="FAIL")
    done = gate(all_clusters="true", max_consecutive_failures="1", html="log backups.html")
    assert done.exit_code == 0, done.log
    assert (tmp_path / "log backups.html").read_text().startswith("<!doctype html>")


def test_a_share_is_judged_by_a_job_of_a_matrix(gate, emulator, tmp_path, installed):
    """Two jobs judge half of the clusters each, listed in a file, and `css-logs merge` takes what they wrote."""
    ids = [emulator.cluster_id, *(str(uuid.UUID(int=number)) for number in (1, 2, 3))]
    for cluster_id in ids[1:]:
        emulator.add_cluster(Cluster(cluster_id=cluster_id))
    (tmp_path / "clusters.txt").write_text("\n".join(ids))
    for share in ("1", "2"):
        done = gate(clusters_file="clusters.txt", shard=f"{share}/2", json=f"{share}.json", allow_empty="true")
        assert done.exit_code == 0, done.log
    command = [Path(installed["CSS_LOGS_SCRIPTS"]) / "css-logs", "merge", "1.json", "2.json"]
    merged = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True, check=False)
    assert (merged.returncode, merged.stderr) == (0, "")
    assert all(cluster_id in merged.stdout for cluster_id in ids)


def test_any_other_option_is_an_argument(gate, emulator, tmp_path):
    """Each line is one argument, blanks around it apart; a blank or a quote inside is part of it."""
    emulator.add_record(status="FAIL")
    arguments = (
        "\n  --report=junit=back ups'.xml\r\n\n--max-consecutive-failures=1\n--engine=elasticsearch  \n--shard=1/1"
    )
    done = gate(cluster_name="css-*", args=arguments)
    assert done.exit_code == 0, done.log
    assert (tmp_path / "back ups'.xml").read_text().startswith("<?xml")
    assert (done.outputs["state"], "::notice title=" in done.log) == ("passed", True)
    assert "matches the engine logstash" in gate(args="--engine=logstash").outputs["reason"]
    assert gate(args="--engine=logstash\n--allow-empty").exit_code == 0


def test_an_argument_counts_before_an_input(gate, emulator):
    """Who gives an option twice gets what is told for the command: an option counts before its variable."""
    emulator.add_record(status="FAIL")
    assert gate(all_clusters="true", max_consecutive_failures="1", args="--max-consecutive-failures=0").exit_code == 1


@pytest.mark.parametrize("arguments", ["--help", "-h", "--nonsense", "*", "cluster"])
def test_nothing_passes_that_was_not_judged(gate, arguments):
    """An argument after which nothing is judged, such as one for help, fails the job."""
    done = gate(all_clusters="true", args=arguments)
    assert done.exit_code != 0, done.log
    assert (done.outputs["state"], done.outputs["exit-code"]) == ("error", str(done.exit_code))


def test_the_jobs_own_variables_hold_where_an_input_is_not_given(installed, emulator, tmp_path):
    """A gate that the job makes stricter by a variable stays so: an input that is not given does not empty it."""
    strict = {**installed, **emulator.environment(), "CSS_LOGS_GATE_MAX_AGE": "1s"}
    assert _run(GATE, tmp_path, strict, all_clusters="true").exit_code == 1
    assert _run(GATE, tmp_path, strict, all_clusters="true", max_age="7d").exit_code == 0


def test_a_wrong_input_is_no_verdict(gate):
    """A duration that is none is a usage error with its text in the log; state is error, not passed."""
    done = gate(all_clusters="true", max_age="soon")
    assert (done.exit_code, done.outputs["state"], done.outputs["exit-code"]) == (2, "error", "2")
    assert "::error title=css-logs::" in done.log
    assert "soon" in done.outputs["reason"]
    assert "soon" in done.summary


def test_without_a_cluster_nothing_passes(gate):
    """A job that names no cluster is a usage error."""
    done = gate()
    assert (done.exit_code, done.outputs["state"]) == (2, "error")


def test_an_api_out_of_reach_is_no_verdict(gate, emulator):
    """Where the question cannot be asked, the job fails with exit code 4 and state error."""
    emulator.fault("redirect")
    done = gate(cluster_id=emulator.cluster_id)
    assert (done.exit_code, done.outputs["state"]) == (4, "error")


@pytest.mark.parametrize("name", sorted(set(ACTION["inputs"]) - {"python", "version", "html"}))
def test_an_input_is_never_a_command(gate, tmp_path, name):
    """What a caller writes into an input, such as a branch's name, is data for css-logs and not for the shell."""
    hostile = "$(touch ran)`touch ran`;touch ran"
    gate(**{"cluster_id": "4213d908-f5dc-4633-8401-cfd7175fca0c", name.replace("-", "_"): hostile})
    assert not list(tmp_path.rglob("ran"))


def test_no_expression_stands_in_a_script():
    """Expressions are in variables only: in a script they would be replaced before the shell reads it."""
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert set(step) <= {"name", "id", "shell", "env", "run"}


def test_an_empty_python_is_the_default_one(tmp_path):
    """A job whose expression for the input is empty, as outside of its matrix, gets the Python that is on PATH."""
    (tmp_path / "python3").write_text("#!/bin/sh\necho found\nexit 9\n")
    (tmp_path / "python3").chmod(0o755)
    done = _run(INSTALL, tmp_path, {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}, python="")
    assert (done.exit_code, done.log) == (9, "found\n")


def test_a_python_that_is_too_old_is_named(tmp_path):
    """An interpreter below 3.11 is one annotation with its version, and nothing is installed."""
    old = tmp_path / "python3"
    old.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && exec "{sys.executable}" -c "import sys; sys.version_info = (3, 9); $2"\nexit 9\n'
    )
    old.chmod(0o755)
    done = _run(INSTALL, tmp_path, {}, python=str(old))
    assert done.exit_code == 1
    assert "::error title=css-logs::Python 3.11 or newer is needed" in done.log
    assert done.variables == {}
