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
    [body] = [node.body for node in tree.body if isinstance(node, ast.ClassDef)]
    texts = {}
    for attribute, text in itertools.pairwise(body):
        if (
            isinstance(attribute, ast.AnnAssign)
            and isinstance(attribute.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            texts[attribute.target.id] = str(text.value.value)
    return texts
