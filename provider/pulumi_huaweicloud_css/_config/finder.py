"""Finding single settings, checked: what each of them may be, and what is used where it is not given."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from ..errors import SettingsError
from . import endpoints, values
from .agency import Agency, read_agencies
from .credentials import Credentials
from .precedence import Precedence
from .profile import home, profile_path, unreadable
from .sources import Found
from .table import KOOCLI_FILE, SETTINGS_BY_NAME

DEFAULT_MAX_RETRIES = 5
PROJECT_ID = re.compile(r"[0-9a-fA-F]{32}")


class Finder(Precedence):
    """Finds single settings; each raises a SettingsError if it is wrong, or missing and needed. See `Precedence`."""

    @cached_property
    def region(self) -> Found[str] | None:
        """The region; None if only an endpoint was given."""
        found = self._first("region")
        if found is None:
            if self._given.get("endpoint") is None and not self._urls.get("css"):
                places = SETTINGS_BY_NAME["region"].places(self._reader)
                raise SettingsError("region", f"not given; give it by {places} {self._remedy}")
            return None
        region = values.text("region", found)
        endpoints.check_region(region, found.shown)
        return Found(region, found.where, found.of_file, argument=found.argument)

    @cached_property
    def endpoint(self) -> Found[str]:
        """The base URL of the CSS API."""
        argument = self._argument("endpoint")
        if argument is not None:
            return self._url("endpoint", argument, "css")
        if self._urls.get("css"):
            return self._from_table("css")
        region = self.region
        if region is None:
            raise AssertionError("unreachable: without an endpoint, the region is needed")
        variable = endpoints.region_variable("css", region.value)
        if self._environ.get(variable, "").strip():
            # The vendor's SDKs allow several, separated by commas, and try the first one first.
            first = Found(self._environ[variable].split(",")[0], variable)
            return Found(endpoints.base_url(first), variable)
        url = endpoints.css_url(region.value, self.cloud.value if self.cloud else None)
        if url is None:
            raise endpoints.unknown_region(region.value, region.shown, self._remedy)
        return Found(url, self._region_and_cloud)

    @cached_property
    def cloud(self) -> Found[str] | None:
        """The domain of the cloud, if one was given."""
        found = self._first("cloud")
        if found is None:
            return None
        return Found(endpoints.check_cloud(values.text("cloud", found), found.where), found.where)

    @cached_property
    def iam(self) -> Found[str] | None:
        """The base URL of IAM; None if nothing tells it."""
        given = None if self._urls.get("iam") else self._first("auth_url")
        if given:
            url = self._url("auth_url", given, "iam")
            return replace(url, value=re.sub(r"/v3(\.0)?$", "", url.value))
        return self._service("iam")

    @cached_property
    def sts(self) -> Found[str] | None:
        """The base URL of STS; None if nothing tells it."""
        return self._service("sts")

    @cached_property
    def credentials(self) -> Credentials:
        """The credentials of the first source that has any part of them."""
        source = self._credentials_source
        if source is not None:
            return values.credentials_of(source)
        from .temporary import temporary_credentials  # here, like everything that is only needed without keys

        temporary = temporary_credentials(self._environ)
        if temporary is not None:
            return temporary
        named = ((name, SETTINGS_BY_NAME[name].places(self._reader)) for name in ("access_key", "secret_key", "token"))
        raise SettingsError(
            "credentials",
            "none found; give an access key and a secret key, or a token: "
            + "; ".join([*(f"{name.replace('_', ' ')}: {places}" for name, places in named), *self._unreadable]),
        )

    @cached_property
    def project_id(self) -> Found[str] | None:
        """The project's id; None if it is to be looked up by name."""
        if self.project_name is not None:
            return None
        found = self._first("project_id")
        if found is None:
            if self.region is None:
                raise SettingsError(
                    "project_id",
                    "not given, and without a region it cannot be looked up; "
                    f"give it by {SETTINGS_BY_NAME['project_id'].places(self._reader)}",
                )
            return None
        value = values.text("project_id", found)
        if not PROJECT_ID.fullmatch(value):
            raise SettingsError(
                "project_id",
                f"{found.shown} is not a project's id of 32 hexadecimal digits (not its name)"
                f"; give it by {SETTINGS_BY_NAME['project_id'].places(self._reader)}",
            )
        return Found(value, found.where)

    @cached_property
    def project_name(self) -> Found[str] | None:
        """The name to look the project up by; None if its id is given before it, or no name is."""
        name = self._first("project_name")
        if name is None or self._id_counts_before_name:
            return None
        text = values.text("project_name", name)
        if not text.strip():
            raise SettingsError("project_name", f"{name.shown} is not a project's name; leave it out, or give one")
        own, region = text.partition("_")[0], self._first("region")
        # Of several regions, those that are not the settings' own have projects of their own names.
        if region and own in endpoints.REGIONS and own != region.value and self._reader.site != "other":
            raise SettingsError(
                "project_name",
                f"{name.shown} is the name of a project in {own}, and the region is {region.shown}; "
                "give the id or the name of one there",
            )
        return Found(text, name.where)

    @property
    def unused_project_name(self) -> str | None:
        """Where a project's name is given that does not count, for an id counts before it; None if there is none."""
        name = self._first("project_name")
        return name.where if name is not None and self._id_counts_before_name else None

    @cached_property
    def _id_counts_before_name(self) -> bool:
        rank = self._rank("project_id")
        return rank < len(self.sources) and rank <= self._rank("project_name")

    @cached_property
    def agencies(self) -> Found[tuple[Agency, ...]]:
        """The agencies to act as."""
        found = values.parsed("assume_role", self._first("assume_role"))
        agencies = read_agencies(found, self._environ)
        for service in {agency.service for agency in agencies}:
            if (self.iam if service == "IAM" else self.sts) is None:
                places = SETTINGS_BY_NAME["region"].places(self._reader)
                raise SettingsError(
                    "assume_role", f"without a region nothing tells where {service} is; give the region by {places}"
                )
        return Found(agencies, found.where if found else "not given")

    @cached_property
    def max_retries(self) -> Found[int]:
        """How often a request is retried."""
        found = self._first("max_retries")
        return (
            Found(values.integer("max_retries", found, 100), found.where)
            if found
            else Found(DEFAULT_MAX_RETRIES, "the default")
        )

    @cached_property
    def insecure(self) -> Found[bool]:
        """Whether any TLS certificate is accepted."""
        found = self._first("insecure")
        return Found(values.flag("insecure", found), found.where) if found else Found(False, "the default")

    @property
    def _unreadable(self) -> list[str]:
        """The files that nobody asked for, and that are there and cannot be read: keys may be in them."""
        paths = (profile_path(self._environ), home(self._environ, Path(KOOCLI_FILE)))
        return [text for text in map(unreadable, paths) if text]

    @cached_property
    def _urls(self) -> dict[str, str]:
        return values.addresses(self._first("endpoints"), self._reader)

    @cached_property
    def _remedy(self) -> str:
        reader = self._reader
        config = f"as key css of {reader.namespace}:endpoints, " if reader.namespace else ""
        return (
            f"(give the endpoint as {reader.argument('endpoint')}, {config}or in HUAWEICLOUD_SDK_REGION_CSS_<REGION>)"
        )

    @staticmethod
    def _url(name: str, found: Found[object], service: str) -> Found[str]:
        text = Found(values.text(name, found), found.where, argument=found.argument)
        return replace(text, value=endpoints.base_url(text, name, service))

    def _from_table(self, service: str) -> Found[str]:
        where = f"{self._reader.namespace}:endpoints, key {service}"
        return Found(endpoints.base_url(Found(self._urls[service], where), "endpoints", service), where)

    def _service(self, service: str) -> Found[str] | None:
        """Return the base URL of a service that goes with CSS, and where it was found."""
        if self._urls.get(service):
            return self._from_table(service)
        variable = f"HUAWEICLOUD_SDK_{service.upper()}_ENDPOINT"
        if self._environ.get(variable, "").strip():
            return Found(endpoints.base_url(Found(self._environ[variable], variable), "endpoints", service), variable)
        if endpoints.is_loopback(self.endpoint.value):
            # An emulator serves all; a signature made for it has no business at the real services.
            return Found(self.endpoint.value, "the endpoint, for it is on this machine")
        if self.region is None:
            return None
        url = endpoints.service_url(service, self.region.value, self.cloud.value if self.cloud else None)
        return Found(url, self._region_and_cloud)

    @property
    def _region_and_cloud(self) -> str:
        return f"the region and {self.cloud.where}" if self.cloud else "the region"
