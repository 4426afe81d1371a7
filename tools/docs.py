"""Writes the pages of docs/ that are made of the code: the command-line reference, and those for Pulumi's registry.

`make docs` runs it before it builds the site.
"""

from __future__ import annotations

from docs_pages import DOCS
from docs_pages.command_line import command_line
from docs_pages.registry import index, installation


def main() -> None:
    """Run as a program."""
    pages = {"command-line.md": command_line(), "_index.md": index(), "installation-configuration.md": installation()}
    for name, text in pages.items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
