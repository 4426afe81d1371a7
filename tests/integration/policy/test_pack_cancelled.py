"""What the pack's process does when the engine cancels: without an end of its reads, Ctrl-C would wait for it."""

from __future__ import annotations

import threading

from pulumi_huaweicloud_css.emulator import Emulator

PATIENCE = 120  # seconds; only a failure ever takes so long


def test_cancel_ends_the_reads_under_way_and_those_to_come(start_pack, emulator, clusters):
    """A read that is not answered ends with the engine's Cancel, before any deadline; a later one does not begin."""
    under_way = threading.Event()
    with Emulator(site=emulator.site, on_request=lambda _request: under_way.set()) as silent:
        silent.fault("no-answer", times=1)
        pack = start_pack(environment=silent.environment())
        assert pack.configure({"log-backup-fresh": {"clusterIds": [clusters.fresh]}}) is None
        analysis = pack.start_analyze()
        assert under_way.wait(PATIENCE)
        pack.cancel()
        for answer in (analysis.result(PATIENCE), pack.analyze()):
            assert [each.message for each in answer.diagnostics] == ["log backups cannot be judged: cancelled"]
        assert len(silent.requests) == 1
        assert pack.stop() == ("", "")
