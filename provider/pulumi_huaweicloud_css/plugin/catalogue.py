"""What the plugin offers: one line a function. All else is read off the Python function that implements it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_type_hints

from .._backups.gate import Gate
from .._config.table import Reader
from .._text import camel
from ..functions import get_fleet_log_records, get_log_records

if TYPE_CHECKING:
    from .._backups.result import Outputs
    from .._config.sources import ConfigGetter

PACKAGE = "huaweicloud-css"
READER = Reader(namespace=PACKAGE, write=camel)

# Names in the functions' annotations that their module imports only for type checkers.
_NAMES = {"Gate": Gate}

# What the functions' annotations hold beside the plugin's arguments.
_NO_ARGUMENTS = frozenset({"opts", "return"})


@dataclass(frozen=True)
class Function:
    """One function of the plugin.

    Args:
        implementation: the Python function that does the same; its signature is this function's.
        read: returns the outputs by their Python names, given the arguments that are there and the configuration.
    """

    implementation: Callable[..., Any]
    read: Callable[[Mapping[str, Any], ConfigGetter], Outputs]

    @property
    def token(self) -> str:
        """The name by which programs call it."""
        return f"{PACKAGE}:index:{camel(self.implementation.__name__)}"

    @property
    def inputs(self) -> dict[str, Any]:
        """The types of its arguments, by their Python names."""
        return {
            name: hint
            for name, hint in get_type_hints(self.implementation, localns=_NAMES).items()
            if name not in _NO_ARGUMENTS
        }

    @property
    def required(self) -> list[str]:
        """The arguments that must be given, by their Python names."""
        parameters = inspect.signature(self.implementation).parameters
        return [name for name in self.inputs if parameters[name].default is inspect.Parameter.empty]

    @property
    def result(self) -> Any:
        """The type of its result."""
        return get_type_hints(self.implementation, localns=_NAMES)["return"]


# Modules that read are loaded by the first call: a plugin which is only asked for its schema loads no HTTP library.


def _log_records(given: Mapping[str, Any], config: ConfigGetter) -> Outputs:
    from .._backups.query import LogRecordsArguments, log_records, query_arguments

    arguments = LogRecordsArguments(cluster_id=given["cluster_id"], **query_arguments(given))
    return log_records(arguments, config=config, reader=READER).to_outputs()


def _fleet_log_records(given: Mapping[str, Any], config: ConfigGetter) -> Outputs:
    from .._backups.fleet import FleetArguments, fleet_log_records
    from .._backups.query import query_arguments

    arguments = FleetArguments(
        cluster_ids=given["cluster_ids"],
        parallelism=given.get("parallelism"),
        on_error=given.get("on_error"),
        **query_arguments(given),
    )
    return fleet_log_records(arguments, config=config, reader=READER).to_outputs()


FUNCTIONS = (
    Function(get_log_records, _log_records),
    Function(get_fleet_log_records, _fleet_log_records),
)
BY_TOKEN = {function.token: function for function in FUNCTIONS}
