"""What the tests of the policy pack share: a site with three clusters, the pack's own process, and stacks to judge."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerStub
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Account, Backups, Cluster, Emulator, Project, Site

from tests.support.pulumi_project import PulumiProject, Run, engine_is_there

FRESH = "11111111-0000-4000-8000-000000000001"
STALE = "22222222-0000-4000-8000-000000000002"
STUCK = "33333333-0000-4000-8000-000000000003"
UNKNOWN = "ffffffff-0000-4000-8000-00000000000f"
SECRET_KEY = "Sk0MarkedSecretKeyForPolicyTests0123456789"

_DAY = 86_400.0
PACK = Path(sys.prefix) / "bin" / "pulumi-analyzer-huaweicloud-css"


@dataclass(frozen=True)
class Clusters:
    """The clusters' ids, and one that is none."""

    fresh: str = FRESH
    stale: str = STALE
    stuck: str = STUCK
    unknown: str = UNKNOWN


@pytest.fixture
def clusters() -> Clusters:
    """Return the ids of the site's clusters."""
    return Clusters()


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Serve a cluster that is fresh, one whose newest success is ten days old, and one that is stuck."""
    clusters = (
        Cluster(cluster_id=FRESH, backups=Backups(count=3)),
        Cluster(cluster_id=STALE, backups=Backups(count=3, newest_age=10 * _DAY)),
        Cluster(cluster_id=STUCK, backups=Backups(count=3, newest_age=0.5 * _DAY, running=True)),
    )
    account = Account(credentials=Credentials("AK0MARKED0POLICY0TEST", SECRET_KEY))
    with Emulator(site=Site(accounts=(account,), projects=(Project(clusters=clusters),))) as emulator:
        yield emulator


class PackProcess:
    """The pack in a process of its own, called as the engine calls it."""

    def __init__(self, environment: dict[str, str], command: list[str]) -> None:
        self._process = subprocess.Popen(
            [*command],
            env={"PATH": os.environ["PATH"], **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.port = self._process.stdout.readline()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(self.port)}")
        self._stub = AnalyzerStub(self._channel)

    def info(self) -> messages.AnalyzerInfo:
        """Return what the pack says of itself."""
        return self._stub.GetAnalyzerInfo(empty_pb2.Empty())

    def configure(
        self, policies: dict[str, Any], stack: dict[str, str] | None = None, *, preview: bool | None = True
    ) -> str | None:
        """Hand over the configuration, defaults filled in as the engine does; return the error's text, or None."""
        request = messages.ConfigureAnalyzerRequest()
        known = {policy.name: policy for policy in self.info().policies}
        for name in {**known, **policies}:
            given = dict(policies.get(name, {}))
            level = given.pop("enforcementLevel", "mandatory")
            schema = known[name].configSchema.properties if name in known else {}
            defaults = {key: schema[key]["default"] for key in schema if "default" in schema[key]}
            request.policyConfig[name].properties.update({**defaults, **given})
            request.policyConfig[name].enforcementLevel = messages.EnforcementLevel.Value(level.upper())
        try:
            if preview is not None:  # else the engine is one that does not tell
                self._stub.ConfigureStack(messages.AnalyzerStackConfigureRequest(config=stack or {}, dry_run=preview))
            self._stub.Configure(request)
        except grpc.RpcError as error:
            return error.details()
        return None

    def analyze(self, kind: str = "pulumi:pulumi:Stack") -> messages.AnalyzeResponse:
        """Register a resource of this type."""
        return self._stub.Analyze(messages.AnalyzeRequest(type=kind, urn="urn", name="name"))

    def start_analyze(self) -> grpc.Future:
        """Register the stack, and do not wait for the answer."""
        return self._stub.Analyze.future(messages.AnalyzeRequest(type="pulumi:pulumi:Stack", urn="urn", name="name"))

    def cancel(self) -> None:
        """Say that the user wants an end, as the engine does on Ctrl-C."""
        self._stub.Cancel(empty_pb2.Empty())

    def analyze_outputs(self, outputs: dict[str, Any]) -> messages.AnalyzeResponse:
        """Show a stack with these outputs, and a resource that has the same properties."""
        request = messages.AnalyzeStackRequest()
        for kind, properties in (("other:index:Thing", {}), ("pulumi:pulumi:Stack", outputs)):
            request.resources.add(type=kind).properties.update(properties)
        return self._stub.AnalyzeStack(request)

    def stop(self) -> tuple[str, str]:
        """End the process; return the rest of what it wrote to standard output and standard error."""
        self._channel.close()
        self._process.terminate()
        return self._process.communicate()


@pytest.fixture
def start_pack(emulator: Emulator) -> Iterator[Callable[..., PackProcess]]:
    """Return a starter of pack processes that are pointed at the emulator."""
    processes: list[PackProcess] = []

    def start(*, environment: dict[str, str] | None = None, command: list[str] | None = None) -> PackProcess:
        given = emulator.environment() if environment is None else environment
        processes.append(PackProcess(given, command or [str(PACK), "127.0.0.1:1"]))
        return processes[-1]

    yield start
    for process in processes:
        process.stop()


@pytest.fixture
def pack(start_pack: Callable[..., PackProcess]) -> PackProcess:
    """A running pack."""
    return start_pack()


class JudgedStack:
    """A stack in a project of its own, and the pack's configuration beside it."""

    def __init__(self, project: PulumiProject) -> None:
        self.project = project

    def policy(self, config: dict[str, Any] | None) -> list[str]:
        """Return the arguments that put the pack, with this configuration, in front of a command."""
        arguments = ["--policy-pack", shutil.which(PACK.name) or "not on PATH"]
        if config is None:
            return arguments
        file = self.project.home / "gate.json"
        file.write_text(json.dumps(config))
        return [*arguments, "--policy-pack-config", str(file)]

    def preview(self, config: dict[str, Any] | None) -> Run:
        """Preview under the pack."""
        return self.project.preview(*self.policy(config))

    def up(self, config: dict[str, Any] | None) -> Run:
        """Update under the pack, without a preview."""
        return self.project.up(*self.policy(config))

    def types(self) -> set[str]:
        """Return the types of the resources in the state, the stack's own left out."""
        resources = json.loads(self.project.state())["deployment"].get("resources", [])
        return {resource["type"] for resource in resources} - {"pulumi:pulumi:Stack"}


@pytest.fixture
def new_stack(tmp_path: Path, emulator: Emulator) -> Callable[..., JudgedStack]:
    """Return a maker of stacks that are pointed at the emulator."""
    engine_is_there()

    def make(program: str, *, environment: dict[str, str] | None = None, **config: str) -> JudgedStack:
        given = emulator.environment() if environment is None else environment
        project = PulumiProject(tmp_path / "shop", tmp_path / "home", given, "shop")
        project.write(program)
        project.init(**config)
        return JudgedStack(project)

    return make


@pytest.fixture
def exported() -> Callable[..., dict[str, Any]]:
    """Return a maker of records as a program exports them, with their None entries left out as Pulumi does."""

    def make(*, age_hours: float, status: str = "SUCCESS", **changed: Any) -> dict[str, Any]:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - age_hours * 3600))
        end = {} if status == "RUNNING" else {"finished_at": moment}
        return {"id": "one", "cluster_id": FRESH, "status": status, "created_at": moment, **end, **changed}

    return make
