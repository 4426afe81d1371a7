"""How long a `pulumi preview` takes, beside a preview of read resources whose provider does nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pulumi_huaweicloud_css._api.client import shared_client
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery, read
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css._validation import DEFAULT_PARALLELISM

from benchmarks.emulator_process import Served, serve
from benchmarks.measuring import Comparison, Pairs, Series, wall_seconds

_ROUNDS = 7
_RESOURCES = 100
_CLUSTERS = 300
_LATENCY = 0.05
_HUNG_SECONDS = 300

_LOG_RECORDS = """
    import os
    import pulumi
    from pulumi_huaweicloud_css import LogRecords

    for number in range(int(os.environ["RESOURCES"])):
        logs = LogRecords(f"logs-{number}", cluster_id=os.environ["CLUSTER_IDS"])
    pulumi.export("path", logs.latest_log_path)
"""
_FLEET = """
    import os
    import pulumi
    from pulumi_huaweicloud_css import FleetLogRecords

    fleet = FleetLogRecords("fleet", cluster_ids=os.environ["CLUSTER_IDS"].split(","))
    pulumi.export("count", fleet.clusters.apply(len))
"""
_NOOP = """
    import os
    from benchmarks.noop_provider import Noop

    for number in range(int(os.environ["RESOURCES"])):
        Noop(f"nothing-{number}")
"""
_CANNED = """
    import os
    import pulumi
    from benchmarks.canned_provider import Canned

    for number in range(int(os.environ["RESOURCES"])):
        logs = Canned(f"canned-{number}")
    pulumi.export("path", logs.latest_log_path)
"""


class Stack:
    """A project with one stack on a local backend, in a folder.

    Args:
        folder: where all of it is.
        program: the program.
        environment: added to the environment of each command.
    """

    def __init__(self, folder: Path, program: str, environment: dict[str, str]) -> None:
        self.folder = folder
        (folder / "state").mkdir(parents=True)
        (folder / "__main__.py").write_text(textwrap.dedent(program))
        (folder / "Pulumi.yaml").write_text("name: benchmark\nruntime: python\n")
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            **environment,
        }
        self.run("stack", "init", "dev")

    def run(self, *arguments: str) -> str:
        """Run one command and return its output.

        Raises:
            RuntimeError: it failed.
        """
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=self._environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_HUNG_SECONDS,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"pulumi {' '.join(arguments)}: {done.stdout}")
        return done.stdout

    def preview(self) -> str:
        """Preview the stack."""
        return self.run("preview", "--stack", "dev")

    def state_bytes(self) -> int:
        """Update the stack, and return how large the exported state is."""
        self.run("up", "--stack", "dev", "--yes", "--skip-preview")
        return len(json.dumps(json.loads(self.run("stack", "export", "--stack", "dev"))))


@contextmanager
def stacks() -> Iterator[Any]:
    """Return a maker of stacks, whose folders are gone at the end."""
    with tempfile.TemporaryDirectory(prefix="css-benchmark-") as folder:
        made: list[Stack] = []

        def make(program: str, **environment: str) -> Stack:
            made.append(Stack(Path(folder) / str(len(made)), program, environment))
            return made[-1]

        yield make


def fleet_stack(make: Any, served: Served) -> Stack:
    """Return a stack of one `FleetLogRecords` of all clusters of an emulator."""
    stack: Stack = make(_FLEET, CLUSTER_IDS=",".join(served.cluster_ids()), **served.settings)
    return stack


def compare_previews() -> tuple[list[Comparison], dict[str, Any]]:
    """Return the rows for previews, and figures beside the table."""
    with ExitStack() as stack:
        small = stack.enter_context(serve(count=10))
        near = stack.enter_context(serve(clusters=_CLUSTERS, count=95))
        far = stack.enter_context(serve(clusters=_CLUSTERS, count=95, latency=_LATENCY))
        make = stack.enter_context(stacks())
        one = near.cluster_ids()[0]
        hundred = {"RESOURCES": str(_RESOURCES), "CLUSTER_IDS": one}
        contenders = {
            "hundred": make(_LOG_RECORDS, **hundred, **near.settings),
            "hundred small": make(_LOG_RECORDS, **hundred, **small.settings),
            "hundred nothings": make(_NOOP, **hundred),
            "hundred canned": make(_CANNED, **hundred, CANNED=_canned_outputs(make, near, one)),
            "fleet": fleet_stack(make, near),
            "one": make(_LOG_RECORDS, RESOURCES="1", CLUSTER_IDS=one, **near.settings),
            "nothing": make(_NOOP, RESOURCES="1"),
            "far fleet": fleet_stack(make, far),
        }
        reads = {
            "hundred": (near, _RESOURCES), "hundred small": (small, _RESOURCES), "fleet": (near, _CLUSTERS),
            "one": (near, 1), "far fleet": (far, _CLUSTERS),
        }  # fmt: skip
        for name, contender in contenders.items():
            if name not in reads:
                contender.preview()  # the first one of each compiles Python's files
        seen = {name: requests_of(contenders[name], *expected) for name, expected in reads.items()}
        connections = float(len({request["peer_port"] for request in seen["hundred"]}))
        pairs = Pairs()
        for _ in range(_ROUNDS):
            for name, contender in contenders.items():
                pairs.add(name, wall_seconds(contender.preview))
                print(".", end="", file=sys.stderr, flush=True)
        bound = _CLUSTERS / DEFAULT_PARALLELISM * _LATENCY
        pairs.values["bound"] = [bound + seconds for seconds in pairs.values["nothing"]]
        rows = [
            pairs.compare(
                "preview of 1 `LogRecords` of 95 records / of one read resource whose provider does nothing",
                1.10, "one", "nothing", "s",
            ),
            pairs.compare(
                "preview of 100 `LogRecords` of 10 records / of 100 read resources whose provider does nothing",
                1.30, "hundred small", "hundred nothings", "s",
            ),
            pairs.compare(
                "the same of 95 records each", 1.30, "hundred", "hundred nothings", "s",
            ),
            pairs.compare(
                "the same / of 100 read resources that have the same outputs, and send no request",
                1.30, "hundred", "hundred canned", "s",
            ),
            Comparison(
                "TCP connections for those 100 in one provider process", 4,
                Series([connections]), Series([1.0]), Series([connections]), "connections", "a count, not a ratio",
            ),
            pairs.compare(
                "preview of one `FleetLogRecords` of 300 clusters / of one read resource whose provider does nothing",
                1.8, "fleet", "nothing", "s",
            ),
            pairs.compare(
                "the same with 50 ms of latency / the bound", 1.25, "far fleet", "bound", "s",
                note="bound: 300 / 16 x 50 ms + the empty preview",
            ),
        ]  # fmt: skip
        return rows, {"fleet_300_state_bytes": contenders["fleet"].state_bytes()}


def _canned_outputs(make: Any, served: Served, cluster_id: str) -> str:
    """Write the outputs of a cluster into a file, and return its path."""
    settings = served.settings
    outputs = read(shared_client(resolve(environ=settings)), LogRecordsQuery(cluster_id)).to_outputs()
    file: Path = make("", **settings).folder / "canned.json"
    file.write_text(json.dumps(outputs))
    return str(file)


def requests_of(stack: Stack, served: Served, number: int) -> list[dict[str, object]]:
    """Return the requests of one preview.

    Raises:
        RuntimeError: it did not send so many: one that did not read everything would be the fastest.
    """
    before = len(served.requests())
    stack.preview()
    seen = served.requests()[before:]
    if len(seen) != number:
        raise RuntimeError(f"the preview sent {len(seen)} requests instead of {number}")
    return seen
