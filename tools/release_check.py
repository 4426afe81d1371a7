"""Checks what a release needs, as far as a machine without accounts can; `make release-check`.

The versions agree, the changelog has a section about this one, the packages in dist are of this version, and the
workflows are valid. The release's notes are written to build/release-notes.md.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

from machinery.engine_process import Unavailable
from machinery.go_tools import actionlint

ROOT = Path(__file__).resolve().parent.parent
NOTES = Path("build") / "release-notes.md"
_SECTION = r"^## \[{version}\] - (?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\n(?P<text>.*?)(?=^## |\Z)"
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


class NotReadyError(Exception):
    """Something that a release needs is missing or does not fit."""


def version_of(root: Path) -> str:
    """Return the version in the one place where it is written."""
    text = (root / "provider" / "pulumi_huaweicloud_css" / "_version.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(\d+\.\d+\.\d+)"$', text, re.MULTILINE)
    if found is None:
        raise NotReadyError("_version.py has no version like 1.2.3")
    return found[1]


def check_versions(root: Path, version: str, tag: str | None) -> None:
    """Refuse a tag or a schema of another version."""
    if tag and tag != f"v{version}":
        raise NotReadyError(f"the tag {tag} is not v{version}, the version in _version.py")
    schema = json.loads((root / "provider/pulumi_huaweicloud_css/plugin/schema.json").read_text(encoding="utf-8"))
    if schema["version"] != version:
        raise NotReadyError(f"the plugin's schema is of version {schema['version']}, not {version}; run `make schema`")


def notes_of(changelog: str, version: str) -> str:
    """Return what the changelog says of a version, which has a date and at least one entry; comments say nothing."""
    section, shown = _SECTION.format(version=re.escape(version)), _COMMENT.sub("", changelog)
    sections = list(re.finditer(section, shown, re.MULTILINE | re.DOTALL))
    if len(sections) != 1:
        count = f"{len(sections)} sections" if sections else "no section"
        raise NotReadyError(f"CHANGELOG.md has {count} `## [{version}] - YYYY-MM-DD`")
    [found] = sections
    try:
        date.fromisoformat(found["date"])
    except ValueError:
        raise NotReadyError(f"{found['date']}, the date of [{version}] in CHANGELOG.md, is not a day") from None
    if not re.search(r"^- \S", found["text"], re.MULTILINE):
        raise NotReadyError(f"the section [{version}] of CHANGELOG.md has no entry")
    return found["text"].strip() + "\n"


def check_packages(dist: Path, version: str) -> list[str]:
    """Return the names of the packages in a folder; refuse missing ones and those of another version."""
    wanted = [f"pulumi_huaweicloud_css-{version}-*.whl", f"pulumi_huaweicloud_css-{version}.tar.gz"]
    wanted.append(f"pulumi-resource-huaweicloud-css-v{version}-*.tar.gz")
    missing = [pattern for pattern in wanted if not list(dist.glob(pattern))]
    if missing:
        raise NotReadyError(f"{dist} has no {', '.join(missing)}")
    return sorted(path.name for pattern in wanted for path in dist.glob(pattern))


def check_workflows(root: Path) -> None:
    """Refuse workflows with what actionlint finds wrong."""
    files = sorted((root / ".github" / "workflows").glob("*.yml"))
    done = subprocess.run([actionlint(), "-no-color", *files], cwd=root, text=True, capture_output=True, check=False)
    if done.returncode:
        raise NotReadyError(f"actionlint: {done.stdout or done.stderr}")


def main(arguments: list[str] | None = None) -> int:
    """Check all, write the notes, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tag", default="", help="the tag to be released, such as v1.2.3")
    tag = parser.parse_args(arguments).tag
    try:
        version = version_of(ROOT)
        check_versions(ROOT, version, tag)
        notes = notes_of((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version)
        packages = check_packages(ROOT / "dist", version)
        check_workflows(ROOT)
    except (NotReadyError, Unavailable) as error:
        print(f"release-check: {error}", file=sys.stderr)
        return 1
    (ROOT / NOTES).parent.mkdir(exist_ok=True)
    (ROOT / NOTES).write_text(notes, encoding="utf-8")
    print(f"{version} can be released: {', '.join(packages)}; its notes are in {NOTES}")
    print("Not checked here: publishing, attestations, other platforms; the workflow `release` does them.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
