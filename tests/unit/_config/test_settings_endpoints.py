"""Where the addresses of CSS and IAM come from: argument, stack configuration, environment, region."""

from __future__ import annotations

import json

import pytest
from pulumi_huaweicloud_css._config.settings import resolve

ID = "0123456789abcdef0123456789abcdef"
ENOUGH = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hush-sk", "HW_REGION_NAME": "cn-north-4"}
OVERRIDE = "HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4"


def found(environ, config, **arguments):
    """Return the settings of an environment and a stack's configuration."""
    return resolve(environ={**ENOUGH, **environ}, config=config.get, **arguments)


# What gives the CSS endpoint, from the place that counts least to the one that counts most.
ENDPOINTS = [
    ({}, {}, {}, "https://css.cn-north-4.myhuaweicloud.com"),
    ({"HW_REGION_NAME": "cn-east-2"}, {}, {}, "https://es.cn-east-2.myhuaweicloud.com"),
    ({OVERRIDE: "css.override.example.com/"}, {}, {}, "https://css.override.example.com"),
    ({OVERRIDE: " https://a.example.com , https://b.example.com"}, {}, {}, "https://a.example.com"),
    ({OVERRIDE: " "}, {}, {}, "https://css.cn-north-4.myhuaweicloud.com"),
    ({"HUAWEICLOUD_SDK_REGION_CSS_CN_SOUTH_1": "o.example.com"}, {}, {}, "https://css.cn-north-4.myhuaweicloud.com"),
    ({OVERRIDE: "o.example.com"}, {"css": "https://c.example.com/"}, {}, "https://c.example.com"),
    ({OVERRIDE: "o.example.com"}, {"iam": "i.example.com"}, {}, "https://o.example.com"),
    ({}, {"css": "c.example.com"}, {"endpoint": "a.example.com/"}, "https://a.example.com"),
    ({"HW_REGION_NAME": "zz-new-1"}, {"css": "c.example.com"}, {}, "https://c.example.com"),
    ({"HW_REGION_NAME": "", "HW_PROJECT_ID": ID}, {}, {"endpoint": "a.example.com"}, "https://a.example.com"),
]


@pytest.mark.parametrize("written", [json.dumps, dict], ids=["text", "object"])
@pytest.mark.parametrize(("environ", "table", "arguments", "endpoint"), ENDPOINTS)
def test_endpoint(environ, table, arguments, endpoint, written):
    """The argument counts before huaweicloud:endpoints, that before the region's variable, that before the region."""
    config = {"endpoints": written(table)} if table else {}
    assert found(environ, config, **arguments).endpoint == endpoint


@pytest.mark.parametrize(
    ("environ", "table", "endpoint"),
    [
        ({}, {"iam": "i.example.com"}, "https://i.example.com"),
        ({"HUAWEICLOUD_SDK_IAM_ENDPOINT": "https://v.example.com/"}, {}, "https://v.example.com"),
        ({"HUAWEICLOUD_SDK_IAM_ENDPOINT": "v.example.com"}, {"iam": "i.example.com"}, "https://i.example.com"),
        ({OVERRIDE: "http://127.0.0.1:9"}, {}, "http://127.0.0.1:9"),
        ({OVERRIDE: "http://127.0.0.1:9"}, {"iam": "i.example.com"}, "https://i.example.com"),
    ],
)
def test_iam_endpoint(environ, table, endpoint):
    """IAM's address follows the same rules; an emulator on this machine is asked for both."""
    assert found(environ, {"endpoints": table}).iam_endpoint == endpoint
