"""The folder outside the clone in which tools/engine.py keeps engines, each whole or not there at all."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine_process import Unavailable, say

CACHE_VARIABLE = "PULUMI_HUAWEICLOUD_CSS_CACHE"
MODULES = Path(__file__).resolve().parent / "go"
RECIPE = 1  # raise it when the way an engine is made changes, so that engines made the old way are passed by
MANIFEST = "manifest.json"
NEW, OLD = ".new-", ".old-"


def engines() -> Path:
    """The folder that holds one folder an engine. It may not exist yet.

    Raises `Unavailable` if there is no place for it: no variable names one and the user has no home folder.
    """
    if named := os.environ.get(CACHE_VARIABLE):
        return Path(named).expanduser().absolute() / "engine"
    xdg = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG specification says to ignore a relative path there.
    try:
        base = xdg if xdg.is_absolute() else Path.home() / ".cache"
    except RuntimeError as error:
        raise Unavailable(f"no home folder to keep a cache in; {CACHE_VARIABLE} can name one") from error
    return base / "pulumi-huaweicloud-css" / "engine"


def key() -> str:
    """The name of this clone's engine: it changes with the pinned modules, the machine and the recipe."""
    digest = hashlib.sha256(f"{RECIPE} {platform.system()} {platform.machine()}\n".encode())
    for module in ("cli", "language"):
        for name in ("go.mod", "go.sum"):
            content = (MODULES / module / name).read_bytes()
            digest.update(f"{module}/{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:20]


def find(made_by: str | None = None) -> Path:
    """The `bin` folder of this clone's engine, every file in it as it was when it was made.

    `made_by` asks for an engine made by that way only ("build" or "download").
    Raises `Unavailable` if there is none, or none that is whole.
    """
    home = engines() / key()
    if not home.exists():
        raise Unavailable(f"no engine in {home} yet")
    try:
        manifest = json.loads((home / MANIFEST).read_text())
        maker, files = manifest["made_by"], manifest["files"]
        damaged = files != _digests(home / "bin")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"the engine in {home} is not complete ({error})") from error
    if damaged:
        raise Unavailable(f"the engine in {home} is damaged: a file differs from {MANIFEST}")
    if made_by not in (None, maker):
        raise Unavailable(f"the engine in {home} comes from the way `{maker}`")
    return home / "bin"


def find_or_fill(way: str, make: Callable[[Path], None], made_by: str | None) -> Path:
    """The `bin` folder of this clone's engine; `make(folder)` fills `folder`/bin first if there is none yet.

    `way` is noted as the maker; `made_by` is what `find` takes. Of two runs that meet here, one makes
    the engine and the other waits and uses it. Whatever happens inside `make`, no half engine is left.

    Raises `Unavailable` if `make` does, or if the folder cannot be written.
    """
    try:
        with _locked(engines()):
            _sweep()
            try:
                return find(made_by)
            except Unavailable as missing:
                reason = f"{missing}: replaced" if (engines() / key()).exists() else None
            folder = _fill(way, make)
    except OSError as error:
        raise Unavailable(f"the cache cannot be used: {error}. {CACHE_VARIABLE} can name another") from error
    if reason:
        say(reason)
    return folder


def _fill(way: str, make: Callable[[Path], None]) -> Path:
    new = engines() / f"{NEW}{os.getpid()}"
    try:
        (new / "bin").mkdir(parents=True)
        make(new)
        manifest = {"made_by": way, "files": _digests(new / "bin")}
        for extra in new.iterdir():
            if extra.name != "bin":
                shutil.rmtree(extra)
        (new / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
        return _put_in_place(new) / "bin"
    finally:
        shutil.rmtree(new, ignore_errors=True)  # after a success nothing has this name


def _put_in_place(new: Path) -> Path:
    home = engines() / key()
    old = engines() / f"{OLD}{os.getpid()}"
    if home.exists():
        os.rename(home, old)
    os.rename(new, home)
    shutil.rmtree(old, ignore_errors=True)
    return home


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: _digest(path) for path in sorted(folder.iterdir())}


def _digest(path: Path) -> str:
    digest = hashlib.sha256(b"x" if os.access(path, os.X_OK) else b"-")
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _sweep() -> None:
    # Only the holder of the lock has such folders, so any found now belong to runs that died.
    for stale in engines().iterdir():
        if stale.name.startswith((NEW, OLD)):
            shutil.rmtree(stale, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    import fcntl  # not there on Windows, which only ever takes the engine on PATH

    folder.mkdir(parents=True, exist_ok=True)
    # The lock goes with the open file, so a run that dies in any manner lets go of it.
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another run that is making the engine")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
