"""The command-line reference, from the commands themselves."""

from __future__ import annotations

import inspect

import click
from pulumi_huaweicloud_css.cli.command import VARIABLES, Command, Option
from pulumi_huaweicloud_css.cli.main import css_logs

_HEAD = """# Command-line reference

<!-- Written by `make docs`. -->

The commands and options of `css-logs`, as `css-logs COMMAND --help` shows them; each command also has `--help` and
`--verbose`. {variables}
[Pipelines](pipelines.md) explains what is judged, exit codes and output formats.
"""
_EXAMPLES = "<!-- not run: examples of the help, with an account's own names -->\n```sh\n{}\n```\n"


def command_line() -> str:
    """Return the page."""
    parts = [_HEAD.format(variables=VARIABLES)]
    with click.Context(css_logs, info_name="css-logs") as group:
        for name in css_logs.list_commands(group):
            command = css_logs.get_command(group, name)
            if not isinstance(command, Command):
                raise TypeError(f"{name} is no command of css-logs")
            with click.Context(command, group, info_name=name) as context:
                parts.append(_command(command, context))
    return "\n".join(parts)


def _command(command: Command, context: click.Context) -> str:
    help_text = inspect.cleandoc(command.help or "")
    paragraphs = [" ".join(part.replace("\b", "").split()) for part in help_text.split("\n\n")]
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    examples = "\n".join(f"# {purpose}\n{line}" for purpose, line in command.examples)
    tables = [_table(section, options, context) for section, options in _sections(command).items()]
    epilog = [" ".join((command.epilog or "").split())] if command.epilog else []
    parts = [
        f"## {context.command_path}",
        *map(_escaped, paragraphs),
        f"Usage: `{usage}`",
        *tables,
        *map(_escaped, epilog),
    ]
    return "\n\n".join([*parts, _EXAMPLES.format(examples)])


def _sections(command: Command) -> dict[str, list[Option]]:
    """Return the options by their sections, without those of the help, which every command has."""
    sections: dict[str, list[Option]] = {}
    for option in command.params:
        if isinstance(option, Option) and option.section != "Help":
            sections.setdefault(option.section, []).append(option)
    return sections


def _table(section: str, options: list[Option], context: click.Context) -> str:
    rows = [f"| {section} | meaning | variable |", "| --- | --- | --- |"]
    for option in options:
        value = "" if option.is_flag else f" {option.make_metavar(context)}"
        extra = option.get_help_extra(context)
        more = [f"default: {extra['default']}"] if "default" in extra else []
        more += [str(extra["range"])] if "range" in extra else []
        meaning = _escaped(option.help or "") + (f" ({_escaped('; '.join(more))})" if more else "")
        written = f"`{option.opts[0]}{value}`".replace("|", r"\|")
        rows.append(f"| {written} | {meaning.strip()} | `{option.envvar}` |")
    return "\n".join(rows)


def _escaped(text: str) -> str:
    """Return a text of the help as Markdown shows it; what is in backquotes stays."""
    parts = text.split("`")
    outside = (part.replace("*", r"\*").replace("<", "&lt;").replace("|", r"\|") for part in parts[::2])
    return "`".join(part for pair in zip(outside, [*parts[1::2], ""], strict=True) for part in pair).removesuffix("`")
