"""Makes docs/report.png, the README's picture: a report about three clusters of a seeded emulator; `make picture`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pulumi_huaweicloud_css._time import parse_rfc3339
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Emulator, Project, Site, generate

from machinery.browser import NoBrowserError, chromium

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "report.png"
NOW = "2026-11-24T12:00:00Z"  # fixed, like the seeds, so that the picture changes only with the page

CLUSTERS = {
    ("prod-search", "4213d908-f5dc-4633-8401-cfd7175fca0c"): Backups(count=60, fail_every=17, newest_age=3_000),
    ("prod-orders", "7c0e6a5e-3a55-4c0f-9d2b-1f6f4d2f8a11"): Backups(
        count=60, newest_age=108_000, failure_share=0.12, seed=4
    ),
    ("prod-audit", "b2f40c1d-6a0b-4f1e-8f57-90ad0e5b7c42"): Backups(
        count=60, cadence=43_200, running=True, newest_age=1_500, fail_every=8, seed=2
    ),
}


def write_report(folder: Path) -> Path:
    """Write a report about the clusters into a folder, and return its path."""
    page = folder / "report.html"
    now = parse_rfc3339(NOW) / 1000
    clusters = [
        Cluster(cluster_id=cluster_id, name=name, records=generate(backups, cluster_id, now))
        for (name, cluster_id), backups in CLUSTERS.items()
    ]
    with Emulator(site=Site(projects=[Project(clusters=clusters)])) as emulator:
        options = ["--max-consecutive-failures", "1", "--now", NOW, "--quiet", "--output-file", str(page)]
        subprocess.run(
            ["css-logs", "report", "--all-clusters", *options],
            env={"PATH": os.environ["PATH"], "HOME": str(folder), **emulator.environment()},
            check=True,
        )
    return page


def main() -> int:
    """Write the picture and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        page = write_report(Path(folder))
        try:
            with chromium() as browser:
                tab = browser.new_page(viewport={"width": 960, "height": 900}, timezone_id="Asia/Shanghai")
                tab.goto(page.as_uri())
                tab.screenshot(path=str(PICTURE), scale="css")
        except NoBrowserError as error:
            print(f"make picture: {error}", file=sys.stderr)
            return 1
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
