"""The sites of one query, as users give them: each is a region, or a project in it; and the settings of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from .._config.settings import Settings, SettingsArguments, resolve_arguments
from .._config.sources import ConfigGetter
from .._config.table import PROGRAM, Reader
from .._text import as_given
from .._validation import check_text
from ..errors import ArgumentError, SettingsError

MAX_SITES = 100

_T = TypeVar("_T")


@dataclass(frozen=True)
class Site:
    """A region, and the project in it whose clusters are read.

    Args:
        region: the region's name, such as ``cn-north-4``.
        project_id: 32 hexadecimal digits; None: from settings in the settings' own region, elsewhere looked up in IAM
            by the region's name.

    Raises:
        ArgumentError: a value is not text.
    """

    region: str
    project_id: str | None = None

    def __post_init__(self) -> None:
        """Check the values' types; whether they are right is checked with the other settings."""
        check_text("sites", self.region, "a region's name, such as cn-north-4")
        if self.project_id is not None:
            check_text("sites", self.project_id, "a project's id")

    @classmethod
    def of(cls, value: Site | Mapping[str, object]) -> Site:
        """Return a site from a site, or from a mapping of its arguments.

        Raises:
            ArgumentError: it is neither, has an unknown argument, or a value is not text.
        """
        if isinstance(value, Site):
            return value
        if not isinstance(value, Mapping) or "region" not in value or not set(value) <= {"region", "project_id"}:
            raise ArgumentError("sites", f"{as_given(value)} is not a Site, nor a mapping of region and project_id")
        return cls(cast("str", value["region"]), cast("str | None", value.get("project_id")))

    def to_dict(self) -> dict[str, object]:
        """Return the site as plain JSON values, without those that are None; `of` reads it back."""
        return {name: value for name, value in vars(self).items() if value is not None}

    @property
    def label(self) -> str:
        """What the site is called: its region, and the project's id where it is given."""
        return self.region if self.project_id is None else f"{self.region}/{self.project_id}"


class SitesArguments(SettingsArguments, total=False):
    """The arguments that say where to read several clusters; missing or None if not given."""

    regions: Sequence[str] | None
    sites: Sequence[Site | Mapping[str, object]] | None


def sites_of(arguments: SitesArguments, write: Callable[[str], str] = str) -> tuple[Site, ...]:
    """Return the sites that a user gave, by region or as sites; none if the settings tell the only one.

    `write` returns an argument as the errors' reader writes it.

    Raises:
        ArgumentError: a list is empty, too long, or has one site twice; or other arguments do not go together with it.
    """
    regions, given = arguments.get("regions"), arguments.get("sites")
    if regions is None and given is None:
        return ()
    if regions is not None and given is not None:
        raise ArgumentError("sites", f"it does not go together with {write('regions')}, for a site has its region")
    name = "sites" if regions is None else "regions"
    alone: Mapping[str, str | None] = {
        "region": arguments.get("region"),
        "project_id": arguments.get("project_id"),
        "project_name": arguments.get("project_name"),
    }
    for other, value in alone.items():
        if value is not None:
            raise ArgumentError(name, f"it does not go together with {write(other)}, which is of one region only")
    if given is None:
        sites = [Site(check_text(name, each, "a region's name, such as cn-north-4")) for each in _listed(name, regions)]
    else:
        sites = [Site.of(each) for each in _listed(name, given)]
    for site in sites:
        if sites.count(site) > 1:
            raise ArgumentError(name, f"{site.label} is given twice")
    return tuple(sites)


def _listed(name: str, value: Sequence[_T] | None) -> Sequence[_T]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ArgumentError(name, f"{as_given(value)} is not a list")
    if not 0 < len(value) <= MAX_SITES:
        raise ArgumentError(name, f"the list has {len(value)} entries; give from 1 to {MAX_SITES}")
    return value


def site_settings(
    sites: Sequence[Site],
    arguments: SettingsArguments,
    *,
    config: ConfigGetter | None = None,
    environ: Mapping[str, str] | None = None,
    reader: Reader = PROGRAM,
    given_as: str | None = None,
) -> list[tuple[str, Settings]]:
    """Return what each site is called, and its settings; of the settings' own site, called "", if none is given.

    A project's id or name in the settings is of the settings' own region, and counts for no other.

    Where the settings are looked for, and how errors write them, is as for `resolve`; `given_as` is the argument by
    which the sites are given, `regions` or `sites`, or None for one of the name `region`.

    Raises:
        ArgumentError: a site itself is wrong, and `given_as` says by which argument it is given.
        SettingsError: a setting is missing or wrong, of whichever site.
    """

    def resolved(given: SettingsArguments, reader: Reader) -> Settings:
        return resolve_arguments(given, config=config, environ=environ, reader=reader)

    if not sites:
        return [("", resolved(arguments, reader))]
    try:
        own = resolved(arguments, reader).region
    except SettingsError:
        own = None  # they need not be complete: each site's are
    names = {} if given_as is None else {"region": given_as, "project_id": "sites"}
    found = []
    for site in sites:
        of_site = replace(
            reader,
            write=lambda name: reader.write(names.get(name, name)),
            site="own" if site.region == own else "other",
        )
        try:
            settings = resolved({**arguments, "region": site.region, "project_id": site.project_id}, of_site)
        except SettingsError as error:
            if given_as is None or getattr(site, error.setting, None) is None:
                raise  # not of the site, but of all
            raise ArgumentError(given_as, error.reason) from None
        if site.project_id is None and site.region != own:
            settings = replace(settings, project_id=None, project_name=None)
        found.append((site.label, settings))
    return found
