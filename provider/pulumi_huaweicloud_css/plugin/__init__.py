"""The provider plugin `huaweicloud-css`: the same functions for programs in every Pulumi language.

The console script `pulumi-resource-huaweicloud-css` is what Pulumi looks for on PATH. It speaks Pulumi's provider
protocol with the stubs that pulumi itself brings. `pulumi.provider.experimental` would do that too, but it puts a
traceback under every error, and leaves no way to say which argument of a function is wrong.
"""

from __future__ import annotations

import sys

_USAGE = """\
pulumi-resource-huaweicloud-css is a Pulumi provider plugin; Pulumi starts it. What it offers:

  pulumi package get-schema "$(which pulumi-resource-huaweicloud-css)"
  pulumi-resource-huaweicloud-css --schema   # the same, without Pulumi
"""


def main() -> None:
    """Serve the plugin to the engine that started this; started by hand, say what it is for."""
    if sys.argv[1:2] == ["--schema"]:
        from .schema import schema_text

        sys.stdout.write(schema_text())
    elif len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        sys.stderr.write(_USAGE)
        sys.exit(0 if len(sys.argv) > 1 else 2)
    else:
        serve()


def serve() -> None:
    """Serve the plugin until it is told to end; writes the port, and nothing else, to standard output."""
    from .serving import serve_provider  # here, so that the usage is shown without loading Pulumi

    serve_provider()
