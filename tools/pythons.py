"""Runs the unit tests on each supported Python of this machine besides the usual one; `make test-pythons`.

Looked for are those of pyenv and `python3.N` on PATH. Each gets a virtual environment of its own under build/pythons,
with what the lock names. A version that is not there is no failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "pythons"
LOCK = ROOT / "requirements-dev.lock"
OLDEST = (3, 11)

_ASK = "import sys; print(sys.implementation.name, sys.version_info.releaselevel, *sys.version_info[:3])"


def version_of(python: Path) -> tuple[int, ...] | None:
    """Return the version of an interpreter; None if it does not run, is no release or is not CPython."""
    try:
        done = subprocess.run([python, "-I", "-c", _ASK], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = done.stdout.split()
    if done.returncode or words[:2] != ["cpython", "final"]:
        return None
    return tuple(int(word) for word in words[2:])


def found() -> dict[tuple[int, ...], Path]:
    """Return the newest interpreter of each minor version from the oldest supported on, by that version."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [Path(folder) for folder in os.get_exec_path() if Path(folder) != pyenv / "shims"]
    candidates = sorted(pyenv.glob("versions/*/bin/python"))
    candidates += [path for folder in folders for path in sorted(folder.glob("python3.[0-9]*")) if _is_python(path)]
    best: dict[tuple[int, ...], tuple[tuple[int, ...], Path]] = {}
    for python in candidates:
        version = version_of(python)
        if version is not None and version >= OLDEST and version > best.get(version[:2], ((), python))[0]:
            best[version[:2]] = (version, python)
    return {minor: python for minor, (_, python) in sorted(best.items())}


def _is_python(path: Path) -> bool:
    return path.name.removeprefix("python3.").isdigit() and os.access(path, os.X_OK)


def environment_for(python: Path, name: str) -> Path:
    """Return the interpreter of an environment with what the lock names, made if it is not there yet.

    Raises:
        CalledProcessError: it could not be filled.
    """
    folder = FOLDER / name
    stamp = folder / ".installed"
    made_of = LOCK.read_text(encoding="utf-8") + (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    own = folder / "bin" / "python"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == made_of:
        return own
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", folder], check=True)
    pip = [str(own), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--requirement", LOCK], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT], check=True)
    stamp.write_text(made_of, encoding="utf-8")
    return own


def supported() -> list[str]:
    """Return the minor versions that the package says it is for."""
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    return [line.rpartition(" ")[2] for line in classifiers if line.startswith("Programming Language :: Python :: 3.")]


def main() -> int:
    """Say which Pythons are here, run the tests on each, and return the exit code: 1 if any run failed."""
    usual = sys.version_info[:2]
    pythons = {minor: python for minor, python in found().items() if minor != usual}
    names = {".".join(map(str, minor)): python for minor, python in pythons.items()}
    for name, python in names.items():
        print(f"pythons: {name} is {python}", flush=True)
    for name in supported():
        if name not in names and name != ".".join(map(str, usual)):
            print(f"pythons: {name} is not on this machine; nothing is tested on it", flush=True)
    failed = []
    for name, python in names.items():
        print(f"pythons: {name}", flush=True)
        try:
            own = environment_for(python, name)
            path = f"{own.parent}{os.pathsep}{os.environ['PATH']}"
            command = [str(own), "-m", "pytest", "-q", "tests/unit", "--numprocesses", "auto", *sys.argv[1:]]
            subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, check=True)
        except subprocess.CalledProcessError:
            failed.append(name)
    if failed:
        print(f"pythons: failed on {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
