"""Where a region's API answers, and which addresses are refused."""

from __future__ import annotations

import pytest
from huaweicloudsdkcss.v1.region.css_region import CssRegion
from pulumi_huaweicloud_css._config import endpoints
from pulumi_huaweicloud_css._config.sources import Found
from pulumi_huaweicloud_css.errors import SettingsError


@pytest.mark.parametrize(
    ("region", "url"),
    [
        ("cn-north-4", "https://css.cn-north-4.myhuaweicloud.com"),
        ("ap-southeast-3", "https://css.ap-southeast-3.myhuaweicloud.com"),
        ("eu-west-101", "https://css.eu-west-101.myhuaweicloud.eu"),
        ("eu-west-109", "https://css.eu-west-109.myhuaweicloud.eu"),
        ("cn-north-1", "https://es.cn-north-1.myhuaweicloud.com"),
        ("cn-east-2", "https://es.cn-east-2.myhuaweicloud.com"),
        ("cn-north-99", None),
    ],
)
def test_url_of_a_region(region, url):
    """Regions have css addresses, but for the two that have es addresses; others have none."""
    assert endpoints.css_url(region) == url


def test_region_table_is_the_vendors():
    """Every region of the vendor's SDK is known, at the vendor's address.

    But for the European one, whose address the Terraform provider and the live catalogue know better.
    """
    theirs = {name: region.endpoints for name, region in CssRegion.static_fields.items()}
    theirs["eu-west-101"] = [address.removesuffix(".com") + ".eu" for address in theirs["eu-west-101"]]
    assert {region: [endpoints.css_url(region)] for region in endpoints.REGIONS} == theirs


@pytest.mark.parametrize(
    ("cloud", "region", "css", "iam"),
    [
        (None, "cn-north-1", "es.cn-north-1.myhuaweicloud.com", "iam.cn-north-1.myhuaweicloud.com"),
        (None, "eu-west-101", "css.eu-west-101.myhuaweicloud.eu", "iam.eu-west-101.myhuaweicloud.eu"),
        ("myhuaweicloud.eu", "eu-west-3", "css.eu-west-3.myhuaweicloud.eu", "iam.eu-west-3.myhuaweicloud.eu"),
        ("Cloud.Example.org", "cn-north-1", "css.cn-north-1.cloud.example.org", "iam.cn-north-1.cloud.example.org"),
    ],
)
def test_cloud(cloud, region, css, iam):
    """The cloud is the domain of both services; one that is not the vendor's own may have any region."""
    domain = None if cloud is None else endpoints.check_cloud(cloud, "HW_CLOUD")
    assert endpoints.css_url(region, domain) == f"https://{css}"
    assert endpoints.service_url("iam", region, domain) == f"https://{iam}"


@pytest.mark.parametrize(
    "cloud",
    ["https://myhuaweicloud.eu", "myhuaweicloud", "a..b", ".eu", "eu.", "a b.eu", "a.eu:8", "a/b.eu", "a.1"],
)
def test_what_is_no_cloud(cloud):
    """A cloud that is not a domain is one error with the value and where it was given."""
    with pytest.raises(SettingsError, match=r"\(HW_CLOUD\) is not a domain") as error:
        endpoints.check_cloud(cloud, "HW_CLOUD")
    assert repr(cloud) in str(error.value)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://css.example.com", "https://css.example.com"),
        ("https://css.example.com/", "https://css.example.com"),
        ("https://css.example.com///", "https://css.example.com"),
        ("css.example.com", "https://css.example.com"),
        ("css.example.com:8443", "https://css.example.com:8443"),
        ("  https://css.example.com  ", "https://css.example.com"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("http://127.5.5.5", "http://127.5.5.5"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("http://LOCALHOST:9000", "http://LOCALHOST:9000"),
        ("http://[::1]:9000", "http://[::1]:9000"),
    ],
)
def test_forms_of_an_address(text, url):
    """A bare host means https, slashes at the end are dropped, and http is for loopback."""
    assert endpoints.base_url(Found(text, "here")) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "https://",
        "ftp://css.example.com",
        "file:///etc/passwd",
        "https://css.example.com?x=1",
        "https://css.example.com#x",
        "https://css.example.com:port",
        "https://css.example.com:99999",
        "https://[::1",
        "https://css example.com",
        "https://css.example.com\\@evil.example.com",
        "https://css.exa\nmple.com",
        "https://css.exa\x00mple.com",
        "https://css.exa\x7fmple.com",
    ],
)
def test_what_is_no_address_is_refused(text):
    """Anything but scheme, host and port is refused, and the error says where it was given."""
    with pytest.raises(SettingsError, match="endpoint: HERE is not an address like https://css"):
        endpoints.base_url(Found(text, "HERE"))


