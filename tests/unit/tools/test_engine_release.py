"""A release of Pulumi is taken only as it was published: from servers that lie, break off or send too much."""

from __future__ import annotations

import contextlib
import hashlib
import ssl
import tarfile
import time
from pathlib import Path

import pytest

from tests.support.release_server import PROGRAMS, VERSION, ReleaseServer, archive_of
from tools.machinery import engine_release
from tools.machinery.engine_release import ReleaseError, Sources, archive_name, fetch, published_checksum

SUMS = f"/github/{VERSION}/pulumi-3.259.0-checksums.txt"


@pytest.fixture
def sources(release_server: ReleaseServer, certificate: Path) -> Sources:
    """The addresses of the test's server, and the certificate to trust."""
    url = release_server.url
    return Sources(f"{url}/sdk", f"{url}/github", ssl.create_default_context(cafile=certificate))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, with an empty one around it, in which nothing else may appear."""
    (tmp_path / "around" / "bin").mkdir(parents=True)
    return tmp_path / "around" / "bin"


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """One member of an archive."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.fixture
def archive():
    """Makes a release's archive: its programs, and further members."""
    return lambda *members: archive_of(*(f"pulumi/{name}" for name in PROGRAMS), *members)


def test_archives_of_a_test_are_the_same_at_any_time(monkeypatch, archive):
    """An archive made twice has one checksum, whatever the clock says: gzip writes the time into its head."""
    made = []
    for now in (1_700_000_000.0, 1_700_000_001.0):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        made.append(archive())
    assert made[0] == made[1]


def test_published_archive_is_taken_and_only_the_programs_needed(release_server, sources, folder, archive):
    """The archive whose checksum is published is unpacked: four programs that can be run, and nothing else of it."""
    release_server.publish(archive(member("pulumi", tarfile.DIRTYPE), "pulumi/install.sh", "pulumi/sub/pulumi"))
    fetch(VERSION, published_checksum(VERSION, sources), folder, sources)
    assert sorted(path.name for path in folder.iterdir()) == sorted(PROGRAMS)
    assert all(path.stat().st_mode & 0o777 == 0o755 for path in folder.iterdir())


def test_one_changed_byte_is_refused_before_anything_is_unpacked(release_server, sources, folder, archive):
    """An archive that differs from the published one in its last byte leaves the folder empty."""
    name = release_server.publish(whole := archive())
    checksum = published_checksum(VERSION, sources)
    release_server.answers[f"/sdk/{name}"] = whole[:-1] + bytes([whole[-1] ^ 1])
    with pytest.raises(ReleaseError, match=f"; the release's checksums say {checksum}"):
        fetch(VERSION, checksum, folder, sources)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{'a' * 64}  pulumi-{VERSION}-plan9-x64.tar.gz\n",
        f"{'a' * 64}  {{name}}.sig\n",
        f"{'a' * 64}  old-{{name}}\n",
        f"{'a' * 63}  {{name}}\n",
        f"{'a' * 64}  {{name}}\n{'b' * 64}  {{name}}\n",
    ],
)
def test_checksums_that_do_not_name_the_archive_once_are_refused(release_server, sources, text):
    """A list without the archive's line, with half a sum or with two lines is no permission."""
    release_server.answers[SUMS] = text.format(name=archive_name(VERSION)).encode()
    with pytest.raises(ReleaseError, match=r"has [012] lines for pulumi-v3\.259\.0-\S+\.tar\.gz; one with a SHA-256"):
        published_checksum(VERSION, sources)


def test_missing_checksums_are_an_error(sources):
    """A release that publishes no checksums is not taken."""
    with pytest.raises(ReleaseError, match=r"checksums\.txt: HTTP Error 404"):
        published_checksum(VERSION, sources)


@pytest.mark.parametrize("kept", [0, 10, 200, -9, -1])
def test_truncated_archive_is_refused(release_server, sources, folder, archive, kept):
    """An archive that breaks off is refused by its checksum, and by itself where the checksum is of the part."""
    part = archive()[:kept]
    release_server.publish(part)
    with pytest.raises(ReleaseError, match="has the SHA-256"):
        fetch(VERSION, hashlib.sha256(archive()).hexdigest(), folder, sources)
    assert list(folder.iterdir()) == []
    with pytest.raises(ReleaseError, match=r"cannot be unpacked|has no pulumi"):
        fetch(VERSION, published_checksum(VERSION, sources), folder, sources)


