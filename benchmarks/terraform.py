"""Previews beside plans of OpenTofu or Terraform with the vendor's provider: the same records, of the same server.

Both must be on PATH: `tofu` or `terraform`, and the provider, whose program is named `terraform-provider-huaweicloud`,
with or without `_v` and its version behind it, as in its releases. Without them there is nothing to compare.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.emulator_process import Served, serve
from benchmarks.measuring import Comparison, Pairs, wall_seconds
from benchmarks.previewing import stacks
from benchmarks.ways import Way, check_paths, newest_paths

_PROVIDER = "terraform-provider-huaweicloud"
_NAMES = {"tofu": "OpenTofu", "terraform": "Terraform"}
_ROUNDS = 7
_FAR_ROUNDS = 3  # a plan with latency takes 20 s
_COUNT = 95
_SEVERAL, _MANY = 100, 300
_LATENCY = 0.05
_HUNG_SECONDS = 300


@dataclass(frozen=True)
class Peer:
    """A program that plans with the vendor's provider.

    Args:
        program: the program, `tofu` or `terraform`.
        provider: the provider's program.
    """

    program: str
    provider: Path

    @property
    def versions(self) -> dict[str, str]:
        """The versions of both, for the page; one that the provider does not tell is not invented."""
        command = [self.program, "version", "-json"]
        done = subprocess.run(
            command, text=True, stdout=subprocess.PIPE, check=True, env=_environment(self.provider.parent)
        )
        version = self.provider.name.removeprefix(_PROVIDER).removeprefix("_v")
        return {
            "program": f"{_NAMES[Path(self.program).name]} {json.loads(done.stdout)['terraform_version']}",
            "provider": version or "of an unknown version",
        }


def find_peer() -> Peer | None:
    """Return what is on PATH; None if either is missing. A provider whose name tells its version is preferred."""
    program = shutil.which("tofu") or shutil.which("terraform")
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep) if folder]
    providers = [file for folder in folders for file in folder.glob(f"{_PROVIDER}*") if os.access(file, os.X_OK)]
    if program is None or not providers:
        return None
    return Peer(program, max(providers, key=lambda file: len(file.name)))


class Plan:
    """A folder with a data source for each of some clusters, and the newest path of each as an output.

    Args:
        folder: an empty folder.
        peer: what plans.
        served: the server.
        paths: the newest path of each cluster that is read, by its id.
    """

    def __init__(self, folder: Path, peer: Peer, served: Served, paths: Mapping[str, str]) -> None:
        self._folder, self._peer, self._paths = folder, peer, paths
        (folder / "plugins").mkdir()
        (folder / "plugins" / _PROVIDER).symlink_to(peer.provider.resolve())
        (folder / "main.tf.json").write_text(json.dumps(_configuration(served, list(paths)), indent=1))
        overrides = f'provider_installation {{\n  dev_overrides {{ "huaweicloud/huaweicloud" = "{folder}/plugins" }}\n'
        (folder / "settings.tfrc").write_text(f"{overrides}  direct {{}}\n}}\n")

    def plan(self) -> None:
        """Plan, as a user does before an update.

        Raises:
            RuntimeError: it failed, or shows another path than the newest one of a cluster.
        """
        done = subprocess.run(
            [self._peer.program, "plan", "-input=false", "-no-color"],
            cwd=self._folder,
            env={**_environment(self._folder), "TF_CLI_CONFIG_FILE": str(self._folder / "settings.tfrc")},
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_HUNG_SECONDS,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{self._peer.program} plan: {done.stdout[-2000:]}")
        check_paths(done.stdout, self._paths.values())


def _environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "CHECKPOINT_DISABLE": "1"}


def _configuration(served: Served, cluster_ids: list[str]) -> dict[str, Any]:
    """Return the configuration, in Terraform's JSON form."""
    settings, server = served.settings, served.endpoint
    kind = "huaweicloud_css_log_backup_records"
    return {
        "terraform": {"required_providers": {"huaweicloud": {"source": "huaweicloud/huaweicloud"}}},
        "provider": {
            "huaweicloud": {
                "region": settings["HW_REGION_NAME"],
                "access_key": settings["HW_ACCESS_KEY"],
                "secret_key": settings["HW_SECRET_KEY"],
                "project_id": settings["HW_PROJECT_ID"],
                "domain_id": "d0",  # given, so that the provider does not ask for it
                "auth_url": f"{server}/iam/v3",
                "endpoints": {"css": f"{server}/", "iam": f"{server}/"},
            }
        },
        "data": {kind: {"logs": {"for_each": f"${{toset({json.dumps(cluster_ids)})}}", "cluster_id": "${each.value}"}}},
        "output": {"paths": {"value": f"${{[for logs in data.{kind}.logs : logs.records[0].log_path]}}"}},
    }


def compare_terraform(peer: Peer) -> list[Comparison]:
    """Return the rows for previews beside plans."""
    with ExitStack() as stack:
        near = stack.enter_context(serve(clusters=_MANY, count=_COUNT))
        far = stack.enter_context(serve(clusters=_MANY, count=_COUNT, latency=_LATENCY))
        make = stack.enter_context(stacks())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="css-benchmark-")))
        paths, far_paths = newest_paths(near), newest_paths(far)
        one, several = (dict(list(paths.items())[:number]) for number in (1, _SEVERAL))

        def plan(name: str, served: Served, paths: Mapping[str, str]) -> Plan:
            (folder / name).mkdir()
            return Plan(folder / name, peer, served, paths)

        contenders = {
            "plan 1": plan("one", near, one).plan,
            "resource": Way(make, "resource", near, one).preview,
            "plan 100": plan("several", near, several).plan,
            "resources": Way(make, "resource without records", near, several).preview,
            "functions": Way(make, "function", near, several).preview,
            "plan 300": plan("many", near, paths).plan,
            "fleet": Way(make, "fleet", near, paths).preview,
        }
        far_contenders = {
            "far plan": plan("far", far, far_paths).plan,
            "far fleet": Way(make, "fleet", far, far_paths).preview,
        }
        pairs = Pairs()
        for rounds, some in ((_ROUNDS, contenders), (_FAR_ROUNDS, far_contenders)):
            for run in some.values():
                run()  # the first one reads programs from the disk
                print(".", end="", file=sys.stderr, flush=True)
            for _ in range(rounds):
                for name, run in some.items():
                    pairs.add(name, wall_seconds(run))
                    print(".", end="", file=sys.stderr, flush=True)
    return _rows(pairs)


def _rows(pairs: Pairs) -> list[Comparison]:
    return [
        pairs.compare(
            "preview of 1 `LogRecords` of 95 records / plan with 1 data source", 1.5, "resource", "plan 1", "s"
        ),
        pairs.compare(
            "preview of 100 `LogRecords` of 95 records, `include_records=False` / plan with 100 data sources",
            0.85, "resources", "plan 100", "s",
        ),
        pairs.compare(
            "preview of 100 `get_log_records` of 95 records / plan with 100 data sources",
            0.5, "functions", "plan 100", "s",
        ),
        pairs.compare(
            "preview of a fleet of 300 clusters of 95 records / plan with 300 data sources",
            0.35, "fleet", "plan 300", "s",
        ),
        pairs.compare("the same with 50 ms of latency", 0.15, "far fleet", "far plan", "s"),
    ]  # fmt: skip
