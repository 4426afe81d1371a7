"""Stands in for the hosts of Pulumi's releases: archives, checksums and redirects, as a test wants them."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import ssl
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.tls import unsigned_certificate
from tools.machinery import engine_release

VERSION = "v3.259.0"  # what tools/go/cli/go.mod pins
PROGRAMS = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python")


def archive_of(*members: tarfile.TarInfo | str) -> bytes:
    """A .tar.gz of these members; one given by its name alone is a program that prints a version and leaves a trace."""
    script = f'#!/bin/sh\n[ -z "$FAKE" ] || echo ran >> "$FAKE/runs"\necho {VERSION}\n'.encode()
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed,  # else two made in two seconds differ
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for member in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            if info.isreg():
                info.size = len(script)
            tar.addfile(info, io.BytesIO(script))
    return buffer.getvalue()


class ReleaseServer:
    """The hosts of a release, here: gives what `answers` has for a path (a text is the address of a redirect)."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.answers: dict[str, bytes | str] = {}
        self.requests: list[str] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests.append(self.path)
                answer = outer.answers.get(self.path)
                self.send_response(404 if answer is None else 302 if isinstance(answer, str) else 200)
                if isinstance(answer, str):
                    self.send_header("Location", answer)
                self.end_headers()
                if isinstance(answer, bytes):
                    self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def publish(self, archive: bytes, checksum: str | None = None) -> str:
        """Offer an archive of this machine's name, and its checksums; `checksum` says another one. Returns the name."""
        name = engine_release.archive_name(VERSION)
        self.answers[f"/sdk/{name}"] = archive
        line = f"{checksum or hashlib.sha256(archive).hexdigest()}  {name}\n"
        other = f"{'0' * 64}  {name.replace('linux', 'windows')}.zip\n"
        self.answers[f"/github/{VERSION}/pulumi-{VERSION[1:]}-checksums.txt"] = (other + line).encode()
        return name

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that only those who are told to will trust."""
    return unsigned_certificate(tmp_path_factory.mktemp("tls"))[0]


@pytest.fixture
def release_server(certificate: Path) -> Iterator[ReleaseServer]:
    """Where releases come from in a test, over https."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    server = ReleaseServer(context)
    yield server
    server.close()
