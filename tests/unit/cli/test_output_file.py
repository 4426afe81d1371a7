"""`css-logs gate --output-file`: what is written where, and what is left when it cannot be."""

from __future__ import annotations

import json
import os

import pytest
from pulumi_huaweicloud_css._backups.evaluate import evaluate
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css.cli.errors import SourceError
from pulumi_huaweicloud_css.cli.file_target import file_targets
from pulumi_huaweicloud_css.cli.writing import write_whole

NONE = '{"clusterLogRecord": []}'


def test_a_link_stays_a_link(css_logs, tmp_path):
    """A report goes to the file that a link points to, which has the usual permissions."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link.md").symlink_to("real/report.md")
    done = css_logs()("gate", "--file", "-", "--format", "markdown", "--output-file", tmp_path / "link.md", stdin=NONE)
    assert done.returncode == 1
    assert (tmp_path / "link.md").is_symlink()
    report = tmp_path / "real" / "report.md"
    assert report.read_text().startswith("| state |")
    umask = os.umask(0)
    os.umask(umask)
    assert report.stat().st_mode & 0o777 == 0o666 & ~umask


def test_a_pipe_is_written_to_and_not_replaced(css_logs, tmp_path):
    """What is no regular file, such as a pipe or /dev/null, gets the report and stays what it is."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    done = css_logs()("gate", "--file", "-", "--format", "json", "--output-file", pipe, stdin=NONE)
    assert (done.returncode, pipe.is_fifo()) == (1, True)
    assert os.read(reader, 65_536).startswith(b"{")  # what a pipe holds, so nobody waits
    os.close(reader)


@pytest.mark.parametrize("target", ["missing/report", "file/report", "folder"])
def test_a_place_that_cannot_be_written_to(css_logs, target):
    """A missing folder, a file or a folder in the way: one line beside the verdict, and no file left anywhere."""
    here = css_logs()
    (here.folder / "file").touch()
    (here.folder / "folder").mkdir()
    done = here("gate", "--file", "-", "--output-file", target, stdin=NONE)
    assert (done.returncode, len(done.stderr.splitlines())) == (2 if target == "folder" else 4, 1)
    assert target in done.stderr
    assert ("there is none" in done.stdout) is (done.returncode == 4)  # the verdict is shown all the same
    assert sorted(os.listdir(here.folder)) == ["file", "folder"]


def test_the_other_reports_are_written_where_one_cannot_be(css_logs):
    """One report that cannot be written keeps neither the others nor the verdict from a reader, and is an error."""
    here = css_logs()
    reports = [f"--report=json={place}" for place in ("first.json", "/proc/none.json", "last.json")]
    done = here("gate", "--file", "-", *reports, stdin=NONE)
    assert (done.returncode, len(done.stderr.splitlines())) == (4, 1)
    assert "/proc/none.json: cannot be written" in done.stderr
    assert "there is none" in done.stdout
    assert sorted(os.listdir(here.folder)) == ["first.json", "last.json"]


@pytest.mark.parametrize("step", ["chmod", "replace"])
def test_a_failure_at_a_late_step_leaves_no_temporary_file(tmp_path, monkeypatch, step):
    """Where the last steps fail, the old report is as it was and nothing lies beside it."""

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    report = tmp_path / "report"
    report.write_text("old")
    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(SourceError, match=r"report: cannot be written: Permission denied\Z"):
        write_whole(report, "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report", "old")]


def test_a_file_is_read_again_while_it_is_waited_for(tmp_path, record):
    """With --wait, a file that another process writes anew is seen."""
    file = tmp_path / "records.json"
    file.write_text(json.dumps({"clusterLogRecord": [{**record("RUNNING"), "finishedAt": None}], "totalSize": 1}))
    [target], _ = file_targets(str(file))
    results = evaluate([target], Gate(), lambda _: None, parallelism=1)
    file.write_text(json.dumps({"clusterLogRecord": [record()], "totalSize": 1}))
    results += evaluate([target], Gate(), lambda _: None, parallelism=1)
    assert [result.state for result in results] == ["pending", "passed"]
