"""Log settings as the emulator serves them, and what is refused without the right to them."""

from __future__ import annotations

import uuid

import pytest
from pulumi_huaweicloud_css.emulator import Account, Cluster, LogSettings, Site
from pulumi_huaweicloud_css.emulator.site import CLUSTER_ID
from pulumi_huaweicloud_css.errors import ArgumentError

from tests.support.cluster_calls import settings_of

PERMISSIONS = [
    ("can_list_clusters", "clusters", "css:cluster:list"),
    ("can_read_log_settings", f"clusters/{CLUSTER_ID}/logs/settings", "css:log:getSetting"),
]


@pytest.mark.parametrize(("right", "path", "action"), PERMISSIONS)
def test_without_the_right(start, ask, right, path, action):
    """Who lacks a right gets 403 APIGW.0302 with its name, and may do all the rest."""
    emulator = start(site=Site(accounts=[Account(**{right: False})]))
    for _, other, _ in PERMISSIONS:
        answer = ask(emulator, f"/v1.0/{emulator.project_id}/{other}")
        assert answer.status_code == (403 if other == path else 200)
        if other == path:
            assert (answer.json()["error_code"], action in answer.json()["error_msg"]) == ("APIGW.0302", True)
    assert ask(emulator).status_code == 200


def test_log_settings(start_emulator, ask):
    """The settings are in the API's names; without automatic backup there is no time for it."""
    settings = LogSettings(period="02:00 GMT+08:00", bucket="bucket", base_path="path", agency="agency")
    emulator = start_emulator(Cluster(created=1_656_042_837, log_settings=settings))
    found = settings_of(ask, emulator).json()["logConfiguration"]
    assert uuid.UUID(found.pop("id"))
    assert found == {
        "clusterId": CLUSTER_ID,
        "obsBucket": "bucket",
        "agency": "agency",
        "updateAt": 1_656_042_837_000,
        "basePath": "path",
        "autoEnable": True,
        "period": "02:00 GMT+08:00",
        "logSwitch": True,
    }
    emulator.set_log_settings(CLUSTER_ID, LogSettings(auto_enable=False))
    changed = settings_of(ask, emulator).json()["logConfiguration"]
    assert (changed["autoEnable"], changed["period"]) == (False, None)
    assert changed["updateAt"] > 1_656_042_837_000
    emulator.set_log_settings(CLUSTER_ID, None)
    assert settings_of(ask, emulator).json() == {"logConfiguration": None}


def test_log_settings_of_an_unknown_cluster(emulator, ask):
    """A cluster that is not there gets 404 CSS.3027."""
    answer = settings_of(ask, emulator, "nowhere")
    assert (answer.status_code, answer.json()["errCode"]) == (404, "CSS.3027")


WRONG_SETTINGS = [
    {"log_switch": "yes"},
    {"auto_enable": 1},
    {"period": "2:00"},
    {"period": "24:00 GMT+08:00"},
    {"period": None},
    {"bucket": None},
    {"base_path": 1},
    {"agency": []},
]


@pytest.mark.parametrize("arguments", WRONG_SETTINGS)
def test_wrong_log_settings(arguments):
    """Settings that CSS could not have are one error that names the argument."""
    with pytest.raises(ArgumentError) as refused:
        LogSettings(**arguments)
    assert refused.value.argument in arguments
