"""`make release-check`: what it refuses, and the notes that it writes, in a copy of what it looks at."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

VERSION = "0.1.0"
PACKAGES = (
    f"pulumi_huaweicloud_css-{VERSION}-py3-none-any.whl",
    f"pulumi_huaweicloud_css-{VERSION}.tar.gz",
    f"pulumi-resource-huaweicloud-css-v{VERSION}-linux-amd64.tar.gz",
)
CHANGELOG = f"""# Changelog

## [Unreleased]

## [{VERSION}] - 2026-11-28

### Added

- All of it.

## [0.0.1] - 2026-01-01

- Old.
"""


@pytest.fixture
def clone(tmp_path):
    """Lay out a copy that can be released, with a program in the place of actionlint that finds nothing."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__", "go"))
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    package = "provider/pulumi_huaweicloud_css"
    (tmp_path / package / "plugin").mkdir(parents=True)
    (tmp_path / package / "_version.py").write_text(f'__version__ = "{VERSION}"\n')
    (tmp_path / package / "plugin" / "schema.json").write_text(f'{{"version": "{VERSION}"}}')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    (tmp_path / "dist").mkdir()
    for name in PACKAGES:
        (tmp_path / "dist" / name).touch()
    program = tmp_path / "build" / "go" / "actionlint"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    return tmp_path


def check(clone, *arguments):
    """Run the check."""
    return subprocess.run(
        [sys.executable, clone / "tools" / "release_check.py", *arguments],
        cwd=clone,
        text=True,
        capture_output=True,
        check=False,
    )


def test_notes_are_the_changelogs_section(clone):
    """What fits can be released, and its notes are the section about it and nothing else."""
    done = check(clone, "--tag", f"v{VERSION}")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(name in done.stdout for name in PACKAGES)
    assert (clone / "build" / "release-notes.md").read_text() == "### Added\n\n- All of it.\n"


def test_a_comment_is_no_note(clone):
    """What is written for those who edit the changelog is not published."""
    (clone / "CHANGELOG.md").write_text(CHANGELOG.replace("- All of it.", "<!-- of\nus -->- All of it."))
    assert check(clone).returncode == 0
    assert (clone / "build" / "release-notes.md").read_text() == "### Added\n\n- All of it.\n"


def _dated(date):
    """Give the section another date."""
    return lambda clone: (clone / "CHANGELOG.md").write_text(CHANGELOG.replace("2026-11-28", date), encoding="utf-8")


WRONG = {
    "another tag": (Path.exists, "the tag v0.2.0 is not v0.1.0"),
    "a schema of another version": (
        lambda clone: (clone / "provider/pulumi_huaweicloud_css/plugin/schema.json").write_text('{"version": "0.0.9"}'),
        "the plugin's schema is of version 0.0.9",
    ),
    "no section": (
        lambda clone: (clone / "CHANGELOG.md").write_text("## [Unreleased]\n\n- x\n"),
        "CHANGELOG.md has no section",
    ),
    "an empty section": (
        lambda clone: (clone / "CHANGELOG.md").write_text(
            f"## [{VERSION}] - 2026-11-28\n\n## [0.0.1] - 2026-01-01\n- x\n"
        ),
        "of CHANGELOG.md has no entry",
    ),
    "a day that is none": (_dated("2026-02-30"), "2026-02-30, the date of [0.1.0] in CHANGELOG.md, is not a day"),
    "a date of another form": (_dated("28 Nov 2026"), "CHANGELOG.md has no section"),
    "a date with foreign digits": (_dated("٢٠٢٦-11-28"), "CHANGELOG.md has no section"),
    "a date with something after it": (_dated("2026-11-28 [YANKED]"), "CHANGELOG.md has no section"),
    "a section in a comment": (
        lambda clone: (clone / "CHANGELOG.md").write_text(f"<!--\n## [{VERSION}] - 2026-11-28\n\n- x\n-->\n"),
        "CHANGELOG.md has no section",
    ),
    "an entry in a comment": (
        lambda clone: (clone / "CHANGELOG.md").write_text(f"## [{VERSION}] - 2026-11-28\n\n<!--\n- x\n-->\n"),
        "of CHANGELOG.md has no entry",
    ),
    "an entry without words": (
        lambda clone: (clone / "CHANGELOG.md").write_text(f"## [{VERSION}] - 2026-11-28\n\n- \n"),
        "of CHANGELOG.md has no entry",
    ),
    "two sections": (
        lambda clone: (clone / "CHANGELOG.md").write_text(CHANGELOG + CHANGELOG),
        "CHANGELOG.md has 2 sections `## [0.1.0] - YYYY-MM-DD`",
    ),
    "no plugin": (lambda clone: (clone / "dist" / PACKAGES[2]).unlink(), "has no pulumi-resource-huaweicloud-css"),
    "a wrong workflow": (
        lambda clone: (clone / "build/go/actionlint").write_text("#!/bin/sh\necho line 3 is wrong\nexit 1\n"),
        "actionlint: line 3 is wrong",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_one_line(clone, name):
    """Whatever is missing or of another version is told in one line, before any notes are written."""
    change, words = WRONG[name]
    change(clone)
    done = check(clone, *(("--tag", "v0.2.0") if name == "another tag" else ()))
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (clone / "build" / "release-notes.md").exists()
