"""Options of `css-logs` that come from variables, the help that names them, and completion in a shell."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from pulumi_huaweicloud_css.cli.command import Command, Option
from pulumi_huaweicloud_css.cli.main import css_logs as group
from pulumi_huaweicloud_css.emulator import Backups, Cluster

COMMANDS = {name: group.get_command(click.Context(group), name) for name in sorted(group.modules)}
FILE = (
    '{"clusterLogRecord": [{"id": "r", "createAt": 1656042837000, "finishedAt": 1656042837000, "status": "SUCCESS"}], '
    '"totalSize": 1}'
)
NOW = {"CSS_LOGS_GATE_NOW": "2022-06-24T12:00:00Z"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_a_section_and_a_variable_in_the_help(css_logs, name):
    """Each option of each command stands in a section, with its variable, whose name is that of the option."""
    command = COMMANDS[name]
    assert isinstance(command, Command)
    text = css_logs()(name, "--help", COLUMNS="100").stdout
    for option in command.params:
        assert isinstance(option, Option | click.Argument)
        if isinstance(option, click.Argument):
            continue
        variable = f"CSS_LOGS_{name}_{option.opts[-1 if len(option.opts) == 1 else 0][2:]}".upper().replace("-", "_")
        assert f"env var: {variable}" in " ".join(text.split())
        assert f"\n{option.section}:\n" in text
    sections = re.findall(r"^([A-Z].*):$", text, re.MULTILINE)
    assert len(sections) == len(set(sections)) >= 3
    assert "Options" not in sections


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_of_the_help_can_be_typed(css_logs, name):
    """Each example in a command's help stands there whole, and is a command line that the command takes."""
    command = COMMANDS[name]
    text = css_logs()(name, "--help", COLUMNS="80").stdout
    typed = 0
    for purpose, line in command.examples:
        assert f"  # {purpose}\n  {line}\n" in text
        words = shlex.split(line.partition("|")[0].partition(" > ")[0].removeprefix('eval "$(').removesuffix(')"'))
        if words[0] == "css-logs":
            command.make_context(name, words[2:])
            typed += 1
            assert words[1] == name
    assert typed >= 1


def test_a_variable_sets_an_option_and_the_command_line_wins(css_logs):
    """A value comes from the variable, unless the option is given."""
    run = css_logs(**NOW)
    assert run("gate", "--file", "-", stdin=FILE).returncode == 0
    assert run("gate", "--file", "-", stdin=FILE, CSS_LOGS_GATE_MAX_AGE="1h").returncode == 1
    assert run("gate", "--file", "-", "--max-age", "24h", stdin=FILE, CSS_LOGS_GATE_MAX_AGE="1h").returncode == 0
    assert run("gate", stdin=FILE, CSS_LOGS_GATE_FILE="-", CSS_LOGS_GATE_FORMAT="json").stdout.startswith("{")
    assert run("gate", "--file", "-", stdin=FILE, CSS_LOGS_LIST_MAX_AGE="1h").returncode == 0


@pytest.mark.parametrize(
    ("value", "quiet"), [("1", True), ("true", True), ("yes", True), ("0", False), ("false", False), ("", False)]
)
def test_a_flag(css_logs, value, quiet):
    """A flag takes the usual words; an empty variable is not set."""
    done = css_logs(**NOW)("gate", "--file", "-", stdin=FILE, CSS_LOGS_GATE_QUIET=value)
    assert (done.returncode, done.stdout == "") == (0, quiet)


def test_several_values(css_logs, start_emulator):
    """A repeatable option takes several values, separated by spaces or line ends."""
    clusters = [Cluster(cluster_id=f"00000000-0000-4000-8000-{number:012}") for number in range(3)]
    run = css_logs(start_emulator(*clusters))
    ids = " ".join(cluster.cluster_id for cluster in clusters[:2]) + f"\n{clusters[2].cluster_id}\n"
    done = run("gate", "--format", "json", CSS_LOGS_GATE_CLUSTER_ID=ids)
    assert [subject["name"] for subject in json.loads(done.stdout)["subjects"]] == ids.split()


def test_a_required_option(css_logs, start_emulator):
    """An option that has to be given can be given so, too, and an empty variable is no value."""
    run = css_logs(start_emulator(Cluster(backups=Backups(count=2))))
    done = run("list", CSS_LOGS_LIST_CLUSTER_ID=Cluster().cluster_id, CSS_LOGS_LIST_FORMAT="csv")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 3)
    done = run("list", CSS_LOGS_LIST_CLUSTER_ID="")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: no cluster: give --cluster-id (repeatable), --all-clusters, ")


@pytest.mark.parametrize("name", ["FILE", "STACK", "OUTPUT", "CLUSTER_ID", "MAX_AGE", "LIMIT", "QUIET", "NOW", "WAIT"])
def test_an_empty_variable_is_not_set(css_logs, name):
    """Whatever the option, an empty variable changes nothing."""
    values = NOW | {f"CSS_LOGS_GATE_{name}": ""}
    done = css_logs()("gate", *(["--now", NOW["CSS_LOGS_GATE_NOW"]] if name == "NOW" else []), "--file", "-",
                      stdin=FILE, **values)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


