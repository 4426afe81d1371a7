"""Options that several commands share: where to ask, and which records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import click

from ..durations import parse_duration
from ..errors import ArgumentError
from ..question import JOB_TYPES, MAX_LIMIT, STATUSES

_F = TypeVar("_F", bound=Callable[..., Any])


class DurationType(click.ParamType):  # type: ignore[type-arg]  # generic at run time only since click 8.5
    """A length of time, as `parse_duration` reads it."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the length, or fail with a sentence that names the option."""
        try:
            return parse_duration(str(param.opts[0]) if param else "duration", value)
        except ArgumentError as error:
            self.fail(str(error).partition(": ")[2], param, ctx)


DURATION = DurationType()

_ASKING = (
    click.option("--region", help="Such as cn-north-4; else from the settings."),
    click.option("--project-id", help="Else from the settings, else looked up by the region's name."),
    click.option("--endpoint", help="Base URL of the CSS API instead of the region's own."),
    click.option("--status", type=click.Choice(STATUSES), help="Only records with this status."),
    click.option("--job-id", help="Only this job's records."),
    click.option("--job-type", type=click.Choice(JOB_TYPES), help="Only records of this type."),
    click.option("--offset", type=click.IntRange(1), help="Number of the first record to read, from 1."),
    click.option("--limit", type=click.IntRange(1, MAX_LIMIT), help="Read at most so many records; all by default."),
)


def asking_options(function: _F) -> _F:
    """Add the options that say where to ask, and for which records."""
    for option in reversed(_ASKING):
        function = option(function)
    return function
