"""The types of arguments, inputs and properties name the same arguments everywhere."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css._backups.cluster_list import ClustersArguments
from pulumi_huaweicloud_css._backups.fleet_query import FleetArguments
from pulumi_huaweicloud_css._backups.query import LogRecordsArguments
from pulumi_huaweicloud_css._pulumi.arguments import (
    ClustersInputs,
    FleetInputs,
    FleetProperties,
    FleetResourceInputs,
    LogRecordsInputs,
)
from pulumi_huaweicloud_css.plugin.catalogue import BY_TOKEN
from pulumi_huaweicloud_css.resource import FleetLogRecordsProvider, LogRecordsProvider

COMMAND_LINE_ONLY = {"project_name", "profile"}
BY_FUNCTION = {
    "getLogRecords": LogRecordsArguments,
    "getFleetLogRecords": FleetArguments,
    "getClusters": ClustersArguments,
}


def keys(arguments):
    """Return the names of the arguments that programs have."""
    return (arguments.__required_keys__ | arguments.__optional_keys__) - COMMAND_LINE_ONLY


@pytest.mark.parametrize(
    ("inputs", "arguments"),
    [
        (LogRecordsInputs, LogRecordsArguments),
        (FleetInputs, FleetArguments),
        (FleetResourceInputs, FleetProperties),
        (ClustersInputs, ClustersArguments),
    ],
)
def test_inputs_have_the_names_of_the_arguments(inputs, arguments):
    """What a program gives as outputs becomes, by the same names, the arguments that are read with."""
    assert keys(inputs) == keys(arguments)


@pytest.mark.parametrize(
    ("provider", "arguments"),
    [(LogRecordsProvider, LogRecordsArguments), (FleetLogRecordsProvider, FleetProperties)],
)
def test_a_provider_takes_every_argument(provider, arguments):
    """No argument of a resource is lost between the engine and the query, and no other property is taken for one."""
    assert set(provider.inputs) == keys(arguments)


@pytest.mark.parametrize("name", BY_FUNCTION)
def test_the_plugin_takes_every_argument(name):
    """The plugin's functions take the arguments that are read with, by the same names."""
    assert set(BY_TOKEN[f"huaweicloud-css:index:{name}"].inputs) == keys(BY_FUNCTION[name])
