"""Writes the argument lists and the outputs' texts in the package's docstrings, from the one place that has each.

Found by the syntax tree, so that nothing in the source marks them. Reads the sources alone: the package is not loaded.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable
from pathlib import Path

from .arguments import ARGUMENTS, OUTPUTS
from .documentation import attribute_texts

_PACKAGE = Path(__file__).resolve().parents[2] / "provider" / "pulumi_huaweicloud_css"
FILES = tuple(_PACKAGE / name for name in ("functions.py", "cluster_functions.py", "resource.py", "_pulumi/types.py"))
_WIDTH = 120  # as in pyproject.toml

_Definition = ast.FunctionDef | ast.ClassDef


def files(paths: Iterable[Path] = FILES) -> dict[Path, str]:
    """Return the sources as they have to be, by their paths.

    Raises:
        KeyError: an argument or an output has no text; it is named.
    """
    sources = {path: path.read_text(encoding="utf-8") for path in paths}
    outputs = {
        definition.name: {name: str(text.value) for name, text in attribute_texts(definition)}
        for source in sources.values()
        for definition in _definitions(source)
        if isinstance(definition, ast.ClassDef)
    }
    return {path: _written(source, outputs) for path, source in sources.items()}


def write() -> None:
    """Write the sources."""
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")


def _written(source: str, outputs: dict[str, dict[str, str]]) -> str:
    lines = source.splitlines()
    # From the end, so that what is changed moves nothing that is still to be changed.
    for definition in reversed(_definitions(source)):
        if isinstance(definition, ast.ClassDef) and definition.name in OUTPUTS:
            model, own = OUTPUTS[definition.name]
            _write_outputs(lines, definition, {**outputs[model], **own})
        if definition.name in ARGUMENTS:
            _write_arguments(lines, definition, ARGUMENTS[definition.name])
    return "\n".join(lines) + "\n"


def _write_outputs(lines: list[str], definition: ast.ClassDef, texts: dict[str, str]) -> None:
    """Replace the text under each attribute of a class."""
    for name, text in reversed(attribute_texts(definition)):
        lines[text.lineno - 1 : text.end_lineno] = [f'    """{texts[name]}"""']


def _write_arguments(lines: list[str], definition: _Definition, texts: dict[str, str]) -> None:
    """Replace the section `Args` of a docstring."""
    first = lines.index("    Args:", definition.body[0].lineno) + 1
    last = next(number for number in range(first, len(lines)) if lines[number].strip() in ("", '"""'))
    lines[first:last] = [
        line
        for name in _signature(definition)
        for line in textwrap.wrap(
            f"{name}: {texts[name]}",
            _WIDTH,
            initial_indent=" " * 8,
            subsequent_indent=" " * 12,
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]


def _signature(definition: _Definition) -> list[str]:
    """Return the names of the arguments of a function, or of a class's constructor."""
    if isinstance(definition, ast.ClassDef):
        [definition] = [
            item for item in definition.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"
        ]
    names = [argument.arg for argument in (*definition.args.args, *definition.args.kwonlyargs)]
    return [name for name in names if name != "self"]


def _definitions(source: str) -> list[_Definition]:
    return [item for item in ast.parse(source).body if isinstance(item, _Definition)]
