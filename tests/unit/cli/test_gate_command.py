"""`css-logs gate`: its files, its options, and what it says to wrong ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pulumi_huaweicloud_css.emulator import Cluster

CLUSTER = Cluster().cluster_id


def test_file_and_standard_input(css_logs, record, tmp_path):
    """An answer is judged alike from a file and from standard input, without any setting."""
    text = json.dumps({"clusterLogRecord": [record()], "totalSize": 1})
    (tmp_path / "a.json").write_text(text)
    assert css_logs()("gate", "--file", tmp_path / "a.json").returncode == 0
    assert css_logs()("gate", "--file", "-", stdin=text).returncode == 0


@pytest.mark.parametrize("total", [{"totalSize": 9}, {"totalSize": 0}, {"totalSize": None}, {}])
@pytest.mark.parametrize("ages", [(1,), (1, 2), (2, 1)])
def test_file_that_may_be_one_page_of_several(css_logs, record, ages, total):
    """A file does not tell which page it is: unless its total says that nothing is missing, it does not pass."""
    records = [record(age_ms=age * 60_000) for age in ages]
    done = css_logs()("gate", "--file", "-", stdin=json.dumps({"clusterLogRecord": records, **total}))
    assert done.returncode == 1
    assert "not all records were read" in done.stdout
    complete = json.dumps({"clusterLogRecord": records, "totalSize": len(ages)})
    assert css_logs()("gate", "--file", "-", stdin=complete).returncode == 0


def test_file_with_records_of_several_clusters(css_logs, record):
    """A file about two clusters is judged as neither of them."""
    records = [record(age_ms=60_000, clusterId="A"), record("FAIL", age_ms=30_000, clusterId="b")]
    done = css_logs()("gate", "--file", "-", stdin=json.dumps({"clusterLogRecord": records, "totalSize": 2}))
    assert (done.returncode, "records of several clusters, such as A and b" in done.stdout) == (4, True)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"clusterLogRecord": 1}', "\ufeffno", '{"x": 1}'])
def test_file_that_is_no_answer(css_logs, text):
    """Text that is not an answer of the API ends with 4 and one line that names the source."""
    done = css_logs()("gate", "--file", "-", stdin=text)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (4, "", 1)
    assert "standard input" in done.stdout


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--limit", "2"), 1),
        (("--status", "SUCCESS"), 1),
        (("--status", "NOT_FAIL"), 1),
        (("--offset", "2"), 1),
    ],
)
def test_file_that_list_wrote(css_logs, start_emulator, options, code):
    """What `list --format json` writes is judged from a file; a part of the records is not enough."""
    emulator = start_emulator()
    listed = css_logs(emulator)("list", "--cluster-id", CLUSTER, "--format", "json", *options).stdout
    done = css_logs()("gate", "--file", "-", stdin=listed)
    assert (done.returncode, CLUSTER in done.stdout) == (code, True)
    assert ("not all records were read" in done.stdout) == bool(code)
    if code == 0:
        without = json.dumps({name: value for name, value in json.loads(listed).items() if name != "total_size"})
        assert css_logs()("gate", "--file", "-", stdin=without).returncode == 1
    twice = listed.replace('"truncated": ', '"truncated": true, "truncated": ')
    assert css_logs()("gate", "--file", "-", stdin=twice).returncode == 4


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no endless device")
def test_endless_file(css_logs):
    """A file without an end is read no further than an answer may be long."""
    done = css_logs()("gate", "--file", "/dev/zero")
    assert (done.returncode, "/dev/zero: is larger than 8 MiB" in done.stdout) == (4, True)


@pytest.mark.parametrize("name", ["not-there.json", "."])
def test_file_that_cannot_be_read(css_logs, name):
    """A file that cannot be read ends with 4 and one line that names it."""
    done = css_logs()("gate", "--file", name)
    assert (done.returncode, len(done.stdout.splitlines())) == (4, 1)
    assert f"{name}: cannot be read" in done.stdout


WRONG = [
    *[(option, value) for option in ("--max-age", "--max-running", "--wait") for value in ("soon", "-1h", "1h1h", "")],
    ("--poll-interval", "never"),
    ("--wait", "1h", "--poll-interval", "0s"),
    ("--max-consecutive-failures", "-1"),
    ("--cluster-id", "no uuid"),
    ("--cluster-id", ""),
    ("--file", "-"),
    ("--now", "yesterday"),
    ("--status", "MAYBE"),
    ("--limit", "0"),
    ("--unknown",),
    ("--format", "pdf"),
    ("surplus\x1b[31m",),
]


@pytest.mark.parametrize("options", WRONG, ids=" ".join)
def test_wrong_option(css_logs, start_emulator, options):
    """A wrong option ends with 2, one clean line and no request; JSON has the error on standard output as well."""
    emulator = start_emulator()
    options = ("gate", "--format", "json", "--cluster-id", CLUSTER, *options)
    done = css_logs(emulator)(*options)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert done.stderr.startswith("Error: ")
    assert "\x1b" not in done.stderr
    if "pdf" not in options:
        assert json.loads(done.stdout)["error"]["message"] in done.stderr
    assert emulator.requests == []


def test_nothing_to_judge(css_logs):
    """Without any cluster, stack or file the command says which to give."""
    done = css_logs()("gate")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "--cluster-id" in done.stderr


def test_output_file(css_logs, record, tmp_path):
    """The report replaces an old file whole; a summary for people is printed, with --quiet nothing."""
    target = tmp_path / "out" / "report.xml"
    target.parent.mkdir()
    target.write_text("old" * 10_000)
    text = json.dumps({"clusterLogRecord": [record()], "totalSize": 1})
    options = ("gate", "--file", "-", "--format", "junit", "--output-file", target)
    assert "passed" in css_logs()(*options, stdin=text).stdout
    assert target.read_text().startswith("<?xml")
    assert "old" not in target.read_text()
    done = css_logs()(*options, "--quiet", stdin='{"clusterLogRecord": []}')
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    assert "<failure" in target.read_text()
    assert os.listdir(target.parent) == ["report.xml"]


def test_output_file_in_no_folder(css_logs):
    """A report that cannot be written ends with 4 and one line that names the file."""
    done = css_logs()("gate", "--file", "-", "--output-file", "none/x", stdin='{"clusterLogRecord": []}')
    assert (done.returncode, len(done.stderr.splitlines())) == (4, 1)
    assert "none/x: cannot be written" in done.stderr


def test_output_file_that_cannot_be_replaced(tmp_path):
    """Where the last step fails (a folder has the name), no temporary file is left behind."""
    (tmp_path / "out" / "report" / "inside").mkdir(parents=True)
    program = (
        "from pathlib import Path; from pulumi_huaweicloud_css.cli.writing import write_whole;"
        "write_whole(Path('out/report'), 'x')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "cannot be written" in done.stderr
    assert os.listdir(tmp_path / "out") == ["report"]


@pytest.mark.parametrize(("now", "code"), [("2022-06-24T12:00:00Z", 0), ("2022-06-26T12:00:00+08:00", 1)])
def test_now(css_logs, now, code):
    """--now judges as of that time."""
    record = {"id": "r", "createAt": 1656042837000, "finishedAt": 1656042837000, "status": "SUCCESS"}
    done = css_logs()(
        "gate", "--file", "-", "--now", now, stdin=json.dumps({"clusterLogRecord": [record], "totalSize": 1})
    )
    assert done.returncode == code


def test_help_names_the_exit_codes(css_logs):
    """The help says what each exit code means."""
    text = " ".join(css_logs()("gate", "--help").stdout.split())
    assert "0 passed, 1 failed, 2 usage error, 3 pending" in text
    assert "4 the records could not be read" in text


def _python(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("missing", ["click"])
def test_without_the_extra(missing):
    """Without what the extra brings, the command says how to install it, and shows no traceback."""
    program = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from pulumi_huaweicloud_css.cli import main\n"
        "sys.argv = ['css-logs', 'gate', '--file', '/dev/null', '--format', 'junit']\nmain()"
    )
    done = _python(program)
    assert "pip install 'pulumi-huaweicloud-css[cli]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_is_light():
    """The help of the whole command loads none of the heavy libraries."""
    program = (
        "import sys; from pulumi_huaweicloud_css.cli.main import run; run(['--help'])\n"
        "sys.exit(str({'pulumi', 'requests', 'pydantic', 'rich', 'aiohttp'} & set(sys.modules)))"
    )
    assert _python(program).stderr.strip() == "set()"


def test_many_clusters_are_asked_over_few_connections(css_logs, start_emulator):
    """Clusters are asked several at once, at most --parallelism, and shown in the order in which they were given."""
    clusters = [Cluster(cluster_id=f"00000000-0000-4000-8000-{number:012}") for number in range(30)]
    emulator = start_emulator(*clusters)
    chosen = [option for cluster in reversed(clusters) for option in ("--cluster-id", cluster.cluster_id)]
    done = css_logs(emulator)("gate", *chosen, "--parallelism", "4")
    assert done.returncode == 0, done.stdout
    *lines, last = done.stdout.splitlines()
    assert last == "30 of 30 passed"
    shown = [line.partition("cluster ")[2].split()[0] for line in lines]
    assert shown == [cluster.cluster_id for cluster in reversed(clusters)]
    assert len(emulator.requests) == 30
    assert len({request.peer_port for request in emulator.requests}) <= 4


def test_an_api_out_of_reach_is_not_waited_for_by_each_cluster(css_logs, start_emulator):
    """When the first clusters all fail, the others are not asked; each is shown, and the exit code is 4."""
    clusters = [Cluster(cluster_id=f"00000000-0000-4000-8000-{number:012}") for number in range(60)]
    emulator = start_emulator(*clusters)
    emulator.fault("503")
    chosen = [option for cluster in clusters for option in ("--cluster-id", cluster.cluster_id)]
    done = css_logs(emulator, HW_MAX_RETRIES="0")("gate", *chosen, "--parallelism", "8")
    assert done.returncode == 4
    *lines, last = done.stdout.splitlines()
    assert (len(lines), last) == (60, "0 of 60 passed, 60 not read")
    assert "not read, after 8 clusters in a row failed: CSS returned HTTP 503" in lines[-1]
    assert len(emulator.requests) < 30
