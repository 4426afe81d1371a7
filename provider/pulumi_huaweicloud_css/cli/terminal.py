"""Text from outside as the command line shows it: safe on a terminal, in a CI system's log, and in data.

A terminal acts on control characters. CI systems act on commands in the log: GitHub on `##[...]`, Azure on
`##vso[...]`, TeamCity on `##teamcity[...]`, and GitHub also on lines that begin with `::`.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import click

from .._text import UNSAFE_CATEGORIES, sanitize

_SUSPECT = re.compile(r"[^ -~\n]|(?<=#)#")
# What follows begins a formula to spreadsheets (OWASP's "CSV Injection", with the wide, small and minus signs), or a
# command to CI systems: in a cell, or in what a spreadsheet makes a cell of where its user's locale splits at ; or |.
# It does so within quotes too, for a quote after the beginning of a cell is not one to it.
_BEFORE_ACTIVE = re.compile(
    r"((?:^|[,;|])[\s\"]*)(?='*(?:[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]|::))"
)


def one_line(text: str, longest: int = 2000) -> str:
    """Return text for people: one line without control or direction marks, and without commands of CI systems."""
    return re.sub("#(?=#)", "# ", sanitize(text, longest))


def print_data(text: str) -> None:
    """Print data: UTF-8 whatever the locale, for that is what its readers expect."""
    click.echo(text.encode(), nl=False)


def styled(text: str, **style: Any) -> str:
    """Return text with colours for a terminal, unless its user wants none (NO_COLOR)."""
    return text if os.environ.get("NO_COLOR") else click.style(text, **style)


def forget_output() -> None:
    """Send standard output nowhere from now on: it cannot be written, and must not fail again at the exit."""
    _send_nowhere(sys.stdout)


def _send_nowhere(stream: TextIO) -> None:
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say(text: str) -> None:
    """Print a line for people on standard error; where that cannot be written, nothing depends on it."""
    try:
        click.echo(text, err=True)
    except OSError:
        _send_nowhere(sys.stderr)


@contextmanager
def unless_unread() -> Iterator[None]:
    """Print something that is not the point of the command: nobody may read it, and that is no error."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EBADF):  # the reader has gone, or there never was one
            raise
        forget_output()


def as_json(value: Any) -> str:
    """Return a JSON document; what is unsafe to show is escaped, and reads back as it was."""
    return _escaped(json.dumps(value, indent=2, ensure_ascii=False), lambda text: json.dumps(text)[1:-1]) + "\n"


def as_yaml(value: Any) -> str:
    """Return a YAML document; what is unsafe to show is escaped, and reads back as it was."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Quotes what needs an escape; writes a value out where it stands again, instead of referring to it."""

        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - yaml's signature
            return True

        def represent_str(self, data: str) -> yaml.ScalarNode:
            style = '"' if "\n" in data or _escaped(data, lambda _: "") != data else None
            return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    Dumper.add_representer(str, Dumper.represent_str)
    text: str = yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
    return _escaped(text, _escape_of)


def as_csv(rows: Iterable[Mapping[str, object]], names: Sequence[str]) -> str:
    r"""Return a table for spreadsheets and programs, one line a row.

    What is unsafe to show is written as ``\u001b``. An apostrophe stands before what a spreadsheet would take for a
    formula, at the beginning of a cell and after each ``,``, ``;`` or ``|`` in it; ids, times, states and paths of
    backups never look like one. A program that takes one apostrophe away in each of these places, as ``from_csv_cell``
    in the tests does, has the text as it was; JSON and YAML hold it without any of this.
    """
    import csv

    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(str(row[name] or "")) for name in names})
    return out.getvalue()


def _cell(text: str) -> str:
    shown = _escaped(text.replace("\n", _escape_of("\n")), _escape_of)
    return _BEFORE_ACTIVE.sub(r"\1'", shown)


def _escape_of(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _escaped(text: str, escape: Any) -> str:
    r"""Replace what is unsafe to show, but for line feeds; ``##`` starts commands, so its second # is escaped."""

    def replaced(found: re.Match[str]) -> str:
        character = found[0]
        if character == "#":
            return _escape_of(character)
        return str(escape(character)) if unicodedata.category(character) in UNSAFE_CATEGORIES else character

    return _SUSPECT.sub(replaced, text)
