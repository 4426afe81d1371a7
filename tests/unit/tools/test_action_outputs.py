"""The outputs of the GitHub action, as the runner reads them."""

from __future__ import annotations

import io
import json
import sys

from tools.action.outputs import main


def test_outputs_are_utf_8_whatever_the_console_is(monkeypatch, tmp_path):
    """A reason that a Windows console's code page cannot hold is written whole, for the runner reads UTF-8."""
    report = tmp_path / "gate.json"
    reason = "\u5907\u4efd failed"
    report.write_text(json.dumps({"state": "failed", "subjects": [{"state": "failed", "reason": reason}]}))
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252", newline="\r\n"))
    main("1", str(report))
    sys.stdout.flush()
    assert f"\n{reason}\n" in written.getvalue().decode()
