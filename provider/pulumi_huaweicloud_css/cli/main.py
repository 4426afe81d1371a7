"""The command `css-logs`: its subcommands, each loaded when it is called, and how errors end it."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import click

from .._version import __version__
from ..errors import ArgumentError, CssError, expected
from .command import verbose_option, written
from .errors import print_problem
from .exit_codes import IN_SHORT, INTERRUPTED, NOT_READ, WRONG_USAGE
from .terminal import forget_output


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are used, so that each starts fast."""

    modules: ClassVar[tuple[str, ...]] = ("clusters", "emulator", "gate", "list", "merge", "report", "whoami")

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self.modules:
            return None
        module = importlib.import_module(f".commands.{cmd_name}", __package__)
        command: click.Command = module.command
        return command

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        with _reader_gone():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with _reader_gone():
            return super().invoke(ctx)


@contextmanager
def _reader_gone() -> Iterator[None]:
    """Exit quietly if the reader of standard output is gone; click would exit with 1, which means "failed"."""
    try:
        yield
    except BrokenPipeError:
        forget_output()
        raise click.exceptions.Exit(NOT_READ) from None


_EXAMPLES = """\b
Examples:
  # try it without an account
  eval "$(css-logs emulator --background)"
  css-logs list --cluster-id 4213d908-f5dc-4633-8401-cfd7175fca0c
  # complete commands and options with Tab, in bash (zsh and fish likewise)
  eval "$(_CSS_LOGS_COMPLETE=bash_source css-logs)\""""


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f"{_EXAMPLES}\n\n{IN_SHORT} `css-logs gate` has more: see its help.",
)
@verbose_option
@click.version_option(__version__, message="%(prog)s %(version)s")
def css_logs() -> None:
    """Show and judge the log backups of Huawei Cloud CSS clusters."""


def run(arguments: Sequence[str]) -> int:  # noqa: C901 - one branch for each kind of error
    """Run the command line and return the exit code: 2 for a usage error, 4 if the records could not be read."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a locale without a check mark is no reason to fail
    try:
        code = css_logs.main(args=list(arguments), prog_name="css-logs", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except SystemExit as ended:  # of click's shell completion, which knows success and failure only
        if not ended.code:
            return 0
        print_problem("_CSS_LOGS_COMPLETE: give it bash_source, zsh_source or fish_source", arguments, ended)
        return WRONG_USAGE
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return WRONG_USAGE
    except click.ClickException as error:
        print_problem(error.format_message(), arguments, error)
        return WRONG_USAGE
    except CssError as error:
        print_problem(error.worded(written), arguments, error)
        return WRONG_USAGE if isinstance(error, ArgumentError) else NOT_READ
    except OSError as error:
        forget_output()
        print_problem(f"the output cannot be written: {error.strerror or error}", arguments, error)
        return NOT_READ
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except ModuleNotFoundError:
        raise  # `main` says how to install what is missing
    except Exception as error:  # a defect must not end with the exit code of a verdict
        print_problem(str(expected(error)), arguments, error)
        return NOT_READ
