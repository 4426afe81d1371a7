"""Asks as the ways in do, with arguments by their names; those that are left out are not given."""

from __future__ import annotations

from pulumi_huaweicloud_css._backups.fleet import fleet_log_records
from pulumi_huaweicloud_css._backups.query import log_records as read_log_records


def log_records(*, config=None, environ=None, enforce_gate=True, **given):
    """Return the result of one cluster."""
    return read_log_records(given, config=config, environ=environ, enforce_gate=enforce_gate)


def read_outputs(**given):
    """Return the outputs of one cluster."""
    return log_records(**given).to_outputs()


def read_fleet_outputs(*, config=None, environ=None, enforce_gate=True, **given):
    """Return the outputs of a fleet."""
    result = fleet_log_records(given, config=config, environ=environ, enforce_gate=enforce_gate)
    return result.to_outputs()


def without_none(value):
    """Return JSON values without entries that are None, as the engine leaves them out."""
    if isinstance(value, dict):
        return {name: without_none(item) for name, item in value.items() if item is not None}
    return [without_none(item) for item in value] if isinstance(value, list) else value
