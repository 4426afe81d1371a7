"""The docstrings of the Python side, taken apart: what a function, a type and each of its parts is for."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import textwrap
from typing import Any


def first_sentence(documented: Any) -> str:
    """Return the first sentence of a docstring; what follows is often about Python."""
    text = " ".join((inspect.getdoc(documented) or "").split("\n\n")[0].split())
    return re.split(r"(?<=\.)\s|;\s", text, maxsplit=1)[0]


def arguments(documented: Any) -> dict[str, str]:
    """Return what a docstring's section ``Args`` says of each argument."""
    section = (inspect.getdoc(documented) or "").partition("Args:\n")[2].partition("\n\n")[0]
    entries = re.split(r"^    (?=\S)", section, flags=re.MULTILINE)[1:]
    return {name: " ".join(text.split()) for name, _, text in (entry.partition(": ") for entry in entries)}


def attributes(documented: type) -> dict[str, str]:
    """Return what the text under each attribute of a class says."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(documented)))
    [definition] = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {name: str(text.value) for name, text in attribute_texts(definition)}


def attribute_texts(definition: ast.ClassDef) -> list[tuple[str, ast.Constant]]:
    """Return the attributes of a class that have a text under them, each with that text."""
    return [
        (attribute.target.id, text.value)
        for attribute, text in itertools.pairwise(definition.body)
        if isinstance(attribute, ast.AnnAssign)
        and isinstance(attribute.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    ]
