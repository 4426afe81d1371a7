"""The sites of one query, ready to be asked: each has a client, and so a pace and errors of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .._api.client import CssClient, shared_client
from .._config.settings import SettingsArguments
from .._config.sources import ConfigGetter
from .._config.table import PROGRAM, Reader
from .sites import Site, site_settings


@dataclass(frozen=True)
class OpenSite:
    """A site whose settings are known.

    Args:
        label: what it is called; "" if it is the only one.
        client: sends the requests to it.
        given_as: the argument by which it is given, for errors.
    """

    label: str
    client: CssClient
    given_as: str = "sites"


def open_sites(
    sites: Sequence[Site],
    arguments: SettingsArguments,
    *,
    config: ConfigGetter | None = None,
    environ: Mapping[str, str] | None = None,
    reader: Reader = PROGRAM,
    given_as: str | None = None,
) -> list[OpenSite]:
    """Return a client for each site; of the settings' own one if none is given. Nothing is sent.

    The arguments, and what is raised, are those of `site_settings`.
    """
    settings = site_settings(sites, arguments, config=config, environ=environ, reader=reader, given_as=given_as)
    return [OpenSite(label, shared_client(each), given_as or "regions") for label, each in settings]
