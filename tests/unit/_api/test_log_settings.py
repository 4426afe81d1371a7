"""The log settings of a cluster: read as the vendor's SDK reads them, tolerantly, and as data only."""

from __future__ import annotations

import json
from datetime import time, timedelta, timezone

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcss.v1 import CssClient as SdkClient
from huaweicloudsdkcss.v1 import ShowGetLogSettingRequest
from pulumi_huaweicloud_css import LogSettings
from pulumi_huaweicloud_css._api.log_settings import parse_log_settings
from pulumi_huaweicloud_css.emulator import Account, Cluster, Site
from pulumi_huaweicloud_css.emulator import LogSettings as Served
from pulumi_huaweicloud_css.errors import ApiError, ArgumentError, InvalidResponseError

CLUSTER = Cluster().cluster_id
FIELDS = ("log_switch", "auto_enable", "period", "obs_bucket", "base_path", "agency")


def parsed(document, redact=str):
    """Return what is read of a document."""
    return parse_log_settings(json.dumps(document).encode(), redact, CLUSTER)[0]


def configured(**fields):
    """Return what is read of a configuration."""
    return parsed({"logConfiguration": fields})


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
@pytest.mark.parametrize(
    "settings", [Served(), Served(period="23:30 GMT-05:00", bucket="b"), Served(auto_enable=False, log_switch=False)]
)
def test_settings_are_the_sdks(emulator, connect, settings):
    """Field by field, they are what the vendor's SDK reads, by the same request."""
    emulator.set_log_settings(CLUSTER, settings)
    keys = BasicCredentials(emulator.access_key, emulator.secret_key, emulator.project_id)
    sdk = SdkClient.new_builder().with_credentials(keys).with_endpoint(emulator.endpoint).build()
    theirs = sdk.show_get_log_setting(ShowGetLogSettingRequest(CLUSTER)).log_configuration
    ours = connect(emulator).log_settings(CLUSTER)
    assert [getattr(ours, name) for name in FIELDS] == [getattr(theirs, name) for name in FIELDS]
    sdk_asked, we_asked = emulator.requests
    assert (we_asked.path, we_asked.parameters) == (sdk_asked.path, sdk_asked.parameters)


def test_log_backup_that_was_never_set_up(emulator, connect):
    """Without a configuration there are no settings."""
    emulator.set_log_settings(CLUSTER, None)
    assert connect(emulator).log_settings(CLUSTER) is None
    assert configured() is None


def test_refusal(start, connect):
    """Without the permission it is the API's error, after one request; a wrong id is refused before any."""
    emulator = start(site=Site(accounts=[Account(can_read_log_settings=False)]))
    client = connect(emulator)
    with pytest.raises(ApiError) as refused:
        client.log_settings(CLUSTER)
    with pytest.raises(ArgumentError, match="cluster_id"):
        client.log_settings("x")
    assert (refused.value.status, len(emulator.requests)) == (403, 1)
    assert "may css:log:getSetting." in refused.value.hint


@pytest.mark.parametrize(
    ("ask", "action"),
    [
        (lambda client: client.list_clusters(), "css:cluster:list"),
        (lambda client: client.list_log_records(CLUSTER), "css:log:listJob"),
        (lambda client: client.log_settings(CLUSTER), "css:log:getSetting"),
    ],
)
def test_the_hint_names_the_action_that_was_refused(start, connect, ask, action):
    """Where a right is missing, the hint says which action the user has to be allowed."""
    account = Account(can_list=False, can_list_clusters=False, can_read_log_settings=False)
    with pytest.raises(ApiError) as refused:
        ask(connect(start(site=Site(accounts=[account]))))
    assert f"may {action}." in refused.value.hint


@pytest.mark.parametrize(
    ("period", "starts_at"),
    [
        ("02:00 GMT+08:00", (2, 0, 480)),
        (" 2:05:00 gmt-3 ", (2, 5, -180)),
        ("23:59GMT+0530", (23, 59, 330)),
        *[(wrong, None) for wrong in ("24:00 GMT+08:00", "02:60 GMT+08:00", "02:00 GMT+24:00", "02:00", "", None, 2)],
        *[(wrong, None) for wrong in ("02:00 GMT+08:00; rm", "\u0662\u0662:00 GMT+08:00", ["02:00 GMT+08:00"])],
    ],
)
def test_period(period, starts_at):
    """A time with its zone is one, in any of the usual forms; all else is none."""
    found = configured(logSwitch=True, period=period).starts_at
    if starts_at is None:
        assert found is None
    else:
        hour, minute, offset = starts_at
        assert found == time(hour, minute, tzinfo=timezone(timedelta(minutes=offset)))


@pytest.mark.parametrize(
    ("value", "read"), [(True, True), ("false", False), (" TRUE", True), (1, None), (None, None), ([1], None)]
)
def test_switches(value, read):
    """A switch is true or false, also as text; anything else is not known."""
    assert configured(logSwitch=value, autoEnable=value) == LogSettings(log_switch=read, auto_enable=read)


def test_hostile_text_is_sanitized_bounded_and_redacted():
    """Texts are one line without control characters, of limited length, and show no secret."""
    hostile = "\x1b[31mkey\n" + "x" * 100_000
    read = parsed(
        {"logConfiguration": {"obsBucket": hostile, "period": hostile, "agency": hostile, "basePath": hostile}},
        lambda text: text.replace("key", "***"),
    )
    for text in (read.obs_bucket, read.period, read.agency, read.base_path):
        assert text.startswith("[31m*** x")
        assert len(text) <= 256


@pytest.mark.parametrize(
    "document",
    [
        *[[], None, {}, {"logConfiguration": []}, {"logConfiguration": "on"}],
        {"logConfiguration": None, "errCode": "CSS.0005"},
        {"logConfiguration": {"clusterId": "another", "logSwitch": False}},
    ],
)
def test_response_that_is_not_the_clusters_log_settings(document):
    """An error, something else, or the settings of another cluster are never taken for settings."""
    with pytest.raises(InvalidResponseError):
        parsed(document)
