"""The vendor's SDK reads the emulator's clusters and log settings as it reads the cloud's."""

from __future__ import annotations

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcss.v1 import CssClient, ListClustersDetailsRequest, ShowGetLogSettingRequest
from pulumi_huaweicloud_css._api.models import parse_page
from pulumi_huaweicloud_css.emulator import Cluster, Project, Quirks, Site
from pulumi_huaweicloud_css.emulator.site import CLUSTER_ID

from tests.support.cluster_calls import MANY


def sdk(emulator, project_id=None):
    """Return the vendor's SDK for an emulator."""
    keys = BasicCredentials(emulator.access_key, emulator.secret_key, project_id or emulator.project_id)
    return CssClient.new_builder().with_credentials(keys).with_endpoint(emulator.endpoint).build()


def test_sdk_reads_all_clusters(start):
    """The vendor's SDK, walking through the pages, finds each cluster once, with all that was given of it."""
    clusters = [
        Cluster(cluster_id=f"c{number}", status=status, tags={"n": str(number)}, engine=engine, version="1.3.6")
        for number, (status, engine) in enumerate([("100", "opensearch"), ("200", "logstash"), ("303", "x")] * 8)
    ]
    emulator = start(site=Site(projects=[Project(clusters=clusters)], quirks=Quirks(order="given")))
    found = []
    for offset in (1, 11, 21):
        answer = sdk(emulator).list_clusters_details(ListClustersDetailsRequest(offset=offset, limit=10))
        assert answer.total_size == 24
        found += answer.clusters
    assert [(each.id, each.status, each.datastore.type, each.datastore.version) for each in found] == [
        (each.cluster_id, each.status, each.engine, each.version) for each in clusters
    ]
    assert [{tag.key: tag.value for tag in each.tags} for each in found] == [each.tags for each in clusters]
    assert {type(each.backup_available) for each in found} == {bool}
    assert found[2].failed_reason.error_code
    only = sdk(emulator).list_clusters_details(ListClustersDetailsRequest(datastore_type="logstash", limit=1000))
    assert len(only.clusters) == 8


def test_sdk_reads_log_settings(start):
    """The vendor's SDK reads the settings in the types that its models have."""
    emulator = start()
    found = sdk(emulator).show_get_log_setting(ShowGetLogSettingRequest(CLUSTER_ID)).log_configuration
    assert (found.cluster_id, found.obs_bucket, found.base_path) == (CLUSTER_ID, "css-backup-1610678043608", "css/log")
    assert (found.auto_enable, found.log_switch, found.period) == (True, True, "00:00 GMT+08:00")
    assert isinstance(found.update_at, int)
    emulator.set_log_settings(CLUSTER_ID, None)
    assert sdk(emulator).show_get_log_setting(ShowGetLogSettingRequest(CLUSTER_ID)).log_configuration is None
    with pytest.raises(ClientRequestException) as refused:
        sdk(emulator).show_get_log_setting(ShowGetLogSettingRequest("nowhere"))
    assert refused.value.status_code == 404


def test_our_models_read_the_records_of_every_cluster(start, ask):
    """Each cluster of a site has records of its own, made up when they are asked for."""
    emulator = start(site=MANY)
    seen = set()
    for cluster in MANY.clusters:
        page = ask(emulator, f"/v1.0/{emulator.project_id}/clusters/{cluster.cluster_id}/logs/records").content
        records = parse_page(page, what="it").records
        assert {record.cluster_id for record in records} == {cluster.cluster_id}
        seen |= {record.id for record in records}
    assert len(seen) == 250
