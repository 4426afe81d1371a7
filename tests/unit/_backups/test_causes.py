"""Why there is no backup: asked once where a gate does not pass, and never a reason for anything else."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from pulumi_huaweicloud_css import Gate, GateError, LogSettings
from pulumi_huaweicloud_css._api.deadline import Deadline
from pulumi_huaweicloud_css._backups import query as query_module
from pulumi_huaweicloud_css._backups.causes import cause_of
from pulumi_huaweicloud_css._backups.fleet import FleetQuery, read_fleet
from pulumi_huaweicloud_css._backups.open_sites import OpenSite
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery, read
from pulumi_huaweicloud_css.emulator import Account, Backups, Cluster, Project, Site
from pulumi_huaweicloud_css.emulator import LogSettings as Served
from pulumi_huaweicloud_css.emulator.responses import GatewayRefusedError

from tests.support.clock import Clock
from tests.support.reading import log_records

CLUSTER = Cluster().cluster_id
OTHER = "5213d908-f5dc-4633-8401-cfd7175fca0c"
STALE = Backups(count=1, newest_age=30 * 3600)
FRESH = Backups(count=1, newest_age=3600)
NOW = datetime(2026, 1, 2, 15, 0, tzinfo=UTC)  # 23:00 GMT+08:00


def site(*clusters, **given):
    """Return a site of one project with these clusters."""
    return Site(projects=[Project(clusters=clusters)], **given)


def asked(emulator):
    """Return what was asked for, in order."""
    return [request.path.rpartition("/")[2] for request in emulator.requests]


def verdict_of(emulator, **arguments):
    """Return the verdict of the default gate."""
    answer = log_records(
        cluster_id=CLUSTER, environ=emulator.environment(), gate=Gate(), enforce_gate=False, **arguments
    )
    return answer.verdict


def daily(period):
    """Return the settings of a cluster with a daily backup."""
    return LogSettings(log_switch=True, auto_enable=True, period=period)


@pytest.mark.parametrize(
    ("settings", "cause"),
    [
        (None, "log backup is switched off"),
        (LogSettings(log_switch=False, auto_enable=True, period="02:00 GMT+08:00"), "log backup is switched off"),
        (LogSettings(log_switch=True, auto_enable=False), "automatic backup is off"),
        (daily("02:00 GMT+08:00"), "automatic backup runs at 02:00 GMT+08:00, so the next one is due in 3 h"),
        (daily("22:30 GMT+8"), "automatic backup runs at 22:30 GMT+08:00, so the next one is due in 23 h 30 min"),
        (daily("23:00 GMT+08:00"), "automatic backup runs at 23:00 GMT+08:00, so the next one is due in 24 h"),
        (daily("15:01 GMT-00:00"), "automatic backup runs at 15:01 GMT+00:00, so the next one is due in 60 s"),
        (daily("soon"), None),
        (LogSettings(), None),
    ],
)
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-7))])
def test_causes(settings, cause, zone):
    """Each cause is said as of the verdict's own time, whatever its zone; what is not known is not said."""
    assert cause_of(settings, NOW.astimezone(zone)) == cause


@pytest.mark.parametrize(
    ("settings", "end"),
    [
        (None, "; log backup is switched off"),
        (Served(log_switch=False), "; log backup is switched off"),
        (Served(auto_enable=False), "more than the allowed 26 h; automatic backup is off"),
    ],
)
def test_the_reason_says_the_cause(start, settings, end):
    """Of a failing gate the cause ends the reason, and is asked for once."""
    emulator = start(site=site(Cluster(backups=STALE, log_settings=settings)))
    verdict = verdict_of(emulator)
    assert (verdict.state, asked(emulator)) == ("failed", ["records", "settings"])
    assert verdict.reason.endswith(end)


def test_without_records_the_cause_replaces_the_hint(start):
    """Where there is no record, the hint to look at the settings goes: they were looked at."""
    emulator = start(site=site(Cluster(backups=Backups(count=0), log_settings=None)))
    assert verdict_of(emulator).reason == f"log backups of cluster {CLUSTER}: there is none; log backup is switched off"


def test_never_asked_when_a_gate_passes_or_without_one(start):
    """A gate that passes costs no further request, and no gate neither, not even one that is judged by later."""
    emulator = start(site=Site.of_one_cluster(backups=FRESH))
    assert verdict_of(emulator).passed
    answer = log_records(cluster_id=CLUSTER, environ=emulator.environment())
    assert answer.explanation(answer.judge(Gate(max_age=0))) is None
    assert asked(emulator) == ["records"] * 2


def _refuse(status):
    def refuse(request):
        if request.path.endswith("/settings"):
            raise GatewayRefusedError(status, "APIGW.0308", "not now")

    return refuse


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_refusals_leave_the_reason(start, caplog, status):
    """Where the API answers with an error, the verdict stays as it is, after one request; the log says why."""
    caplog.set_level(logging.DEBUG)
    emulator = start(site=Site.of_one_cluster(backups=STALE), on_request=_refuse(status))
    with pytest.raises(GateError) as failed:
        log_records(cluster_id=CLUSTER, environ=emulator.environment(), gate=Gate())
    assert failed.value.verdict.state == "failed"
    assert str(failed.value).endswith("more than the allowed 26 h")
    assert asked(emulator) == ["records", "settings"]
    assert any(
        f"the log settings of cluster {CLUSTER} are not known: CSS returned HTTP {status}" in m for m in caplog.messages
    )


def test_without_the_permission_the_reason_stays(start):
    """A user who may not read the settings has the same verdict, without its cause."""
    emulator = start(site=site(Cluster(backups=STALE), accounts=[Account(can_read_log_settings=False)]))
    assert verdict_of(emulator).reason.endswith("more than the allowed 26 h")
    assert asked(emulator) == ["records", "settings"]


def test_settings_that_do_not_come_in_time(start, connect, monkeypatch):
    """When the query's time is over, the settings are not waited for any longer."""
    monkeypatch.setattr(query_module, "_SETTINGS_SECONDS", 60.0)  # longer than it takes until they come
    over = threading.Event()

    def late(request):
        if request.path.endswith("/settings"):
            over.wait(30)
        else:
            clock.move(59.5)

    clock = Clock()
    monkeypatch.setattr(query_module, "Deadline", lambda seconds, clock=clock: Deadline(seconds, clock))
    emulator = start(site=site(Cluster(backups=STALE, log_settings=None)), on_request=late)
    result = read(connect(emulator), LogRecordsQuery(CLUSTER, gate=Gate()))
    verdict = result.judge(Gate())
    assert result.explanation(verdict)() == verdict  # without the cause that they would be
    over.set()


def test_each_cluster_of_a_fleet_is_asked_about_once(start, connect):
    """In a fleet each verdict that did not pass has its own cause, and costs one request."""
    clusters = [
        Cluster(backups=FRESH),
        Cluster(cluster_id=OTHER, backups=STALE, log_settings=Served(auto_enable=False)),
    ]
    emulator = start(site=site(*clusters))
    query = FleetQuery([CLUSTER, OTHER], LogRecordsQuery(CLUSTER, gate=Gate()))
    errors = read_fleet([OpenSite("", connect(emulator))], query).errors
    assert list(errors) == [OTHER]
    assert str(errors[OTHER]).endswith("; automatic backup is off")
    assert sorted(asked(emulator)) == ["records", "records", "settings"]
