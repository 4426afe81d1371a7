"""The vendor's own SDK takes the emulator for the real thing."""

from __future__ import annotations

import uuid

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, SdkException
from huaweicloudsdkcss.v1 import CssClient, ListLogsJobRequest
from huaweicloudsdkcss.v1.region.css_region import CssRegion
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Backups, Project, Site

# The SDK makes its dates in a way that newer Pythons warn of.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


def sdk(emulator, *, secret_key=None, project_id=None, security_token=None):
    """Return the SDK's client for an emulator."""
    keys = BasicCredentials(emulator.access_key, secret_key or emulator.secret_key, project_id or emulator.project_id)
    if security_token:
        keys.with_security_token(security_token)
    return CssClient.new_builder().with_credentials(keys).with_endpoint(emulator.endpoint).build()


def test_sdk_reads_all_records_page_by_page(start):
    """Walking through the pages with the SDK brings every record once, in order."""
    emulator = start(site=Site.of_one_cluster(backups=Backups(count=37, running=True, fail_every=5)))
    client = sdk(emulator)
    seen = []
    for offset in range(1, 38, 10):
        answer = client.list_logs_job(ListLogsJobRequest(emulator.cluster_id, offset=offset, limit=10))
        seen += answer.cluster_log_record
    expected = emulator.records()
    assert [record.id for record in seen] == [record["id"] for record in expected]
    assert [record.status for record in seen] == [record["status"] for record in expected]
    assert [record.finished_at for record in seen] == [record.get("finishedAt") for record in expected]


def test_sdk_gets_ten_records_by_default(emulator):
    """Without offset and limit, the SDK gets the first ten records."""
    answer = sdk(emulator).list_logs_job(ListLogsJobRequest(emulator.cluster_id))
    assert [record.id for record in answer.cluster_log_record] == [record["id"] for record in emulator.records()[:10]]


def test_sdk_with_wrong_secret_key_is_refused(emulator):
    """A wrong secret key gets 401 APIGW.0301, with the request id where the SDK looks for it."""
    with pytest.raises(ClientRequestException) as refused:
        sdk(emulator, secret_key="wrong").list_logs_job(ListLogsJobRequest(emulator.cluster_id))
    assert refused.value.status_code == 401
    assert refused.value.error_code == "APIGW.0301"
    assert "verify aksk signature fail" in refused.value.error_msg
    assert refused.value.request_id == emulator.requests[-1].request_id


def test_sdk_with_temporary_key(start):
    """The SDK's way to send and sign a security token is accepted."""
    account = Account(credentials=Credentials("TEMPORARY", "secret", security_token="security-token"))
    emulator = start(site=Site(accounts=[account]))
    answer = sdk(emulator, security_token="security-token").list_logs_job(ListLogsJobRequest(emulator.cluster_id))
    assert len(answer.cluster_log_record) == 10


def test_sdk_finds_the_project_by_the_region_alone(start, monkeypatch):
    """Pointed at the emulator by environment variables only, the SDK looks the project up and lists."""
    # The SDK remembers project ids by access key, so this one must be new.
    access_key = f"AK{uuid.uuid4().hex}"
    site = Site(accounts=[Account(credentials=Credentials(access_key, "secret"))], region="cn-south-1")
    emulator = start(site=site)
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    client = (
        CssClient.new_builder()
        .with_credentials(BasicCredentials(access_key, "secret"))
        .with_region(CssRegion.value_of("cn-south-1"))
        .build()
    )
    answer = client.list_logs_job(ListLogsJobRequest(emulator.cluster_id, limit=3))
    assert len(answer.cluster_log_record) == 3
    lookup, listing = emulator.requests
    assert (lookup.path, lookup.parameters) == ("/v3/projects", {"name": "cn-south-1"})
    assert emulator.project_id in listing.path


@pytest.mark.parametrize("names", [("elsewhere",), ("cn-north-4", "cn-north-4")], ids=["no_project", "two_projects"])
def test_sdk_refuses_a_lookup_without_exactly_one_project(start, names):
    """The SDK's own complaint about no or several projects comes up as it does with the real IAM."""
    access_key = f"AK{uuid.uuid4().hex}"
    projects = [Project(project_id=f"{number:032x}", name=name, clusters=()) for number, name in enumerate(names)]
    emulator = start(site=Site(accounts=[Account(credentials=Credentials(access_key, "secret"))], projects=projects))
    keys = BasicCredentials(access_key, "secret").with_iam_endpoint(emulator.endpoint)
    with pytest.raises(SdkException, match=r"Failed to get project id|Multiple project ids"):
        keys.process_auth_params(sdk(emulator)._http_client, "cn-north-4")