@pytest.mark.parametrize(
    "text",
    [
        "https://anna:hush@css.example.com",
        "https://hush@css.example.com",
        "http://anna:hush@css.example.com",
        "anna:hush@css.example.com",
        "https://:hush@css.example.com",
        "https://anna:hu/sh@css.example.com",
    ],
)
def test_user_and_password_are_refused_and_not_shown(text):
    """An address with somebody's password is refused without repeating it."""
    with pytest.raises(SettingsError, match="no user") as refused:
        endpoints.base_url(Found(text, "HERE"))
    assert "hush" not in str(refused.value)
    assert "sh@" not in str(refused.value)


@pytest.mark.parametrize("cloud", ["https://anna:hush@myhuaweicloud.eu", "hush@y.eu"])
def test_user_and_password_in_a_cloud_are_not_shown(cloud):
    """A cloud with somebody's password is refused without repeating it."""
    with pytest.raises(SettingsError, match="cloud: what HW_CLOUD gives is not a domain") as refused:
        endpoints.check_cloud(cloud, "HW_CLOUD")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "http://css.cn-north-4.myhuaweicloud.com",
        "http://10.0.0.1:9000",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://0.0.0.0:9000",
        "http://[::]:9000",
        "HTTP://css.example.com",
    ],
)
def test_http_is_refused_but_for_loopback(text):
    """Requests are never sent unencrypted to another machine."""
    with pytest.raises(SettingsError, match=r"endpoint: .* \(HERE\) is plain http; use https"):
        endpoints.base_url(Found(text, "HERE"))


@pytest.mark.parametrize("address", ["http://10.0.0.1/v3", "https://iam.example.org/?v3"])
@pytest.mark.parametrize(
    ("place", "setting", "service"),
    [
        ("HW_AUTH_URL", "auth url", "iam"),
        ("HUAWEICLOUD_SDK_IAM_ENDPOINT", "endpoints", "iam"),
        ("HUAWEICLOUD_SDK_STS_ENDPOINT", "endpoints", "sts"),
        ("HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4", "--endpoint", "css"),
    ],
)
def test_a_wrong_address_is_told_of_its_own_setting(css_logs, address, place, setting, service):
    """An address of IAM that is wrong is no matter of --endpoint, nor does it look like one of CSS."""
    keys = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hush", "HW_REGION_NAME": "cn-north-4"}
    done = css_logs(None, **keys, **{place: address})("clusters")
    assert done.returncode == 4
    assert done.stderr.startswith(f"Error: {setting}: ")
    assert place in done.stderr
    if address.startswith("https"):
        assert f"is not an address like https://{service}.cn-north-4.myhuaweicloud.com (" in done.stderr


@pytest.mark.parametrize(
    "region", ["cn", "CN-NORTH-4", "cn_north_4", "cn-north-4.evil.example.com", "", "cn-north-4/", "é-1"]
)
def test_region_that_is_no_name_is_refused(region):
    """A region becomes part of a host's name, so it must look like one."""
    with pytest.raises(SettingsError, match=r"region: .* \(HERE\) is not a region's name; it looks like cn-north-4"):
        endpoints.check_region(region, f"{region!r} (HERE)")


@pytest.mark.parametrize(
    ("region", "guess"),
    [("cn-north4-4", "did you mean cn-north-4?"), ("ap-southest-3", "did you mean ap-southeast-3?"), ("xx-yy-1", None)],
)
def test_unknown_region_comes_with_a_guess(region, guess):
    """A near miss names the region that was probably meant; a name near nothing gets no guess."""
    text = str(endpoints.unknown_region(region, "HERE", "(do that)"))
    assert ("did you mean" in text) == (guess is not None)
    assert guess is None or guess in text
    assert text.endswith("(do that)")
