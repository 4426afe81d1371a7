"""tools/engine.py as its callers meet it: a program with a PATH, a cache, an answer and an exit status."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.support import ROOT
from tests.support.engine_machine import Machine
from tests.support.terminals import terminal

TOOLS = ROOT / "tools"

BUILT = ["pulumi", "pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python"]


def test_engine_on_path_is_used_as_it_is(machine: Machine) -> None:
    """With Pulumi on PATH its folder is the answer, in silence, and neither go nor the cache is touched."""
    machine.add_engine()
    machine.add_go()
    done = machine.run()
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{machine.path}\n", "")
    assert machine.go_calls() == []
    assert not machine.cache.exists()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("#!/bin/sh\necho v3.99.9\n", "is v3.99.9; v3.100.0 or newer is needed"),
        ("#!/bin/sh\necho broken >&2; exit 3\n", "gives no version (exit code 3): broken"),
        ("#!/nowhere/sh\n", "does not run"),
    ],
)
def test_unusable_pulumi_on_path_is_passed_over_with_the_reason(machine: Machine, script: str, reason: str) -> None:
    """A Pulumi that is too old or does not run is not taken, and the error says why."""
    machine.add_engine()
    machine.add("pulumi", script)
    done = machine.run()
    assert done.returncode == 1
    assert reason in done.stderr


def test_pulumi_without_its_language_host_is_passed_over(machine: Machine) -> None:
    """A CLI alone on PATH cannot run a Python program, so an engine is built."""
    machine.add("pulumi", "#!/bin/sh\necho v3.259.0\n")
    machine.add_go()
    assert machine.engine() != machine.path
    done = machine.run(PULUMI_ENGINE="path")
    assert "is on PATH, but no `pulumi-language-python`" in done.stderr


def test_build_makes_cli_language_host_and_launchers(machine: Machine) -> None:
    """A build leaves four files that can be run, in a `bin` folder of the cache."""
    machine.add_go()
    folder = machine.engine()
    assert folder.parent.parent == machine.cache / "engine"
    assert folder.name == "bin"
    assert sorted(path.name for path in folder.iterdir()) == BUILT
    assert all(os.access(path, os.X_OK) for path in folder.iterdir())
    assert machine.cached() == [folder.parent.name]


def test_build_is_reproducible_stamped_and_pinned(machine: Machine) -> None:
    """Both builds trim paths, keep go.mod as it is, and carry the version that go.mod pins."""
    machine.add_go()
    machine.engine()
    cli, language, listing = machine.go_calls()
    for call in (cli, language):
        assert call.startswith("build -trimpath -mod=readonly -ldflags -s -w -X ")
        assert "/sdk/v3/go/common/version.Version=v3.259.0 -o " in call
    assert cli.endswith("/pkg/v3/cmd/pulumi")
    assert language.endswith("/sdk/v3/python/cmd/pulumi-language-python")
    assert listing.startswith("list -mod=readonly -m ")


def test_build_is_polite_and_keeps_the_users_go_settings(machine: Machine) -> None:
    """Go runs at low priority with the user's GOPROXY and GOFLAGS, for this machine and in no workspace."""
    machine.add_go()
    machine.engine(GOPROXY="https://proxy.example", GOFLAGS="-p=1", GOOS="plan9", GOWORK="/elsewhere/go.work")
    env = dict(line.split("=", 1) for line in (machine.fake / "go-env").read_text().splitlines())
    assert (env["GOPROXY"], env["GOFLAGS"], env["GOWORK"]) == ("https://proxy.example", "-p=1", "off")
    assert "GOOS" not in env
    assert int((machine.fake / "go-niceness").read_text()) == min(os.nice(0) + 10, 19)


def test_build_comes_before_download(machine: Machine) -> None:
    """Where Go is there, what go.sum pins is built, and no server is asked for a release."""
    machine.add_go()
    machine.add_download(*BUILT)
    machine.engine()
    assert len(machine.go_calls()) == 3
    assert machine.releases.requests == []


