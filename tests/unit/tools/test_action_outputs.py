"""The outputs of the GitHub action, as the runner reads them."""

from __future__ import annotations

import json
from functools import partialmethod
from pathlib import Path

import pytest

from tools.action.outputs import main


@pytest.fixture(autouse=True)
def runner(monkeypatch, tmp_path):
    """Give the files by which a step speaks to the runner."""
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        (tmp_path / name).touch()
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path


def test_outputs_are_utf_8_whatever_the_console_is(monkeypatch, tmp_path):
    """A reason that a Windows console's code page cannot hold is written whole, for the runner reads UTF-8."""
    report = tmp_path / "gate.json"
    reason = "\u5907\u4efd failed"
    report.write_text(json.dumps({"state": "failed", "subjects": [{"state": "failed", "reason": reason}]}))
    table = tmp_path / "summary.md"
    table.write_text(f"| cluster |\n| --- |\n| {reason} |\n", encoding="utf-8")
    monkeypatch.setattr(Path, "open", partialmethod(_opened, Path.open))
    main("1", str(report), "", str(table))
    assert f"\n{reason}\n" in (tmp_path / "GITHUB_OUTPUT").read_bytes().decode()
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_bytes() == table.read_bytes()


def test_the_outputs_are_told_where_there_is_no_table(tmp_path):
    """A gate that ended after its first report has told its state, and the step is not an error of its own."""
    report = tmp_path / "gate.json"
    report.write_text(json.dumps({"state": "failed", "subjects": [{"state": "failed", "reason": "stale"}]}))
    main("1", str(report), "", str(tmp_path / "summary.md"))
    assert "\nstale\n" in (tmp_path / "GITHUB_OUTPUT").read_text()
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text() == ""


def _opened(path, original, mode="r", **given):
    """Open a file as on a Windows machine, where the defaults are others."""
    defaults = {} if "b" in mode else {"encoding": "cp1252", "newline": "\r\n"}
    return original(path, mode, **{**defaults, **given})


def test_an_error_is_the_reason_an_annotation_and_a_line_of_the_summary(capfdbinary, tmp_path):
    """Where nothing was judged, the last error is told in each place, and can be nothing but text there."""
    errors = tmp_path / "errors"
    errors.write_text("waiting ...\nError: 100% <b>wrong\n")
    main("2", str(tmp_path / "none.json"), str(errors), str(tmp_path / "none.md"))
    assert "reason<<" in (tmp_path / "GITHUB_OUTPUT").read_text()
    assert "\n100% <b>wrong\n" in (tmp_path / "GITHUB_OUTPUT").read_text()
    assert capfdbinary.readouterr().out == b"::error title=css-logs::100%25 <b>wrong\n"
    summary = "The log backups were not judged: <code>100% &lt;b&gt;wrong</code>\n"
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text() == summary