@pytest.mark.parametrize(
    "bad",
    [
        member("../outside"),
        member("pulumi/../../outside"),
        member("pulumi/.."),
        member("/tmp/outside"),  # noqa: S108  # nothing is written there
        member("pulumi\\..\\outside"),
        member("pulumi/link", tarfile.SYMTYPE, "/etc/passwd"),
        member("pulumi/link", tarfile.SYMTYPE, "pulumi"),
        member("pulumi/link", tarfile.LNKTYPE, "../outside"),
        member("pulumi/pipe", tarfile.FIFOTYPE),
        member("pulumi/device", tarfile.CHRTYPE),
        member("pulumi/pulumi"),
    ],
    ids=lambda info: f"{info.name}-{info.type!r}",
)
@pytest.mark.parametrize("place", ["first", "last"])
def test_archive_with_an_unsafe_member_is_refused(release_server, sources, folder, bad, place):
    """A member that leads out, a link, a device or a program twice: even with the right checksum it is no release."""
    names = [f"pulumi/{name}" for name in PROGRAMS]
    release_server.publish(archive_of(bad, *names) if place == "first" else archive_of(*names, bad))
    with pytest.raises(ReleaseError, match=r"neither a file nor a folder|leads out|two members"):
        fetch(VERSION, published_checksum(VERSION, sources), folder, sources)
    assert [path.name for path in folder.parent.iterdir()] == ["bin"]
    assert {path.name for path in folder.iterdir()} <= set(PROGRAMS)


def test_program_that_is_a_link_is_refused(release_server, sources, folder):
    """A link under a program's own name is not followed, not made and not taken for the program."""
    release_server.publish(archive_of(member("pulumi/pulumi", tarfile.SYMTYPE, "/bin/sh")))
    with pytest.raises(ReleaseError, match="neither a file nor a folder"):
        fetch(VERSION, published_checksum(VERSION, sources), folder, sources)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("limit", ["MAX_CHECKSUMS", "MAX_ARCHIVE", "MAX_UNPACKED"])
def test_more_than_a_release_can_have_is_refused(release_server, sources, folder, archive, monkeypatch, limit):
    """Neither the checksums, nor the archive, nor what it unpacks to may be longer than a release can be."""
    monkeypatch.setattr(engine_release, limit, 99)
    release_server.publish(archive())
    with pytest.raises(ReleaseError, match=r"longer than it can be|unpacks to more than 99 bytes"):
        fetch(VERSION, published_checksum(VERSION, sources), folder, sources)
    assert list(folder.iterdir()) == []


def test_redirect_to_https_is_followed_as_github_needs(release_server, sources, archive):
    """The checksums of a release lie behind a redirect."""
    release_server.publish(archive())
    release_server.answers["/elsewhere"] = release_server.answers[SUMS]
    release_server.answers[SUMS] = f"{release_server.url}/elsewhere"
    assert published_checksum(VERSION, sources) == hashlib.sha256(archive()).hexdigest()
    assert release_server.requests == [SUMS, "/elsewhere"]


@pytest.mark.parametrize("scheme", ["http", "ftp", "file"])
def test_anything_but_https_is_refused(release_server, sources, archive, scheme):
    """Neither an address nor a redirect may leave https; nothing is asked there."""
    with contextlib.closing(ReleaseServer(None)) as plain:
        plain.publish(archive())
        address = f"{scheme}://{plain.url.removeprefix('http://')}"
        release_server.answers[SUMS] = f"{address}{SUMS}"
        for asked in (sources, Sources(address, f"{address}/github", sources.tls)):
            with pytest.raises(ReleaseError, match=r"is not https|not allowed"):
                published_checksum(VERSION, asked)
        assert plain.requests == []


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("Linux", "x86_64", "pulumi-v3.259.0-linux-x64.tar.gz"),
        ("Linux", "aarch64", "pulumi-v3.259.0-linux-arm64.tar.gz"),
        ("Darwin", "arm64", "pulumi-v3.259.0-darwin-arm64.tar.gz"),
    ],
)
def test_archives_are_named_as_they_are_published(system, machine, name):
    """The name of a release's archive is made of the version, the system and the processor, in Pulumi's words."""
    assert archive_name(VERSION, system, machine) == name


def test_machine_without_a_release_is_an_error():
    """A machine for which nothing is published is told so."""
    with pytest.raises(ReleaseError, match="no archive is published for Linux on riscv64"):
        archive_name(VERSION, "Linux", "riscv64")


def test_releases_come_from_two_hosts():
    """The archive and its checksums are not kept by one host, and both are asked over https."""
    hosts = {url.split("/")[2] for url in (engine_release.OFFICIAL.archives, engine_release.OFFICIAL.checksums)}
    assert hosts == {"get.pulumi.com", "github.com"}
