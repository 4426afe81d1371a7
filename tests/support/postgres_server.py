"""A PostgreSQL of the tests' own: on a socket in its folder, as a user without privileges, its data gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 120  # seconds; only a failure ever takes so long
_PASSWORD = "only-for-this-test"
_ROLE = "pulumi"


def programs() -> Path | None:
    """Return the folder with PostgreSQL's programs; Debian keeps them off PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _user() -> str | None:
    """Return the user to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


@dataclass(frozen=True)
class Server:
    """A database that is served.

    Args:
        url: its address, with the password.
        folder: where its data is.
    """

    url: str
    folder: Path


@contextmanager
def postgres(folder_of_programs: Path) -> Iterator[Server]:
    """Serve an empty database while the block runs."""
    user = _user()
    run_as = {} if user is None else {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    # Not pytest's folder: that is closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="css-postgres-"))
    try:
        (folder / "password").write_text(_PASSWORD)
        if user is not None:
            for path in (folder, folder / "password"):
                shutil.chown(path, user)
        options = ["--username", _ROLE, "--auth", "scram-sha-256", "--pwfile", folder / "password", "--no-sync"]
        options += ["--locale", "C", "--encoding", "UTF8"]  # the caller's locale may be one that is not installed
        _run([folder_of_programs / "initdb", "--pgdata", folder / "data", *options], folder, run_as)
        with _server(folder_of_programs, folder, run_as):
            url = f"postgres://{_ROLE}:{_PASSWORD}@/postgres?host={folder}&sslmode=disable"
            yield Server(url, folder)
    finally:
        shutil.rmtree(folder)


def _run(command: list[str | Path], folder: Path, run_as: dict[str, object]) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
        **run_as,
    )
    assert done.returncode == 0, done.stdout


@contextmanager
def _server(folder_of_programs: Path, folder: Path, run_as: dict[str, object]) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                folder_of_programs / "postgres",
                *("-D", folder / "data", "-h", "", "-k", folder, "-F"),
            ],
            cwd=folder,
            stdout=output,
            stderr=output,
            **run_as,
        )
    try:
        end = time.monotonic() + PATIENCE
        ready = [folder_of_programs / "pg_isready", "-q", "-h", folder]
        while subprocess.run(ready, check=False).returncode:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
        yield
    finally:
        process.send_signal(signal.SIGINT)  # disconnects everybody, and ends
        process.wait(PATIENCE)
