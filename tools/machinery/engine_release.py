"""Fetches a release of Pulumi for engine_download.py, and takes out of it what an engine needs.

The archive and its checksum come from different hosts. Nothing of the archive is unpacked before it has that checksum,
and no script of it, nor any installer, is run. A program of its own, so that its caller can end it at any moment:

  engine_release.py checksum VERSION           prints the published checksum of this machine's archive
  engine_release.py fetch VERSION SUM FOLDER   fills FOLDER with the programs in the archive that has this checksum
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import platform
import re
import ssl
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import IO

MEMBERS = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python")
SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
SILENCE_SECONDS = 10
CHUNK = 1 << 18
MAX_CHECKSUMS = 1 << 20
MAX_ARCHIVE = 1 << 29  # v3.259.0 has about a fifth of it
MAX_UNPACKED = 1 << 31


class ReleaseError(Exception):
    """The release cannot be had, or is not what was published. The text is one line for a person."""


@dataclass(frozen=True)
class Sources:
    """Where a release comes from: two hosts, so that whoever changes an archive on one has not changed its checksum.

    Args:
        archives: the address below which the archives lie.
        checksums: the address below which each release's checksums lie, in a folder named like its tag.
        tls: how servers are verified; None is Python's default.
    """

    archives: str = "https://get.pulumi.com/releases/sdk"
    checksums: str = "https://github.com/pulumi/pulumi/releases/download"
    tls: ssl.SSLContext | None = None


OFFICIAL = Sources()


def archive_name(version: str, system: str | None = None, machine: str | None = None) -> str:
    """The name of the archive of `version` (such as "v3.259.0"), by default for this machine.

    Raises `ReleaseError` if no archive is published for it.
    """
    system, machine = system or platform.system(), machine or platform.machine()
    try:
        return f"pulumi-{version}-{SYSTEMS[system]}-{MACHINES[machine.lower()]}.tar.gz"
    except KeyError:
        raise ReleaseError(f"no archive is published for {system} on {machine}") from None


def published_checksum(version: str, sources: Sources = OFFICIAL) -> str:
    """The SHA-256 of this machine's archive, as the release's own list of checksums has it.

    Raises `ReleaseError` if there is no such list, or if the list does not name the archive exactly once.
    """
    name = archive_name(version)
    url = f"{sources.checksums}/{version}/pulumi-{version.removeprefix('v')}-checksums.txt"
    text = b"".join(_download(url, MAX_CHECKSUMS, sources)).decode(errors="replace")
    found = re.findall(rf"^(\S+) [ *]{re.escape(name)}\r?$", text, re.MULTILINE)
    if len(found) != 1 or not re.fullmatch("[0-9a-fA-F]{64}", found[0]):
        raise ReleaseError(f"{url} has {len(found)} lines for {name}; one with a SHA-256 is needed")
    return str(found[0]).lower()


def fetch(version: str, checksum: str, folder: Path, sources: Sources = OFFICIAL) -> None:
    """Fill `folder` with the programs of this machine's archive, which must have the SHA-256 `checksum`.

    Raises `ReleaseError` if the archive cannot be had, has another checksum or holds what it should not.
    """
    name = archive_name(version)
    digest = hashlib.sha256()
    with tempfile.TemporaryFile(dir=folder) as archive:
        for chunk in _download(f"{sources.archives}/{name}", MAX_ARCHIVE, sources):
            digest.update(chunk)
            archive.write(chunk)
        if digest.hexdigest() != checksum:
            raise ReleaseError(f"{name} has the SHA-256 {digest.hexdigest()}; the release's checksums say {checksum}")
        archive.seek(0)
        unpack(archive, folder)


def unpack(archive: IO[bytes], folder: Path) -> None:
    """Write the programs named in `MEMBERS` out of a .tar.gz into `folder`, and nothing else.

    Raises `ReleaseError` if one is missing, or if any member could reach outside: a link, a device, `..`, `/`.
    """
    try:
        with _Bounded(fileobj=archive, mode="rb") as content, tarfile.open(fileobj=content, mode="r|") as tar:
            for member in tar:
                _refuse_unsafe(member)
                top, _, name = member.name.partition("/")
                if top == "pulumi" and name in MEMBERS:
                    _write(tar.extractfile(member), folder / name)
            while content.read(CHUNK):  # to the end, where gzip says whether it was whole
                pass
    except FileExistsError as error:
        raise ReleaseError(f"the archive has two members for {error.filename}") from None
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, OSError, ValueError) as error:
        raise ReleaseError(f"the archive cannot be unpacked: {error}") from error
    if missing := [name for name in MEMBERS if not (folder / name).exists()]:
        raise ReleaseError(f"the archive has no {', '.join(missing)}")


def _refuse_unsafe(member: tarfile.TarInfo) -> None:
    # Members are written under names of ours alone; an archive that has others of this kind is not a release.
    if not (member.isreg() or member.isdir()):
        raise ReleaseError(f"the archive's member {member.name!r} is neither a file nor a folder")
    if member.name.startswith("/") or ".." in member.name.split("/") or "\\" in member.name:
        raise ReleaseError(f"the archive's member {member.name!r} leads out of its folder")


def _write(source: IO[bytes] | None, target: Path) -> None:
    if source is None:
        raise ReleaseError(f"the archive's {target.name} is not a file")
    with target.open("xb") as file:
        while chunk := source.read(CHUNK):
            file.write(chunk)
    target.chmod(0o755)


class _Bounded(gzip.GzipFile):
    """Refuses to read on when what is unpacked grows beyond all expectation."""

    _unpacked = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self._unpacked += len(data)
        if self._unpacked > MAX_UNPACKED:
            raise ReleaseError(f"the archive unpacks to more than {MAX_UNPACKED} bytes")
        return data


class _HttpsOnly(urllib.request.HTTPRedirectHandler):
    def redirect_request(  # noqa: PLR0917 - as urllib calls it
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        _require_https(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]  # typeshed's http.client type


def _require_https(url: str) -> None:
    if not url.lower().startswith("https://"):
        raise ReleaseError(f"{url} is not https")


def _download(url: str, most: int, sources: Sources) -> Iterator[bytes]:
    _require_https(url)
    opener = urllib.request.build_opener(_HttpsOnly, urllib.request.HTTPSHandler(context=sources.tls))
    try:
        with opener.open(url, timeout=SILENCE_SECONDS) as response:
            while chunk := response.read(CHUNK):
                most -= len(chunk)
                if most < 0:
                    raise ReleaseError(f"{url} is longer than it can be")
                yield chunk
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it is a response, and holds a connection
        raise ReleaseError(f"{url}: {error}") from error


def main(arguments: list[str]) -> int:
    """Run as a program, with the words that the module's documentation names; the exit status is returned."""
    try:
        if arguments[0] == "checksum":
            print(published_checksum(arguments[1]))
        else:
            fetch(arguments[1], arguments[2], Path(arguments[3]))
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