@pytest.mark.parametrize("go", ["none", "fails"])
def test_without_a_build_the_release_is_downloaded_once(machine: Machine, go: str) -> None:
    """Without Go, or with one that fails, the checksums are asked for, then the archive, and the cache is filled."""
    if go == "fails":
        machine.add_go(error="no module proxy")
    machine.add_download(*BUILT, "pulumi-watch", "install.sh")
    folder = machine.engine()
    assert machine.engine() == folder
    assert sorted(path.name for path in folder.iterdir()) == BUILT
    assert all(os.access(path, os.X_OK) for path in folder.iterdir())
    checksums, archive = machine.releases.requests
    assert checksums == "/github/v3.259.0/pulumi-3.259.0-checksums.txt"
    assert archive.startswith("/sdk/pulumi-v3.259.0-")


def test_release_with_another_checksum_is_neither_unpacked_nor_run(machine: Machine) -> None:
    """An archive that is not what the checksums say leaves nothing behind, and the error gives both sums."""
    machine.add_download(*BUILT, checksum="ab" * 32)
    done = machine.run()
    assert (done.returncode, done.stdout) == (1, "")
    assert re.search(rf"download: \S+\.tar\.gz has the SHA-256 [0-9a-f]{{64}}; .* say {'ab' * 32}\n", done.stderr)
    assert machine.cached() == []
    assert not (machine.fake / "runs").exists()


def test_certificate_that_nobody_signed_is_not_trusted(machine: Machine) -> None:
    """A server that cannot prove its name is not listened to."""
    machine.add_download(*BUILT)
    del machine.env["SSL_CERT_FILE"]
    assert "certificate verify failed" in machine.run().stderr
    assert machine.cached() == []


def test_download_without_a_language_host_is_not_taken(machine: Machine) -> None:
    """A download that lacks a part is an error, and does not reach the cache."""
    machine.add_download("pulumi", *BUILT[2:])
    done = machine.run()
    assert "download: the archive has no pulumi-language-python\n" in done.stderr
    assert machine.cached() == []


def test_download_in_a_pipe_says_two_lines(machine: Machine) -> None:
    """Where stderr is no terminal, a download is one line at its start and one at its end."""
    machine.add_download(*BUILT)
    first, last = machine.run().stderr.splitlines()
    assert first == "engine: downloading the official Pulumi v3.259.0 ..."
    assert last.startswith("engine: downloading the official Pulumi v3.259.0: done in ")


def test_forced_way_is_the_only_one_tried(machine: Machine) -> None:
    """PULUMI_ENGINE=cache does not take Pulumi from PATH and does not build."""
    machine.add_engine()
    machine.add_go()
    done = machine.run(PULUMI_ENGINE="cache")
    assert done.returncode == 1
    assert "cache: no engine in " in done.stderr
    assert "path:" not in done.stderr
    assert machine.go_calls() == []


def test_forced_build_is_not_answered_with_a_downloaded_engine(machine: Machine) -> None:
    """PULUMI_ENGINE=build passes by PATH and a downloaded engine, and then reuses what it built."""
    machine.add_engine()
    machine.add_download(*BUILT)
    machine.engine(PULUMI_ENGINE="download")
    machine.add_go()
    folder = machine.engine(PULUMI_ENGINE="build")
    calls = machine.go_calls()
    assert len(calls) == 3
    assert machine.engine(PULUMI_ENGINE="build") == folder
    assert machine.go_calls() == calls


def test_unknown_way_is_wrong_usage(machine: Machine) -> None:
    """A misspelt PULUMI_ENGINE is refused with the possible values, rather than taken for auto."""
    machine.add_engine()
    done = machine.run(PULUMI_ENGINE="biuld")
    assert done.returncode == 2
    assert "PULUMI_ENGINE=biuld: it can be auto, path, cache, build, download" in done.stderr


def test_failing_go_gives_one_error_with_the_end_of_its_output(machine: Machine) -> None:
    """The last 15 lines of go's output are shown, with no traceback, and nothing is left in the cache."""
    machine.add_go(error="".join(f"go says {number:02}\n" for number in range(40)))
    done = machine.run()
    assert (done.returncode, done.stdout) == (1, "")
    assert "build: `go build` ended with exit code 1" in done.stderr
    assert [line.strip() for line in done.stderr.splitlines() if "go says" in line] == [
        f"go says {number}" for number in range(25, 40)
    ]
    assert "Traceback" not in done.stderr
    assert machine.cached() == []


