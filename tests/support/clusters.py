"""Made-up clusters for the tests of reports, as of one fixed time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from pulumi_huaweicloud_css._api.pagination import newest_first
from pulumi_huaweicloud_css._backups.gate import Gate
from pulumi_huaweicloud_css._record import Record
from pulumi_huaweicloud_css._time import from_unix_ms, parse_rfc3339, unix_ms
from pulumi_huaweicloud_css.emulator import Backups, generate
from pulumi_huaweicloud_css.report import ClusterReport
from pulumi_huaweicloud_css.report.render import as_page

NOW = from_unix_ms(parse_rfc3339("2026-11-24T12:00:00Z"))


def record(status: str | None = "SUCCESS", hours_ago: float = 1, took: int | None = 120, **fields: Any) -> Record:
    """Return a record that began so many hours before `NOW`, and took so many seconds (None: has not ended)."""
    began = unix_ms(NOW - timedelta(hours=hours_ago))
    ended = None if took is None else began + took * 1000
    named = {"id": f"r{hours_ago}", "log_path": f"bucket/css/log/{hours_ago}", "job_type": "Auto", **fields}
    return Record.of({"created_at": began, "finished_at": ended, "status": status, **named})


def judged(*records: Record, name: str = "a cluster", gate: Gate | None = None) -> ClusterReport:
    """Return records as a report takes them, with what the gate says of them."""
    verdict = (gate or Gate()).judge(records, now=NOW, cluster_id=name)
    return ClusterReport(name, verdict.state, verdict.reason, newest_first(records))


def made_up(name: str = "4213d908-f5dc-4633-8401-cfd7175fca0c", **backups: Any) -> ClusterReport:
    """Return a cluster whose records are made up as the emulator does."""
    raw = generate(Backups(**backups), name, NOW.timestamp())
    return judged(*(Record.of(one) for one in raw), name=name)


def called(one: ClusterReport, name: str, region: str | None = None, number: int = 1) -> ClusterReport:
    """Return a cluster with a name, an id that ends with a number, and a region."""
    return replace(one, name=name, cluster_id=f"4213d908-f5dc-4633-8401-{number:012}", region=region)


def page_of(*clusters: ClusterReport, gate: Gate | None = None) -> str:
    """Return the page about clusters."""
    return as_page(clusters, gate or Gate(), now=NOW)
