"""`css-logs emulator` in a real shell: its settings in one line, and an emulator that stays in the background."""

from __future__ import annotations

import contextlib
import os
import select
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pulumi_huaweicloud_css.cli.commands.emulator import export_lines

FOLDER = str(Path(sys.executable).parent)
CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"

Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return what runs a script in sh, in an empty folder, with nothing set but where the command is."""

    def run(script: str, **streams: object) -> subprocess.CompletedProcess[str]:
        environ = {"PATH": f"{FOLDER}:{os.environ['PATH']}", "HOME": str(tmp_path), "LANG": "C.UTF-8", "NO_PROXY": "*"}
        command = ["sh", "-c", script]
        return subprocess.run(
            command, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False, **streams
        )

    return run


def alive(pid: int) -> bool:
    """Say whether a process runs; one that ended, and that nobody waited for, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def gone(pid: int) -> bool:
    """Wait until a process has ended."""
    with contextlib.suppress(ProcessLookupError), contextlib.closing(_Descriptor(pid)) as process:
        return process.ended()
    return not alive(pid)


class _Descriptor:
    """A process that is no child of ours, to be waited for."""

    def __init__(self, pid: int) -> None:
        self._number = os.pidfd_open(pid)

    def ended(self) -> bool:
        return bool(select.select([self._number], [], [], 60)[0])

    def close(self) -> None:
        os.close(self._number)


@pytest.fixture
def stopped() -> Iterator[Callable[[int], int]]:
    """Return what remembers a process that is ended at the end of the test, if it still runs then."""
    pids: list[int] = []
    yield lambda pid: pids.append(pid) or pid
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def used_port() -> Iterator[int]:
    """A port on which somebody listens already."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_one_line_gives_a_shell_its_settings_and_one_ends_it(shell, stopped, tmp_path):
    """After one eval the shell can ask; kill with the exported number ends the emulator, and nothing is left."""
    done = shell(
        f"""
        eval "$(css-logs emulator --background --port 0 --count 3 --running --finish-after 600)" || exit 9
        css-logs list --cluster-id {CLUSTER} --format csv || exit 8
        echo "pid=$CSS_LOGS_EMULATOR_PID" endpoint="$HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4"
        kill "$CSS_LOGS_EMULATOR_PID"
        """
    )
    assert done.returncode == 0, done.stderr
    assert [line.split(",")[6] for line in done.stdout.splitlines()[1:4] if "RUNNING" in line or "SUCCESS" in line]
    assert done.stdout.count("RUNNING") == 1
    pid = stopped(int(done.stdout.rpartition("pid=")[2].split()[0]))
    endpoint = done.stdout.rpartition("endpoint=")[2].strip()
    assert gone(pid)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(endpoint.rpartition(":")[2])))
    assert f"kill {pid}" in done.stderr
    assert endpoint in done.stderr
    assert os.listdir(tmp_path) == []


def test_it_holds_nothing_of_the_shell(shell, stopped):
    """It is in a session of its own, keeps no output or other descriptor open, and Ctrl-C in the shell spares it."""
    reading, writing = os.pipe()
    done = shell(
        """settings=$(css-logs emulator --background --port 0) && eval "$settings"
        echo "$CSS_LOGS_EMULATOR_PID" """,
        pass_fds=[writing],
    )
    os.close(writing)
    pid = stopped(int(done.stdout))
    assert os.read(reading, 1) == b""  # comes to its end only if the emulator does not hold the other side
    os.close(reading)
    assert os.getsid(pid) == pid
    assert {str(Path(f"/proc/{pid}/fd/{number}").readlink()) for number in (0, 1, 2)} == {os.devnull}
    assert alive(pid)
    os.kill(pid, signal.SIGINT)
    assert gone(pid)


def test_a_port_in_use_is_said_where_it_was_started(shell, used_port):
    """An emulator that cannot be started in the background ends as one in the foreground does."""
    there, here = (shell(f"css-logs emulator {option} --port {used_port}") for option in ("--background", "--quiet"))
    assert (there.returncode, there.stdout, there.stderr) == (here.returncode, here.stdout, here.stderr)
    assert (there.returncode, there.stdout, len(there.stderr.splitlines())) == (2, "", 1)
    assert f"port {used_port}" in there.stderr


@pytest.mark.parametrize(
    "options", ["--host 192.0.2.1", "--clusters 2 --records x.json", "--fault nonsense", "--count 99999"], ids=str
)
def test_other_mistakes_are_said_as_well(shell, options, tmp_path):
    """Whatever is wrong with the options is one line and the exit code, and no process stays."""
    (tmp_path / "x.json").write_text('{"clusterLogRecord": []}')
    done = shell(f"css-logs emulator --background --port 0 {options}; code=$?; wait; exit $code")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("place", ["none/settings", "."])
def test_settings_that_cannot_be_handed_over_end_it(shell, place, tmp_path):
    """Where the settings cannot be written nobody can use, or stop, the emulator: it does not stay."""
    done = shell(f"css-logs emulator --background --port 0 --export {place}")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2 if place == "." else 4, "", 1)
    done = shell("css-logs emulator --background --port 0 >&-")
    assert (done.returncode, len(done.stderr.splitlines())) == (4, 1)
    assert _emulators_in(tmp_path) == []


def _emulators_in(folder: Path) -> list[int]:
    """Return the processes that still run in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cwd").readlink() == folder and alive(int(process.name)):
                found.append(int(process.name))
    return [pid for pid in found if not gone(pid)]


