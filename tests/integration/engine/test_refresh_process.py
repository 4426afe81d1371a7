"""What the provider's process takes for a refresh, and what it answers then."""

from __future__ import annotations

import pytest
from google.protobuf.json_format import MessageToDict
from pulumi_huaweicloud_css.emulator import Backups, Project, Site
from pulumi_huaweicloud_css.emulator.responses import GatewayRefusedError
from pulumi_huaweicloud_css.resource import FleetLogRecordsProvider

from tests.support.provider_process import ProviderProcess
from tests.support.reading import without_none


@pytest.fixture
def emulator(start):
    """Serve two clusters."""
    return start(site=Site.of_clusters(2, backups=Backups(count=3)))


def _read_fleet(emulator, properties):
    process = ProviderProcess(emulator.environment(), FleetLogRecordsProvider)
    try:
        process.configure({})
        return MessageToDict(process.read(properties))
    finally:
        process.stop()


def test_a_fleet_of_which_nothing_can_be_read_but_that_some_is_gone(emulator, start, capfd):
    """The provider's process drops what is gone, keeps what is not, and tells of both."""
    ids = [cluster.cluster_id for cluster in emulator.site.clusters]
    read = _read_fleet(emulator, {"cluster_ids": ids, "gate": {"max_age": 3600 * 24 * 7}})

    def refuse(request):
        if ids[1] in request.path:
            raise GatewayRefusedError(403, "APIGW.0302", "No permission", {})

    site = Site(projects=(Project(clusters=emulator.site.clusters[1:]),))
    again = _read_fleet(start(site=site, on_request=refuse), read)
    for name in ("clusters", "verdicts"):
        assert without_none(again[name]) == {ids[1]: without_none(read[name][ids[1]])}
    assert again["failed_cluster_ids"] == list(again["errors"]) == [ids[0]]
    told = capfd.readouterr().err
    assert f"of 2 clusters, 1 is gone, and no longer among its clusters and verdicts: {ids[0]}" in told
    assert f"1 of 2 clusters failed: - {ids[1]}: " in told


def test_inputs_of_a_read_hold_no_outputs(emulator):
    """The provider's process enforces a gate for inputs, and for the outputs of that very read it does not."""
    process = ProviderProcess(emulator.environment())
    try:
        process.configure({})
        gate = {"max_age": 3600 * 24 * 7}
        read = process.read({"cluster_id": emulator.cluster_id, "gate": gate})
        emulator.set_records(None, [])
        again = process.read(dict(read))
        assert again["count"] == 0
        with pytest.raises(Exception, match="GateError"):
            process.read({"cluster_id": emulator.cluster_id, "gate": gate})
    finally:
        process.stop()
