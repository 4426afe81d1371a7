"""The emulator in a process of its own, so that its work is not counted as the client's."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

CSS_LOGS = Path(sys.executable).with_name("css-logs")
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Served:
    """A running emulator.

    Args:
        settings: the environment variables that point a program at it.
        process_id: its process.
    """

    settings: dict[str, str]
    process_id: int

    @property
    def endpoint(self) -> str:
        """Where it is served."""
        return self.settings["HUAWEICLOUD_SDK_IAM_ENDPOINT"]

    def cluster_ids(self) -> list[str]:
        """Return the ids of all clusters."""
        response = requests.get(f"{self.endpoint}/_emulator/clusters", timeout=_PATIENCE_SECONDS)
        ids: list[str] = response.json()["clusters"]
        return ids

    def requests(self) -> list[dict[str, object]]:
        """Return the requests up to now, as the emulator's log has them."""
        response = requests.get(f"{self.endpoint}/_emulator/requests", timeout=_PATIENCE_SECONDS)
        seen: list[dict[str, object]] = response.json()["requests"]
        return seen

    def cpu_seconds(self) -> float:
        """Return the processor time that it has used (Linux)."""
        fields = Path(f"/proc/{self.process_id}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serve(
    *, clusters: int = 1, count: int = 10, cadence: float = 3600.0, latency: float = 0.0, regions: Sequence[str] = ()
) -> Iterator[Served]:
    """Serve clusters, distributed over the regions, with `count` records each, until the end of the ``with`` block."""
    options = {"port": 0, "clusters": clusters, "count": count, "cadence": cadence, "latency": latency}
    command = [str(CSS_LOGS), "emulator", "--quiet", *(f"--{name}={value}" for name, value in options.items())]
    command += [f"--region={region}" for region in regions]
    with subprocess.Popen(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"]}
    ) as process:
        try:
            assert process.stdout is not None
            # The settings; at the end those that are set to nothing.
            lines = itertools.takewhile(lambda line: not line.endswith("=\n"), process.stdout)
            pairs = (line.removeprefix("export ").strip().split("=", 1) for line in lines)
            yield Served(dict(pairs), process.pid)
        finally:
            process.terminate()
