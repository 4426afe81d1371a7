"""What the plugin offers: one line a function. All else about a function is read off its Python twin."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, get_type_hints

from .._backups.gate import Gate
from ..fleet_functions import get_fleet_log_records
from ..functions import get_log_records
from .names import camel

PACKAGE = "huaweicloud-css"

# Of the Python function's arguments, those that are Python's alone.
# What the functions' annotations name and their modules do not load.
_NAMES = {"Gate": Gate}
_NOT_OURS = frozenset({"opts", "return"})


@dataclass(frozen=True)
class Function:
    """One function of the plugin.

    Args:
        twin: the Python function that does the same; its signature and docstring are this function's.
        reader: the function of the module `reading` that answers, given the same arguments.
    """

    twin: Callable[..., Any]
    reader: str

    @property
    def token(self) -> str:
        """The name by which programs call it."""
        return f"{PACKAGE}:index:{camel(self.twin.__name__)}"

    @property
    def inputs(self) -> dict[str, Any]:
        """The types of its arguments, by their Python names."""
        return {name: hint for name, hint in get_type_hints(self.twin, localns=_NAMES).items() if name not in _NOT_OURS}

    @property
    def required(self) -> list[str]:
        """The arguments that must be given, by their Python names."""
        parameters = inspect.signature(self.twin).parameters
        return [name for name in self.inputs if parameters[name].default is inspect.Parameter.empty]

    @property
    def result(self) -> Any:
        """The type of its result."""
        return get_type_hints(self.twin, localns=_NAMES)["return"]

    def read(self, **arguments: Any) -> dict[str, Any]:
        """Answer, with the outputs by their Python names.

        Raises:
            CssError: as the reader does.
        """
        # Here, so that a plugin which is only asked for its schema does not load the HTTP library.
        outputs: dict[str, Any] = getattr(import_module(".._backups.reading", __package__), self.reader)(**arguments)
        return outputs


FUNCTIONS = (
    Function(get_log_records, "read_outputs"),
    Function(get_fleet_log_records, "read_fleet_outputs"),
)
BY_TOKEN = {function.token: function for function in FUNCTIONS}
