"""The configuration of the policies: one model each, both for the engine's JSON schema and for validation.

The engine fills in the schema's defaults and checks types. It cannot check names, durations, ids, or what goes
together, and a policy without configuration gets only defaults; all that is handled here, before any request is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .._backups.gate import Gate
from .._backups.selection import ClusterSelector
from .._backups.sites import Site, SitesArguments, site_settings, sites_of
from .._config.sources import ConfigGetter
from .._config.table import Reader
from .._durations import FORMS
from .._text import camel, near
from .._validation import check_one_given
from ..errors import ArgumentError, SettingsError
from .properties import ClusterIds, Duration, Failures, OnlyTrue, Patterns, Regions, Setting, Tags, Text


def _with_regions(name: str) -> str:
    return "regions" if name == "region" else camel(name)


_READER = Reader(write=camel, kind="the property ")
# With regions, a project's id would be of none of them.
_REGIONS_READER = replace(
    _READER,
    write=_with_regions,
    arguments=frozenset({"region"}),
    site_project="the properties region and projectId, instead of regions",
)


class _Rule(BaseModel):
    """What every policy judges by."""

    model_config = ConfigDict(alias_generator=camel, extra="forbid", frozen=True)

    what: ClassVar[tuple[str, ...]]
    """The properties that say what to judge; without any, the policy judges nothing."""

    max_age: Duration = Field(Gate.max_age, description=f"How old the newest successful log backup may be. {FORMS}")
    max_running: Duration = Field(
        Gate.max_running, description=f"How long a log backup may run before it counts as stuck. {FORMS}"
    )
    max_consecutive_failures: Failures = Field(
        Gate.max_consecutive_failures, description="How many log backups may have failed since the newest success."
    )

    @property
    def gate(self) -> Gate:
        """The gate."""
        return Gate(self.max_age, self.max_running, self.max_consecutive_failures)

    @classmethod
    def properties(cls) -> dict[str, dict[str, Any]]:
        """Return the JSON schemas of the properties, by name."""
        schemas: dict[str, dict[str, Any]] = cls.model_json_schema()["properties"]
        for schema in schemas.values():
            del schema["title"]
            if schema.get("default", ...) is None:
                del schema["default"]
        return schemas


class BackupRule(_Rule):
    """What `log-backup-fresh` judges: clusters; settings that are not given are looked for in the usual places."""

    what: ClassVar[tuple[str, ...]] = ("cluster_ids", "cluster_names", "tags", "all_clusters")

    # Defaults that are no part of the schema, or the engine would fill them in.
    cluster_ids: ClusterIds = Field(
        default_factory=tuple,
        description="The ids (UUIDs) of the CSS clusters to read. Without it, and without clusterNames, tags and "
        "allClusters, which select clusters instead, the policy judges nothing.",
    )
    cluster_names: Patterns = Field(
        default_factory=tuple,
        description="Select the clusters with one of these names, which are shell patterns such as prod-*.",
    )
    tags: Tags = Field(default_factory=dict, description="Select the clusters that have all of these tags.")
    all_clusters: OnlyTrue = Field(
        default_factory=bool, description="true: select every cluster; there is no other value."
    )
    region: Setting = Field(None, description="The clusters' region, such as cn-north-4; default: from settings.")
    regions: Regions = Field(
        default_factory=tuple,
        description="The clusters' regions, if there are several, instead of region and projectId; the project of each "
        "is looked up in IAM.",
    )
    project_id: Setting = Field(
        None, description="The clusters' project, 32 hexadecimal digits; default: from settings, or looked up in IAM."
    )
    endpoint: Setting = Field(None, description="Base URL of the CSS API; default: the region's.")

    @property
    def selector(self) -> ClusterSelector | None:
        """What selects the clusters; None if they are given by their ids."""
        return None if self.cluster_ids else ClusterSelector(self.cluster_names or None, self.tags or None)

    @property
    def sites(self) -> tuple[Site, ...]:
        """The regions; none if the settings tell the only one.

        Raises:
            ArgumentError: one is given twice, or they do not go together with another property.
        """
        return sites_of(self.arguments, camel)

    @property
    def arguments(self) -> SitesArguments:
        """The properties that say where to read, as arguments."""
        return {
            "region": self.region,
            "regions": self.regions or None,
            "sites": None,
            "project_id": self.project_id,
            "endpoint": self.endpoint,
        }

    @property
    def reader(self) -> Reader:
        """How errors write the names of properties and settings."""
        return _REGIONS_READER if self.regions else _READER

    def check(self, config: ConfigGetter) -> None:
        """Check what goes together, and the settings that are given as properties.

        Raises:
            ArgumentError: a property is wrong.
        """
        narrowed = {"cluster_names": self.cluster_names or None, "tags": self.tags or None}
        by = next((name for name, value in narrowed.items() if value), "cluster_names")  # they go together
        check_one_given(
            camel,
            cluster_ids=self.cluster_ids or None,
            all_clusters=self.all_clusters or None,
            **{by: narrowed[by]},
        )
        try:
            # With a placeholder for the credentials, because looking them up may send requests.
            site_settings(
                self.sites,
                self.arguments,
                config=lambda key: "stand-in" if key == "token" else config(key),
                reader=self.reader,
            )
        except SettingsError as error:
            # A property that is given is an error of the configuration. Any other, such as a wrong variable, is
            # reported when the clusters are read, subject to the policy's enforcement level.
            name = self.reader.write(error.setting)
            if name in {camel(field) for field in self.model_fields_set}:
                raise ArgumentError(name, error.reason) from None


class OutputRule(_Rule):
    """What `log-outputs-fresh` judges: a stack output."""

    what: ClassVar[tuple[str, ...]] = ("output",)

    output: Text = Field(
        description="The stack output to judge: log records, one record, or a whole LogRecords result. "
        "Without it, the policy judges nothing."
    )


_AnyRule = TypeVar("_AnyRule", bound=_Rule)


def backup_rule(given: Mapping[str, Any], config: ConfigGetter) -> BackupRule | None:
    """Parse the configuration of `log-backup-fresh`, the schema's defaults among it; None if it has none.

    Raises:
        ArgumentError: a property is wrong.
    """
    rule = _read(BackupRule, given)
    if rule is not None:
        try:
            rule.check(config)
        except ArgumentError as error:
            raise ArgumentError(camel(error.argument), error.reason) from None
    return rule


def output_rule(given: Mapping[str, Any]) -> OutputRule | None:
    """Parse the configuration of `log-outputs-fresh`; None if it has none.

    Raises:
        ArgumentError: a property is wrong.
    """
    return _read(OutputRule, given)


def _read(model: type[_AnyRule], given: Mapping[str, Any]) -> _AnyRule | None:
    """Return the configuration; None if it has only defaults. Null counts as not given.

    Raises:
        ArgumentError: a property is unknown or wrong, or none says what to judge.
    """
    fields = {camel(name): field for name, field in model.model_fields.items()}
    what = [camel(name) for name in model.what]
    there = {name: value for name, value in given.items() if value is not None or name not in fields}
    # One error is reported, always the same one, although the engine passes the properties in no order.
    unknown = sorted(there.keys() - fields.keys())
    if unknown:
        others = [name for name in fields if name not in what]
        raise ArgumentError(
            unknown[0], f"there is no such property; there are {', '.join(what + others)}{near(unknown[0], fields)}"
        )
    if not there.keys() & set(what):
        other = next((name for name in fields if name in there and there[name] != fields[name].default), None)
        if other is None:
            return None
        alternatives = f" (or {', '.join(what[1:])})" if what[1:] else ""
        raise ArgumentError(what[0], f"not given, though {other} is; say what to judge{alternatives}")
    try:
        return model.model_validate(there)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    name, *places = first["loc"]
    cause: ArgumentError = first["ctx"]["error"]
    raise ArgumentError(f"{name}{''.join(f'[{place}]' for place in places)}", cause.reason)
