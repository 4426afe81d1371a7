"""Where a region's API answers, and which addresses are allowed at all."""

from __future__ import annotations

import functools
import ipaddress
import re
from urllib.parse import urlsplit

from .._text import near
from ..errors import SettingsError
from .sources import Found

# Source: the vendor SDK's region table for CSS; the two es.* names are the exceptions it lists.
# fmt: off
REGIONS = (
    "ae-ad-1", "af-north-1", "af-south-1", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
    "ap-southeast-4", "ap-southeast-5", "cn-east-2", "cn-east-3", "cn-east-4", "cn-east-5",
    "cn-north-1", "cn-north-11", "cn-north-12", "cn-north-2", "cn-north-4", "cn-north-9",
    "cn-south-1", "cn-south-2", "cn-south-4", "cn-southwest-2", "cn-southwest-3", "eu-west-101",
    "la-north-2", "la-south-2", "me-east-1", "my-kualalumpur-1", "na-mexico-1", "ru-moscow-1",
    "sa-brazil-1", "tr-west-1",
)
# fmt: on
_ES_REGIONS = frozenset({"cn-north-1", "cn-east-2"})
DEFAULT_CLOUD = "myhuaweicloud.com"
_LONGEST_DOMAIN = 200
_DOMAIN = re.compile(r"([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]*[a-zA-Z0-9]")
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")  # the last: bytes that are not UTF-8
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+")


def cloud_of(region: str) -> str:
    """Return the domain of the cloud that a region belongs to, as the Terraform provider tells it by the name."""
    return "myhuaweicloud.eu" if region.startswith("eu-west-1") else DEFAULT_CLOUD


def css_url(region: str, cloud: str | None = None) -> str | None:
    """Return the CSS API's base URL in a region, or None for a region that no table knows.

    Args:
        region: the region's name.
        cloud: the domain of the cloud if it was given: what regions it has, nobody here knows.
    """
    domain = cloud or cloud_of(region)
    if region not in REGIONS and domain == DEFAULT_CLOUD:
        return None
    service = "es" if region in _ES_REGIONS and domain == DEFAULT_CLOUD else "css"
    return f"https://{service}.{region}.{domain}"


def service_url(service: str, region: str, cloud: str | None = None) -> str:
    """Return the base URL of IAM (``iam``) or STS (``sts``) in a region."""
    return f"https://{service}.{region}.{cloud or cloud_of(region)}"


def check_cloud(cloud: str, where: str) -> str:
    """Return `cloud` if it is a domain such as ``myhuaweicloud.eu``; `where` says where it was given.

    Raises:
        SettingsError: it is none.
    """
    if len(cloud) > _LONGEST_DOMAIN or not _DOMAIN.fullmatch(cloud):
        shown = f"what {where} gives" if "@" in cloud else f"{cloud!r} ({where})"  # somebody's password may be in it
        raise SettingsError("cloud", f"{shown} is not a domain; it looks like {DEFAULT_CLOUD}")
    return cloud.lower()


def region_variable(service: str, region: str) -> str:
    """Return the environment variable by which the vendor's SDKs override a region's endpoint of a service."""
    return f"HUAWEICLOUD_SDK_REGION_{service.upper()}_{region.upper().replace('-', '_')}"


def check_region(region: str, shown: str) -> str:
    """Return `region` if it has the shape of a region's name.

    Raises:
        SettingsError: it has not; `shown` is what is shown of it, and where it was given.
    """
    if not _REGION.fullmatch(region):
        raise SettingsError("region", f"{shown} is not a region's name; it looks like cn-north-4")
    return region


def unknown_region(region: str, shown: str, remedy: str) -> SettingsError:
    """Return the error for a region that is not in the table, with the nearest name where one is near."""
    return SettingsError("region", f"CSS has no known endpoint in {shown}{near(region, REGIONS)} {remedy}".strip())


@functools.lru_cache(maxsize=64)
def is_loopback(url: str) -> bool:
    """Say whether a URL's host is this machine's loopback interface."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@functools.lru_cache(maxsize=64)  # every call of a function resolves its settings anew
def base_url(found: Found[str], setting: str = "endpoint", service: str = "css") -> str:
    """Return an endpoint as a base URL without a trailing slash; https is assumed where no scheme is given.

    Args:
        found: the address, and where it was given.
        setting: the setting that gives it.
        service: the service that answers there.

    Raises:
        SettingsError: it is no plain http(s) address, or http to anything but loopback (keys would be sent
            in signed but unencrypted requests).
    """
    url = found.value.strip()
    if "://" not in url:
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        _ = parts.port
        plain = not (parts.query or parts.fragment or parts.username or parts.password)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and plain and not _NOT_IN_URL.search(url)
    except ValueError:
        valid = False
    if not valid:
        # The text itself is not shown: somebody's user name and password may be in it.
        raise SettingsError(
            setting,
            f"{found.subject} is not an address like {service_url(service, 'cn-north-4')} "
            "(scheme, host, perhaps a port; no user, query or fragment)",
        )
    if parts.scheme == "http" and not is_loopback(url):
        raise SettingsError(setting, f"{url!r}{found.place} is plain http; use https (http is for loopback only)")
    return url.rstrip("/")
