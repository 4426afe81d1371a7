"""Running the emulator: as a context manager on a thread of its own, or until a signal comes."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import ipaddress
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from ..errors import ArgumentError, CssError
from .api import Api
from .calls import RecordedRequest, RequestLog
from .contents import Contents
from .control import Control
from .faults import FaultPlan
from .records import Clock, ClusterRecords
from .registry import Registry
from .server import AccessLog, OnRequest, Server
from .site import Outcome, Site
from .temporary_keys import TemporaryKeys

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping, Sequence

    from .generation import RawRecord

# Responses take next to no time, so a short grace period is enough at the end.
_TURNS_TO_CONNECT = 3  # of the event loop, from accepting a connection until the server knows of it
_SHUTDOWN_SECONDS = 0.5


class EmulatorError(CssError):
    """The emulator cannot be started, or it is not in the state that a call needs."""


class Emulator(Contents):
    """The API, served on loopback by a thread. A context manager; every argument is by keyword.

    Args:
        site: what is served; None: the default project and cluster with made-up records.
        host: a loopback address, or ``localhost``.
        port: the TCP port; 0: any free one.
        clock: returns the Unix time in seconds, for records and for checking signatures.
        on_request: called on the emulator's thread with each request to the API before its response is computed; it
            may return an awaitable, and may call the emulator's methods.
        access_log: called on the emulator's thread with one line (no secrets) for each response.
        ssl_context: serves https with it; None: http.
        faults: faults to inject, each as ``NAME`` or ``NAME:TIMES`` (the names are those of `FAULTS`): one after the
            other, each for a number of requests to the API, without a number for all from then on.
        latency: seconds by which each response of the API is delayed, to simulate network latency.

    Raises:
        ArgumentError: the host is not loopback, the port is out of range, the site's records are not of this API, or a
            fault is unknown.
    """

    def __init__(
        self,
        *,
        site: Site | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock = time.time,
        on_request: OnRequest | None = None,
        access_log: AccessLog | None = None,
        ssl_context: ssl.SSLContext | None = None,
        faults: Sequence[str] = (),
        latency: float = 0.0,
    ) -> None:
        self.site = site or Site()
        self._host = _loopback(host)
        if not 0 <= port <= 65_535:
            raise ArgumentError("port", f"{port} is not a number from 0 to 65535")
        self._wanted_port = port
        self._port: int | None = None
        self._ssl_context = ssl_context
        self._clock = clock
        self._keys = TemporaryKeys()
        self._records = Registry(site=self.site, clock=clock)
        self._log = RequestLog([account.credentials for account in self.site.accounts])
        self._faults = FaultPlan(faults)
        self._server = Server(
            api=Api(site=self.site, registry=self._records, keys=self._keys, clock=clock),
            control=Control(records=self._records, log=self._log, host=self._host, faults=self._faults),
            log=self._log,
            faults=self._faults,
            on_request=on_request,
            access_log=access_log,
            latency=latency,
        )
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def start(self) -> Self:
        """Start serving; returns when it accepts requests.

        Raises:
            EmulatorError: it is already running, or the port is not available.
        """
        if self._thread is not None:
            raise EmulatorError("the emulator is running already")
        listener = _listen(self._host, self._wanted_port)
        self._port = listener.getsockname()[1]
        ready: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._run, args=(listener, ready), name="css-logs-emulator", daemon=True)
        self._thread.start()
        try:
            ready.result()
        except Exception as error:
            self.stop()
            raise EmulatorError(f"the emulator could not be started: {error}") from error
        return self

    def stop(self) -> None:
        """Stop serving, and wait for the thread to end. Does nothing if it is not running."""
        thread, loop, stopping = self._thread, self._loop, self._stopping
        if thread is None:
            return
        if loop is not None and stopping is not None and thread.is_alive():
            with contextlib.suppress(RuntimeError):  # its loop was closed just now: a hook had stopped it before
                loop.call_soon_threadsafe(stopping.set)
        # A hook runs on the emulator's own thread, which cannot wait for itself.
        if thread is not threading.current_thread():
            thread.join()
            self._thread = self._loop = self._stopping = self._port = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, listener: socket.socket, ready: concurrent.futures.Future[None]) -> None:
        """Serve until stopped. What goes wrong before it is ready is raised where it was started."""
        try:
            with listener:
                asyncio.run(self._serve(listener, ready))
        except BaseException as error:
            if ready.done():
                raise
            ready.set_exception(error)

    async def _serve(self, listener: socket.socket, ready: concurrent.futures.Future[None]) -> None:
        runner = web.ServerRunner(web.Server(self._server.handle, access_log=None), shutdown_timeout=_SHUTDOWN_SECONDS)
        try:
            self._loop = asyncio.get_running_loop()
            self._stopping = asyncio.Event()
            await runner.setup()
            await web.SockSite(runner, listener, ssl_context=self._ssl_context).start()
            ready.set_result(None)
            await self._stopping.wait()
        finally:
            # A connection that was accepted just now is not closed by a server that closes meanwhile (Python 3.11).
            with contextlib.suppress(NotImplementedError):  # Windows accepts in another way
                asyncio.get_running_loop().remove_reader(listener)
            for _ in range(_TURNS_TO_CONNECT):
                await asyncio.sleep(0)
            await runner.cleanup()

    @property
    def endpoint(self) -> str:
        """The base URL, such as ``http://127.0.0.1:49152``.

        Raises:
            EmulatorError: it is not running.
        """
        if self._port is None:
            raise EmulatorError("the emulator is not running, so it has no endpoint")
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._ssl_context else 'http'}://{host}:{self._port}"

    @property
    def access_key(self) -> str:
        """The access key of the first account, "" if it has a token only."""
        return self.site.accounts[0].credentials.access_key or ""

    @property
    def secret_key(self) -> str:
        """The secret key that belongs to `access_key`."""
        return self.site.accounts[0].credentials.secret_key or ""

    @property
    def project_id(self) -> str:
        """The first project's id."""
        return self.site.projects[0].project_id

    @property
    def region(self) -> str:
        """The region's name."""
        return self.site.region

    @property
    def cluster_id(self) -> str:
        """The first cluster's id, "" if there is no cluster."""
        return next(iter(self._records), "")

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests to the API so far (at most the latest 100,000), oldest first, without control calls."""
        return self._log.snapshot()

    def clear_requests(self) -> None:
        """Forget the requests up to now."""
        self._log.clear()

    def fault(self, name: str, times: int | None = None) -> None:
        """Inject a fault into a number of requests to the API (None: all from then on), after the pending faults.

        A pending fault without a number ends now.

        Raises:
            ArgumentError: there is no such fault, or the number is not 1 or more.
        """
        self._faults.add(name, times)

    def clear_faults(self) -> None:
        """Remove all pending faults."""
        self._faults.clear()

    def environment(self) -> dict[str, str]:
        """Return the environment variables that point a program at this emulator, as its first account.

        Raises:
            EmulatorError: it is not running.
        """
        return self.site.environment(self.endpoint)

    def records(self, cluster_id: str | None = None) -> list[RawRecord]:
        """Return copies of a cluster's records as they are now; None: the first cluster's.

        Raises:
            ArgumentError: there is no such cluster.
        """
        return self._cluster(cluster_id).all()

    def set_records(self, cluster_id: str | None, records: Sequence[Mapping[str, Any]]) -> None:
        """Serve these records (in the API's form) for a cluster from now on; None: the first cluster.

        Raises:
            ArgumentError: there is no such cluster, or they are not records of this API.
        """
        self._cluster(cluster_id).replace(records)

    def add_record(self, *, cluster_id: str | None = None, **fields: Any) -> RawRecord:
        """Add a record and return it; `fields` have the API's names (status, createAt, ...), the others are filled in.

        Raises:
            ArgumentError: there is no such cluster, or a field is not what the API promises.
        """
        return self._cluster(cluster_id).add(fields)

    def finish_running(self, *, cluster_id: str | None = None, status: Outcome = "SUCCESS") -> list[RawRecord]:
        """End the running task (all, if there are several) now, and return what became of it.

        Raises:
            ArgumentError: there is no such cluster, or the status is neither SUCCESS nor FAIL.
        """
        return self._cluster(cluster_id).finish(status)

    def _cluster(self, cluster_id: str | None) -> ClusterRecords:
        wanted = self.cluster_id if cluster_id is None else cluster_id
        if wanted not in self._records:
            raise ArgumentError("cluster_id", f"the emulator has no cluster {wanted!r}")
        return self._records[wanted]


def _loopback(host: str) -> str:
    """Return the address of a loopback host; anything else could be reached by others, who need no signature."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise ArgumentError("host", f"the emulator listens on loopback only, such as 127.0.0.1 or ::1, not on {host!r}")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        reason = error.strerror or error
        raise EmulatorError(f"the emulator cannot listen on port {port} of {host}: {reason}") from error
