"""TLS for tests: a certificate that nobody has signed, and a proxy that leads chosen hosts to one server."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.raw_server import RawServer, Talk


def unsigned_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for 127.0.0.1, and return its file, beside key.pem, and a context that serves it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run([*command.split(), "-keyout", key, "-out", cert], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


class Tunnel(RawServer):
    """A proxy (CONNECT) that leads every host of one domain to a server, and refuses all others.

    Args:
        domain: the domain, with a dot in front.
        url: the server's base URL.
    """

    def __init__(self, domain: str, url: str) -> None:
        self._domain = domain
        self._address = (urlsplit(url).hostname or "", urlsplit(url).port or 443)
        super().__init__(self._tunnel)

    def _tunnel(self, talk: Talk) -> None:
        host = talk.reader.readline().split()[1].decode().partition(":")[0]
        while talk.reader.readline().strip():
            pass
        if not host.endswith(self._domain):
            talk.send(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(self._address) as server:
            talk.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_copy, args=(server, talk.socket), daemon=True)
            back.start()
            _copy(talk.socket, server)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Pass on what arrives until the end, and the end too."""
    try:
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:  # one of the two has hung up
        pass
