"""The vendor's own SDK and this package read the same records from the same server."""

from __future__ import annotations

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcss.v1 import CssClient as SdkClient
from huaweicloudsdkcss.v1 import ListLogsJobRequest
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery, read
from pulumi_huaweicloud_css._time import rfc3339
from pulumi_huaweicloud_css.emulator import Backups, Quirks, Site
from pulumi_huaweicloud_css.errors import ApiError

# The SDK makes its dates in a way that newer Pythons warn of.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
ODD = {"id": "odd", "createAt": "1656042837000", "status": "PAUSED", "finishedAt": None, "size": 3}


def sdk_of(emulator, secret_key=None):
    """Return the SDK's client for an emulator."""
    keys = BasicCredentials(emulator.access_key, secret_key or emulator.secret_key, emulator.project_id)
    return SdkClient.new_builder().with_credentials(keys).with_endpoint(emulator.endpoint).build()


def sdk_records(emulator, limit):
    """Walk through all pages with the SDK."""
    client, records = sdk_of(emulator), []
    while True:
        request = ListLogsJobRequest(emulator.cluster_id, offset=len(records) + 1, limit=limit)
        page = client.list_logs_job(request).cluster_log_record
        records += page
        if len(page) < limit:
            return records


def as_outputs(record):
    """Return one of the SDK's records as our outputs say it; its times are as the site wrote them."""

    def time(value):
        milliseconds = None if value is None else int(value)
        if milliseconds is not None and milliseconds < 10**11:
            milliseconds *= 1000
        return None if milliseconds is None else rfc3339(milliseconds)

    return {
        "id": record.id,
        "cluster_id": record.cluster_id,
        "created_at": time(record.create_at),
        "finished_at": time(record.finished_at),
        "log_path": record.log_path,
        "status": record.status,
        "job_type": record.job_types,
        "job_id": record.job_id,
        "failed_msg": record.failed_msg,
    }


def site(order="newest", time_format="ms"):
    """Return a site with every kind of record."""
    backups = Backups(count=57, running=True, fail_every=4, manual_share=0.5)
    return Site.of_one_cluster(backups=backups, quirks=Quirks(order=order, time_format=time_format))


@pytest.mark.parametrize("order", ["newest", "oldest", "shuffled"])
@pytest.mark.parametrize("time_format", ["ms", "seconds", "string"])
def test_all_records_are_the_sdks(start, connect, order, time_format):
    """Field by field, our answer holds the records that the SDK lists page by page, newest first."""
    emulator = start(site=site(order, time_format))
    theirs = [as_outputs(record) for record in sdk_records(emulator, 10)]
    ours = read(connect(emulator), LogRecordsQuery(emulator.cluster_id)).to_outputs()
    assert len(theirs) == 57
    assert ours["records"] == sorted(theirs, key=lambda record: (record["created_at"], record["id"]), reverse=True)
    assert {record["status"] for record in theirs} == {"RUNNING", "SUCCESS", "FAIL"}


@pytest.mark.parametrize("order", ["newest", "shuffled"])
@pytest.mark.parametrize(("offset", "limit"), [(1, 10), (11, 10), (55, 10), (1, 1000), (58, 10)])
def test_one_page_is_the_sdks(start, connect, order, offset, limit):
    """A single page of the client is the SDK's page, in the server's order, with the same total."""
    emulator = start(site=site(order))
    request = ListLogsJobRequest(emulator.cluster_id, offset=offset, limit=limit)
    theirs = sdk_of(emulator).list_logs_job(request)
    ours = connect(emulator).list_log_records(emulator.cluster_id, offset, limit)
    assert [record.to_outputs() for record in ours.records] == [as_outputs(each) for each in theirs.cluster_log_record]
    sdk_asked, we_asked = emulator.requests
    assert (we_asked.path, we_asked.parameters) == (sdk_asked.path, sdk_asked.parameters)


def test_default_page_is_the_sdks(emulator, connect):
    """Without offset and limit the client gets what the SDK gets without them."""
    theirs = sdk_of(emulator).list_logs_job(ListLogsJobRequest(emulator.cluster_id)).cluster_log_record
    ours = connect(emulator).list_log_records(emulator.cluster_id)
    assert [record.id for record in ours.records] == [record.id for record in theirs]


def test_odd_records_are_the_sdks(start, connect):
    """Missing fields, unknown ones and unknown values come out as the SDK has them."""
    emulator = start(site=Site.of_one_cluster(records=[ODD]))
    theirs = sdk_records(emulator, 10)
    ours = read(connect(emulator), LogRecordsQuery(emulator.cluster_id)).to_outputs()["records"]
    assert ours == [as_outputs(record) for record in theirs]
    assert ours[0]["status"] == "PAUSED"


@pytest.mark.parametrize(
    ("secret_key", "cluster_id", "code"),
    [("wrong", CLUSTER, "APIGW.0301"), (None, CLUSTER.replace("4", "5"), "CSS.3027")],
    ids=["wrong-key", "unknown-cluster"],
)
def test_refusals_are_the_sdks(emulator, connect, secret_key, cluster_id, code):
    """Status and request id of a refusal are those that the SDK reports; the SDK misses CSS's own codes."""
    with pytest.raises(ClientRequestException) as theirs:
        sdk_of(emulator, secret_key).list_logs_job(ListLogsJobRequest(cluster_id))
    variables = {"HW_SECRET_KEY": secret_key} if secret_key else {}
    with pytest.raises(ApiError) as ours:
        connect(emulator, **variables).list_log_records(cluster_id)
    assert (ours.value.status, ours.value.code) == (theirs.value.status_code, code)
    assert [asked.request_id for asked in emulator.requests] == [theirs.value.request_id, ours.value.request_id]
