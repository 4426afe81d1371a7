"""How the commands of `css-logs` are declared: options in sections, a variable for each of them, and examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from .._config.table import PROGRAM, SETTINGS_BY_NAME, Reader
from ..errors import ArgumentError, SettingsError

_F = TypeVar("_F", bound=Callable[..., Any])

VARIABLES = "Each option can be set by its variable, too; repeatable ones take several values, separated by spaces."


# Arguments whose options have other names: a list is given by one option, several times.
_OPTIONS = {"cluster_ids": "cluster_id", "names": "cluster_name", "tags": "tag", "regions": "region", "sites": "region"}


def option_name(argument: str) -> str:
    """Return the option that gives an argument."""
    return f"--{_OPTIONS.get(argument, argument).replace('_', '-')}"


COMMAND_LINE = Reader(
    namespace=None,
    write=option_name,
    kind="",
    arguments=PROGRAM.arguments | {"project_name", "profile"},
    site_project="--project-id, with this region alone",
)
_EVERYWHERE = COMMAND_LINE.arguments | {"endpoint", "regions", "sites", "cluster_id", "cluster_ids"}


def written(name: str) -> str:
    """Return an argument or a setting as users of the command line know it: its option, else what it is in words."""
    if name in _EVERYWHERE:
        return option_name(name)
    return name.replace("_", " ") if name in SETTINGS_BY_NAME or name == "profile_file" else name


def variable_of(command: str, option: str) -> str:
    """Return the variable that sets an option of a command; it is not set if it is empty."""
    return f"css_logs_{command}_{option.removeprefix('--')}".upper().replace("-", "_")


class Option(click.Option):
    """An option that stands in a section of the help."""

    def __init__(self, *declarations: Any, section: str = "Options", **more: Any) -> None:
        super().__init__(*declarations, **more)
        self.section = section

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> tuple[Any, ParameterSource]:
        """Say where a value came from before it is converted, for the error; click 8.4.0 says so only afterwards."""
        value, source = super().consume_value(ctx, opts)
        if self.name is not None:
            ctx.set_parameter_source(self.name, source)
        return value, source

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Name the option in an error, and its variable where the value came from that."""
        hint = " / ".join(f"'{name}'" for name in self.opts)
        return f"{hint} (from the variable {self.envvar})" if ctx and _from_variable(self, ctx) else hint


def _show_log(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - as click calls it
    if wanted and not ctx.resilient_parsing:
        from .log import show_log

        show_log()


# Of the whole command, and of each of its commands: people add it where their hands are.
verbose_option = click.option(
    "--verbose",
    "-v",
    cls=Option,
    section="Help",
    is_flag=True,
    expose_value=False,
    callback=_show_log,
    envvar="CSS_LOGS_VERBOSE",
    show_envvar=True,
    help="Log requests, retries and where settings came from, on standard error; never a secret.",
)


class Command(click.Command):
    """A command whose help has sections and examples, and whose options can come from variables.

    Args:
        name: the command's name, the middle part of its variables' names.
        examples: what an example is for, and the command line.
        more: as for `click.Command`.
    """

    def __init__(self, name: str, *, examples: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(name, **more)
        self.examples = examples
        verbose_option(self)
        for option in self.params:
            if isinstance(option, Option):
                option.envvar = variable_of(name, next(each for each in option.opts if each.startswith("--")))
                option.show_envvar = True

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, section by section, in the order in which they are declared."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for option in self.get_params(ctx):
            record = option.get_help_record(ctx)
            if record is not None:
                sections.setdefault(option.section if isinstance(option, Option) else "Help", []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, as they are typed, and how variables are used."""
        with formatter.section("Examples"):
            for purpose, line in self.examples:
                for text in (f"# {purpose}", line):
                    formatter.write(f"{'':{formatter.current_indent}}{text}\n")
        formatter.write_paragraph()
        formatter.write_text(VARIABLES)
        super().format_epilog(ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; where options do not do, say which of them nobody typed."""
        try:
            return super().invoke(ctx)
        except (click.UsageError, ArgumentError, SettingsError) as error:
            chosen = (option for option in self.params if option.expose_value and _from_variable(option, ctx))
            used = [str(option.envvar) for option in chosen]
            note = f" (set by variables: {', '.join(used)})" if used else ""
            if isinstance(error, SettingsError):
                raise SettingsError(self._written(error.setting), error.reason + note) from None
            if isinstance(error, ArgumentError):
                raise ArgumentError(self._written(error.argument), error.reason + note) from None
            if not note:
                raise
            raise click.UsageError(error.format_message() + note) from None

    def _written(self, argument: str) -> str:
        """Return an argument or a setting as its option, if there is one."""
        name = option_name(argument)
        return name if any(name in option.opts for option in self.params) else written(argument)


def _from_variable(option: click.Parameter, ctx: click.Context) -> bool:
    return option.name is not None and ctx.get_parameter_source(option.name) is ParameterSource.ENVIRONMENT


def command(name: str, *, examples: Sequence[tuple[str, str]], **more: Any) -> Callable[[Callable[..., Any]], Command]:
    """Declare a command; see `Command`."""
    return click.command(name, cls=Command, examples=examples, **more)


def option(section: str) -> Callable[..., Callable[[_F], _F]]:
    """Return what declares options of a section, as `click.option` does."""
    return partial(click.option, cls=Option, section=section)
