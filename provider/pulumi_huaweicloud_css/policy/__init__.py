"""The policy pack `huaweicloud-css`: stops a stack, in any language, when log backups are not fresh.

The console script `pulumi-analyzer-huaweicloud-css` is what `pulumi preview --policy-pack` takes. It speaks Pulumi's
analyzer protocol with pulumi's own stubs. The package `pulumi-policy` would do that too, but it drops
the stack's configuration, where the keys may be, and holds protobuf at 5.29.
"""

from __future__ import annotations

import sys

from .._version import __version__

_USAGE = """\
pulumi-analyzer-huaweicloud-css is a Pulumi policy pack; Pulumi starts it:

  pulumi preview --policy-pack "$(which pulumi-analyzer-huaweicloud-css)" --policy-pack-config gate.json
"""


def main() -> None:
    """Serve the pack to the engine that started it; without an engine's address, print the usage."""
    if sys.argv[1:2] == ["--version"]:
        sys.stdout.write(f"pulumi-analyzer-huaweicloud-css {__version__}\n")
    elif all(argument.startswith("-") for argument in sys.argv[1:]):  # the engine's own options come before its address
        sys.stderr.write(_USAGE)
        sys.exit(0 if sys.argv[1:2] in (["-h"], ["--help"]) else 2)
    else:
        serve()


def serve() -> None:
    """Serve the pack until the engine ends this process; writes only the port to standard output."""
    from .serving import serve_analyzer  # here, so that the usage is shown without loading Pulumi

    serve_analyzer()
