"""The whole story on this machine: one cluster, its consumer, a fleet, the gate, the report; run by `make demo`.

It starts the emulator, and runs the examples with the real Pulumi CLI on a local backend in a temporary folder,
whose place it prints. Nothing it started is left behind, also when it is interrupted.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from pulumi_huaweicloud_css.emulator import Cluster, Emulator, Site

ROOT = Path(__file__).resolve().parent.parent
STACK = "dev"
NEW_CLUSTER_ID = "0b5b4a2e-77b4-4f4e-9f3a-6f8b4de0a001"
_GRACE_SECONDS = 15


class CommandFailedError(Exception):
    """A command ended with another exit code than expected."""


def main() -> int:
    """Run the demo and return the exit code."""
    signal.signal(signal.SIGTERM, _stop)
    folder = _new_folder()
    try:
        with Emulator(site=Site.of_clusters(6)) as emulator:
            _tell_story(folder, emulator)
    except KeyboardInterrupt:
        print("\nInterrupted. Everything that was started has been stopped.")
        return 130
    except CommandFailedError as error:
        print(f"\nThe demo stopped: {error}", file=sys.stderr)
        return 1
    finally:
        print(f"\nThe stacks' state and the report lie in {folder}; remove the folder when you have seen enough.")
    return 0


def _tell_story(folder: Path, emulator: Emulator) -> None:
    pulumi = _Pulumi(folder, emulator.environment())
    quickstart, consumer, fleet = folder, folder / "examples" / "consumer", folder / "examples" / "fleet"

    name = emulator.site.clusters[0].name or ""
    _headline(f"The emulator answers as the CSS API at {emulator.endpoint}; the program knows a cluster by its name.")
    print(_line_of(quickstart / "examples" / "quickstart" / "__main__.py", "LogRecords("))
    pulumi.new_stack(quickstart, clusterName=name)

    _headline("The preview already knows where the newest log backup is: it is read, not created.")
    pulumi.run(quickstart, "preview", "--suppress-progress")
    pulumi.update(quickstart)
    before = pulumi.outputs(quickstart)

    _headline(
        "Another stack makes the OBS lifecycle rule for the folder of all backups, from the first stack's outputs."
    )
    pulumi.new_stack(consumer, producerStack=f"organization/css-log-backups/{STACK}")
    pulumi.update(consumer)
    consumed = pulumi.outputs(consumer)

    _headline(
        "A fleet by name: a cluster that is created later is in the next preview, without a change of the program."
    )
    print(_line_of(fleet / "__main__.py", "ClusterSelector(names="))
    pulumi.new_stack(fleet, **{"clusterNames[0]": "prod-*"})
    pulumi.update(fleet)
    emulator.add_cluster(Cluster(cluster_id=NEW_CLUSTER_ID, name="prod-payments"))
    pulumi.run(fleet, "preview", "--suppress-progress")

    _headline("A gate before a deployment, over the whole account: one command, one exit code.")
    pulumi.css_logs("gate", "--all-clusters", expected=0)
    emulator.add_record(status="FAIL", failedMsg="The OBS bucket refused the upload.")
    report = folder / "report.html"
    pulumi.css_logs("gate", "--all-clusters", "--report", f"html={report}", expected=1)
    print(f"For whoever is on call: {report} is a picture of the same; open it in any browser.")

    _headline(
        "A new backup finishes; the next update shows its path, and the gate over the stack's output passes again."
    )
    emulator.add_record(status="SUCCESS", logPath="css-backup-1610678043608/css/log/after-the-release")
    pulumi.update(quickstart)
    after = pulumi.outputs(quickstart)
    pulumi.css_logs("gate", "--stack", f"organization/css-log-backups/{STACK}", "--output", "latest", expected=0)

    _headline("What the stacks say now")
    rows = [
        ("latest_log_path, first update", before.get("latest_log_path")),
        ("latest_log_path, after the new backup", after.get("latest_log_path")),
        ("latest_status", after.get("latest_status")),
        ("the consumer stack's log_folder", consumed.get("log_folder")),
    ]
    for label, value in rows:
        print(f"  {label:<39} {value}")
    if not after.get("latest_log_path", "").startswith(consumed.get("log_folder", "-")) or before == after:
        raise CommandFailedError("the stacks do not agree on where the log backups are")


class _Pulumi:
    """Runs the Pulumi CLI on a local backend, each command in a process group of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("HW_", "HUAWEICLOUD_"))},
            **environment,
            "PULUMI_BACKEND_URL": (folder / "backend").as_uri(),
            "PULUMI_HOME": str(folder / "pulumi-home"),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
        }

    def new_stack(self, project: Path, **config: str) -> None:
        """Make a project's stack with a configuration."""
        self._call(project, ("stack", "init", STACK), capture=True)
        for key, value in config.items():
            self.run(project, "config", "set", "--path", key, value)

    def update(self, project: Path) -> None:
        """Update a project's stack; what is of interest is shown by what follows, unless it fails.

        Raises:
            CommandFailedError: it failed.
        """
        print("\n$ pulumi up --yes --skip-preview", flush=True)
        self._call(project, ("up", "--yes", "--skip-preview"), capture=True)

    def run(self, project: Path, *arguments: str) -> None:
        """Show and run one command.

        Raises:
            CommandFailedError: it failed.
        """
        print(f"\n$ pulumi {' '.join(arguments)}", flush=True)
        self._call(project, arguments, capture=False)

    def css_logs(self, *arguments: str, expected: int) -> None:
        """Show and run one `css-logs` command, and show its exit code.

        Raises:
            CommandFailedError: the exit code is not the one expected.
        """
        print(f"\n$ css-logs {' '.join(arguments)}", flush=True)
        code = subprocess.run(["css-logs", *arguments], env=self._environment, check=False).returncode
        print(f"(exit code {code})", flush=True)
        if code != expected:
            raise CommandFailedError(f"`css-logs {' '.join(arguments)}` ended with exit code {code}, not {expected}")

    def outputs(self, project: Path) -> dict[str, str]:
        """Return the outputs of a project's stack."""
        outputs: dict[str, str] = json.loads(self._call(project, ("stack", "output", "--json"), capture=True))
        return outputs

    def _call(self, project: Path, arguments: tuple[str, ...], *, capture: bool) -> str:
        process = subprocess.Popen(
            ["pulumi", *arguments, "--non-interactive", *(() if "init" in arguments else ("--stack", STACK))],
            cwd=project,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if capture else None,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate()
        except BaseException:
            _end(process)
            raise
        if process.returncode != 0:
            print(output or "", end="")
            raise CommandFailedError(f"`pulumi {' '.join(arguments)}` ended with exit code {process.returncode}")
        return output or ""


def _end(process: subprocess.Popen[str]) -> None:
    """Let Pulumi cancel what it does, then end whatever is left of its process group."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _new_folder() -> Path:
    """Return a new folder with the examples laid out as in the repository, so that their settings hold."""
    folder = Path(tempfile.mkdtemp(prefix="css-log-backups-demo-"))
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    shutil.copytree(
        ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("Pulumi.*.yaml", "__pycache__")
    )
    (folder / "backend").mkdir()
    return folder


def _line_of(program: Path, part: str) -> str:
    """Return the line of a program that has a text in it."""
    return next(line for line in program.read_text(encoding="utf-8").splitlines() if part in line)


def _headline(text: str) -> None:
    print(f"\n── {text}", flush=True)


def _stop(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - a signal handler's signature
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
