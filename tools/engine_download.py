"""Makes a Pulumi engine for tools/engine.py from the official download, where the network allows it."""

from __future__ import annotations

import sys
from pathlib import Path

from engine_process import Unavailable, run

# Each runs in a process of its own: name look-ups and the installer's own downloads know no time limit.
PROBE = """
import urllib.request
import pulumi.automation
urllib.request.urlopen(urllib.request.Request("https://get.pulumi.com/install.sh", method="HEAD"), timeout=5)
"""
PROBE_SECONDS = 15
INSTALL = """
import sys
from pulumi.automation import PulumiCommand
PulumiCommand.install(root=sys.argv[1])
"""
INSTALL_SECONDS = 900


def download(folder: Path) -> None:
    """Fill `folder`/bin with the CLI of the installed Python SDK's version, and all that comes with it.

    Raises `Unavailable` if this Python has no `pulumi` package, or if the network does not allow it.
    """
    try:
        run(None, [sys.executable, "-c", PROBE], cwd=folder, limit=PROBE_SECONDS)
    except Unavailable as error:
        raise Unavailable(f"not possible here: {str(error).splitlines()[-1].strip()}") from None
    run(
        "downloading the official Pulumi release",
        [sys.executable, "-c", INSTALL, folder],
        cwd=folder,
        limit=INSTALL_SECONDS,
    )
