"""Runs `css-logs` again and again, each time in a process of its own that has been forked with everything loaded.

A program: its argument is the number of a socket. It is sent runs, each a line of JSON with the three standard streams,
and answers each with its exit code. A run ends as any Python does, but that its memory is left as it is.
The pauses between the attempts of a request are left out.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import socket
import sys
import threading
import time
from functools import partial

from pulumi_huaweicloud_css._api import client
from pulumi_huaweicloud_css.cli import main


def serve(channel: socket.socket) -> bool:
    """Fork for each run that is sent; return True in its process, once that is as if it had just been started."""
    while True:
        line, streams, _, _ = socket.recv_fds(channel, 1 << 16, 3)
        while line and not line.endswith(b"\n"):
            line += channel.recv(1 << 16)
        if not line:
            return False
        assert threading.active_count() == 1  # a lock that another thread held would be held in the child for ever
        child = os.fork()
        if child == 0:
            channel.close()
            become(json.loads(line), streams)
            return True
        for stream in streams:
            os.close(stream)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        channel.sendall(f"{code}\n".encode())


def become(run: dict, streams: list[int]) -> None:
    """Give this process the streams, the environment, the folder and the arguments of a run."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdout.reconfigure(line_buffering=os.isatty(1))  # as Python has it
    os.environ.clear()
    os.environ.update(run["environ"])
    time.tzset()
    os.chdir(run["folder"])
    sys.argv = ["css-logs", *run["arguments"]]


def load() -> None:
    """Import whatever a run may need: all of the package but what needs Pulumi, and what else is imported late."""
    for name in ("_api", "_backups", "_config", "cli", "emulator", "report"):
        package = importlib.import_module(f"pulumi_huaweicloud_css.{name}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(".pytest_plugin"):  # it is for pytest alone
                importlib.import_module(module.name)
    for name in ("encodings.idna", "pydantic.main", "requests", "rich.console", "rich.table", "zoneinfo"):
        importlib.import_module(name)


def wait_for_nothing() -> None:
    """Let retries follow each other at once: how long a transport waits before them has tests of its own."""
    client.Transport = partial(client.Transport, sleep=lambda _: None)


def end(ended: SystemExit) -> None:
    """Do what Python does at its end, but for taking each module apart: that alone took most of the time of a run."""
    threading._shutdown()  # waits for all threads that are no daemons
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        raise ended from None  # Python's own end says so, and has an exit code for it
    os._exit(ended.code)


if __name__ == "__main__":
    load()
    wait_for_nothing()
    gc.freeze()  # what is loaded is no run's garbage, and stays shared
    if serve(socket.socket(fileno=int(sys.argv[1]))):
        try:
            main()
        except SystemExit as ended:
            end(ended)
