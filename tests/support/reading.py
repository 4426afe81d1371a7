"""Asks as the ways in do, with arguments by their names; those that are left out are not given."""

from __future__ import annotations

from pulumi_huaweicloud_css._backups.fleet import FleetArguments, fleet_log_records
from pulumi_huaweicloud_css._backups.query import LogRecordsArguments, query_arguments
from pulumi_huaweicloud_css._backups.query import log_records as read_log_records


def log_records(*, config=None, environ=None, enforce_gate=True, **given):
    """Return the result of one cluster."""
    arguments = LogRecordsArguments(cluster_id=given.pop("cluster_id"), **query_arguments(given))
    return read_log_records(arguments, config=config, environ=environ, enforce_gate=enforce_gate)


def read_outputs(**given):
    """Return the outputs of one cluster."""
    return log_records(**given).to_outputs()


def read_fleet_outputs(*, config=None, environ=None, enforce_gate=True, **given):
    """Return the outputs of a fleet."""
    own = {name: given.pop(name, None) for name in ("cluster_ids", "parallelism", "on_error")}
    arguments = FleetArguments(**own, **query_arguments(given))
    return fleet_log_records(arguments, config=config, environ=environ, enforce_gate=enforce_gate).to_outputs()
