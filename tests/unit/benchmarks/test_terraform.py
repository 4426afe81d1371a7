"""Plans beside previews: what is on PATH is found, and a plan that read nothing is no measurement."""

from __future__ import annotations

import stat

import pytest

from benchmarks.emulator_process import Served
from benchmarks.terraform import Peer, Plan, find_peer
from benchmarks.ways import check_paths

PROVIDER = "terraform-provider-huaweicloud"
SERVED = Served(
    {
        "HW_REGION_NAME": "cn-north-4",
        "HW_ACCESS_KEY": "key",
        "HW_SECRET_KEY": "secret",
        "HW_PROJECT_ID": "p0",
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": "http://127.0.0.1:1",
    },
    process_id=0,
)


def program(path, text):
    """Write a shell script, and return its path."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def plan_with(folder, script):
    """Return a plan of two clusters by a program that does as the script says."""
    peer = Peer(str(program(folder / "tofu", script)), program(folder / PROVIDER, "exit 0"))
    (folder / "plan").mkdir()
    return Plan(folder / "plan", peer, SERVED, {"a": "obs/newest", "b": "obs/newest"})


def test_a_plan_that_shows_all_paths_is_measured(tmp_path):
    """A plan succeeds if it shows the newest path of each cluster."""
    plan_with(tmp_path, """printf '  + "obs/newest",\\n  + "obs/newest",\\n'""").plan()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'Error: Unauthorized'; exit 1", "Unauthorized"),
        ("echo 'No changes.'", "shown 0 times instead of 2"),
        ("""echo '  + "obs/newest",'""", "shown 1 times instead of 2"),
        ("""printf '  + "obs/newest2",\\n  + "obs/newest",\\n'""", "shown 1 times instead of 2"),
    ],
    ids=["failed", "read nothing", "read one", "another path"],
)
def test_a_plan_that_read_nothing_is_an_error(tmp_path, script, reason):
    """A plan that fails, or does not show the newest path of each cluster, is no fast measurement."""
    with pytest.raises(RuntimeError, match=reason):
        plan_with(tmp_path, script).plan()


def test_a_preview_is_held_to_the_same_rule():
    """What a preview shows is checked like a plan: each path as often as there are clusters with it."""
    check_paths('[0]: "obs/1" [1]: "obs/2" [2]: "obs/1"', ["obs/1", "obs/1", "obs/2"])
    with pytest.raises(RuntimeError, match="obs/2 is shown 0 times"):
        check_paths('[0]: "obs/1"', ["obs/1", "obs/2"])


@pytest.mark.parametrize("names", [(), ("tofu",), ("terraform",), (PROVIDER,)])
def test_without_one_of_the_two_there_is_no_peer(tmp_path, monkeypatch, names):
    """Rows beside Terraform need the program and the provider: with one of them, or none, they are left out."""
    for name in names:
        program(tmp_path / name, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_peer() is None


@pytest.mark.parametrize(
    ("provider", "version"), [(PROVIDER, "of an unknown version"), (f"{PROVIDER}_v1.97.1", "1.97.1")]
)
def test_the_versions_are_those_of_the_programs(tmp_path, monkeypatch, provider, version):
    """The page names the version that the program tells, and the provider's from its file name."""
    program(tmp_path / "tofu", """echo '{"terraform_version": "1.10.0"}'""")
    program(tmp_path / PROVIDER, "exit 0")
    program(tmp_path / provider, "exit 0")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    peer = find_peer()
    assert peer is not None
    assert peer.versions == {"program": "OpenTofu 1.10.0", "provider": version}
