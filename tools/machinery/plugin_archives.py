"""Writes the archives that `pulumi plugin install` unpacks: the plugin with its own Python, and its sources.

The first is for the machine that makes it, and starts without Python; the second is for every machine with Python and
Pulumi's language host for it. The same sources and packages make the same bytes, whenever they are made.
"""

from __future__ import annotations

import gzip
import importlib.metadata
import os
import platform
import runpy
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "provider" / "pulumi_huaweicloud_css"
SCHEMA = PACKAGE / "plugin" / "schema.json"
VERSION: str = runpy.run_path(str(PACKAGE / "_version.py"))["__version__"]
NAME = "pulumi-resource-huaweicloud-css"
WORK = ROOT / "build" / "plugin" / "work"

# Loaded by name, and so not found by looking at imports.
_BY_NAME = (
    "auth.provider", "auth.internal", "http.http_client", "http.http_config", "http.http_handler",
    "exceptions.exception_handler",
)  # fmt: skip

# What packages use only if it is there, and the plugin has no use for.
_NOT_NEEDED = ("debugpy", "pkg_resources", "setuptools", "simplejson", "tkinter", "unittest", "pydoc", "doctest")
_NOT_SHIPPED = (*_NOT_NEEDED, "pip", "altgraph", "pyinstaller-hooks-contrib")
_FILES_NOT_NEEDED = ("grpc/_cython/_credentials/roots.pem",)  # for gRPC over TLS; the plugin speaks to loopback alone

# What runs the plugin's sources, by Pulumi's language host for Python.
_SOURCES = ("PulumiPlugin.yaml", "__main__.py", "requirements.txt", "pyproject.toml", "README.md", "LICENSE")
_SHIPPED_BESIDE = "provider/pulumi-plugin.json"

_SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def target() -> str:
    """Return this machine's system and architecture, as Pulumi names them in archives."""
    return f"{_SYSTEMS[sys.platform]}-{_MACHINES[platform.machine().lower()]}"


def write_binary(folder: Path) -> Path:
    """Write the archive for this machine into a folder; return its path."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    entry = WORK / "entry.py"
    entry.write_text("from pulumi_huaweicloud_css.plugin import main\n\nmain()\n", encoding="utf-8")
    options = [
        *("--onedir", "--noconfirm", "--log-level=ERROR", "--name", NAME, "--paths", PACKAGE.parent),
        *("--distpath", WORK, "--workpath", WORK / "build", "--specpath", WORK),
        *("--add-data", f"{SCHEMA}{os.pathsep}pulumi_huaweicloud_css/plugin"),
        *(part for name in _BY_NAME for part in ("--hidden-import", f"huaweicloudsdkcore.{name}")),
        *(part for name in _NOT_NEEDED for part in ("--exclude-module", name)),
        *(["--strip"] if sys.platform == "linux" and shutil.which("strip") else []),
    ]
    command = [sys.executable, "-m", "PyInstaller", *map(str, options), str(entry)]
    fixed = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "0", "PYINSTALLER_CONFIG_DIR": str(WORK.parent / "cache")}
    subprocess.run(command, check=True, env={**os.environ, **fixed})
    made = WORK / NAME
    for name in _FILES_NOT_NEEDED:
        (made / "_internal" / name).unlink(missing_ok=True)
    files = {str(path.relative_to(made)): path for path in made.rglob("*") if not path.is_dir()}
    return write_archive(
        folder / f"{NAME}-v{VERSION}-{target()}.tar.gz", {**files, "LICENSE": ROOT / "LICENSE", **_licenses()}
    )


def write_source(folder: Path) -> Path:
    """Write the archive of the sources into a folder; return its path."""
    modules = (path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    names = (*_SOURCES, _SHIPPED_BESIDE, *(str(path.relative_to(ROOT)) for path in modules))
    return write_archive(
        folder / f"{NAME}-v{VERSION}-source.tar.gz", {"schema.json": SCHEMA, **{name: ROOT / name for name in names}}
    )


def _licenses() -> dict[str, Path]:
    """Return the licenses of what is installed here and is in the archive, as the archive names them."""
    return {
        f"licenses/{found.metadata['Name']}/{Path(str(file)).name}": Path(str(found.locate_file(file)))
        for found in importlib.metadata.distributions()
        if found.metadata["Name"] not in _NOT_SHIPPED
        for file in found.files or ()
        if ".dist-info" in str(file) and Path(str(file)).stem.upper() in ("LICENSE", "LICENCE", "NOTICE", "COPYING")
    }


def write_archive(archive: Path, files: Mapping[str, Path]) -> Path:
    """Write files into an archive, with nothing in it of when, where and by whom it was made."""

    def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = member.mtime = 0
        member.uname = member.gname = ""
        member.mode = 0o755 if member.mode & 0o100 else 0o644
        return member

    with (
        archive.open("wb") as file,
        gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for name, path in sorted(files.items()):
            tar.add(path, name.replace(os.sep, "/"), filter=anonymous)
    return archive
