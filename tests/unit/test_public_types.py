"""What a public signature takes or returns can be named by its user: it is public, too."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import typing
from types import FunctionType, ModuleType

import pulumi_huaweicloud_css
import pulumi_huaweicloud_css.emulator
import pytest

PACKAGE = pulumi_huaweicloud_css.__name__
MODULES = (pulumi_huaweicloud_css, pulumi_huaweicloud_css.emulator)
PUBLIC = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module in MODULES
    for name in module.__all__
    if name != "__version__"
}
# Special methods that users call, by an operator or a statement.
CALLED = ("__init__", "__enter__", "__call__")


@functools.cache
def names(module: ModuleType) -> dict[str, object]:
    """Return the names that a module's annotations can have, those that are imported for type checkers included.

    A type that has a name in another module may have names of that module in it; those must be public.
    """
    known = {name.rpartition(".")[2]: each for name, each in PUBLIC.items()} | vars(module)
    for statement in ast.parse(inspect.getsource(module)).body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            exec(ast.unparse(statement.body), known)  # noqa: S102 - our own lines
    return known


def types_in(annotation: object, module: ModuleType) -> set[type]:
    """Return the classes of this package that an annotation consists of."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if annotation == "Output[T]":  # what pulumi's Input holds
        return set()
    if isinstance(annotation, str):
        annotation = eval(annotation, names(module))  # noqa: S307 - our own annotations
    parts = annotation if isinstance(annotation, list) else typing.get_args(annotation)
    if typing.get_origin(annotation) is typing.Literal:
        parts = ()
    if typing.get_origin(annotation) is typing.Annotated:
        parts = parts[:1]
    found = set().union(*(types_in(part, module) for part in parts))
    if isinstance(annotation, type) and annotation.__module__.partition(".")[0] == PACKAGE:
        found.add(annotation)
    return found


def annotations(thing: object) -> dict[str, object]:
    """Return the annotations of a function's public arguments and of its result, or those of a class's attributes."""
    given = getattr(thing, "__annotations__", {})
    return {name: each for name, each in given.items() if not name.startswith("_")}


def signatures(name: str, thing: object) -> dict[str, object]:
    """Return what has annotations, by its name: a function, or a class with its public attributes and methods."""
    if not isinstance(thing, type):
        return {name: thing} if isinstance(thing, FunctionType) else {}
    found = {}
    for base in thing.__mro__:
        if base.__module__.partition(".")[0] != PACKAGE:
            continue
        found[f"{name} ({base.__name__})"] = base
        for attribute, value in vars(base).items():
            if attribute.startswith("_") and attribute not in CALLED:
                continue
            function = getattr(value, "__func__", None) or getattr(value, "fget", None) or getattr(value, "func", value)
            if isinstance(function, FunctionType) and function.__module__ == base.__module__:
                found.setdefault(f"{name}.{attribute}", function)  # not what a class inherits and replaces
    return found


def hidden(name: str, thing: object) -> set[str]:
    """Return what in the signatures of a public name is not public, each with where it is."""
    public = {id(each) for each in PUBLIC.values()}
    return {
        f"{where}, {argument}: {each.__qualname__}"
        for where, signature in signatures(name, thing).items()
        for argument, annotation in annotations(signature).items()
        for each in types_in(annotation, sys.modules[signature.__module__])
        if id(each) not in public
    }


@pytest.mark.parametrize("name", PUBLIC)
def test_public_signatures_consist_of_public_types(name):
    """Each class of this package that a public function, method or attribute is annotated with is in an `__all__`."""
    assert hidden(name, PUBLIC[name]) == set()
