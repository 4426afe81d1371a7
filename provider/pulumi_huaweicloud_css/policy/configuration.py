"""The configuration of the policies: one model each, both for the engine's JSON schema and for validation.

The engine fills in the schema's defaults and checks types. It cannot check names, durations or ids, and a policy
without configuration gets only defaults; all that is handled here, before any request is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from .._backups.gate import Gate
from .._config.settings import Settings, resolve
from .._config.sources import ConfigGetter
from .._config.table import Reader
from .._durations import FORMS, Duration, parse_duration
from .._text import camel
from .._validation import check_cluster_id, check_int
from ..errors import ArgumentError, SettingsError

_READER = Reader(write=camel, kind="the property ")

# Each check raises an ArgumentError, of which the reason is used: the property's name is known where it is read.


def _duration(value: object) -> timedelta:
    return parse_duration("duration", value)


def _failures(value: object) -> int:
    return check_int("failures", value, 0)


def _text(value: object) -> str:
    if not (isinstance(value, str) and value.strip()):
        raise ArgumentError("text", f"{value!r} is not a text")
    return value


def _not_empty(value: object) -> object:
    if not isinstance(value, list) or not value:
        raise ArgumentError("list", f"{value!r} is not a list of at least one cluster id")
    return value


def _unique(cluster_ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cluster_ids))


_Duration = Annotated[Duration, BeforeValidator(_duration), WithJsonSchema({"type": ["string", "number"]})]
_Failures = Annotated[int, Field(ge=0), BeforeValidator(_failures)]
_Text = Annotated[str, Field(min_length=1), BeforeValidator(_text)]
_Setting = Annotated[str | None, BeforeValidator(_text), WithJsonSchema({"type": "string"})]
_ClusterId = Annotated[str, BeforeValidator(check_cluster_id)]
_ClusterIds = Annotated[
    tuple[_ClusterId, ...], Field(min_length=1), BeforeValidator(_not_empty), AfterValidator(_unique)
]


class _Rule(BaseModel):
    """What every policy judges by. A model's one required property says what to judge."""

    model_config = ConfigDict(alias_generator=camel, extra="forbid", frozen=True)

    max_age: _Duration = Field(Gate.max_age, description=f"How old the newest successful log backup may be. {FORMS}")
    max_running: _Duration = Field(
        Gate.max_running, description=f"How long a log backup may run before it counts as stuck. {FORMS}"
    )
    max_consecutive_failures: _Failures = Field(
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

    cluster_ids: _ClusterIds = Field(
        description="The ids (UUIDs) of the CSS clusters to read. Without it, the policy judges nothing."
    )
    region: _Setting = Field(None, description="The clusters' region, such as cn-north-4; default: from settings.")
    project_id: _Setting = Field(
        None, description="The clusters' project, 32 hexadecimal digits; default: from settings, or looked up in IAM."
    )
    endpoint: _Setting = Field(None, description="Base URL of the CSS API; default: the region's.")

    def settings(self, config: ConfigGetter) -> Settings:
        """Resolve the settings.

        Raises:
            SettingsError: one is missing or wrong.
        """
        return resolve(
            project_id=self.project_id, region=self.region, endpoint=self.endpoint, config=config, reader=_READER
        )


class OutputRule(_Rule):
    """What `log-outputs-fresh` judges: a stack output."""

    output: _Text = Field(
        description="The stack output to judge: log records, one record, or a whole LogRecords result. "
        "Without it, the policy judges nothing."
    )


_AnyRule = TypeVar("_AnyRule", bound=_Rule)


def backup_rule(given: Mapping[str, Any], config: ConfigGetter) -> BackupRule | None:
    """Parse the configuration of `log-backup-fresh`; None if it has none.

    Args:
        given: the properties, the schema's defaults among them.
        config: looks up the stack's configuration.

    Raises:
        ArgumentError: a property is wrong.
    """
    rule = _read(BackupRule, given)
    if rule is None:
        return None
    try:
        # With a placeholder for the credentials, because looking them up may send requests.
        rule.settings(lambda key: "stand-in" if key == "token" else config(key))
    except SettingsError as error:
        # A property that is given is an error of the configuration. Any other, such as a wrong variable, is reported
        # when the clusters are read, subject to the policy's enforcement level.
        if error.setting in rule.model_fields_set:
            raise ArgumentError(camel(error.setting), error.reason) from None
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
        ArgumentError: a property is unknown, wrong, or missing.
    """
    fields = {camel(name): field for name, field in model.model_fields.items()}
    there = {name: value for name, value in given.items() if value is not None or name not in fields}
    try:
        return model.model_validate(there)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
    # One error is reported, always the same one, although the engine passes the properties in no order.
    unknown = sorted(str(item["loc"][0]) for item in wrong if item["type"] == "extra_forbidden")
    if unknown:
        required_first = sorted(fields, key=lambda name: not fields[name].is_required())
        raise ArgumentError(unknown[0], f"there is no such property; there are {', '.join(required_first)}")
    missing = [str(item["loc"][0]) for item in wrong if item["type"] == "missing"]
    if missing:
        other = next((name for name in fields if name in there and there[name] != fields[name].default), None)
        if other is None:
            return None
        raise ArgumentError(missing[0], f"not given, though {other} is; say what to judge")
    name, *places = wrong[0]["loc"]
    cause: ArgumentError = wrong[0]["ctx"]["error"]
    raise ArgumentError(f"{name}{''.join(f'[{place}]' for place in places)}", cause.reason)
