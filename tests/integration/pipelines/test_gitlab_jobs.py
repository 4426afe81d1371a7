"""The GitLab jobs of `examples/gitlab`: their own shell lines, run against the emulator."""

from __future__ import annotations

import os
import subprocess

import yaml
from pulumi_huaweicloud_css.emulator import Emulator, Site

from tests.support import ROOT

JOBS = yaml.safe_load((ROOT / "examples" / "gitlab" / ".gitlab-ci.yml").read_text(encoding="utf-8"))


def _run(job, folder, environment, **variables):
    """Run a job's script as a runner does: line by line, up to the first that fails."""
    return subprocess.run(
        ["bash", "-e", "-c", "\n".join(job["script"])],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment, **variables},
        text=True,
        capture_output=True,
        check=False,
    )


def test_shares_and_their_verdict(tmp_path):
    """Each runner judges its share and leaves both reports; the last job fails for a cluster, and for a lost share."""
    gate, verdict = JOBS["log-backups"], JOBS["log-backups-verdict"]
    with Emulator(site=Site.of_clusters(8)) as emulator:
        emulator.add_record(status="FAIL", failedMsg="The bucket is full.")
        codes = []
        for index in range(1, gate["parallel"] + 1):
            numbers = {"CI_NODE_INDEX": str(index), "CI_NODE_TOTAL": str(gate["parallel"])}
            codes.append(_run(gate, tmp_path, emulator.environment(), **numbers).returncode)
            assert "<testsuite" in (tmp_path / gate["artifacts"]["reports"]["junit"]).read_text()
        assert sorted(codes) == [0, 1]

    done = _run(verdict, tmp_path, {})

    assert done.returncode == 1, done.stderr
    assert "7 of 8 passed, 1 failed" in done.stdout
    assert "The bucket is full" in done.stdout
    assert (tmp_path / verdict["artifacts"]["paths"][0]).exists()

    (tmp_path / "log-backups-2.json").unlink()
    done = _run(verdict, tmp_path, {})
    assert done.returncode == 4
    assert "of 2 shares these are missing: 2" in done.stderr


def test_both_jobs_come_before_a_deployment():
    """The verdict runs also when a share failed, so that one place tells all; nothing here may be ignored."""
    assert JOBS["stages"].index(JOBS["log-backups"]["stage"]) < JOBS["stages"].index("deploy")
    assert JOBS["log-backups-verdict"]["when"] == "always"
    assert not any("allow_failure" in job for job in JOBS.values() if isinstance(job, dict))
