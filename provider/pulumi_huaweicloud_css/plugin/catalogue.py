"""The plugin's functions, one line each. Everything else is derived from the Python functions that implement them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_type_hints

from .._backups.gate import Gate
from .._backups.selection import ClusterSelector
from .._backups.sites import Site
from .._config.table import SETTINGS, Reader
from .._pulumi.shapes import parts_of, shape_of
from .._text import camel, near
from ..cluster_functions import get_clusters
from ..functions import get_fleet_log_records, get_log_records

if TYPE_CHECKING:
    from .._backups.cluster_list import ClustersArguments
    from .._backups.fleet_query import FleetArguments
    from .._backups.query import LogRecordsArguments
    from .._config.sources import ConfigGetter

PACKAGE = "huaweicloud-css"
READER = Reader(namespace=PACKAGE, write=camel)

SETTING_KEYS = tuple(setting.config for setting in SETTINGS)
SECRET_KEYS = frozenset(setting.config for setting in SETTINGS if setting.secret)


def unknown_setting(key: str) -> str:
    """Return why a key of the plugin's configuration is refused."""
    return f"{PACKAGE}:{key}: there is no such setting; there are {', '.join(SETTING_KEYS)}{near(key, SETTING_KEYS)}"


# Names in the functions' annotations that their module imports only for type checkers.
_NAMES = {"Gate": Gate, "ClusterSelector": ClusterSelector, "Site": Site}

# Annotations of the functions that are not arguments of the plugin.
_NO_ARGUMENTS = frozenset({"opts", "return"})


_A = TypeVar("_A", bound=Mapping[str, object])


@dataclass(frozen=True)
class Function(Generic[_A]):
    """One function of the plugin.

    Args:
        implementation: the equivalent Python function, with the same signature.
        read: returns the outputs by their Python names, given the arguments and the configuration.
    """

    implementation: Callable[..., Any]
    read: Callable[[_A, ConfigGetter], Mapping[str, object]]

    @property
    def token(self) -> str:
        """The token by which programs call it."""
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
        """The required arguments, by their Python names."""
        parameters = inspect.signature(self.implementation).parameters
        return [name for name in self.inputs if parameters[name].default is inspect.Parameter.empty]

    def path(self, argument: str) -> str:
        """Return how a caller writes an argument, which may be a part of another one, such as ``gate.maxAge``."""
        inputs = {name: shape_of(hint) for name, hint in self.inputs.items()}
        whole = [name for name, shape in inputs.items() if shape.cls is not None and argument in parts_of(shape.cls)]
        return ".".join(map(camel, [argument] if argument in inputs else [*whole[:1], argument]))

    @property
    def result(self) -> Any:
        """The type of its result."""
        return get_type_hints(self.implementation, localns=_NAMES)["return"]


# Modules that send requests are loaded by the first call: reading the schema does not load the HTTP library.


def _log_records(arguments: LogRecordsArguments, config: ConfigGetter) -> Mapping[str, object]:
    from .._backups.query import log_records

    return log_records(arguments, config=config, reader=READER).to_outputs()


def _fleet_log_records(arguments: FleetArguments, config: ConfigGetter) -> Mapping[str, object]:
    from .._backups.fleet import fleet_log_records

    return fleet_log_records(arguments, config=config, reader=READER).to_outputs(write=camel)


def _clusters(arguments: ClustersArguments, config: ConfigGetter) -> Mapping[str, object]:
    from .._backups.cluster_list import read_clusters

    return read_clusters(arguments, config=config, reader=READER).to_outputs()


FUNCTIONS: tuple[Function[Any], ...] = (
    Function(get_log_records, _log_records),
    Function(get_fleet_log_records, _fleet_log_records),
    Function(get_clusters, _clusters),
)
BY_TOKEN = {function.token: function for function in FUNCTIONS}
