"""Runs mutation tests over the core; `make mutants`.

Each mutant is the code with one small change. A mutant that no test notices has survived: it shows what the tests do
not prove. The score is printed for each module, and the survivors' differences are written to a file.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "mutants" / "work"
SURVIVORS = ROOT / "build" / "mutants" / "survivors.txt"
PACKAGE = "pulumi_huaweicloud_css"
MODULES = {
    "gate": "_backups/gate.py",
    "query": "_backups/query.py",
    "result": "_backups/result.py",
    "fleet": "_backups/fleet.py",
    "evaluate": "_backups/evaluate.py",
    "pagination": "_api/pagination.py",
    "signing": "_api/signing.py",
    "_threads": "_threads.py",
}
LEAST_PERCENT = 95.0

# A mutant that never ends was noticed as well.
KILLED = ("killed", "timeout")

# What needs the whole repository, or an installed package, is about none of the modules; one is slow.
_NOT_RUN = (
    "test_any_body.py",
    "test_emulator_fixture.py",
    "test_imports.py",
    "test_mocks.py",
    "test_mocks_of_fleets.py",
    "test_places.py",
    "test_public_types.py",
    "test_settings_attacked.py",
    "test_settings_table.py",
)
_RUN = ("_api", "_backups", "_config", "_pulumi")
_CONFIGURATION = """\
[tool.pytest.ini_options]
pythonpath = ["."]
addopts = "--strict-markers --import-mode=importlib -p no:cacheprovider"
filterwarnings = ["error"]

[tool.mutmut]
source_paths = ["src"]
only_mutate = [{only}]
process_isolation = "forkserver"
timeout_constant = 3.0
timeout_multiplier = 4.0
pytest_add_cli_args_test_selection = ["tests/unit"]
"""


def prepare(modules: tuple[str, ...]) -> None:
    """Lay out what mutmut works on: the package, the tests of the core, and a configuration.

    Nothing of an earlier run is left: mutmut would take over which tests it knew to reach a function.

    Args:
        modules: the modules to mutate.
    """
    package = WORK / "src" / PACKAGE
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "mutants" / "src").mkdir(parents=True, exist_ok=True)  # a place that is not there is never looked at again
    shutil.copytree(ROOT / "provider" / PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    left_out = shutil.ignore_patterns(*_NOT_RUN, "__pycache__", "node")
    for folder in ("support", *(f"unit/{name}" for name in _RUN)):
        shutil.copytree(ROOT / "tests" / folder, WORK / "tests" / folder, ignore=left_out)
    for file in (*(ROOT / "tests").glob("*.py"), *(ROOT / "tests" / "unit").glob("*.py")):
        if file.name not in _NOT_RUN:
            shutil.copy2(file, WORK / file.relative_to(ROOT))
    for name in modules:
        module = package / MODULES[name]
        module.write_text(with_plain_properties(module.read_text(encoding="utf-8")), encoding="utf-8")
    only = ", ".join(f'"src/{PACKAGE}/{MODULES[name]}"' for name in modules)
    (WORK / "pyproject.toml").write_text(_CONFIGURATION.format(only=only), encoding="utf-8")


def with_plain_properties(source: str) -> str:
    """Return a module's source with each property made by a call instead of a decorator.

    Mutmut leaves decorated functions alone; so the properties are mutated as well.
    """
    lines = source.splitlines()
    methods = (
        item
        for parent in ast.walk(ast.parse(source))
        if isinstance(parent, ast.ClassDef)
        for item in parent.body
        if isinstance(item, ast.FunctionDef) and [ast.unparse(each) for each in item.decorator_list] == ["property"]
    )
    for method in sorted(methods, key=lambda each: each.lineno, reverse=True):
        end = method.end_lineno or method.lineno
        lines.insert(end, f"{' ' * method.col_offset}{method.name} = property({method.name})")
        del lines[method.decorator_list[0].lineno - 1]
    return "\n".join(lines) + "\n"


def mutmut(*arguments: str, capture: bool = False) -> str:
    """Run mutmut with the tests' own profile, and return what it printed if that is captured.

    Raises:
        CalledProcessError: mutmut could not do it, for example because a test fails without any mutant.
    """
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "mutants", "PYTHONPATH": str(WORK / "mutants" / "src")}
    done = subprocess.run(
        [Path(sys.executable).with_name("mutmut"), *arguments],
        cwd=WORK,
        env=environment,
        stdout=subprocess.PIPE if capture else None,
        encoding="utf-8",
        check=True,
    )
    return done.stdout or ""


def states() -> dict[str, str]:
    """Return what became of each mutant, by its name."""
    lines = mutmut("results", "--all", "true", capture=True).splitlines()
    return dict(line.strip().rsplit(": ", 1) for line in lines if ": " in line)


def report(found: dict[str, str]) -> float:
    """Print a line for each module and one for all, and return how many percent were killed."""
    counts: dict[str, Counter[str]] = {}
    for name, state in found.items():
        counts.setdefault(name.split(".")[-2], Counter())[state] += 1
    counts["all"] = sum(counts.values(), Counter())
    percent = 0.0
    print(f"{'module':12}{'mutants':>9}{'killed':>9}{'timeout':>9}{'survived':>10}{'other':>7}{'killed':>10}")
    for name, each in counts.items():
        dead, survived = sum(each[state] for state in KILLED), each["survived"]
        percent = 100 * dead / max(1, each.total())
        other = each.total() - dead - survived
        numbers = f"{each.total():9}{each['killed']:9}{each['timeout']:9}{survived:10}{other:7}{percent:9.1f}%"
        print(f"{name:12}{numbers}")
    return percent


def main() -> int:
    """Run, report, and return the exit code: 1 if too few were killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", choices=[[], *MODULES], help="the modules to mutate; all by default")
    given = parser.parse_args()
    prepare(tuple(given.modules or MODULES))
    mutmut("run")
    found = states()
    left = [name for name, state in found.items() if state not in KILLED]
    differences = "\n".join(mutmut("show", name, capture=True) for name in left)
    SURVIVORS.write_text(differences, encoding="utf-8")
    percent = report(found)
    print(f"{len(left)} were not killed: {SURVIVORS.relative_to(ROOT)}")
    if percent < LEAST_PERCENT:
        print(f"make mutants: fewer than {LEAST_PERCENT:g} % were killed", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
