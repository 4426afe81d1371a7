"""Every place where users keep settings, in the order in which they count. What they are called there: `table`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import SettingsError
from .profile import home, profile_path, read_profile, shown
from .table import KOOCLI_FILE, NAMESPACE, SETTINGS

if TYPE_CHECKING:
    from .koocli import Profile

# Looks up a key of the namespace in a stack's configuration: "region" stands for huaweicloud:region.
ConfigGetter = Callable[[str], object]


_V = TypeVar("_V", covariant=True)


@dataclass(frozen=True)
class Found(Generic[_V]):
    """A setting's value, and where it was found.

    Args:
        value: the value.
        where: the place, in words for people.
        of_file: whether a file holds it, of which nothing is shown: a secret may stand in the wrong line.
        names: the names of an object's parts there, by those in the stack's configuration, where they differ.
        argument: whether it is the argument that an error about it begins with, so that the error does not repeat it.
    """

    value: _V
    where: str
    of_file: bool = False
    names: Mapping[str, str] = field(default_factory=dict, compare=False)
    argument: bool = False

    @property
    def subject(self) -> str:
        """The place, as the subject of an error's sentence."""
        return "it" if self.argument else self.where

    @property
    def place(self) -> str:
        """The place in brackets, to stand after the value in an error."""
        return "" if self.argument else f" ({self.where})"

    @property
    def shown(self) -> str:
        """The value and the place, for an error; of a file the place alone."""
        return self.where if self.of_file else f"{self.value!r}{self.place}"


class Source:
    """One column of the table: one place where users keep settings."""

    is_file = False

    def __init__(self, name: str, get: ConfigGetter, names: Mapping[str, str]) -> None:
        self._name = name
        self._get = get
        self._names = names

    @property
    def name(self) -> str:
        """What the place is called."""
        return self._name

    def find(self, setting: str) -> Found[object] | None:
        """Return the setting's value here; an empty text counts as not given."""
        key = self._names.get(setting)
        value = self._get(key) if key else None
        if isinstance(value, str):
            value = value.strip()
        return None if value is None or value == "" else Found(value, self.label(setting))

    def has(self, setting: str) -> bool:
        """Say whether the setting has a name here; where it has none, nothing needs to be read."""
        return bool(self._names.get(setting))

    def label(self, setting: str) -> str:
        """Return the setting's name as users of this place write it."""
        return self._names.get(setting, setting)

    def describe(self, *settings: str) -> str:
        """Return this place in words, with the names of the settings that were found here."""
        return f"{self.name} ({', '.join(self.label(setting) for setting in settings)})"


class ProfileSource(Source):
    """The vendor SDK's profile file; read when something is looked for in it, and once."""

    is_file = True

    def find(self, setting: str) -> Found[object] | None:
        """Return the setting's value in the file."""
        found = super().find(setting)
        return found and replace(found, where=f"{found.where} of the {self.name}", of_file=True)

    def __init__(self, environ: Mapping[str, str], names: Mapping[str, str]) -> None:
        entries = functools.cache(functools.partial(read_profile, environ))
        super().__init__("profile file", lambda key: entries().get(key), names)
        self._environ = environ

    @property
    def name(self) -> str:
        """The file, whose name takes longer to find than most settings."""
        return f"{self._name} {shown(profile_path(self._environ))}"


class KooCliSource(Source):
    """One profile of KooCLI's configuration file; read when something is looked for in it, and once."""

    is_file = True

    def __init__(self, read: Callable[[], Profile], names: Mapping[str, str]) -> None:
        self._profile = functools.cache(read)
        super().__init__("KooCLI profile", self._value, names)

    def _value(self, key: str) -> object:
        return self._profile().values.get(key)

    def find(self, setting: str) -> Found[object] | None:
        """Return the setting's value in the profile; an agency is an object, as in the stack's configuration."""
        found = super().find(setting)
        if found is None:
            return None
        value = found.value
        if setting == "assume_role":
            entries = self._profile().values
            domain_name, domain_id = entries.get("agencyDomainName"), entries.get("agencyDomainId")
            # The Terraform provider reads the name alone, and so asks IAM also where both stand.
            value = {"agencyName": value, **({"domainName": domain_name} if domain_name else {"domainId": domain_id})}
        names = {"domainName": "agencyDomainName", "domainId": "agencyDomainId"}
        return Found(value, f"{self.label(setting)} of {self._profile().label}", of_file=True, names=names)

    def describe(self, *_: str) -> str:
        """Return the profile and its file, and what renews its keys."""
        return self._profile().source_of_keys


def all_sources(
    config: ConfigGetter | None,
    environ: Mapping[str, str],
    namespace: str | None = NAMESPACE,
    profile: Found[str] | None = None,
) -> list[Source]:
    """Return every place to look, in the order in which they count.

    A KooCLI profile that is asked for stands before the place that asks for it, for it is a whole: keys, region,
    project and agency belong together. One that nobody asked for comes last.

    `profile` is a KooCLI profile that was given as an argument.
    """
    stack: list[Source] = []
    if config is not None:
        names = _names("config", f"{namespace}:")
        stack.append(Source("stack configuration", lambda key: config(key.partition(":")[2]), names))
    variables = [Source("environment", environ.get, _names(column)) for column in ("terraform", "sdk", "sample")]
    places: list[list[Source]] = [stack, variables, [ProfileSource(environ, _names("profile"))]]
    read, position = _koocli_profile([stack, variables], environ, profile)
    places.insert(position, [KooCliSource(read, _names("koocli"))])
    return [source for place in places for source in place]


@functools.cache
def _names(column: str, prefix: str = "") -> Mapping[str, str]:
    """Return the names that a column of the table has, by the settings' own."""
    return {setting.name: prefix + name for setting in SETTINGS if (name := getattr(setting, column))}


def _koocli_profile(
    places: list[list[Source]], environ: Mapping[str, str], profile: Found[str] | None
) -> tuple[Callable[[], Profile], int]:
    """Return what reads the profile that the settings choose, and before which place it stands.

    Raises:
        SettingsError: a setting that chooses it is not a text.
    """

    def first(name: str) -> tuple[Found[object] | None, int]:
        for position, sources in enumerate(places):
            found = next((found for found in (source.find(name) for source in sources) if found), None)
            if found:
                return found, position
        return None, len(places) + 1

    chosen, by_profile = (profile, 0) if profile is not None else first("profile")
    file, by_file = first("shared_config_file")
    asked = {"profile": chosen, "shared_config_file": file}
    texts: dict[str, str] = {}
    for name, found in asked.items():
        if found is not None and not isinstance(found.value, str):
            raise SettingsError(name, f"{found.subject} is not a text")
        if found is not None:
            texts[name] = str(found.value)
    where = tuple(found.where for found in asked.values() if found)

    def read() -> Profile:
        from . import koocli  # here, for most reads need no file

        path = home(environ, Path(texts.get("shared_config_file", KOOCLI_FILE)))
        return koocli.read_profile(path, texts.get("profile"), where, chosen.place if chosen else "")

    return read, min(by_profile, by_file)