WRONG = [
    ("gate", "MAX_AGE", "soon"),
    ("gate", "QUIET", "perhaps"),
    ("gate", "NOW", "yesterday"),
    ("gate", "FORMAT", "pdf"),
    ("gate", "PARALLELISM", "many"),
    ("gate", "POLL_INTERVAL", "0s"),
    ("gate", "STACK", "org/project/dev"),
    ("gate", "REGION", "cn-north-4"),
    ("gate", "CLUSTER_ID", "4213d908-f5dc-4633-8401-cfd7175fca0c"),
    ("list", "CLUSTER_ID", "no uuid"),
    ("gate", "LIMIT", "0"),
    ("report", "FORMAT", "pdf"),
    ("whoami", "FORMAT", "pdf"),
    ("emulator", "PORT", "x"),
    ("emulator", "FAULT", "503:1 nonsense"),
    ("emulator", "BACKGROUND", "perhaps"),
]


@pytest.mark.parametrize(("command", "name", "value"), WRONG, ids=str)
def test_a_wrong_value_names_its_variable(css_logs, command, name, value):
    """What came from a variable, and is wrong or does not go together with the rest, ends with 2 and names it."""
    given = {"gate": ["--file", "-", "--wait", "1s"], "report": ["--file", "-"], "emulator": ["--port", "0"]}
    options = [] if name == "PORT" else given.get(command, [])
    done = css_logs()(command, *options, stdin=FILE, **{f"CSS_LOGS_{command.upper()}_{name}": value})
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert f"CSS_LOGS_{command.upper()}_{name}" in done.stderr


@pytest.mark.parametrize(("name", "value"), [("REGION", "no-such-thing!"), ("ENDPOINT", "no such thing!")])
def test_a_wrong_setting_names_its_variable(css_logs, start_emulator, name, value):
    """A setting that came from a variable of ours ends as the option does, and the variable is named."""
    emulator = start_emulator()
    run = css_logs(emulator)
    typed = run("list", "--cluster-id", emulator.cluster_id, f"--{name.lower()}", value)
    done = run("list", "--cluster-id", emulator.cluster_id, **{f"CSS_LOGS_LIST_{name}": value})
    assert done.returncode == typed.returncode == 4
    assert done.stderr == typed.stderr.rstrip() + f" (set by variables: CSS_LOGS_LIST_{name})\n"


def test_an_option_that_was_typed_is_not_blamed_on_a_variable(css_logs):
    """Where the command line has the wrong value, no variable is named."""
    done = css_logs()("gate", "--file", "-", "--max-age", "soon", CSS_LOGS_GATE_MAX_AGE="24h")
    assert done.returncode == 2
    assert "CSS_LOGS" not in done.stderr


def test_the_form_of_errors_comes_from_the_variable_too(css_logs):
    """Errors are JSON where the variable asks for it, and not where it asks for quiet, or the option for text."""
    run = css_logs(CSS_LOGS_GATE_FORMAT="json")
    assert json.loads(run("gate").stdout)["error"]["type"] == "UsageError"
    assert run("gate", CSS_LOGS_GATE_QUIET="1").stdout == ""
    assert run("gate", "--format", "text").stdout == ""
    assert run("gate", CSS_LOGS_GATE_QUIET="perhaps").stdout.startswith("{")


def complete(runner, lines):
    """Have one bash complete the last word of each line with our script; return what it offers for each."""
    script = 'eval "$(_CSS_LOGS_COMPLETE=bash_source css-logs)" || exit 9\n'
    for line in lines:
        script += f"""
            COMPREPLY=() COMP_WORDS=({line}) COMP_CWORD=$(({len(shlex.split(line))} - 1))
            _css_logs_completion css-logs
            echo "${{COMPREPLY[*]}}"
        """
    environ = runner.environ()
    environ["PATH"] = f"{Path(sys.executable).parent}:{environ['PATH']}"
    done = subprocess.run(["bash", "-c", script], env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return [offered.split() for offered in done.stdout.splitlines()]


def test_bash_completes(css_logs):
    """The script that the README names completes commands, options and choices in a real bash."""
    offered = {
        "css-logs ''": sorted(COMMANDS),
        "css-logs ga": ["gate"],
        "css-logs gate --max-": ["--max-age", "--max-running", "--max-consecutive-failures"],
        "css-logs gate --format j": ["json", "junit"],
        "css-logs list --format ''": ["table", "json", "csv", "yaml"],
        "css-logs emulator --back": ["--background"],
    }
    assert dict(zip(offered, complete(css_logs(), offered), strict=True)) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_each_shell_is_printed(css_logs, shell):
    """For each of the three shells there is a script that asks the command for what can follow."""
    done = css_logs()(_CSS_LOGS_COMPLETE=f"{shell}_source")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_CSS_LOGS_COMPLETE={shell}_complete" in done.stdout


def test_a_wrong_completion_is_wrong_usage(css_logs):
    """An instruction that no shell gives ends with 2 and one line, never with the exit code of a verdict."""
    done = css_logs()("gate", "--file", "none", _CSS_LOGS_COMPLETE="zzz")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "_CSS_LOGS_COMPLETE" in done.stderr
