"""The configuration of the policies: its JSON schema, and what is read from it before any request is sent.

The engine fills in the schema's defaults and checks types. It cannot check names, lengths of time or ids, and a policy
without configuration gets the defaults alone; all that is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._backups.gate import Gate
from .._config.settings import Settings, resolve
from .._config.sources import ConfigGetter, Reader
from .._durations import FORMS, parse_duration
from .._text import camel
from .._validation import check_cluster_id, check_int
from ..errors import ArgumentError, SettingsError

LOG_BACKUP_FRESH = "log-backup-fresh"
LOG_OUTPUTS_FRESH = "log-outputs-fresh"

_READER = Reader(write=camel, kind="the property ")

_DURATION = {"type": ["string", "number"]}
_GATE_PROPERTIES: dict[str, dict[str, Any]] = {
    "maxAge": {
        **_DURATION,
        "default": Gate.max_age,
        "description": f"How old the newest successful log backup may be. {FORMS}",
    },
    "maxRunning": {
        **_DURATION,
        "default": Gate.max_running,
        "description": f"How long a log backup may run before it counts as stuck. {FORMS}",
    },
    "maxConsecutiveFailures": {
        "type": "integer",
        "minimum": 0,
        "default": Gate.max_consecutive_failures,
        "description": "How many log backups may have failed since the newest success.",
    },
}
BACKUP_PROPERTIES: dict[str, dict[str, Any]] = {
    "clusterIds": {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
        "description": "The CSS clusters to ask about, by id (UUID). Without it, the policy judges nothing.",
    },
    **_GATE_PROPERTIES,
    "region": {"type": "string", "description": "The clusters' region, such as cn-north-4; else from the settings."},
    "projectId": {
        "type": "string",
        "description": "The clusters' project, 32 hexadecimal digits; else from the settings, or looked up.",
    },
    "endpoint": {"type": "string", "description": "Base URL of the CSS API instead of the region's own."},
}
OUTPUT_PROPERTIES: dict[str, dict[str, Any]] = {
    "output": {
        "type": "string",
        "minLength": 1,
        "description": "The stack output to judge: log records, one record, or a whole LogRecords result. "
        "Without it, the policy judges nothing.",
    },
    **_GATE_PROPERTIES,
}


@dataclass(frozen=True)
class BackupRule:
    """What `log-backup-fresh` judges: the clusters, the gate, and settings (None: from the usual places)."""

    cluster_ids: tuple[str, ...]
    gate: Gate
    region: str | None = None
    project_id: str | None = None
    endpoint: str | None = None

    def settings(self, config: ConfigGetter) -> Settings:
        """Find the settings to ask with.

        Raises:
            SettingsError: one is missing or wrong.
        """
        return resolve(
            project_id=self.project_id, region=self.region, endpoint=self.endpoint, config=config, reader=_READER
        )


@dataclass(frozen=True)
class OutputRule:
    """What `log-outputs-fresh` judges: the stack output of this name, by this gate."""

    output: str
    gate: Gate


def backup_rule(given: Mapping[str, Any], config: ConfigGetter) -> BackupRule | None:
    """Read the configuration of `log-backup-fresh`; None if it has none.

    Args:
        given: the properties, the schema's defaults among them.
        config: looks up the stack's configuration.

    Raises:
        ArgumentError: a property is wrong; the text names the policy, the property and the value.
    """
    properties = _Properties(LOG_BACKUP_FRESH, given, BACKUP_PROPERTIES)
    if not properties.configured("clusterIds"):
        return None
    rule = BackupRule(
        cluster_ids=properties.cluster_ids("clusterIds"),
        gate=properties.gate(),
        region=properties.text("region"),
        project_id=properties.text("projectId"),
        endpoint=properties.text("endpoint"),
    )
    try:
        # With a stand-in for the credentials, so that none are looked for: that may take requests.
        rule.settings(lambda key: "stand-in" if key == "token" else config(key))
    except SettingsError as error:
        # One that is given here is an error of the configuration. Any other, such as a wrong variable, is found again
        # when the question is asked, and counts as much as the policy's enforcement level says.
        if getattr(rule, error.setting, None) is not None:
            raise properties.wrong(camel(error.setting), error.reason) from None
    return rule


def output_rule(given: Mapping[str, Any]) -> OutputRule | None:
    """Read the configuration of `log-outputs-fresh`; None if it has none.

    Raises:
        ArgumentError: a property is wrong; the text names the policy, the property and the value.
    """
    properties = _Properties(LOG_OUTPUTS_FRESH, given, OUTPUT_PROPERTIES)
    if not properties.configured("output"):
        return None
    return OutputRule(properties.text("output") or "", properties.gate())


class _Properties:
    """The properties of one policy, and the error for a wrong one."""

    def __init__(self, policy: str, given: Mapping[str, Any], schema: Mapping[str, Mapping[str, Any]]) -> None:
        self._policy = policy
        self._schema = schema
        for name in sorted(given.keys() - schema.keys()):
            raise self.wrong(name, f"there is no such property; there are {', '.join(schema)}")
        # In the schema's order: the engine hands them over in none, and the same mistake gets the same text.
        self._given = {name: given[name] for name in schema if given.get(name) is not None}

    def wrong(self, name: str, text: str) -> ArgumentError:
        """Return the error for a property."""
        return ArgumentError(f"{self._policy}: {name}", text)

    def configured(self, target: str) -> bool:
        """Say whether the property is there without which there is nothing to judge.

        Raises:
            ArgumentError: it is not, but others are, so that it was forgotten.
        """
        if target in self._given:
            return True
        # In the schema's order: the engine's own differs from run to run.
        for name, entry in self._schema.items():
            if name in self._given and self._given[name] != entry.get("default"):
                raise self.wrong(target, f"not given, though {name} is; say what to judge")
        return False

    def text(self, name: str) -> str | None:
        """Return a text, or None if it is not given."""
        value = self._given.get(name)
        if value is not None and not (isinstance(value, str) and value.strip()):
            raise self.wrong(name, f"{value!r} is not a text")
        return value

    def cluster_ids(self, name: str) -> tuple[str, ...]:
        """Return cluster ids, each once."""
        value = self._given[name]
        if not isinstance(value, list) or not value:
            raise self.wrong(name, f"{value!r} is not a list of at least one cluster id")
        for number, item in enumerate(value):
            self._checked(f"{name}[{number}]", check_cluster_id, item)
        return tuple(dict.fromkeys(value))

    def gate(self) -> Gate:
        """Return the gate, with its own defaults for what is not given."""
        values = {name: self._given.get(name, self._schema[name]["default"]) for name in _GATE_PROPERTIES}
        return Gate(
            max_age=parse_duration(f"{self._policy}: maxAge", values["maxAge"]),
            max_running=parse_duration(f"{self._policy}: maxRunning", values["maxRunning"]),
            max_consecutive_failures=check_int(
                f"{self._policy}: maxConsecutiveFailures", values["maxConsecutiveFailures"], 0
            ),
        )

    def _checked(self, name: str, check: Any, value: Any) -> None:
        try:
            check(value)
        except ArgumentError as error:
            raise self.wrong(name, error.reason) from None
