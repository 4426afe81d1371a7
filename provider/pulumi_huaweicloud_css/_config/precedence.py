"""Which place's value of a setting counts: every rule of precedence, and what is masked of all places."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from functools import cached_property

from ..errors import SettingsError
from .credentials import MASK
from .sources import ConfigGetter, Found, KooCliSource, ProfileSource, Source, all_sources
from .table import CREDENTIALS, SETTINGS, Reader

_SHORTEST_SECRET = 8  # a shorter one is none, and would be masked in unrelated words


class Precedence:
    """Finds settings as they are written in the first place that counts.

    Args:
        given: what was given as arguments, by the arguments' names; None for what was not.
        config: looks up the stack's configuration; None where there is no stack.
        environ: the environment.
        reader: who reads errors.
        with_files: False to look in no file, to see what other places have although a file cannot be read.
    """

    def __init__(
        self,
        given: Mapping[str, str | None],
        config: ConfigGetter | None,
        environ: Mapping[str, str],
        reader: Reader,
        *,
        with_files: bool = True,
    ) -> None:
        self._given = given
        self._config = config
        self._environ = environ
        self._reader = reader
        self._with_files = with_files

    @cached_property
    def region(self) -> Found[str] | None:
        """The region that the settings are for, which decides whether a profile's project counts."""
        raise NotImplementedError

    def redact(self, text: str) -> str:
        """Return a text about settings without the secrets that there are: they are pasted in wrong places, too."""
        for secret in self._secrets:
            text = re.sub(re.escape(secret), MASK, text, flags=re.IGNORECASE)  # domains have small letters
        return text

    @cached_property
    def _secrets(self) -> list[str]:
        found = []
        for setting in SETTINGS if "sources" in vars(self) else ():  # else no value was looked for
            for source in self.sources if setting.secret else ():
                with contextlib.suppress(SettingsError):  # it is told by what needs the place
                    secret = source.find(setting.name)
                    found.append("" if secret is None else str(secret.value))
        return [secret for secret in found if len(secret) >= _SHORTEST_SECRET]

    @cached_property
    def sources(self) -> list[Source]:
        """Every place to look, in the order in which they count."""
        profile = self._argument("profile")
        sources = all_sources(self._config, self._environ, self._reader.namespace, profile)
        return [source for source in sources if self._with_files or not source.is_file]

    @cached_property
    def _credentials_source(self) -> Source | None:
        for source in self.sources:
            if isinstance(source, ProfileSource):
                from .temporary import asked_for  # here, like everything that is only needed without keys

                if asked_for(self._environ):
                    return None  # a login that variables ask for counts before the files that are just there
            if any(source.find(name) for name in CREDENTIALS):
                return source
        return None

    def _first(self, name: str) -> Found[object] | None:
        """Return a setting as it was found first; an argument comes before everything else."""
        argument = self._argument(name)
        if argument is not None:
            return argument
        rank = self._rank(name)
        return self.sources[rank].find(name) if rank < len(self.sources) else None

    def _argument(self, name: str) -> Found[str] | None:
        value = self._given.get(name)
        return None if value is None else Found(value, self._reader.argument(name), argument=True)

    def _rank(self, name: str) -> int:
        """Return the number of the place where a setting is found first; -1 for an argument."""
        if self._given.get(name) is not None:
            return -1
        for number, source in enumerate(self.sources):
            if source.has(name) and self._counts(source, name) and source.find(name):
                return number
        return len(self.sources)

    def _counts(self, profile: Source, name: str) -> bool:
        """Return whether a setting counts in its place, which may be a profile.

        A profile is a whole: its region, project and agency go with its keys, and its project is in its own region.
        """
        if not profile.is_file:
            return True
        if profile is not self._credentials_source:
            # KooCLI's profiles have keys always; the SDK's file may have a project alone, for keys of any place.
            alone = name == "project_id" and not isinstance(profile, KooCliSource)
            return alone and not any(profile.find(each) for each in CREDENTIALS)
        own = profile.find("region") if name == "project_id" else None
        return own is None or self.region is None or own.value == self.region.value