def test_nothing_available_says_what_was_tried_and_how_to_install(machine: Machine) -> None:
    """With no way open, the error lists every way with its reason and where to read about installing."""
    done = machine.run()
    assert (done.returncode, done.stdout) == (1, "")
    reasons = [
        "  path: no `pulumi` on PATH",
        f"  cache: no engine in {machine.cache}",
        "  build: no `go` on PATH",
        "  download: https://127.0.0.1:1/v3.259.0/pulumi-3.259.0-checksums.txt: <urlopen error ",
    ]
    for reason, line in zip(reasons, done.stderr.splitlines()[1:5], strict=True):
        assert line.startswith(reason)
    assert "https://www.pulumi.com/docs/install/" in done.stderr
    assert "Traceback" not in done.stderr


def test_in_a_pipe_each_long_step_says_two_lines(machine: Machine) -> None:
    """Where stderr is no terminal, a step is one line at its start and one at its end."""
    machine.add_go()
    lines = machine.run().stderr.splitlines()
    assert [line.split(" with ")[0] for line in lines] == [
        "engine: building pulumi",
        "engine: building pulumi",
        "engine: building pulumi-language-python",
        "engine: building pulumi-language-python",
    ]
    assert [line.endswith("...") for line in lines] == [True, False, True, False]


def test_on_a_terminal_a_step_is_one_line_rewritten_in_place(machine: Machine) -> None:
    """Where stderr is a terminal, progress with its elapsed time is drawn over itself; stdout stays clean."""
    machine.add_go()
    with (
        terminal() as (stderr, read),
        subprocess.Popen(
            machine.command(), env=machine.env | {"TERM": "xterm"}, stdout=subprocess.PIPE, stderr=stderr, text=True
        ) as run,
    ):
        os.close(stderr)
        shown = read()  # while it runs: a terminal holds little that nobody reads, and may hand it over in parts
        output, _ = machine.end(run)
    assert re.search(r"\r\x1b\[K[|/\\-] building pulumi with Go .* \.\.\. \d+s", shown)
    assert shown.count("\n") == 2  # one a step, when it is done
    assert output.count("\n") == 1


def run_command(machine: Machine, command: list[str], options: str = "") -> subprocess.CompletedProcess[str]:
    """Run `command` through engine_process.run in a process of its own, which prints the result."""
    imports = "import pathlib; from machinery import engine_process as e"
    code = f"{imports}; print(e.run(None, {command}, cwd=pathlib.Path(), {options}))"
    return machine.python(["-c", code], cwd=machine.fake, PYTHONPATH=str(machine.clone / "tools"))


def test_command_over_its_time_limit_is_ended_with_its_children(machine: Machine) -> None:
    """A download that never ends is given up, and nothing of it goes on running."""
    os.mkfifo(machine.fake / "alive")
    os.mkfifo(machine.fake / "never")
    alive = machine.watch_build()
    keeper = os.open(machine.fake / "alive", os.O_WRONLY)  # else the end could come before the beginning
    done = run_command(machine, ["/bin/sh", "-c", "exec 3> alive; /bin/cat never; true"], "limit=0")
    os.close(keeper)
    assert "Unavailable: not done after 0 seconds, given up" in done.stderr
    assert machine.next_read(alive) == b""
    os.close(alive)


def test_command_can_be_ended_by_signals(machine: Machine) -> None:
    """A command does not inherit the signals that are held back while it is started."""
    ask = "import signal; print(signal.pthread_sigmask(signal.SIG_BLOCK, []))"
    done = run_command(machine, [sys.executable, "-c", ask])
    assert done.stdout.strip() == "set()"


def test_help_names_every_setting() -> None:
    """--help documents the ways, both variables and the exit status."""
    done = subprocess.run(
        [sys.executable, str(TOOLS / "engine.py"), "--help"], capture_output=True, text=True, check=True
    )
    for word in (
        "path",
        "cache",
        "download",
        "build",
        "PULUMI_ENGINE",
        "PULUMI_HUAWEICLOUD_CSS_CACHE",
        "exit status",
    ):
        assert word in done.stdout
