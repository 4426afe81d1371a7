"""The cache of tools/engine.py: whole engines only, whatever happens while one is made or kept."""

from __future__ import annotations

import os
import signal

import pytest

from tests.support.engine_machine import Machine


def test_second_run_takes_the_cache_without_a_call_of_go(machine: Machine) -> None:
    """Once built, the engine comes from the cache in silence."""
    machine.add_go()
    first = machine.engine()
    calls = machine.go_calls()
    again = machine.run()
    assert (again.stdout, again.stderr) == (f"{first}\n", "")
    assert machine.go_calls() == calls


def test_half_written_cache_is_made_again(machine: Machine) -> None:
    """A folder without its manifest, and the leftovers of a run that died, are cleared away."""
    machine.add_go()
    folder = machine.engine()
    (folder.parent / "manifest.json").unlink()
    (machine.cache / "engine" / ".new-1" / "bin").mkdir(parents=True)
    done = machine.run()
    assert done.stdout == f"{folder}\n"
    assert "is not complete" in done.stderr
    assert len(machine.go_calls()) == 6
    assert machine.cached() == [folder.parent.name]


@pytest.mark.parametrize("damage", ["changed", "gone", "not executable"])
def test_damaged_file_in_the_cache_is_made_again(machine: Machine, damage: str) -> None:
    """A file that changed at the same size, vanished or lost its run bit does not get used."""
    machine.add_go()
    folder = machine.engine()
    host = folder / "pulumi-language-python"
    whole = host.read_bytes()
    if damage == "changed":
        host.write_bytes(whole[:-1] + b"#")
    elif damage == "gone":
        host.unlink()
    else:
        host.chmod(0o644)
    done = machine.run()
    assert done.stdout == f"{folder}\n"
    assert done.stderr.count("is damaged") == 1
    assert host.read_bytes() == whole
    assert os.access(host, os.X_OK)


@pytest.mark.parametrize("name", ["cli/go.sum", "cli/go.mod", "language/go.sum", "language/go.mod"])
def test_changed_pins_ask_for_another_engine(machine: Machine, name: str) -> None:
    """When a go.mod or go.sum changes, the engine built from the old one is not used for it."""
    machine.add_go()
    first = machine.engine()
    with (machine.clone / "tools" / "go" / name).open("a") as pins:
        pins.write("\n")
    assert machine.engine() != first
    assert len(machine.cached()) == 2


def test_two_runs_that_meet_build_once(machine: Machine) -> None:
    """The second run says that it waits, and then gives the engine that the first one built."""
    machine.add_go(blocks=True)
    alive = machine.watch_build()
    first = machine.start()
    assert machine.next_read(alive) == b"building\n"
    second = machine.start()
    assert second.stderr is not None
    assert second.stderr.readline() == "engine: waiting for another run that is making the engine\n"
    machine.let_go_on()
    answers = [machine.end(run)[0] for run in (first, second)]
    os.close(alive)
    assert (first.returncode, second.returncode) == (0, 0)
    assert answers[0] == answers[1] != ""
    assert len(machine.go_calls()) == 3


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_in_a_build_leaves_no_child_and_no_half_cache(machine: Machine, signum: signal.Signals) -> None:
    """A run that is told to stop takes go and go's children with it and removes what they had begun."""
    machine.add_go(blocks=True)
    alive = machine.watch_build()
    run = machine.start()
    assert machine.next_read(alive) == b"building\n"
    run.send_signal(signum)
    _, stderr = machine.end(run)
    assert machine.next_read(alive) == b""
    os.close(alive)
    assert run.returncode == -signum
    assert "Traceback" not in stderr
    assert machine.cached() == []


def test_cache_that_cannot_be_written_is_a_clear_error(machine: Machine) -> None:
    """A cache below a plain file ends in one error that names the variable to set, not in a traceback."""
    machine.add_go()
    machine.cache.write_text("a file, not a folder")
    done = machine.run()
    assert done.returncode == 1
    assert "build: the cache cannot be used" in done.stderr
    assert "PULUMI_HUAWEICLOUD_CSS_CACHE can name another" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("xdg", "expected"), [("{root}/xdg", "xdg"), ("relative", "home/.cache"), ("", "home/.cache")])
def test_default_cache_is_the_users_own(machine: Machine, xdg: str, expected: str) -> None:
    """Without the variable, the cache is in XDG_CACHE_HOME if that is absolute, and in ~/.cache otherwise."""
    machine.add_go()
    root = machine.path.parent
    del machine.env["PULUMI_HUAWEICLOUD_CSS_CACHE"]
    folder = machine.engine(XDG_CACHE_HOME=xdg.format(root=root))
    assert folder.is_relative_to(root / expected / "pulumi-huaweicloud-css" / "engine")
