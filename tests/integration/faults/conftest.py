"""The ways in, each asked the way a user asks, while the emulator plays a fault."""

from __future__ import annotations

import contextlib
import io
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from pulumi_huaweicloud_css import get_log_records
from pulumi_huaweicloud_css._api import attempt, body
from pulumi_huaweicloud_css._api import client as api_client
from pulumi_huaweicloud_css.cli.main import run
from pulumi_huaweicloud_css.emulator import Backups, Emulator, RecordedRequest, Site
from pulumi_huaweicloud_css.resource import LogRecordsProvider

from tests.support.deadlines import time_is_up
from tests.support.provider_process import ProviderProcess
from tests.support.tls import unsigned_certificate

COUNT = 2500
CSS_LOGS = str(Path(sys.executable).with_name("css-logs"))
_HUNG_SECONDS = 120

_CHANGING = [
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:…"),
    (re.compile(r"0x[0-9a-f]+"), "…"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "…"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "…"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT[0-9:.]+Z"), "…"),
    (re.compile(r"succeeded \S+( \S+)* ago"), "succeeded … ago"),
    (re.compile(r"\b(60|1) minutes\b"), "… minutes"),
    (re.compile(r"(within|after) 60 s\b"), r"\1 … s"),
    # The wording of libraries: of the operating system, urllib3 and OpenSSL; of pydantic.
    (re.compile(r"\bfailed: .*?(?= \(\d+ attempts\)|\. Check|$)"), "failed: …"),
    (re.compile(r"Invalid JSON: .*?(?= \(HTTP)"), "…"),
]


@dataclass(frozen=True)
class Seen:
    """What one way showed.

    Args:
        text: what the user sees; of a whole answer a summary, the answer itself being in `ids`.
        failed: whether it ended with an error.
        requests: how many requests reached the server.
        ids: the ids of the records that were read, in order; None where the way shows none.
        truncated: whether the answer says that there is more.
    """

    text: str
    failed: bool
    requests: int = 0
    ids: tuple[str, ...] | None = None
    truncated: bool | None = None

    @property
    def shown(self) -> str:
        """The text, without what changes from run to run, or with the version of a library."""
        text = self.text.strip()
        for pattern, instead in _CHANGING:
            text = pattern.sub(instead, text)
        return text


def _whole(ids: list[str], *, truncated: bool) -> Seen:
    more = ", and says that there are more" if truncated else ""
    return Seen(f"{len(ids)} records{more}", False, ids=tuple(ids), truncated=truncated)


@dataclass
class Asker:
    """Asks each way in, in processes of its own; with ``patched``, in this one."""

    processes: dict[str, ProviderProcess] = field(default_factory=dict)

    def ask(self, way: str, environment: dict[str, str], cluster_id: str, *, patched: bool = False) -> Seen:
        """Return what the user of a way sees."""
        if way == "resource":
            ask = self._patched_resource if patched else self._resource
            return ask(environment, cluster_id)
        if way == "function":
            return _in_process(environment, lambda: self._function(cluster_id))
        arguments = {"list": ["list", "--format", "table"], "gate": ["gate"]}[way]
        return self._command([*arguments, "--cluster-id", cluster_id], environment, patched=patched)

    def stop(self) -> None:
        """End the processes."""
        for process in self.processes.values():
            process.stop()

    def _resource(self, environment: dict[str, str], cluster_id: str) -> Seen:
        key = str(sorted(environment.items()))
        if key not in self.processes:
            self.processes[key] = ProviderProcess(environment)
            self.processes[key].configure({})
        try:
            outputs = json_format.MessageToDict(self.processes[key].read({"cluster_id": cluster_id}))
        except grpc.RpcError as error:
            return Seen(error.details().strip().removeprefix("Exception calling application: "), True)
        return _whole([record["id"] for record in outputs["records"]], truncated=outputs["truncated"])

    def _patched_resource(self, environment: dict[str, str], cluster_id: str) -> Seen:
        provider = LogRecordsProvider()
        provider._config = lambda _: None

        def read() -> Seen:
            outputs = provider.read("id", {"cluster_id": cluster_id}).outs
            return _whole([record["id"] for record in outputs["records"]], truncated=outputs["truncated"])

        return _in_process(environment, read)

    def _function(self, cluster_id: str) -> Seen:
        result = get_log_records(cluster_id=cluster_id)
        return _whole([record.id for record in result.records], truncated=result.truncated)

    def _command(self, arguments: list[str], environment: dict[str, str], *, patched: bool) -> Seen:
        if patched:
            code, out, err = _in_process(environment, lambda: _run_command(arguments))
        else:
            done = subprocess.run(
                [CSS_LOGS, *arguments],
                env=environment, text=True, capture_output=True, timeout=_HUNG_SECONDS, check=False,
            )  # fmt: skip
            code, out, err = done.returncode, done.stdout, done.stderr
        if code:
            return Seen(f"{(err or out).strip()} [exit code {code}]", True)
        # Of a table, the line that sums it up; and it must have a line for each record.
        lines = (err + out).strip().splitlines()
        if arguments[0] == "gate":
            return Seen("\n".join(lines), False)
        assert len(lines) - 2 == int(lines[-1].split()[0])
        return Seen(lines[-1], False, truncated="more" in lines[-1])


def _run_command(arguments: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(arguments)
    return code, out.getvalue(), err.getvalue()


def _in_process(environment: dict[str, str], ask: Callable[[], Any]) -> Any:
    """Ask in this process, with fresh connections; an error becomes what Python shows of it last."""
    clients = []
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        make = api_client.CssClient
        patch.setattr(api_client, "CssClient", lambda **given: clients.append(make(**given)) or clients[-1])
        patch.setattr(sys, "tracebacklimit", 1000, raising=False)
        api_client._shared_client.cache_clear()
        try:
            return ask()
        except Exception as error:
            kind = type(error)
            return Seen(f"{kind.__module__}.{kind.__qualname__}: {error}", True)
        finally:
            api_client._shared_client.cache_clear()
            for client in clients:
                client.close()


class _Emulator(Emulator):
    """Begins to play a fault after the next request, where one is set.

    A fault that lasts until the deadline does not have to be waited for: the time is up once the client meets it.
    """

    begins_later: str | None = None
    lasting: str | None = None
    met = False

    def __init__(self, site: Site) -> None:
        super().__init__(site=site, on_request=self._begin)

    def _begin(self, _: RecordedRequest) -> None:
        fault, self.begins_later = self.begins_later, None
        if fault is not None:
            self.fault(fault)
        elif self.lasting is not None:
            self.met = True
            if self.lasting == "no-answer":
                time_is_up()

    def read_body(self, *arguments: Any) -> bytes:
        """Read a body as the client does; one that lasts is met when its head has been read."""
        if self.met:
            time_is_up()
        return body.read_body(*arguments)


class Matrix:
    """What each way shows under each fault; every cell is asked for once.

    Args:
        emulator: plays the faults.
        refused: an address where nobody listens.
        untrusted: an emulator with a certificate that nobody trusts.
    """

    def __init__(self, emulator: _Emulator, refused: str, untrusted: Emulator) -> None:
        self.emulator = emulator
        self._untrusted = untrusted
        self._refused = refused
        self._asker = Asker()
        self.cells: dict[tuple[str, str], Seen] = {}

    def cell(self, fault: str, way: str, *, patched: bool = False) -> Seen:
        """Return what a way shows under a fault."""
        if (fault, way) not in self.cells:
            self.cells[fault, way] = self._ask(fault, way, patched=patched)
        return self.cells[fault, way]

    def second_page(self, fault: str, way: str, *, patched: bool = False) -> Seen:
        """Return what a way shows when the fault begins with the second request."""
        self.emulator.begins_later = fault
        return self._counted(self.emulator, way, self._environment(self.emulator), lasting=fault if patched else None)

    def passing(self, fault: str, way: str) -> Seen:
        """Return what a way shows when only the first request meets the fault."""
        self.emulator.fault(fault, times=1)
        return self._counted(self.emulator, way, self._environment(self.emulator))

    def _ask(self, fault: str, way: str, *, patched: bool) -> Seen:
        server = self._untrusted if fault == "untrusted-certificate" else self.emulator
        environment = self._environment(server)
        if fault == "connection-refused":
            environment["HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4"] = self._refused
        elif server is self.emulator:
            server.fault(fault)
        return self._counted(server, way, environment, lasting=fault if patched else None)

    def _environment(self, server: Emulator) -> dict[str, str]:
        return {**server.environment(), "HW_MAX_RETRIES": "1"}

    def _counted(self, server: Emulator, way: str, environment: dict[str, str], *, lasting: str | None = None) -> Seen:
        server.clear_requests()
        self.emulator.lasting = lasting
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(attempt, "read_body", self.emulator.read_body)
                seen = self._asker.ask(way, environment, server.cluster_id, patched=lasting is not None)
        finally:
            server.clear_faults()
            self.emulator.lasting, self.emulator.met = None, False
        return replace(seen, requests=len(server.requests))

    def stop(self) -> None:
        """End what was started."""
        self._asker.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate that nobody has signed."""
    return unsigned_certificate(tmp_path_factory.mktemp("certificate"))[1]


@pytest.fixture(scope="session")
def matrix(certificate: ssl.SSLContext, request: pytest.FixtureRequest) -> Iterator[Matrix]:
    """The matrix of all faults and all ways, over one emulator."""
    site = Site.of_one_cluster(backups=Backups(count=COUNT))
    with socket.socket() as bound, _Emulator(site) as emulator, Emulator(ssl_context=certificate) as untrusted:
        bound.bind(("127.0.0.1", 0))  # taken, but nobody listens
        matrix = Matrix(emulator, f"http://127.0.0.1:{bound.getsockname()[1]}", untrusted)
        request.config._fault_matrix = matrix
        yield matrix
        matrix.stop()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the matrix, as far as it was asked for."""
    matrix = getattr(config, "_fault_matrix", None)
    if matrix is None:
        return
    terminalreporter.section("fault matrix")
    for (fault, way), seen in matrix.cells.items():
        outcome = "error " if seen.failed else "answer"
        line = f"{fault:22} {way:9} {seen.requests} requests  {outcome} {' '.join(seen.shown.split())}"
        terminalreporter.write_line(line[:160])
