"""The folder outside the clone that keeps what takes long to make, such as engines: each whole, or not there at all."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .engine_process import Unavailable, say

CACHE_VARIABLE = "PULUMI_HUAWEICLOUD_CSS_CACHE"
MODULES = Path(__file__).resolve().parents[1] / "go"
RECIPE = 2  # raise it when the way an engine is made changes, so that engines made the old way are passed by
MANIFEST = "manifest.json"
NEW, OLD = ".new-", ".old-"


@dataclass(frozen=True)
class Kind:
    """One kind of thing that is kept.

    Args:
        name: what it is called, in the cache and in messages.
        made_of: the files under tools/go/ that it is made of; when one changes, it is made anew.
    """

    name: str
    made_of: tuple[str, ...]


ENGINE = Kind("engine", ("cli/go.mod", "cli/go.sum", "language/go.mod", "language/go.sum"))


def kept(kind: Kind = ENGINE) -> Path:
    """The folder that holds one folder for each thing of a kind. It may not exist yet.

    Raises `Unavailable` if there is no place for it: no variable names one and the user has no home folder.
    """
    if named := os.environ.get(CACHE_VARIABLE):
        return Path(named).expanduser().absolute() / kind.name
    xdg = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG specification says to ignore a relative path there.
    try:
        base = xdg if xdg.is_absolute() else Path.home() / ".cache"
    except RuntimeError as error:
        raise Unavailable(f"no home folder to keep a cache in; {CACHE_VARIABLE} can name one") from error
    return base / "pulumi-huaweicloud-css" / kind.name


def key(kind: Kind = ENGINE) -> str:
    """The name of this clone's own: it changes with the files it is made of, the machine and the recipe."""
    digest = hashlib.sha256(f"{RECIPE} {platform.system()} {platform.machine()}\n".encode())
    for name in kind.made_of:
        content = (MODULES / name).read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:20]


def find(made_by: str | None = None, kind: Kind = ENGINE) -> Path:
    """The `bin` folder of this clone's engine (or other kind), every file in it as it was when it was made.

    `made_by` asks for one made by that way only ("build" or "download").
    Raises `Unavailable` if there is none, or none that is whole.
    """
    home = kept(kind) / key(kind)
    if not home.exists():
        raise Unavailable(f"no {kind.name} in {home} yet")
    try:
        manifest = json.loads((home / MANIFEST).read_text())
        maker, files = manifest["made_by"], manifest["files"]
        damaged = files != _digests(home / "bin")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"the {kind.name} in {home} is not complete ({error})") from error
    if damaged:
        raise Unavailable(f"the {kind.name} in {home} is damaged: a file differs from {MANIFEST}")
    if made_by not in (None, maker):
        raise Unavailable(f"the {kind.name} in {home} comes from the way `{maker}`")
    return home / "bin"


def find_or_fill(way: str, make: Callable[[Path], None], made_by: str | None = None, kind: Kind = ENGINE) -> Path:
    """The `bin` folder of this clone's engine, or other kind; `make(folder)` fills `folder`/bin if there is none yet.

    `way` is noted as the maker; `made_by` is what `find` takes. Of two runs that meet here, one makes
    it and the other waits and uses it. Whatever happens inside `make`, nothing half made is left.

    Raises `Unavailable` if `make` does, or if the folder cannot be written.
    """
    try:
        with _locked(kind):
            _sweep(kind)
            try:
                return find(made_by, kind)
            except Unavailable as missing:
                reason = f"{missing}: replaced" if (kept(kind) / key(kind)).exists() else None
            folder = _fill(way, make, kind)
    except OSError as error:
        raise Unavailable(f"the cache cannot be used: {error}. {CACHE_VARIABLE} can name another") from error
    if reason:
        say(reason)
    return folder


def _fill(way: str, make: Callable[[Path], None], kind: Kind) -> Path:
    new = kept(kind) / f"{NEW}{os.getpid()}"
    try:
        (new / "bin").mkdir(parents=True)
        make(new)
        manifest = {"made_by": way, "files": _digests(new / "bin")}
        for extra in new.iterdir():
            if extra.name != "bin":
                shutil.rmtree(extra)
        (new / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
        return _put_in_place(new, kind) / "bin"
    finally:
        shutil.rmtree(new, ignore_errors=True)  # after a success nothing has this name


def _put_in_place(new: Path, kind: Kind) -> Path:
    home = kept(kind) / key(kind)
    old = kept(kind) / f"{OLD}{os.getpid()}"
    if home.exists():
        home.rename(old)
    new.rename(home)
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


def _sweep(kind: Kind) -> None:
    # Only the holder of the lock has such folders, so any found now belong to runs that died.
    for stale in kept(kind).iterdir():
        if stale.name.startswith((NEW, OLD)):
            shutil.rmtree(stale, ignore_errors=True)


@contextmanager
def _locked(kind: Kind) -> Iterator[None]:
    import fcntl  # noqa: PLC0415 - not there on Windows, which only ever takes the engine on PATH

    folder = kept(kind)
    folder.mkdir(parents=True, exist_ok=True)
    # The lock goes with the open file, so a run that dies in any manner lets go of it.
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another run that is making the {kind.name}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