def test_export_writes_a_file_to_source(shell, stopped, tmp_path):
    """The file is there when the emulator answers, and sets a shell up; in the background it has the number, too."""
    done = shell(
        f"""
        css-logs emulator --background --port 0 --count 3 --export settings >/dev/null || exit 9
        . ./settings
        css-logs list --cluster-id {CLUSTER} --format json || exit 8
        kill "$CSS_LOGS_EMULATOR_PID" && echo "$CSS_LOGS_EMULATOR_PID" >pid
        """
    )
    assert (done.returncode, done.stdout.count('"SUCCESS"') >= 3) == (0, True), done.stderr
    assert gone(stopped(int((tmp_path / "pid").read_text())))


def test_export_in_the_foreground(shell, tmp_path):
    """An emulator that was started with & has its settings in a file, whole as soon as it is there."""
    done = shell(
        f"""
        css-logs emulator --quiet --port 0 --count 3 --export settings >out 2>err &
        until test -e settings; do kill -0 $! || exit 9; done
        . ./settings
        css-logs list --cluster-id {CLUSTER} --format csv | wc -l
        kill $!; wait $!
        """
    )
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["4"], "")
    assert (tmp_path / "out").read_text() == (tmp_path / "settings").read_text()
    assert sorted(os.listdir(tmp_path)) == ["err", "out", "settings"]


def test_export_lines_are_safe_to_evaluate(shell):
    """Whatever a value holds, the shell takes it as it is, and runs nothing of it."""
    value = 'a\'b "$(touch ran)" `touch ran` ; touch ran\n# \\ * ~'
    done = shell(export_lines({"ONE": value, "TWO": "http://[::1]:8780"}) + 'printf %s "$ONE$TWO"; ls')
    assert done.stdout == f"{value}http://[::1]:8780"


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="this machine has no IPv6")
def test_an_ipv6_endpoint_can_be_evaluated(shell, stopped):
    """Brackets, which a shell would take for a pattern, are quoted."""
    done = shell('eval "$(css-logs emulator --background --port 0 --host ::1)"; set | grep -E "SDK_IAM|EMULATOR_PID"')
    lines = dict(shlex.split(line)[0].split("=", 1) for line in done.stdout.splitlines())
    stopped(int(lines["CSS_LOGS_EMULATOR_PID"]))
    assert lines["HUAWEICLOUD_SDK_IAM_ENDPOINT"].startswith("http://[::1]:")


def test_one_that_is_interrupted_while_it_starts_leaves_nothing(stopped, tmp_path):
    """Ctrl-C before the settings are there ends both, the one who waits and the one that starts."""
    environ = {"PATH": os.environ["PATH"]}
    options = ["--background", "--port", "0", "--clusters", "3000", "--count", "1000"]
    process = subprocess.Popen(
        [f"{FOLDER}/css-logs", "emulator", *options], env=environ, cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    while len(children := Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()) < 1:
        assert process.poll() is None
        time.sleep(0)
    process.send_signal(signal.SIGINT)
    stopped(int(children[0]))
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, output) == (130, "")
    assert gone(int(children[0]))
