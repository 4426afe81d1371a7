"""`css-logs -v`: the package's log on standard error, and nothing there without it."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Cluster, Emulator, Site

CLUSTER = Cluster().cluster_id
GATE = ("gate", "--cluster-id", CLUSTER)
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (.+)")
KEYS = {
    "HW_ACCESS_KEY": "AK0PLANTED0TEST0KEY0",
    "HW_SECRET_KEY": "Sk0PlantedSecretKeyForTests",
    "HW_SECURITY_TOKEN": "St0PlantedSecurityTokenForTests",
}
TOKEN = {"HW_AUTH_TOKEN": "To0PlantedIamTokenForTests"}
PROXY = "http://user:Pw0PlantedPassword@127.0.0.1"


def told(done):
    """Return what the lines on standard error say, each of which is one of the log."""
    return [LINE.fullmatch(line)[1] for line in done.stderr.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (("-v", *GATE), {}),
        ((*GATE, "-v"), {}),
        (("--verbose", *GATE, "--quiet", "--verbose"), {}),
        (GATE, {"CSS_LOGS_VERBOSE": "1"}),
        (GATE, {"CSS_LOGS_GATE_VERBOSE": "true"}),
    ],
    ids=["before", "after", "both", "variable", "command's variable"],
)
def test_the_log_is_shown_once(css_logs, start_emulator, arguments, variables):
    """Wherever the option stands, each request has one line, and standard output is as without it."""
    run = css_logs(start_emulator(faults=["503:1"]))
    done = run(*arguments, **variables)
    assert done.returncode == 0
    requests = [line for line in told(done) if re.match(r"GET .* ms: ", line)]
    assert [re.search(r"attempt (\d), \d+ ms: HTTP (\d+)", line).groups() for line in requests] == [
        ("1", "503"),
        ("2", "200"),
    ]
    assert [line for line in told(done) if line.startswith("settings: credentials from environment (HW_ACCESS_KEY, ")]
    assert (done.stdout == "") == ("--quiet" in arguments)


@pytest.mark.parametrize("variables", [{}, {"CSS_LOGS_VERBOSE": "0"}, {"CSS_LOGS_GATE_VERBOSE": ""}])
def test_nothing_is_shown_without_it(css_logs, start_emulator, variables):
    """A retry, throttling and a redirect leave no line of the log where nobody asked for it."""
    done = css_logs(start_emulator(faults=["429:1", "503:1", "redirect"]))(*GATE, **variables)
    assert (done.returncode, done.stderr) == (4, "")


def test_each_command_takes_it(css_logs, start_emulator):
    """List, report and whoami show it, too."""
    run = css_logs(start_emulator())
    for arguments in (("list", "--cluster-id", CLUSTER), ("report", "--cluster-id", CLUSTER), ("whoami",)):
        done = run(*arguments, "-v")
        assert done.returncode == 0
        assert done.stdout
        assert [line for line in told(done) if line.startswith("settings: ")]


def test_data_stays_data(css_logs, start_emulator):
    """JSON on standard output can be parsed whether the log is shown or not."""
    done = css_logs(start_emulator())("list", "--cluster-id", CLUSTER, "--format", "json", "-v")
    assert json.loads(done.stdout)["cluster_id"] == CLUSTER
    assert told(done)


def test_its_variable_is_blamed_for_nothing_but_itself(css_logs):
    """A wrong value names the variable; an error of others does not, for it set nothing that could be wrong."""
    done = css_logs()(*GATE, CSS_LOGS_VERBOSE="perhaps")
    assert (done.returncode, "CSS_LOGS_VERBOSE" in done.stderr) == (2, True)
    done = css_logs()("gate", CSS_LOGS_GATE_VERBOSE="1")
    assert (done.returncode, "CSS_LOGS_GATE_VERBOSE" in done.stderr) == (2, False)


@pytest.mark.parametrize("variables", [KEYS, TOKEN], ids=["keys", "token"])
def test_no_secret_is_shown(css_logs, variables, tmp_path, closed_port):
    """Through reads, refusals, retries, broken connections and proxies, no secret and no access key is shown."""
    accounts = [
        Account(credentials=Credentials(*KEYS.values())),
        Account(credentials=Credentials(token=TOKEN["HW_AUTH_TOKEN"])),
    ]
    faults = ["429:1", "503:1", "reset:1", "truncated-body:1", "html:1", "redirect:1"]
    with Emulator(site=Site(accounts=tuple(accounts)), faults=faults) as emulator:
        around = {name: value for name, value in emulator.environment().items() if name not in {**KEYS, **TOKEN}}
        run = css_logs(None, **around, **variables)
        shown = [run(*GATE, "-v", HW_PROJECT_ID="", http_proxy=f"{PROXY}:1", NO_PROXY="") for _ in range(4)]
        shown.append(run(*GATE, "-v", **{name: f"{value}x" for name, value in variables.items()}))
        away = {"https_proxy": f"{PROXY}:{closed_port}", "HW_MAX_RETRIES": "0", "NO_PROXY": ""}
        shown.append(run(*GATE, "-v", "--endpoint", "https://css.example.invalid", **away))
        emulator.stop()
        shown.append(run(*GATE, "-v", HW_MAX_RETRIES="1"))
    profile = "[basic]\n" + "".join(
        f"{name}={value}\n" for name, value in zip(("ak", "sk"), KEYS.values(), strict=False)
    )
    (tmp_path / "profile").write_text(profile)
    shown.append(css_logs(None, **around)("whoami", "-v", HUAWEICLOUD_SDK_CREDENTIALS_FILE=str(tmp_path / "profile")))
    text = "".join(done.stderr for done in shown)
    assert {done.returncode for done in shown} == {0, 4}
    for part in (
        "HTTP 200",
        "HTTP 302",
        "HTTP 401",
        "HTTP 429",
        "retried in",
        "proxy from https_proxy",
        "section [basic]",
    ):
        assert part in text
    assert [line for line in text.splitlines() if not LINE.fullmatch(line)] == []
    assert not re.search("planted", text, re.IGNORECASE)


def test_hostile_text_is_one_harmless_line():
    """What comes from outside neither breaks a line, nor moves the cursor, nor is a command to a CI system."""
    program = (
        "from pulumi_huaweicloud_css._log import LOGGER\n"
        "from pulumi_huaweicloud_css.cli.log import show_log\n"
        "show_log(), show_log()\n"
        "LOGGER.info('%s', '##vso[x]\\x1b[2J\\n::error::b\\u2028c')\n"
        "LOGGER.info('no %d', 'number')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    first = done.stderr.splitlines()[0]
    assert LINE.fullmatch(first)[1] == "# #vso[x] [2J ::error::b c"
    assert done.stderr.count("Logging error") == 1  # a defect of ours is told, and ends nothing
    assert done.returncode == 0


def test_a_closed_standard_error_changes_no_exit_code(css_logs, start_emulator):
    """Where the log cannot be written, the verdict is the same."""
    emulator = start_emulator()
    run = css_logs(emulator)
    command = f"exec {sys.executable.rpartition('/')[0]}/css-logs gate --cluster-id {CLUSTER} -v 2>&-"
    done = subprocess.run(["sh", "-c", command], env=run.environ(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:1]) == (0, "✓")
