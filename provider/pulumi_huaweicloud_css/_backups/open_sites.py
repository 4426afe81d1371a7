"""The sites of one query, ready to be asked: each has a client, and so a pace and errors of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .._api.client import CssClient, shared_client
from .._config.settings import Settings, SettingsArguments, resolve_arguments
from .._config.sources import ConfigGetter
from .._config.table import PROGRAM, Reader
from ..errors import ArgumentError, SettingsError
from .sites import Site


@dataclass(frozen=True)
class OpenSite:
    """A site whose settings are known.

    Args:
        label: what it is called; "" if it is the only one.
        client: sends the requests to it.
    """

    label: str
    client: CssClient


def open_sites(
    sites: Sequence[Site],
    arguments: SettingsArguments,
    *,
    config: ConfigGetter | None = None,
    environ: Mapping[str, str] | None = None,
    reader: Reader = PROGRAM,
    given_as: str | None = None,
) -> list[OpenSite]:
    """Resolve the settings of each site; of the settings' own one if none is given. Nothing is sent.

    A project's id or name in the settings is of the settings' own region, and counts for no other.

    Args:
        sites: as of `sites_of`.
        arguments: the user's arguments.
        config: looks up the stack's configuration; None outside a stack.
        environ: the environment; default: the process's.
        reader: how errors write the names of arguments and settings.
        given_as: the argument by which the sites are given, `regions` or `sites`; None: one of the name `region`.

    Raises:
        ArgumentError: a site itself is wrong, and `given_as` says by which argument it is given.
        SettingsError: a setting is missing or wrong, of whichever site.
    """

    def resolved(given: SettingsArguments, reader: Reader) -> Settings:
        return resolve_arguments(given, config=config, environ=environ, reader=reader)

    if not sites:
        return [OpenSite("", shared_client(resolved(arguments, reader)))]
    try:
        own = resolved(arguments, reader).region
    except SettingsError:
        own = None  # they need not be complete: each site's are
    names = {} if given_as is None else {"region": given_as, "project_id": "sites"}
    of_sites = replace(reader, write=lambda name: reader.write(names.get(name, name)))
    opened = []
    for site in sites:
        try:
            settings = resolved({**arguments, "region": site.region, "project_id": site.project_id}, of_sites)
        except SettingsError as error:
            if given_as is None or getattr(site, error.setting, None) is None:
                raise  # not of the site, but of all
            raise ArgumentError(given_as, error.reason) from None
        if site.project_id is None and site.region != own:
            settings = replace(settings, project_id=None, project_name=None)
        opened.append(OpenSite(site.label, shared_client(settings)))
    return opened
