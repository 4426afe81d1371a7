"""A server for odd answers: whatever a test says, whether or not it is HTTP."""

from __future__ import annotations

import contextlib
import json
import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Asked:
    """One request as the odd server saw it: its path and query, and its headers, names in lower case."""

    target: str
    headers: dict[str, str]


class OddServer(socketserver.ThreadingTCPServer):
    """Answers requests with whatever a test says; the last answer is given again and again.

    An answer is (status, document or body) or (status, document or body, headers), after which the connection is
    kept; or raw bytes, or an iterable of raw bytes, after which it is closed; or a function of the request that
    returns one of these.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, answers: tuple[Any, ...], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Conversation)
        self.answers = list(answers)
        self.asked: list[Asked] = []
        self.lock = threading.Lock()
        self.open: set[Any] = set()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def next_answer(self, asked: Asked) -> Any:
        """Note a request and return what it is answered with."""
        with self.lock:
            self.asked.append(asked)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(asked) if callable(answer) else answer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up early is what many of these tests are about."""

    def stop(self) -> None:
        """Stop, and hang up on everybody."""
        self.shutdown()
        self.server_close()
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(2)


class _Conversation(socketserver.StreamRequestHandler):
    server: OddServer

    def handle(self) -> None:
        self.server.open.add(self.connection)
        with contextlib.suppress(OSError):
            while asked := self._read():
                if not self._send(self.server.next_answer(asked)):
                    break
        self.server.open.discard(self.connection)

    def _read(self) -> Asked | None:
        first = self.rfile.readline().decode().split()
        headers = {}
        while line := self.rfile.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        self.rfile.read(int(headers.get("content-length", 0)))
        return Asked(first[1], headers) if first else None

    def _send(self, answer: Any) -> bool:
        if isinstance(answer, tuple):
            status, body, headers = (*answer, {})[:3]
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            self.wfile.write(f"HTTP/1.1 {status} Said so\r\n{lines}\r\n".encode() + body)
            return True
        pieces: Iterable[bytes] = [answer] if isinstance(answer, bytes) else answer
        for piece in pieces:
            self.wfile.write(piece)
        return False


@pytest.fixture
def answering() -> Iterator[Callable[..., OddServer]]:
    """Start servers that give odd answers; they are stopped at the end of the test."""
    with contextlib.ExitStack() as stack:

        def start(*answers: Any, port: int = 0) -> OddServer:
            server = OddServer(answers, port)
            stack.callback(server.stop)
            return server

        yield start
