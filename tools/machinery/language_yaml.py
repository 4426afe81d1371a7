"""Pulumi's language host for YAML, for tests of programs in YAML.

Built from the module pinned under tools/go/yaml, once (two minutes), and kept beside the engine.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from .engine_build import compile_program, go_environment
from .engine_cache import Kind, find_or_fill
from .engine_process import Unavailable

HOST = Kind("language-yaml", ("cli/go.mod", "yaml/go.mod", "yaml/go.sum"))  # the CLI's version is stamped into it
PACKAGE = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"


def language_yaml() -> Path:
    """The folder of the language host, built if it is not in the cache yet.

    Raises `Unavailable` if it cannot be built.
    """
    return find_or_fill("build", _build, kind=HOST)


def _build(folder: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise Unavailable("Pulumi's language host for YAML needs `go` on PATH, to be built with; install it")
    (folder / "work").mkdir()
    compile_program(go, go_environment(folder / "work"), "yaml", PACKAGE, folder / "bin")
